// MPI's collectives, for any of its implementations.
#include <mpi.h>
#include <stdlib.h>

#include "measure.h"

static int rank;

// The default handler of errors ends all ranks with a message.
void peer_start(int own, int ranks, const char *folder) {
    int size;
    (void)folder;
    MPI_Init(NULL, NULL);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (rank != own || size != ranks) measure_fail("MPI counts the ranks otherwise");
}

// PEERS_MEMORY=mpi in the environment asks for memory that MPI may exchange faster.
void *peer_allocate(size_t bytes) {
    void *memory = NULL;
    if (getenv("PEERS_MEMORY")) MPI_Alloc_mem((MPI_Aint)bytes, MPI_INFO_NULL, &memory);
    return memory;
}

void peer_prepare(const struct operation *o) {
    (void)o;
}

void peer_run(const struct operation *o) {
    int count = (int)o->count;
    switch (o->collective) {
    case ALL_REDUCE:
        MPI_Allreduce(o->in, o->out, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
        break;
    case ALL_TO_ALL:
        MPI_Alltoall(o->in, count, MPI_FLOAT, o->out, count, MPI_FLOAT, MPI_COMM_WORLD);
        break;
    case ALL_GATHER:
        MPI_Allgather(o->in, count, MPI_FLOAT, o->out, count, MPI_FLOAT, MPI_COMM_WORLD);
        break;
    case REDUCE_SCATTER:
        MPI_Reduce_scatter_block(o->in, o->out, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
        break;
    case BROADCAST:
        MPI_Bcast(rank == 0 ? o->in : o->out, count, MPI_FLOAT, 0, MPI_COMM_WORLD);
        break;
    case BARRIER: MPI_Barrier(MPI_COMM_WORLD); break;
    }
}

void peer_finish(void) {
    MPI_Finalize();
}

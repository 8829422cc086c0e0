// What the measuring programs of the peers share. A program is measure.c and one of the other
// files, which fills in the five functions below for its library.
#ifndef MEASURE_H
#define MEASURE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum collective { ALL_REDUCE, ALL_TO_ALL, ALL_GATHER, REDUCE_SCATTER, BROADCAST, BARRIER };

// One operation on floats. `count` is that of the vector or, where there are blocks, of a block.
// Sums are made of reductions, and rank 0 is the root: it sends `in`, the others fill `out`.
struct operation {
    enum collective collective;
    size_t count;
    float *in;
    float *out;
};

// Memory from the library itself, or NULL where it has none to give. Called by all ranks.
void *peer_allocate(size_t bytes);
// Joins the ranks. `folder` is empty and the same for all ranks.
void peer_start(int rank, int ranks, const char *folder);
// Called before the first run of each operation.
void peer_prepare(const struct operation *operation);
// Runs the operation and returns when it is over for this rank.
void peer_run(const struct operation *operation);
// Leaves.
void peer_finish(void);

// For the libraries that have no way to meet: gathers `bytes` of every rank, in their order.
void measure_gather(const void *mine, void *all, size_t bytes);
// Ends the program with a sentence; the launcher ends the other ranks.
void measure_fail(const char *what) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif

#endif

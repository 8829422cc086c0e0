/* weft: collectives for the processes of a job, on one machine or several.
 *
 * Link with libweft (pkg-config weft). docs/LIBRARY.md has the whole story with examples; the short
 * one: every process calls weft_join, all of them call the same collectives in the same order, and
 * every process calls weft_leave.
 *
 * Functions return 0, or a negative number for which weft_error has a sentence. A communicator may
 * be used by several threads; its collectives are done one after the other in the order of the
 * calls, and those of different communicators at the same time.
 */
#ifndef WEFT_H
#define WEFT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* This interface's version: what is compiled with one works with every library of the same first
 * number and an equal or higher second one. */
#define WEFT_INTERFACE_MAJOR 0
#define WEFT_INTERFACE_MINOR 1

/* The types of elements. MXFP8 counts blocks of 33 bytes: a scale and 32 numbers. */
typedef enum weft_element {
    WEFT_INT8,
    WEFT_UINT8,
    WEFT_INT32,
    WEFT_UINT32,
    WEFT_INT64,
    WEFT_UINT64,
    WEFT_FLOAT16,
    WEFT_BFLOAT16,
    WEFT_FLOAT32,
    WEFT_FLOAT64,
    WEFT_FP8_E4M3,
    WEFT_FP8_E5M2,
    WEFT_MXFP8
} weft_element;

/* How elements of all ranks become one. */
typedef enum weft_reduction {
    WEFT_SUM,
    WEFT_PRODUCT,
    WEFT_MIN,
    WEFT_MAX,
    WEFT_AVERAGE
} weft_reduction;

/* What functions return beside 0. */
enum {
    WEFT_INVALID = -1, /* A call that can't be right: nothing was done. */
    WEFT_FAILED = -2,  /* The system refused something: nothing was done. */
    WEFT_MISMATCH = -3, /* Ranks called different things: nothing was done. */
    WEFT_BROKEN = -4   /* A process of the job is gone; this communicator does nothing any more. */
};

typedef struct weft_communicator weft_communicator;
typedef struct weft_request weft_request;

/* How to join. Begin with WEFT_OPTIONS, then change what is to be different. */
typedef struct weft_options {
    size_t bytes;        /* The size of this structure, by which the library knows its version. */
    int rank;            /* Which process this is, -1 to ask the launcher (Slurm, mpirun, …). */
    int ranks;           /* How many there are, with a rank of one's own. */
    const char *meeting; /* Where rank 0 listens, "host:port", with a rank of one's own. */
    const char *token;   /* The job's secret, the same for all; NULL for the variable WEFT_TOKEN. */
    const char *node;    /* Ranks of one machine that name different nodes share no memory. */
    int memory;          /* A descriptor of weft_memory_create, -1 for none. */
    size_t heap_bytes;   /* Room for weft_allocate in each rank; taken as it is used. */
    int checks;          /* Whether each call is compared with that of the other ranks. */
    int seconds;         /* How long to wait for the others to join. */
} weft_options;

/* The usual: ask the launcher, 1 GiB of heap, no checks, two minutes. */
#define WEFT_OPTIONS \
    { sizeof(weft_options), -1, 0, NULL, NULL, NULL, -1, (size_t)1 << 30, 0, 120 }

/* Joins the job's processes to one communicator; all call it. NULL options are the usual ones. */
int weft_join(const weft_options *options, weft_communicator **communicator_out);

/* Makes memory for ranks of one machine to join by, without a meeting place: the descriptor is
 * handed to the other processes, by fork or a socket, and is the option `memory` of all. The caller
 * closes it once all have joined. */
int weft_memory_create(int ranks, size_t heap_bytes, int *descriptor_out);

/* Leaves: waits for what is not done yet and for the others, and frees all memory. NULL is fine. */
int weft_leave(weft_communicator *communicator);

/* A communicator for each color, with ranks in the order of their keys, then of their old ranks;
 * all call it. Who has a negative color gets none (NULL). */
int weft_split(
    weft_communicator *communicator, int color, int key, weft_communicator **part_out);

/* Which of how many this process is. */
int weft_rank(const weft_communicator *communicator);
int weft_ranks(const weft_communicator *communicator);

/* Memory that the other ranks reach: where all buffers of a call lie in it, nothing is copied that
 * the algorithm does not need. All ranks allocate and free the same in the same order. */
int weft_allocate(weft_communicator *communicator, size_t bytes, void **memory_out);
int weft_free(weft_communicator *communicator, void *memory);

/* The collectives. Counts are of elements and the same on all ranks: of the vector, or of one
 * rank's block where there are blocks, which lie one behind the other by rank.
 *
 * Buffers may be any memory. In place is when input and output are the same pointer: then a single
 * block lies where the whole has it. Who has no input or output (all but the root, in some) gives
 * NULL, or its own part of the same weft_allocate.
 *
 * With a request the call returns at once, and the buffers are the library's until the request is
 * done; with NULL it returns when it is done. */
int weft_all_reduce(
    weft_communicator *communicator, const void *input, void *output, size_t count,
    weft_element element, weft_reduction reduction, weft_request **request);
int weft_reduce_scatter(
    weft_communicator *communicator, const void *input, void *output, size_t count,
    weft_element element, weft_reduction reduction, weft_request **request);
int weft_reduce(
    weft_communicator *communicator, const void *input, void *output, size_t count,
    weft_element element, weft_reduction reduction, int root, weft_request **request);
int weft_all_gather(
    weft_communicator *communicator, const void *input, void *output, size_t count,
    weft_element element, weft_request **request);
/* Rank r's block has counts[r] elements. */
int weft_all_gather_v(
    weft_communicator *communicator, const void *input, void *output, const size_t *counts,
    weft_element element, weft_request **request);
int weft_all_to_all(
    weft_communicator *communicator, const void *input, void *output, size_t count,
    weft_element element, weft_request **request);
/* Rank s sends counts[s * ranks + d] elements to rank d: all ranks give all counts. */
int weft_all_to_all_v(
    weft_communicator *communicator, const void *input, void *output, const size_t *counts,
    weft_element element, weft_request **request);
/* The root's buffer goes to all. */
int weft_broadcast(
    weft_communicator *communicator, void *buffer, size_t count, weft_element element, int root,
    weft_request **request);
int weft_gather(
    weft_communicator *communicator, const void *input, void *output, size_t count,
    weft_element element, int root, weft_request **request);
int weft_scatter(
    weft_communicator *communicator, const void *input, void *output, size_t count,
    weft_element element, int root, weft_request **request);
/* Every rank gets the input of the rank before it, rank 0 that of the last. */
int weft_send_receive(
    weft_communicator *communicator, const void *input, void *output, size_t count,
    weft_element element, weft_request **request);
int weft_barrier(weft_communicator *communicator, weft_request **request);

/* Whether a request is done, without waiting. */
int weft_test(weft_request *request, int *is_done_out);

/* Waits until a request is done, and frees it; the call's own result. */
int weft_wait(weft_request *request);

/* Calls without a request between these two, of any communicators and by one thread, are begun
 * together and are all done when the group ends: so their order does not matter to other ranks'
 * groups of other communicators. The result is that of the first that went wrong. */
int weft_group_begin(void);
int weft_group_end(void);

/* What went wrong in this thread's last call that did, in words; never NULL. */
const char *weft_error(void);

/* The library's version, such as "0.1.0". */
const char *weft_library_version(void);

#ifdef __cplusplus
}
#endif
#endif

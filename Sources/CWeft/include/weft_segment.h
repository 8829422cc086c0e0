/// Memory that the endpoints of a job share: control lines, a board for results, and a heap each.
///
/// It is a memfd, so it has no name: whoever is killed, nothing stays in /dev/shm.
#ifndef WEFT_SEGMENT_H
#define WEFT_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Endpoint of an observer, which maps the memory and takes no part.
extern const uint32_t weft_observer;

typedef struct weft_segment_shape {
    uint32_t endpoints;
    /// Sleep rather than spin: there are more endpoints than cores.
    bool oversubscribed;
    /// Whether some of the endpoints are on other nodes, with a memory of their own there.
    bool spans_nodes;
    /// Bytes that the launcher hands to all endpoints.
    uint64_t job_bytes;
    /// Results that an endpoint has room for.
    uint64_t board_entries;
    /// Each endpoint's own heap.
    uint64_t heap_bytes;
} weft_segment_shape;

struct weft_header;
struct weft_control;
struct weft_net;

/// The number of the first operation: those before it that a plan may look back to are never below
/// zero.
#define WEFT_FIRST_OPERATION 8

/// One process's mapping of the memory. Fields are for the engine; read only from outside.
typedef struct weft_segment {
    uint8_t *base;
    uint64_t bytes;
    uint32_t endpoint;
    uint32_t endpoints;
    bool oversubscribed;
    struct weft_header *header;
    struct weft_control *controls;
    uint64_t heap_start;
    uint64_t heap_bytes;
    /// The number of the operation that comes next.
    uint64_t epoch;
    /// For each word of progress what it is known to have been, to save looking.
    uint64_t *known;
    /// How many such words there are: the endpoints' own, and for each endpoint what has landed
    /// there from each other one, in this order.
    uint64_t words;
    /// The connections to other nodes.
    struct weft_net *_Nullable net;
} weft_segment;

/// Makes the memory; ranks inherit the descriptor. It is sparse until touched.
int weft_segment_create(const weft_segment_shape *shape, int *fd_out);

/// Maps the memory for an endpoint, or for weft_observer.
int weft_segment_attach(int fd, uint32_t endpoint, weft_segment *_Nullable *_Nonnull segment_out);

void weft_segment_detach(weft_segment *segment);

/// The bytes that the launcher hands to all.
void *weft_segment_job(const weft_segment *segment);

/// An endpoint's results.
uint64_t *weft_segment_board(const weft_segment *segment, uint32_t endpoint);

/// An endpoint's heap.
void *weft_segment_heap(const weft_segment *segment, uint32_t endpoint);

/// Asks for huge pages for a part of the own heap and touches all of it, so that pages lie on the
/// node of the core that runs this and no measurement pays for them.
int weft_segment_touch(weft_segment *segment, uint64_t start, uint64_t bytes);

/// Ends all waiting, on all endpoints, with -ECANCELED.
void weft_segment_abort(weft_segment *segment);
bool weft_segment_is_aborted(const weft_segment *segment);

/// Waits until every endpoint has called it as often.
int weft_segment_barrier(weft_segment *segment);

/// A word that the launcher raises and endpoints wait for.
void weft_segment_raise(weft_segment *segment, uint64_t value);
int weft_segment_await(weft_segment *segment, uint64_t value);

/// Passes a cache line to and fro between endpoints 0 and 1; the time of one way, in ticks, as the
/// fastest of `batches` batches of `rounds` there and back. All endpoints call this.
int weft_segment_exchange(
    weft_segment *segment, uint32_t batches, uint32_t rounds, double *ticks_out);

#pragma clang assume_nonnull end
#endif

/// Flows between endpoints of different nodes: what a probe of the network is made of.
///
/// Who initiates a flow sends messages, so many outstanding at the same time, and whoever answers
/// tells how many have landed, or sends something back for each. All times are those of one clock:
/// delays are from a message to its answer, at who initiates.
#ifndef WEFT_FLOW_H
#define WEFT_FLOW_H

#include <stdint.h>

#include "weft_segment.h"

#pragma clang assume_nonnull begin

/// The most messages of a flow in a phase.
#define WEFT_FLOW_MESSAGES_MOST (15u << 20)

/// The most messages that a flow has outstanding.
#define WEFT_FLOW_WINDOW_MOST 128

/// How far a flow was at a time.
typedef struct weft_flow_sample {
    /// Since the phase began.
    uint64_t ticks;
    /// Answered, at who initiates; landed, at who answers.
    uint64_t bytes;
    /// Segments that this process has sent and that arrived with a mark of congestion (ECN), of all
    /// its connections since they were made.
    uint64_t marks;
} weft_flow_sample;

/// One endpoint's part of a flow. Between two endpoints there is one flow each way at most.
typedef struct weft_flow {
    /// Who is at the other end, on another node.
    uint32_t peer;
    /// Whether this endpoint answers, rather than initiates.
    uint32_t is_answering;
    /// Whether it goes in rounds with all others of this endpoint that do: the next message of each
    /// is sent once all have been answered.
    uint32_t is_together;
    /// Messages outstanding.
    uint32_t window;
    /// Bytes of a message, and of its answer; 0 for an answer that may be for several.
    uint64_t bytes, reply_bytes;
    /// From when to when messages are sent, in ticks since the phase began.
    uint64_t start, stop;
    /// Ticks from one message to the next; 0 for as soon as the window has room.
    double gap;
    /// Messages at most.
    uint64_t most;
    /// Where samples go, one each interval.
    weft_flow_sample *_Nullable samples;
    uint32_t samples_most;
    /// Where delays go, in ticks from when a message was due to its answer. When there is no room,
    /// every second one is dropped, and only so many are kept from then on.
    uint32_t delays_most;
    uint64_t *_Nullable delays;
    /// Room for `window` times.
    uint64_t *_Nullable due;

    /// What came of it: messages sent and answered, or landed and answered.
    uint64_t sent, answered;
    /// When the first message was sent or landed, and when the last was answered or landed.
    uint64_t first, last;
    uint64_t longest;
    uint32_t sample_count, delay_count;
    /// One delay was kept of so many.
    uint64_t stride;
} weft_flow;

/// What holds for all flows of a phase.
typedef struct weft_flow_phase {
    /// Ticks from one sample to the next.
    uint64_t interval;
    /// Ticks after which what is not answered never will be.
    uint64_t limit;
    /// The part of every heap that messages come from and go to.
    uint64_t heap_start, heap_bytes;
} weft_flow_phase;

/// Runs an endpoint's part in a phase. All endpoints call this after they have met, those without a
/// flow too. -ETIMEDOUT when messages stay without an answer. Nothing is allocated.
int weft_flow_run(
    weft_segment *segment, const weft_flow_phase *phase, weft_flow *_Nullable flows,
    uint32_t count);

/// What the kernel says of this process's TCP connections together.
typedef struct weft_tcp_totals {
    uint32_t connections;
    /// Those that agreed on explicit congestion notification.
    uint32_t with_ecn;
    uint64_t segments;
    uint64_t retransmitted;
    /// Delivered with a mark of congestion.
    uint64_t marked;
    /// How often who sends has noticed that segments overtook each other.
    uint64_t reordered;
    /// Segments that came here before others that were sent earlier.
    uint64_t out_of_order;
} weft_tcp_totals;

/// The TCP connections of this process, as many as there is room for; how many.
uint32_t weft_tcp_sockets(int *sockets_out, uint32_t most);

/// Adds up what the kernel says of sockets. What it does not know is 0.
weft_tcp_totals weft_tcp_total(const int *sockets, uint32_t count);

#pragma clang assume_nonnull end
#endif

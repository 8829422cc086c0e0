// One endpoint's part in a phase of a probe, over the same calls that plans use.
//
// Between two endpoints there is one word of progress each way. In a phase it grows by ANSWER for
// each message that was answered and by MESSAGE for each that was sent. Never more than a window of
// either is new to who looks, so that what it grew by tells both; and it grows by little at a time,
// since a transport may have few bits for that. A phase takes as many operations as leave room for
// it. So plans before and after a phase find words as they know them.
#include "weft_flow.h"

#include <sched.h>
#include <stdbool.h>
#include <string.h>

#include "net_private.h"
#include "segment_private.h"
#include "weft_clock.h"
#include "weft_verbs.h"

enum {
    ANSWER = 1,
    MESSAGE = 256,
    // So many messages more say that this was all: as many are never outstanding.
    ALL = WEFT_FLOW_WINDOW_MOST + 1,
    // What a word grows by in a phase has fewer bits.
    WORD_BITS = 32,
    // A look at the connections is a system call: so many without anything new, then others run.
    PATIENCE = 4096,
    SHARED_PATIENCE = 16,
    SOCKETS_MOST = 256,
};

static const uint64_t phase_operations = 1ull << (WORD_BITS - WEFT_PROGRESS_SHIFT);

_Static_assert(WEFT_FLOW_WINDOW_MOST * ANSWER < MESSAGE, "answers that are new leave messages be");
_Static_assert(
    (WEFT_FLOW_MESSAGES_MOST + ALL) * (uint64_t)(MESSAGE + ANSWER) < 1ull << WORD_BITS,
    "a phase has room for all messages");

// What a peer's word says.
typedef struct view {
    uint64_t sent, answered;
    bool is_done;
} view;

typedef struct run {
    weft_segment *segment;
    const weft_flow_phase *phase;
    weft_flow *flows;
    uint32_t count;
    uint64_t base, begin, next_sample;
    int sockets[SOCKETS_MOST];
    uint32_t socket_count;
} run;

static weft_flow *flow_with(const run *run, uint32_t peer, uint32_t is_answering) {
    for (uint32_t i = 0; i < run->count; i++) {
        weft_flow *flow = &run->flows[i];
        if (flow->peer == peer && flow->is_answering == is_answering) return flow;
    }
    return NULL;
}

static int check(const run *run) {
    const weft_segment *segment = run->segment;
    const weft_flow_phase *phase = run->phase;
    uint64_t most = segment->heap_bytes;
    if (phase->heap_start > most || phase->heap_bytes > most - phase->heap_start) return -ERANGE;
    for (uint32_t i = 0; i < run->count; i++) {
        const weft_flow *flow = &run->flows[i];
        if (flow->peer >= segment->endpoints || flow->peer == segment->endpoint) return -EINVAL;
        if (flow_with(run, flow->peer, flow->is_answering) != flow) return -EEXIST;
        if (flow->bytes > phase->heap_bytes || flow->reply_bytes > phase->heap_bytes) {
            return -ERANGE;
        }
        bool is_timed = flow->due && flow->window > 0 && flow->window <= WEFT_FLOW_WINDOW_MOST;
        if (!flow->is_answering && (!is_timed || !(flow->gap >= 0))) return -EINVAL;
        if ((flow->samples_most && !flow->samples) || (flow->delays_most && !flow->delays)) {
            return -EINVAL;
        }
    }
    return segment->net || run->count == 0 ? 0 : -ENOTCONN;
}

static view look(const run *run, uint32_t peer) {
    const weft_flow *own = flow_with(run, peer, 0), *theirs = flow_with(run, peer, 1);
    view known = {theirs ? theirs->sent : 0, own ? own->answered : 0, false};
    uint64_t before = run->base + known.sent * MESSAGE + known.answered * ANSWER;
    const weft_word *word = weft_landed(run->segment, run->segment->endpoint, peer);
    uint64_t value = atomic_load_explicit(&word->value, memory_order_acquire);
    // It may not have begun.
    if (value <= before) return known;
    uint64_t sent = (value - before) / MESSAGE;
    known.is_done = sent >= ALL;
    if (known.is_done) sent -= ALL;
    // It may be further already, since all that it sent here was answered.
    if (sent > WEFT_FLOW_WINDOW_MOST) return known;
    known.sent += sent;
    known.answered += (value - before) % MESSAGE;
    return known;
}

static bool has_ended(const weft_flow *flow) { return flow->due == NULL; }

// What a message to a peer says of both directions.
static uint64_t word_for(const run *run, uint32_t peer) {
    const weft_flow *own = flow_with(run, peer, 0), *theirs = flow_with(run, peer, 1);
    uint64_t value = run->base;
    if (own) value += (own->sent + (has_ended(own) ? ALL : 0)) * MESSAGE;
    if (theirs) value += theirs->answered * ANSWER;
    return value;
}

// The n-th message of a flow goes where the one before it did not, as far as there is room.
static int send(const run *run, uint32_t peer, uint64_t bytes, uint64_t number) {
    uint64_t stride = (bytes + 63) / 64 * 64;
    uint64_t slots = stride && stride <= run->phase->heap_bytes
                         ? run->phase->heap_bytes / stride : 1;
    uint64_t at = run->phase->heap_start + number % slots * stride;
    const uint8_t *heap = weft_segment_heap(run->segment, run->segment->endpoint);
    return weft_net_send(
        run->segment, peer, bytes ? heap + at : NULL, bytes, at, word_for(run, peer));
}

static void keep_delay(weft_flow *flow, uint64_t number, uint64_t ticks) {
    if (ticks > flow->longest) flow->longest = ticks;
    if (flow->delays_most == 0 || number % flow->stride != 0) return;
    if (flow->delay_count == flow->delays_most) {
        flow->delay_count = (flow->delays_most + 1) / 2;
        for (uint32_t i = 1; i < flow->delay_count; i++) flow->delays[i] = flow->delays[2 * i];
        flow->stride *= 2;
        if (number % flow->stride != 0 || flow->delay_count == flow->delays_most) return;
    }
    flow->delays[flow->delay_count++] = ticks;
}

// Takes notice of answers; whether there were any.
static bool take_answers(weft_flow *flow, const view *seen, uint64_t now) {
    uint64_t answered = seen->answered < flow->sent ? seen->answered : flow->sent;
    if (answered <= flow->answered) return false;
    for (uint64_t n = flow->answered; n < answered; n++) {
        keep_delay(flow, n, now - flow->due[n % flow->window]);
    }
    flow->answered = answered;
    flow->last = now;
    return true;
}

// Answers what has landed; how many messages that was, or a negative errno.
static int answer(run *run, weft_flow *flow, const view *seen, uint64_t now) {
    if (seen->sent <= flow->sent) return 0;
    int fresh = (int)(seen->sent - flow->sent);
    if (flow->sent == 0) flow->first = now;
    flow->sent = seen->sent;
    flow->last = now;
    int error = 0;
    if (flow->reply_bytes == 0) {
        flow->answered = flow->sent;
        error = send(run, flow->peer, 0, 0);
    }
    while (flow->answered < flow->sent && !error) {
        flow->answered++;
        error = send(run, flow->peer, flow->reply_bytes, flow->answered);
    }
    return error ? error : fresh;
}

// Whether all flows that go in rounds have been answered.
static bool round_is_over(const run *run) {
    for (uint32_t i = 0; i < run->count; i++) {
        const weft_flow *flow = &run->flows[i];
        if (flow->is_together && !flow->is_answering && flow->answered < flow->sent) return false;
    }
    return true;
}

// When the next message is due; the end of time when none is.
static uint64_t next_due(const weft_flow *flow, uint64_t now) {
    if (flow->sent >= flow->most || now >= flow->stop) return UINT64_MAX;
    uint64_t due = now;
    if (flow->gap > 0) due = flow->start + (uint64_t)(flow->gap * (double)flow->sent);
    if (due < flow->start) due = flow->start;
    return due < flow->stop ? due : UINT64_MAX;
}

// Sends what is due; how many messages that was, or a negative errno.
static int initiate(run *run, weft_flow *flow, bool is_open, uint64_t now) {
    int count = 0;
    while (flow->sent - flow->answered < flow->window) {
        if (flow->is_together && (!is_open || count > 0)) break;
        uint64_t due = next_due(flow, now);
        if (due > now) break;
        if (flow->sent == 0) flow->first = now;
        flow->due[flow->sent % flow->window] = due;
        flow->sent++;
        int error = send(run, flow->peer, flow->bytes, flow->sent);
        if (error) return error;
        count++;
        if (flow->gap == 0 && !flow->is_together) now = weft_clock_now() - run->begin;
    }
    return count;
}

// Tells who answers that this was all, once it was.
static int finish(run *run, weft_flow *flow, uint64_t now) {
    bool is_over = now >= flow->stop || flow->sent >= flow->most;
    if (!is_over || flow->answered < flow->sent) return 0;
    flow->due = NULL;
    return send(run, flow->peer, 0, 0);
}

static void sample(run *run, uint64_t now) {
    if (now < run->next_sample) return;
    uint64_t marks = weft_tcp_total(run->sockets, run->socket_count).marked;
    for (uint32_t i = 0; i < run->count; i++) {
        weft_flow *flow = &run->flows[i];
        if (flow->sample_count >= flow->samples_most) continue;
        uint64_t done = flow->is_answering ? flow->sent : flow->answered;
        flow->samples[flow->sample_count++] = (weft_flow_sample){now, done * flow->bytes, marks};
    }
    uint64_t interval = run->phase->interval;
    run->next_sample += interval * (1 + (now - run->next_sample) / interval);
}

// One look at all flows: 1 when something happened, 0 when not, or a negative errno. `left_out`
// are the flows that go on.
static int turn(run *run, uint64_t now, uint32_t *left_out) {
    int happened = 0;
    uint32_t left = 0;
    bool is_open = round_is_over(run);
    for (uint32_t i = 0; i < run->count; i++) {
        weft_flow *flow = &run->flows[i];
        view seen = look(run, flow->peer);
        int count = 0;
        if (flow->is_answering) {
            count = answer(run, flow, &seen, now);
            left += !seen.is_done;
        } else if (!has_ended(flow)) {
            bool has_answers = take_answers(flow, &seen, now);
            count = initiate(run, flow, is_open, now);
            if (count >= 0) {
                int error = finish(run, flow, now);
                count = error ? error : count + has_answers;
            }
            left += !has_ended(flow);
        }
        if (count < 0) return count;
        happened |= count > 0;
    }
    *left_out = left;
    return happened;
}

// When this endpoint must look again even if nothing comes.
static uint64_t next_time(const run *run, uint64_t now) {
    uint64_t next = run->next_sample;
    for (uint32_t i = 0; i < run->count; i++) {
        const weft_flow *flow = &run->flows[i];
        if (flow->is_answering || has_ended(flow)) continue;
        bool is_full = flow->sent - flow->answered >= flow->window;
        uint64_t due = is_full ? flow->stop : next_due(flow, now);
        if (due == UINT64_MAX) due = flow->stop;
        if (due < next) next = due;
    }
    return next;
}

// Looks at the connections, and leaves the core to others where it is shared or nothing happens.
static int wait(run *run, uint64_t now, uint32_t idle) {
    weft_segment *segment = run->segment;
    bool is_shared = segment->oversubscribed;
    int milliseconds = 0;
    if (idle > (is_shared ? SHARED_PATIENCE : PATIENCE)) {
        uint64_t next = next_time(run, now);
        uint64_t millisecond = (uint64_t)(weft_clock_rate() / 1000);
        milliseconds = is_shared && next > now + millisecond;
        if (!milliseconds) sched_yield();
    }
    int error = weft_net_poll(segment, milliseconds);
    if (!error && weft_segment_is_aborted(segment)) error = -ECANCELED;
    for (uint32_t i = 0; idle > PATIENCE && !error && i < run->count; i++) {
        if (weft_net_is_lost(segment, run->flows[i].peer)) error = -ECONNRESET;
    }
    return error;
}

// Words are again those of plans, and who has asked meanwhile is told.
static int leave(run *run) {
    weft_segment *segment = run->segment;
    segment->epoch += phase_operations;
    uint64_t progress = segment->epoch << WEFT_PROGRESS_SHIFT;
    int error = segment->net ? weft_net_flush(segment) : 0;
    if (!error && segment->net) error = weft_net_answer(segment, progress);
    if (!error && segment->net) error = weft_net_flush(segment);
    weft_word_publish(segment, &segment->controls[segment->endpoint].progress, progress);
    return error;
}

int weft_flow_run(
    weft_segment *segment, const weft_flow_phase *phase, weft_flow *flows, uint32_t count
) {
    run run = {.segment = segment, .phase = phase, .flows = flows, .count = count};
    int error = phase->interval == 0 ? -EINVAL : check(&run);
    if (error) return error;
    for (uint32_t i = 0; i < count; i++) {
        weft_flow *flow = &flows[i];
        flow->sent = flow->answered = flow->first = flow->last = flow->longest = 0;
        flow->sample_count = flow->delay_count = 0;
        flow->stride = 1;
        if (flow->most > WEFT_FLOW_MESSAGES_MOST) flow->most = WEFT_FLOW_MESSAGES_MOST;
    }
    run.base = segment->epoch << WEFT_PROGRESS_SHIFT;
    // Over queue pairs sockets carry nothing that is of interest.
    bool is_tcp = !weft_verbs_is_used(segment);
    run.socket_count = is_tcp ? weft_tcp_sockets(run.sockets, SOCKETS_MOST) : 0;
    run.begin = weft_clock_now();
    run.next_sample = phase->interval;
    uint32_t left = count, idle = 0;
    while (left > 0) {
        uint64_t now = weft_clock_now() - run.begin;
        if (now > phase->limit) return -ETIMEDOUT;
        error = wait(&run, now, idle);
        if (error) return error;
        now = weft_clock_now() - run.begin;
        int happened = turn(&run, now, &left);
        if (happened < 0) return happened;
        idle = happened ? 0 : idle + 1;
        sample(&run, now);
    }
    return leave(&run);
}

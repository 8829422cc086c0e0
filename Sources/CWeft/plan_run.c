// One operation of a plan: the hot path. Nothing here allocates, locks or enters the kernel, but
// for a wait that is long; Tests/TidyTests looks at the disassembly.
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "net_private.h"
#include "plan_private.h"
#include "segment_private.h"

// A line: data and flag arrive together, since stores to one cache line become visible in order and
// the flag is stored last, with release. No wide store needs to be single-copy atomic for this.
typedef struct line {
    uint8_t data[WEFT_LINE_DATA];
    _Atomic uint64_t flag;
} line;

_Static_assert(sizeof(line) == WEFT_LINE, "a line is a cache line");

static inline uint64_t progress_of(uint64_t epoch, uint64_t within) {
    return (epoch << WEFT_PROGRESS_SHIFT) + within;
}

static int ask(weft_segment *segment, uint32_t word, uint64_t want) {
    int error = weft_net_poll(segment, 0);
    weft_word *landed = weft_progress_word(segment, word);
    uint64_t now = atomic_load_explicit(&landed->value, memory_order_relaxed);
    if (error || now >= want) return error;
    return weft_net_ask(segment, word % segment->endpoints, want);
}

static inline int await(weft_segment *segment, const weft_wait *wait, uint64_t epoch) {
    uint64_t want = progress_of(epoch + (uint64_t)(int64_t)wait->operations, wait->progress);
    if (segment->known[wait->word] >= want) return 0;
    weft_word *word = weft_progress_word(segment, wait->word);
    uint64_t now = atomic_load_explicit(&word->value, memory_order_acquire);
    if (now < want) {
        // That an endpoint of another node has left an earlier operation is told by it only to
        // those whose plan, which may have been another then, made them need it.
        if (wait->operations < 0 && wait->word >= segment->endpoints) {
            int error = ask(segment, wait->word, want);
            if (error) return error;
        }
        int error = weft_word_wait(segment, word, want);
        if (error) return error;
        now = want;
    }
    segment->known[wait->word] = now;
    return 0;
}

// Copies less than a line: most often a word or two, for which a call to memcpy costs more than the
// exchange of a line leaves time for.
static inline void copy_short(uint8_t *to, const uint8_t *from, uint64_t bytes) {
    for (; bytes >= 8; bytes -= 8, to += 8, from += 8) memcpy(to, from, 8);
    for (; bytes; bytes--) *to++ = *from++;
}

static void put_lines(line *to, const uint8_t *from, uint64_t bytes, uint64_t epoch) {
    for (; bytes >= WEFT_LINE_DATA; bytes -= WEFT_LINE_DATA, from += WEFT_LINE_DATA) {
        memcpy(to->data, from, WEFT_LINE_DATA);
        atomic_store_explicit(&to->flag, epoch, memory_order_release);
        to++;
    }
    if (bytes) {
        copy_short(to->data, from, bytes);
        atomic_store_explicit(&to->flag, epoch, memory_order_release);
    }
}

// One source into the lines of all targets; by way of a block where its values change.
static void put(
    const weft_plan *plan, const weft_step *step, const weft_pass *pass, void *const *addresses,
    uint64_t epoch
) {
    void *const *targets = addresses + 1;
    if (pass->is_copy) {
        for (uint32_t t = 0; t < step->targets; t++) {
            put_lines(targets[t], addresses[0], step->bytes, epoch);
        }
        return;
    }
    void *block[1] = {plan->blocks};
    const uint64_t unit = plan->block_bytes / pass->block;
    for (uint64_t at = 0; at < pass->count; at += pass->block) {
        uint64_t count = pass->count - at < pass->block ? pass->count - at : pass->block;
        const void *source[1] = {(const uint8_t *)addresses[0] + at * unit};
        pass->run(block, 1, source, 1, count, &pass->scalars);
        for (uint32_t t = 0; t < step->targets; t++) {
            line *to = (line *)targets[t] + at * unit / WEFT_LINE_DATA;
            put_lines(to, plan->blocks, count * unit, epoch);
        }
    }
}

// Asks for the first of the lines that the next operation will put, while this one waits for its
// own: its last reader is through with it. 13 % of an 8-byte one-shot all-reduce on Zen 3.
static inline void own_next(void *const *targets, uint32_t target_count) {
#if defined(__x86_64__)
    for (uint32_t t = 0; t < target_count; t++) {
        __asm__ volatile("prefetchw %0" : : "m"(*(const char *)targets[t]));
    }
#else
    (void)targets, (void)target_count;
#endif
}

static inline int arrive(
    weft_segment *segment, const line *from, uint32_t writer, uint64_t epoch
) {
    // Pairs with the release in put: the data lies before its flag.
    if (atomic_load_explicit(&from->flag, memory_order_acquire) == epoch) return 0;
    return weft_flag_wait(segment, &from->flag, epoch, writer);
}

static inline int unpack(
    weft_segment *segment, const line *lines, uint32_t writer, uint64_t epoch, uint64_t bytes,
    uint8_t *to
) {
    for (; bytes; lines++) {
        int error = arrive(segment, lines, writer, epoch);
        if (error) return error;
        uint64_t here = bytes < WEFT_LINE_DATA ? bytes : WEFT_LINE_DATA;
        if (here == WEFT_LINE_DATA) {
            memcpy(to, lines->data, WEFT_LINE_DATA);
        } else {
            copy_short(to, lines->data, here);
        }
        to += here;
        bytes -= here;
    }
    return 0;
}

// One block of a take: so many units from the first on, of which each has so many bytes.
static int take_block(
    const weft_plan *plan, weft_segment *segment, const weft_step *step, const weft_pass *pass,
    const weft_operand *operands, void *const *addresses, uint64_t epoch, uint64_t at,
    uint64_t bytes, uint64_t count
) {
    void **sources = plan->pointers;
    for (uint32_t s = 0; s < step->sources; s++) {
        if (operands[s].area != WEFT_AREA_LINES) {
            sources[s] = (uint8_t *)addresses[s] + at;
            continue;
        }
        line *lines = (line *)addresses[s] + at / WEFT_LINE_DATA;
        uint8_t *block = plan->blocks + (uint64_t)s * plan->block_bytes;
        bool is_one = bytes <= WEFT_LINE_DATA;
        uint32_t writer = operands[s].writer;
        int error = is_one ? arrive(segment, lines, writer, epoch)
                           : unpack(segment, lines, writer, epoch, bytes, block);
        if (error) return error;
        sources[s] = is_one ? lines->data : block;
    }
    void **targets = sources + step->sources;
    for (uint32_t t = 0; t < step->targets; t++) {
        targets[t] = (uint8_t *)addresses[step->sources + t] + at;
    }
    pass->run(
        targets, step->targets, (const void *const *)sources, step->sources, count,
        &pass->scalars);
    return 0;
}

static int take(
    const weft_plan *plan, weft_segment *segment, const weft_step *step, const weft_pass *pass,
    const weft_operand *operands, void *const *addresses, uint64_t epoch
) {
    uint64_t count = pass->count;
    // What is only copied goes straight to where it belongs.
    bool is_moved = pass->is_copy && step->targets == 1 && operands->area == WEFT_AREA_LINES;
    if (is_moved) {
        const line *lines = addresses[0];
        int error = unpack(segment, lines, operands->writer, epoch, step->bytes, addresses[1]);
        if (error) return error;
    }
    for (uint64_t at = is_moved ? step->bytes : 0; at < step->bytes; at += plan->block_bytes) {
        uint64_t left = step->bytes - at;
        bool is_last = left <= plan->block_bytes;
        int error = take_block(
            plan, segment, step, pass, operands, addresses, epoch, at,
            is_last ? left : plan->block_bytes, is_last ? count : pass->block);
        if (error) return error;
        count -= pass->block;
    }
    // Who put these lines had entered this operation, so was through with all earlier ones.
    uint64_t entered = progress_of(epoch, 1);
    for (uint32_t s = 0; s < step->sources; s++) {
        uint64_t *known = &segment->known[operands[s].writer];
        if (operands[s].area == WEFT_AREA_LINES && *known < entered) *known = entered;
    }
    return 0;
}

// Tells endpoints of other nodes how far this one is; what was sent to them before lands before.
static int notify(
    weft_segment *segment, const uint32_t *endpoints, uint32_t count, uint64_t progress
) {
    int error = 0;
    for (uint32_t i = 0; i < count && !error; i++) {
        error = weft_net_send(segment, endpoints[i], NULL, 0, 0, progress);
    }
    return error;
}

// The end of an operation for those on other nodes: what was sent has left, and they know.
static int part(weft_plan *plan, weft_segment *segment, const uint32_t *notice, uint64_t epoch) {
    int error = weft_net_flush(segment);
    if (!error) error = notify(segment, notice, plan->leaving, progress_of(epoch + 1, 0));
    if (!error) error = weft_net_answer(segment, progress_of(epoch + 1, 0));
    return error ? error : weft_net_flush(segment);
}

// What a step does over the network: sends, and tells.
static int step_far(
    weft_segment *segment, const weft_step *step, const weft_operand *operands,
    void *const *addresses, const uint32_t *notices, uint64_t progress
) {
    int error = 0;
    if (step->kind == WEFT_STEP_SEND) {
        error = weft_net_send(
            segment, operands[1].endpoint, addresses[0], step->bytes, (uintptr_t)addresses[1],
            step->progress ? progress : 0);
    }
    if (!error && (step->flushes & WEFT_FLUSH_AFTER)) error = weft_net_flush(segment);
    return error ? error : notify(segment, notices, step->notices, progress);
}

int weft_plan_run_once(weft_plan *plan, weft_segment *segment) {
    uint64_t epoch = segment->epoch++;
    weft_word *progress = &segment->controls[segment->endpoint].progress;
    // As many as a power of two.
    const uint64_t last_turn = plan->turns - 1;
    void *const *all = (void *const *)plan->addresses[epoch & last_turn];
    void *const *next = (void *const *)plan->addresses[(epoch + 1) & last_turn];
    void *const *addresses = all;
    const weft_operand *operands = plan->operands;
    const weft_pass *pass = plan->passes;
    const weft_wait *wait = plan->waits;
    const uint32_t *notice = plan->notices + plan->entering;
    if (plan->is_announced) weft_word_publish(segment, progress, progress_of(epoch, 1));
    if (plan->entering) {
        int error = notify(segment, plan->notices, plan->entering, progress_of(epoch, 1));
        if (error) return error;
    }
    for (const weft_step *step = plan->steps, *end = step + plan->step_count; step < end; step++) {
        for (uint32_t i = 0; i < step->waits; i++) {
            int error = await(segment, wait++, epoch);
            if (error) return error;
        }
        if (__builtin_expect(step->flushes & WEFT_FLUSH_BEFORE, 0)) {
            int error = weft_net_flush(segment);
            if (error) return error;
        }
        if (step->kind == WEFT_STEP_COMBINE) {
            pass->run(
                addresses + step->sources, step->targets, (const void *const *)addresses,
                step->sources, pass->count, &pass->scalars);
        } else if (step->kind == WEFT_STEP_PUT) {
            put(plan, step, pass, addresses, epoch);
            own_next(next + (addresses - all) + 1, step->targets);
            // Who sleeps for a line sleeps on the progress of its writer.
            if (__builtin_expect(segment->oversubscribed, 0)) weft_word_wake(progress);
        } else if (step->kind == WEFT_STEP_TAKE) {
            int error = take(plan, segment, step, pass, operands, addresses, epoch);
            if (error) return error;
        }
        if (__builtin_expect(step->kind == WEFT_STEP_SEND || step->notices, 0)) {
            uint64_t done = progress_of(epoch, step->progress);
            int error = step_far(segment, step, operands, addresses, notice, done);
            if (error) return error;
            notice += step->notices;
        }
        pass++;
        if (step->is_awaited) {
            weft_word_publish(segment, progress, progress_of(epoch, step->progress));
        }
        addresses += step->sources + step->targets;
        operands += step->sources + step->targets;
    }
    for (uint32_t i = 0; i < plan->closing; i++) {
        int error = await(segment, wait++, epoch);
        if (error) return error;
    }
    // Who shares this memory may change it next, so it must have left for those who do not.
    int error = segment->net ? part(plan, segment, notice, epoch) : 0;
    weft_word_publish(segment, progress, progress_of(epoch + 1, 0));
    return error;
}

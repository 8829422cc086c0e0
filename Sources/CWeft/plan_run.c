// One operation of a plan: the hot path. Nothing here allocates, locks or enters the kernel, but
// for a wait that is long; Tests/TidyTests looks at the disassembly.
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "plan_private.h"
#include "segment_private.h"

// A line: data and flag arrive together, since stores to one cache line become visible in order and
// the flag is stored last, with release. No wide store needs to be single-copy atomic for this.
typedef struct line {
    uint8_t data[WEFT_LINE_DATA];
    _Atomic uint64_t flag;
} line;

_Static_assert(sizeof(line) == WEFT_LINE, "a line is a cache line");

enum {
    // Lines that are unpacked at a time, and sources of one call to a kernel: 7 KiB of stack.
    BLOCK_LINES = 16,
    BLOCK = BLOCK_LINES * WEFT_LINE_DATA,
    BLOCK_SOURCES = 8,
};

static inline uint64_t progress_of(uint64_t epoch, uint64_t within) {
    return (epoch << WEFT_PROGRESS_SHIFT) + within;
}

static inline int await(weft_segment *segment, const weft_wait *wait, uint64_t epoch) {
    uint64_t want = progress_of(epoch + (uint64_t)(int64_t)wait->operations, wait->progress);
    if (segment->known[wait->endpoint] >= want) return 0;
    weft_word *word = &segment->controls[wait->endpoint].progress;
    uint64_t now = atomic_load_explicit(&word->value, memory_order_acquire);
    if (now < want) {
        int error = weft_word_wait(segment, word, want);
        if (error) return error;
        now = want;
    }
    segment->known[wait->endpoint] = now;
    return 0;
}

// Copies less than a line: most often a word or two, for which a call to memcpy costs more than the
// exchange of a line leaves time for.
static inline void copy_short(uint8_t *to, const uint8_t *from, uint64_t bytes) {
    for (; bytes >= 8; bytes -= 8, to += 8, from += 8) memcpy(to, from, 8);
    for (; bytes; bytes--) *to++ = *from++;
}

static void put(
    const uint8_t *source, void *const *targets, uint32_t target_count, uint64_t bytes,
    uint64_t epoch
) {
    for (uint32_t t = 0; t < target_count; t++) {
        line *to = targets[t];
        const uint8_t *from = source;
        uint64_t left = bytes;
        for (; left >= WEFT_LINE_DATA; left -= WEFT_LINE_DATA) {
            memcpy(to->data, from, WEFT_LINE_DATA);
            atomic_store_explicit(&to->flag, epoch, memory_order_release);
            from += WEFT_LINE_DATA;
            to++;
        }
        if (left) {
            copy_short(to->data, from, left);
            atomic_store_explicit(&to->flag, epoch, memory_order_release);
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

static inline void combine(
    const weft_plan *plan, uint32_t streaming, void *const *targets, uint32_t target_count,
    const void *const *sources, uint32_t source_count, uint64_t bytes
) {
    if (source_count == 1) {
        plan->copy[streaming](targets, target_count, sources, 1, bytes);
    } else {
        plan->combine[streaming](
            targets, target_count, sources, source_count, bytes / plan->element_size);
    }
}

// One block of a take: left to right, as many sources at a time as fit the stack.
static int take_block(
    const weft_plan *plan, weft_segment *segment, const weft_step *step,
    const weft_operand *operands, void *const *addresses, uint64_t epoch, uint64_t at,
    uint64_t bytes
) {
    uint8_t room[BLOCK_SOURCES][BLOCK];
    uint8_t sum[BLOCK];
    void *sum_target[1] = {sum};
    const void *sources[BLOCK_SOURCES];
    uint32_t held = 0;
    for (uint32_t s = 0; s < step->sources; s++) {
        if (held == BLOCK_SOURCES) {
            combine(plan, 0, sum_target, 1, sources, held, bytes);
            sources[0] = sum;
            held = 1;
        }
        if (operands[s].area == WEFT_AREA_LINES) {
            const line *lines = (const line *)addresses[s] + at / WEFT_LINE_DATA;
            bool is_one = bytes <= WEFT_LINE_DATA;
            uint32_t writer = operands[s].writer;
            int error = is_one ? arrive(segment, lines, writer, epoch)
                               : unpack(segment, lines, writer, epoch, bytes, room[held]);
            if (error) return error;
            sources[held] = is_one ? lines->data : room[held];
        } else {
            sources[held] = (const uint8_t *)addresses[s] + at;
        }
        held++;
    }
    void *const *bases = addresses + step->sources;
    for (uint32_t first = 0; first < step->targets; first += BLOCK_SOURCES) {
        void *targets[BLOCK_SOURCES];
        uint32_t count = step->targets - first;
        if (count > BLOCK_SOURCES) count = BLOCK_SOURCES;
        for (uint32_t t = 0; t < count; t++) targets[t] = (uint8_t *)bases[first + t] + at;
        combine(plan, 0, targets, count, sources, held, bytes);
    }
    return 0;
}

static int take(
    const weft_plan *plan, weft_segment *segment, const weft_step *step,
    const weft_operand *operands, void *const *addresses, uint64_t epoch
) {
    for (uint64_t at = 0; at < step->bytes; at += BLOCK) {
        uint64_t bytes = step->bytes - at < BLOCK ? step->bytes - at : BLOCK;
        int error = take_block(plan, segment, step, operands, addresses, epoch, at, bytes);
        if (error) return error;
    }
    // Who put these lines had entered this operation, so was through with all earlier ones.
    uint64_t entered = progress_of(epoch, 1);
    for (uint32_t s = 0; s < step->sources; s++) {
        uint64_t *known = &segment->known[operands[s].writer];
        if (operands[s].area == WEFT_AREA_LINES && *known < entered) *known = entered;
    }
    return 0;
}

int weft_plan_run_once(weft_plan *plan, weft_segment *segment) {
    uint64_t epoch = segment->epoch++;
    weft_word *progress = &segment->controls[segment->endpoint].progress;
    void *const *all = (void *const *)plan->addresses[epoch & 1];
    void *const *next = (void *const *)plan->addresses[(epoch + 1) & 1];
    void *const *addresses = all;
    const weft_operand *operands = plan->operands;
    const weft_wait *wait = plan->waits;
    if (plan->is_announced) weft_word_publish(segment, progress, progress_of(epoch, 1));
    for (const weft_step *step = plan->steps, *end = step + plan->step_count; step < end; step++) {
        for (uint32_t i = 0; i < step->waits; i++) {
            int error = await(segment, wait++, epoch);
            if (error) return error;
        }
        if (step->kind == WEFT_STEP_COMBINE) {
            combine(
                plan, step->is_streaming, addresses + step->sources, step->targets,
                (const void *const *)addresses, step->sources, step->bytes);
        } else if (step->kind == WEFT_STEP_PUT) {
            put(addresses[0], addresses + 1, step->targets, step->bytes, epoch);
            own_next(next + (addresses - all) + 1, step->targets);
            // Who sleeps for a line sleeps on the progress of its writer.
            if (__builtin_expect(segment->oversubscribed, 0)) weft_word_wake(progress);
        } else {
            int error = take(plan, segment, step, operands, addresses, epoch);
            if (error) return error;
        }
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
    weft_word_publish(segment, progress, progress_of(epoch + 1, 0));
    return 0;
}

// What the parts of the data plane that share memory know of each other. Not for Swift.
#ifndef WEFT_SEGMENT_PRIVATE_H
#define WEFT_SEGMENT_PRIVATE_H

#include <errno.h>
#include <stdatomic.h>

#include "weft_segment.h"

// weft_relax gives the core's other thread room. weft_look_fence only keeps looks apart: without it
// the processor looks ahead, and has to take its guesses back when the line changes.
#if defined(__x86_64__)
#include <immintrin.h>
#define weft_relax() _mm_pause()
#define weft_look_fence() _mm_lfence()
#elif defined(__aarch64__)
#define weft_relax() __asm__ volatile("isb" ::: "memory")
#define weft_look_fence() __asm__ volatile("dmb ishld" ::: "memory")
#else
#define weft_relax() ((void)0)
#define weft_look_fence() ((void)0)
#endif

// Two lines: the prefetcher of x86 processors fetches lines in pairs.
#define WEFT_LINE_PAIR 128

// A word that others wait for, and what is needed to sleep on it. `wake` counts wake-ups;
// `sleepers` says whether anybody needs one. Only used when there are more endpoints than cores.
typedef struct weft_word {
    _Alignas(WEFT_LINE_PAIR) _Atomic uint64_t value;
    _Alignas(WEFT_LINE_PAIR) _Atomic uint32_t wake;
    _Atomic uint32_t sleepers;
} weft_word;

struct weft_header {
    uint64_t magic;
    uint64_t bytes;
    uint32_t endpoints;
    uint32_t oversubscribed;
    uint32_t spans_nodes;
    uint64_t job_start;
    uint64_t landed_start;
    uint64_t board_start;
    uint64_t board_entries;
    uint64_t heap_start;
    uint64_t heap_bytes;
    _Alignas(WEFT_LINE_PAIR) _Atomic uint32_t aborted;
    weft_word launcher;
    weft_word generation;
    _Alignas(WEFT_LINE_PAIR) _Atomic uint32_t arrivals;
    // When the next operation begins, for those that start together; two, in turn.
    _Alignas(WEFT_LINE_PAIR) _Atomic uint64_t start[2];
};

struct weft_control {
    // How far the endpoint is: (operation << 20) + 0 finished the one before, + 1 entered,
    // + 2 + i finished step i. It only grows.
    weft_word progress;
    // Lines that arrive do not change `progress`; who sleeps waiting for one sleeps on this.
    _Alignas(WEFT_LINE_PAIR) _Atomic uint64_t ping;
};

#define WEFT_PROGRESS_SHIFT 20

// How far an endpoint of another node is, as far as what it sent to this one has landed.
static inline weft_word *weft_landed(
    const weft_segment *segment, uint32_t endpoint, uint32_t from
) {
    weft_word *words = (weft_word *)(void *)(segment->base + segment->header->landed_start);
    return words + (uint64_t)endpoint * segment->endpoints + from;
}

// A word of progress by the number that waits know it by.
static inline weft_word *weft_progress_word(const weft_segment *segment, uint64_t word) {
    if (__builtin_expect(word < segment->endpoints, 1)) return &segment->controls[word].progress;
    return weft_landed(segment, 0, 0) + (word - segment->endpoints);
}

// Waits until a word is at least `value`: the slow path. -ECANCELED when the job is aborted.
int weft_word_wait(weft_segment *segment, weft_word *word, uint64_t value);

// Waits until a line's flag is `value`; its writer wakes the sleepers of its progress word.
int weft_flag_wait(
    weft_segment *segment, const _Atomic uint64_t *flag, uint64_t value, uint32_t writer);

// Wakes who sleeps on a word; a full fence orders the store before it with the look at sleepers.
void weft_word_wake(weft_word *word);

static inline void weft_word_publish(weft_segment *segment, weft_word *word, uint64_t value) {
    // Pairs with the acquire loads in weft_word_await and weft_word_wait.
    atomic_store_explicit(&word->value, value, memory_order_release);
    if (__builtin_expect(segment->oversubscribed, 0)) weft_word_wake(word);
}

static inline int weft_word_await(weft_segment *segment, weft_word *word, uint64_t value) {
    if (atomic_load_explicit(&word->value, memory_order_acquire) >= value) return 0;
    return weft_word_wait(segment, word, value);
}

#endif

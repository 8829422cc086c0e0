// Waiting. With a core to each endpoint: spin, and yield now and then in case somebody else needs
// the core after all. With more endpoints than cores: spin little, yield, then sleep on a futex.
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "net_private.h"
#include "segment_private.h"

enum {
    // Looks at the word before the first pause. A pause lasts 26 ns on Zen 3, and what is waited
    // for often comes sooner: with these looks an 8-byte one-shot all-reduce took 66 ns instead of
    // 81.
    EAGER = 64,
    // Looks at the word between two looks at the abort flag: some 10 to 50 us.
    SPINS = 1024,
    // Rounds of SPINS before a core of one's own is shared: about a millisecond.
    PATIENCE = 64,
    // The same where cores are shared, where the awaited is likely to need this very core.
    SHARED_SPINS = 32,
    SHARED_YIELDS = 64,
    // The same where connections must be looked at too, each look a system call: looks at the word
    // between two looks at the connections, and of those before the core is shared, or given up.
    NET_SPINS = 16,
    NET_PATIENCE = 4096,
    NET_YIELDS = 16,
    // Milliseconds of sleep: for a connection, and for a neighbour, who tells nothing to a sleeper
    // that the kernel wakes for connections only.
    NET_SLEEP = 50,
    NET_NAP = 1,
};

static bool is_aborted(const weft_segment *segment) {
    return atomic_load_explicit(&segment->header->aborted, memory_order_relaxed) != 0;
}

static void sleep_on(_Atomic uint32_t *word, uint32_t seen, long nanoseconds) {
    // Bounded, so that an abort is seen even by a sleeper whom nobody will wake any more.
    struct timespec most = {.tv_nsec = nanoseconds};
    syscall(SYS_futex, word, FUTEX_WAIT, seen, &most, NULL, 0);
}

void weft_word_wake(weft_word *word) {
    // Against the store being seen after the look at `sleepers`; pairs with the fence in
    // wait_asleep.
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&word->sleepers, memory_order_relaxed) == 0) return;
    atomic_fetch_add_explicit(&word->wake, 1, memory_order_relaxed);
    syscall(SYS_futex, &word->wake, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

// What is waited for: a counter to reach a value, or a line's flag to become one.
typedef struct condition {
    const _Atomic uint64_t *word;
    uint64_t value;
    bool is_exact;
} condition;

static inline bool holds(condition c) {
    uint64_t now = atomic_load_explicit(c.word, memory_order_acquire);
    return c.is_exact ? now == c.value : now >= c.value;
}

static int wait_asleep(weft_segment *segment, condition c, weft_word *bell) {
    for (int i = 0; i < SHARED_YIELDS; i++) {
        for (int spin = 0; spin < SHARED_SPINS; spin++) {
            if (holds(c)) return 0;
            weft_relax();
        }
        sched_yield();
    }
    while (!is_aborted(segment)) {
        uint32_t seen = atomic_load_explicit(&bell->wake, memory_order_relaxed);
        atomic_fetch_add_explicit(&bell->sleepers, 1, memory_order_relaxed);
        // Either the waker sees the sleeper, or the sleeper sees what the waker stored.
        atomic_thread_fence(memory_order_seq_cst);
        bool is_there = holds(c);
        if (!is_there) sleep_on(&bell->wake, seen, 50000000);
        atomic_fetch_sub_explicit(&bell->sleepers, 1, memory_order_relaxed);
        if (is_there || holds(c)) return 0;
    }
    return -ECANCELED;
}

// Who of another node must send for a word to change; weft_observer where a neighbour changes it.
static uint32_t sender_of(const weft_segment *segment, const _Atomic uint64_t *word) {
    const weft_word *own = weft_landed(segment, segment->endpoint, 0);
    const weft_word *end = own + segment->endpoints;
    bool is_own = (const void *)word >= (const void *)own && (const void *)word < (const void *)end;
    return is_own ? (uint32_t)((const weft_word *)(const void *)word - own) : weft_observer;
}

static int wait_with_net(weft_segment *segment, condition c, weft_word *bell) {
    uint32_t sender = sender_of(segment, c.word);
    // What another node must send changes with a look at the connections only.
    int spins = sender == weft_observer ? NET_SPINS : 1;
    uint64_t began = 0;
    for (uint64_t turn = 0; !is_aborted(segment); turn++) {
        bool is_patient = turn < (segment->oversubscribed ? NET_YIELDS : NET_PATIENCE);
        // A neighbour wakes nobody where each has a core.
        bool may_sleep = segment->oversubscribed ||
                         (sender != weft_observer && !is_patient && weft_net_is_long(&began));
        bool sleeps = may_sleep && !is_patient;
        int error = weft_net_poll(segment, sleeps && sender != weft_observer ? NET_SLEEP : 0);
        if (error) return error;
        for (int spin = 0; spin < spins; spin++) {
            if (holds(c)) return 0;
            if (spins > 1) weft_relax();
        }
        if (sender != weft_observer && weft_net_is_lost(segment, sender)) return -ECONNRESET;
        if (sleeps && sender == weft_observer) {
            uint32_t seen = atomic_load_explicit(&bell->wake, memory_order_relaxed);
            atomic_fetch_add_explicit(&bell->sleepers, 1, memory_order_relaxed);
            atomic_thread_fence(memory_order_seq_cst);
            if (!holds(c)) sleep_on(&bell->wake, seen, NET_NAP * 1000000L);
            atomic_fetch_sub_explicit(&bell->sleepers, 1, memory_order_relaxed);
        } else if (segment->oversubscribed || !is_patient) {
            sched_yield();
        }
    }
    return -ECANCELED;
}

static int wait_for(weft_segment *segment, condition c, weft_word *bell) {
    if (segment->net) return wait_with_net(segment, c, bell);
    if (segment->oversubscribed) return wait_asleep(segment, c, bell);
    for (int look = 0; look < EAGER; look++) {
        if (holds(c)) return 0;
        weft_look_fence();
    }
    for (uint64_t turn = 0; !is_aborted(segment); turn++) {
        for (int spin = 0; spin < SPINS; spin++) {
            if (holds(c)) return 0;
            weft_relax();
        }
        if (turn >= PATIENCE) sched_yield();
    }
    return -ECANCELED;
}

int weft_word_wait(weft_segment *segment, weft_word *word, uint64_t value) {
    return wait_for(segment, (condition){&word->value, value, false}, word);
}

int weft_flag_wait(
    weft_segment *segment, const _Atomic uint64_t *flag, uint64_t value, uint32_t writer
) {
    return wait_for(
        segment, (condition){flag, value, true}, &segment->controls[writer].progress);
}

void weft_segment_abort(weft_segment *segment) {
    atomic_store_explicit(&segment->header->aborted, 1, memory_order_release);
    weft_word_wake(&segment->header->launcher);
    weft_word_wake(&segment->header->generation);
    for (uint32_t i = 0; i < segment->endpoints; i++) {
        weft_word_wake(&segment->controls[i].progress);
    }
}

bool weft_segment_is_aborted(const weft_segment *segment) { return is_aborted(segment); }

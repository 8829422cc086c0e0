// The time stamp counter is read directly, since a 50 ns operation can't be timed through a system
// call or even the vDSO. It is trusted where the processor says that it is invariant (constant
// rate, not stopped in sleep: CPUID 8000_0007h EDX bit 8; Intel SDM vol. 3, 18.17.1). On arm64 the
// generic timer always is.
#include "weft_clock.h"

#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

static bool counter_is_used;
static double ticks_per_second = 1e9;

static uint64_t kernel_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static bool counter_is_invariant(void) {
#if defined(__x86_64__)
    unsigned a, b, c, d;
    return __get_cpuid(0x80000007u, &a, &b, &c, &d) && (d & (1u << 8));
#elif defined(__aarch64__)
    return true;
#else
    return false;
#endif
}

static inline uint64_t counter_now(void) {
#if defined(__x86_64__)
    _mm_lfence();
    return __rdtsc();
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
    return ticks;
#else
    return kernel_now();
#endif
}

void weft_clock_setup(void) {
    if (!counter_is_invariant()) return;
    // The reading with the least time around it is the one that nothing interrupted.
    uint64_t span = 20000000, best = UINT64_MAX, begin_ticks = 0, begin = 0;
    for (int i = 0; i < 16; i++) {
        uint64_t before = counter_now(), kernel = kernel_now(), after = counter_now();
        if (after - before < best) best = after - before, begin_ticks = before, begin = kernel;
    }
    while (kernel_now() - begin < span) {
    }
    uint64_t end_ticks = 0, end = 0;
    best = UINT64_MAX;
    for (int i = 0; i < 16; i++) {
        uint64_t before = counter_now(), kernel = kernel_now(), after = counter_now();
        if (after - before < best) best = after - before, end_ticks = before, end = kernel;
    }
    if (end_ticks <= begin_ticks || end <= begin) return;
    counter_is_used = true;
    ticks_per_second = (double)(end_ticks - begin_ticks) * 1e9 / (double)(end - begin);
}

bool weft_clock_is_counter(void) { return counter_is_used; }

double weft_clock_rate(void) { return ticks_per_second; }

uint64_t weft_clock_now(void) { return counter_is_used ? counter_now() : kernel_now(); }

uint64_t weft_clock_cost(void) {
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 1000; i++) {
        uint64_t before = weft_clock_now();
        uint64_t cost = weft_clock_now() - before;
        if (cost < least) least = cost;
    }
    return least;
}

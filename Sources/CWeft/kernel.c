// The choice of an instruction set, and the kernels in plain C that run everywhere.
#include "weft_kernel.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define BIT(number) (UINT32_C(1) << (number))

#if defined(__x86_64__)

/// The parts of the machine state that the operating system saves (XCR0).
static uint32_t saved_state(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

/// The bit set, by `weft_isa`, of what processor and operating system can run.
static uint32_t detect(void)
{
    const uint32_t has_xgetbv_and_avx = BIT(27) | BIT(28);
    const uint32_t has_avx2 = BIT(5), has_avx512f_and_bw = BIT(16) | BIT(30);
    const uint32_t saves_ymm = 0x06, saves_zmm = 0xe6;
    uint32_t found = BIT(WEFT_ISA_PORTABLE);
    uint32_t eax, ebx, ecx, edx;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx)
        || (ecx & has_xgetbv_and_avx) != has_xgetbv_and_avx) {
        return found;
    }
    uint32_t saved = saved_state();
    if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) || (saved & saves_ymm) != saves_ymm
        || (ebx & has_avx2) == 0) {
        return found;
    }
    found |= BIT(WEFT_ISA_AVX2);
    if ((saved & saves_zmm) == saves_zmm && (ebx & has_avx512f_and_bw) == has_avx512f_and_bw) {
        found |= BIT(WEFT_ISA_AVX512);
    }
    return found;
}

#elif defined(__aarch64__)

static uint32_t detect(void)
{
    return BIT(WEFT_ISA_PORTABLE) | BIT(WEFT_ISA_NEON);
}

#else

static uint32_t detect(void)
{
    return BIT(WEFT_ISA_PORTABLE);
}

#endif

bool weft_isa_supported(weft_isa isa)
{
    // Asked once only: under a hypervisor each cpuid instruction leaves the guest. Two
    // threads that both find it unknown store the same value. Portable is always in it.
    static _Atomic uint32_t known;
    uint32_t found = atomic_load_explicit(&known, memory_order_relaxed);
    if (found == 0) {
        found = detect();
        atomic_store_explicit(&known, found, memory_order_relaxed);
    }
    return (uint32_t)isa < WEFT_ISA_COUNT && (found & BIT((uint32_t)isa)) != 0;
}

weft_isa weft_isa_best(void)
{
    // The widest first. AVX-512 before AVX2 is a belief: it was never measured.
    static const weft_isa order[] = {WEFT_ISA_AVX512, WEFT_ISA_AVX2, WEFT_ISA_NEON};
    for (size_t index = 0; index < sizeof order / sizeof order[0]; index++) {
        if (weft_isa_supported(order[index])) {
            return order[index];
        }
    }
    return WEFT_ISA_PORTABLE;
}

const char *weft_isa_name(weft_isa isa)
{
    static const char *const names[WEFT_ISA_COUNT] = {
        [WEFT_ISA_PORTABLE] = "portable",
        [WEFT_ISA_AVX2] = "avx2",
        [WEFT_ISA_AVX512] = "avx512",
        [WEFT_ISA_NEON] = "neon",
    };
    return (uint32_t)isa < WEFT_ISA_COUNT ? names[isa] : "unknown";
}

/// Copies to one target as the C library does it, and to several in pieces that stay in
/// the first-level cache from one target to the next.
static void copy(void *const *targets, uint32_t target_count, const void *const *sources,
                 uint32_t source_count, uint64_t count)
{
    const uint64_t piece = target_count == 1 ? count : 1024;
    if (source_count == 0) {
        return;
    }
    for (uint64_t at = 0; at < count; at += piece) {
        uint64_t size = count - at < piece ? count - at : piece;
        for (uint32_t t = 0; t < target_count; t++) {
            // In place both are the same, which memcpy would not allow.
            memmove((uint8_t *)targets[t] + at, (const uint8_t *)sources[0] + at, size);
        }
    }
}

/// Defines a kernel: `FOLD` gives the new `left` from `left` and `right`.
///
/// The whole block is read before the first store, for sources that are also targets;
/// memcpy because nothing is known about alignment. Blocks of 64 bytes, since larger
/// copies would become calls.
#define DEFINE_COMBINE(NAME, ELEMENT, FOLD)                                               \
    static inline void NAME##_at(void *const *targets, uint32_t target_count,             \
                                 const void *const *sources, uint32_t source_count,       \
                                 uint64_t at, const uint32_t lanes)                       \
    {                                                                                     \
        ELEMENT folded[64 / sizeof(ELEMENT)], next[64 / sizeof(ELEMENT)];                 \
        memcpy(folded, (const uint8_t *)sources[0] + at, lanes * sizeof(ELEMENT));        \
        for (uint32_t s = 1; s < source_count; s++) {                                     \
            memcpy(next, (const uint8_t *)sources[s] + at, lanes * sizeof(ELEMENT));      \
            for (uint32_t lane = 0; lane < lanes; lane++) {                               \
                ELEMENT left = folded[lane], right = next[lane];                          \
                folded[lane] = (FOLD);                                                    \
            }                                                                             \
        }                                                                                 \
        for (uint32_t t = 0; t < target_count; t++) {                                     \
            memcpy((uint8_t *)targets[t] + at, folded, lanes * sizeof(ELEMENT));          \
        }                                                                                 \
    }                                                                                     \
    static void NAME(void *const *targets, uint32_t target_count,                         \
                     const void *const *sources, uint32_t source_count, uint64_t count)   \
    {                                                                                     \
        const uint64_t end = count * sizeof(ELEMENT);                                     \
        uint64_t at = 0;                                                                  \
        if (source_count <= 1) {                                                          \
            copy(targets, target_count, sources, source_count, end);                      \
            return;                                                                       \
        }                                                                                 \
        for (; end - at >= 64; at += 64) {                                                \
            NAME##_at(targets, target_count, sources, source_count, at,                   \
                      64 / sizeof(ELEMENT));                                              \
        }                                                                                 \
        for (; at < end; at += sizeof(ELEMENT)) {                                         \
            NAME##_at(targets, target_count, sources, source_count, at, 1);               \
        }                                                                                 \
    }

DEFINE_COMBINE(sum_float32, float, left + right)

static const weft_combine_fn combine_table[WEFT_TYPE_COUNT][WEFT_OPERATOR_COUNT] = {
    [WEFT_TYPE_FLOAT32] = {[WEFT_OPERATOR_SUM] = sum_float32},
};

weft_combine_fn weft_combine_kernel(weft_isa isa, weft_type type, weft_operator op,
                                    bool streaming)
{
    if (!weft_isa_supported(isa) || (uint32_t)type >= WEFT_TYPE_COUNT
        || (uint32_t)op >= WEFT_OPERATOR_COUNT) {
        return NULL;
    }
    switch (isa) {
#if defined(__x86_64__)
    case WEFT_ISA_AVX2:
        return weft_avx2_combine(type, op, streaming);
    case WEFT_ISA_AVX512:
        return weft_avx512_combine(type, op, streaming);
#elif defined(__aarch64__)
    case WEFT_ISA_NEON:
        return weft_neon_combine(type, op);
#endif
    default:
        (void)streaming;
        return combine_table[type][op];
    }
}

weft_combine_fn weft_copy_kernel(weft_isa isa, bool streaming)
{
    if (!weft_isa_supported(isa)) {
        return NULL;
    }
    switch (isa) {
#if defined(__x86_64__)
    case WEFT_ISA_AVX2:
        return weft_avx2_copy(streaming);
    case WEFT_ISA_AVX512:
        return weft_avx512_copy(streaming);
#elif defined(__aarch64__)
    case WEFT_ISA_NEON:
        return weft_neon_copy();
#endif
    default:
        (void)streaming;
        return copy;
    }
}

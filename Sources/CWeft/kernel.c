// The choice of an instruction set, and of its kernels.
#include "kernel_private.h"

#include <stdatomic.h>
#include <stddef.h>

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
    // Converting half needs F16C, which every processor with AVX2 has.
    const uint32_t has_xgetbv_avx_and_f16c = BIT(27) | BIT(28) | BIT(29);
    const uint32_t has_avx2 = BIT(5);
    // F, DQ, BW and VL: all processors since the first with BW have them.
    const uint32_t has_avx512 = BIT(16) | BIT(17) | BIT(30) | BIT(31);
    const uint32_t saves_ymm = 0x06, saves_zmm = 0xe6;
    uint32_t found = BIT(WEFT_ISA_PORTABLE);
    uint32_t eax, ebx, ecx, edx;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx)
        || (ecx & has_xgetbv_avx_and_f16c) != has_xgetbv_avx_and_f16c) {
        return found;
    }
    uint32_t saved = saved_state();
    if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) || (saved & saves_ymm) != saves_ymm
        || (ebx & has_avx2) == 0) {
        return found;
    }
    found |= BIT(WEFT_ISA_AVX2);
    if ((saved & saves_zmm) == saves_zmm && (ebx & has_avx512) == has_avx512) {
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

/// The kernels of an instruction set that this machine supports, or NULL.
static const weft_kernels *kernels(weft_isa isa)
{
    if (!weft_isa_supported(isa)) {
        return NULL;
    }
    switch (isa) {
#if defined(__x86_64__)
    case WEFT_ISA_AVX2:
        return &weft_kernels_avx2;
    case WEFT_ISA_AVX512:
        return &weft_kernels_avx512;
#elif defined(__aarch64__)
    case WEFT_ISA_NEON:
        return &weft_kernels_neon;
#endif
    default:
        return &weft_kernels_portable;
    }
}

weft_combine_fn weft_combine_kernel(weft_isa isa, weft_type type, weft_operator op,
                                    bool streaming)
{
    const weft_kernels *all = kernels(isa);
    if (!all || (uint32_t)type >= WEFT_TYPE_COUNT || (uint32_t)op >= WEFT_OPERATOR_COUNT) {
        return NULL;
    }
    return all->combine[type][op][streaming];
}

weft_combine_fn weft_copy_kernel(weft_isa isa, bool streaming)
{
    const weft_kernels *all = kernels(isa);
    return all ? all->copy[streaming] : NULL;
}

// The AVX-512 kernels.
//
// They were compiled and read as machine code, but no machine with AVX-512 was at hand when
// they were written: nothing here was run or measured on one, so it is kept simple.
#if defined(__x86_64__)

#include <immintrin.h>

// As long as a cache line, so a streamed vector is a whole line.
#define VECTOR 64
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,f16c")))
#define HAS_HALF

enum {
    HAS_SHAPES = 1,
    /// Below this many bytes the first target is not brought to an aligned address.
    ALIGNED_MIN = 512,
    /// Vectors in a block: the same bytes as measured with AVX2 on Zen 3, save that the
    /// fixed shapes get at least four vectors.
    BLOCK_FIXED = 4,
    BLOCK_ANY = 4,
    BLOCK_STREAMING = 8,
};

#define BLEND_HALVES(LOW, HIGH)                                                           \
    ((u32v)_mm512_mask_blend_epi16(0xAAAAAAAA, (__m512i)(LOW), (__m512i)(HIGH)))
#define SHIFT_ROUNDED(HALVES, PLACES)                                                     \
    ((u16v)_mm512_mulhrs_epi16((__m512i)(HALVES), _mm512_set1_epi16(1 << (15 - (PLACES)))))
#define EVEN_BYTES_BY(POWER, BYTES)                                                       \
    ((u16v)_mm512_maddubs_epi16(_mm512_set1_epi16(POWER), (__m512i)(BYTES)))
#define ODD_BYTES_BY(POWER, BYTES)                                                        \
    ((u16v)_mm512_maddubs_epi16(_mm512_set1_epi16((int16_t)((POWER) << 8)), (__m512i)(BYTES)))
// Packing saturates, and keeps the sign; then bytes of four vectors in turn.
#define SIGN_BYTES(WIDE)                                                                  \
    ((u8v)_mm512_shuffle_epi8(                                                            \
        _mm512_packs_epi16(                                                               \
            _mm512_packs_epi32((__m512i)(WIDE)[0], (__m512i)(WIDE)[1]),                   \
            _mm512_packs_epi32((__m512i)(WIDE)[2], (__m512i)(WIDE)[3])),                  \
        _mm512_broadcast_i32x4(                                                           \
            _mm_setr_epi8(0, 8, 4, 12, 1, 9, 5, 13, 2, 10, 6, 14, 3, 11, 7, 15))))
#define STREAM(TO, VALUE) _mm512_stream_si512((void *)(TO), (__m512i)(VALUE))
#define STREAM_FENCE() _mm_sfence()

#include "kernel_table.h"

DEFINE_KERNELS(weft_kernels_avx512);

#endif

// The AVX2 kernels, with F16C's conversions of half.
#if defined(__x86_64__)

#include <immintrin.h>

#define VECTOR 32
#define TARGET __attribute__((target("avx2,f16c")))
#define HAS_HALF

enum {
    HAS_SHAPES = 1,
    /// Below this many bytes the first target is not brought to an aligned address. Zen 3,
    /// addresses 4 bytes off a line: the way there costs up to 25 ns; copies gain from
    /// about 1.5 KiB on (twice the speed at 16 KiB), sums of two to two from 3 KiB on (up
    /// to 10 % at 256 KiB), two to one is even, and from 1 MiB on nothing differs.
    ALIGNED_MIN = 2048,
    /// Vectors in a block. Zen 3: 1, 2, 4 and 8 are equal for the fixed shapes. With many
    /// operands a long run of each matters, above all for non-temporal stores (8 sources
    /// and 8 targets, 1 MiB in all: 35, 46 and 66 GB/s with 4, 8 and 16). For ordinary
    /// stores 8 and 16 trade places; in place, 8 is up to 15 % better.
    BLOCK_FIXED = 8,
    BLOCK_ANY = 8,
    BLOCK_STREAMING = 16,
};
// There is no prefetch: 512 bytes ahead it gained nothing that could be told from noise on
// Zen 3, while in L1 it cost up to 17 %, and in place at 16 MiB 7 %.

#define BLEND_HALVES(LOW, HIGH)                                                           \
    ((u32v)_mm256_blend_epi16((__m256i)(LOW), (__m256i)(HIGH), 0xAA))
#define SHIFT_ROUNDED(HALVES, PLACES)                                                     \
    ((u16v)_mm256_mulhrs_epi16((__m256i)(HALVES), _mm256_set1_epi16(1 << (15 - (PLACES)))))
#define EVEN_BYTES_BY(POWER, BYTES)                                                       \
    ((u16v)_mm256_maddubs_epi16(_mm256_set1_epi16(POWER), (__m256i)(BYTES)))
#define ODD_BYTES_BY(POWER, BYTES)                                                        \
    ((u16v)_mm256_maddubs_epi16(_mm256_set1_epi16((int16_t)((POWER) << 8)), (__m256i)(BYTES)))
// Packing saturates, and keeps the sign; then bytes of four vectors in turn.
#define SIGN_BYTES(WIDE)                                                                  \
    ((u8v)_mm256_shuffle_epi8(                                                            \
        _mm256_packs_epi16(                                                               \
            _mm256_packs_epi32((__m256i)(WIDE)[0], (__m256i)(WIDE)[1]),                   \
            _mm256_packs_epi32((__m256i)(WIDE)[2], (__m256i)(WIDE)[3])),                  \
        _mm256_broadcastsi128_si256(                                                      \
            _mm_setr_epi8(0, 8, 4, 12, 1, 9, 5, 13, 2, 10, 6, 14, 3, 11, 7, 15))))
#define STREAM(TO, VALUE) _mm256_stream_si256((__m256i *)(TO), (__m256i)(VALUE))
#define STREAM_FENCE() _mm_sfence()

#include "kernel_table.h"

DEFINE_KERNELS(weft_kernels_avx2);

#endif

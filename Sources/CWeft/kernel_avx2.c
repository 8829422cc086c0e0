// The AVX2 kernels. One pass over all operands, in bytes: only `fold` knows the type.
#include "weft_kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <stddef.h>

#define TARGET __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline, target("avx2")))

enum {
    VECTOR = 32,
    LINE = 64,
    /// Below this many bytes the first target is not brought to an aligned address. Zen 3,
    /// addresses 4 bytes off a line: the way there costs up to 25 ns; copies gain from
    /// about 1.5 KiB on (twice the speed at 16 KiB), sums of two to two from 3 KiB on (up
    /// to 10 % at 256 KiB), two to one is even, and from 1 MiB on nothing differs.
    ALIGNED_MIN = 2048,
    /// Vectors in a block. Zen 3: 1, 2, 4 and 8 are equal for the fixed shapes. With many
    /// operands a long run of each matters, above all for non-temporal stores (8 sources
    /// and 8 targets, 1 MiB in all: 35, 46 and 66 GB/s with 4, 8 and 16). For ordinary
    /// stores 8 and 16 trade places; in place, 8 is up to 15 % better.
    BLOCK_FIXED = 4,
    BLOCK_ANY = 8,
    BLOCK_STREAMING = 16,
};
// There is no prefetch: 512 bytes ahead it gained nothing that could be told from noise on
// Zen 3, while in L1 it cost up to 17 %, and in place at 16 MiB 7 %.

/// The operands of a pass; the counts are constants wherever a shape is fixed.
typedef struct {
    void *const *targets;
    const void *const *sources;
    uint32_t target_count;
    uint32_t source_count;
} operands;

/// Folds two vectors; `type` and `op` are constants wherever this is inlined.
INLINE __m256i fold(weft_type type, weft_operator op, __m256i left, __m256i right)
{
    switch (type) {
    case WEFT_TYPE_FLOAT32:
        switch (op) {
        case WEFT_OPERATOR_SUM:
            return _mm256_castps_si256(
                _mm256_add_ps(_mm256_castsi256_ps(left), _mm256_castsi256_ps(right)));
        }
    }
    return left;
}

/// Loads `size` bytes, a power of two up to a vector, with zeros above them.
INLINE __m256i load(const void *base, uint64_t at, uint64_t size)
{
    const uint8_t *from = (const uint8_t *)base + at;
    switch (size) {
    case 1:
        return _mm256_zextsi128_si256(_mm_cvtsi32_si128(*from));
    case 2:
        return _mm256_zextsi128_si256(_mm_loadu_si16(from));
    case 4:
        return _mm256_zextsi128_si256(_mm_loadu_si32(from));
    case 8:
        return _mm256_zextsi128_si256(_mm_loadu_si64(from));
    case 16:
        return _mm256_zextsi128_si256(_mm_loadu_si128((const __m128i *)from));
    default:
        return _mm256_loadu_si256((const __m256i *)from);
    }
}

/// Stores the low `size` bytes, a power of two up to a vector.
INLINE void store(void *base, uint64_t at, uint64_t size, __m256i value)
{
    uint8_t *to = (uint8_t *)base + at;
    __m128i low = _mm256_castsi256_si128(value);
    switch (size) {
    case 1:
        *to = (uint8_t)_mm_cvtsi128_si32(low);
        break;
    case 2:
        _mm_storeu_si16(to, low);
        break;
    case 4:
        _mm_storeu_si32(to, low);
        break;
    case 8:
        _mm_storeu_si64(to, low);
        break;
    case 16:
        _mm_storeu_si128((__m128i *)to, low);
        break;
    default:
        _mm256_storeu_si256((__m256i *)to, value);
    }
}

/// Combines a group of `size` bytes, a power of two up to a vector.
INLINE void combine_group(weft_type type, weft_operator op, operands all, uint64_t at,
                          uint64_t size)
{
    __m256i folded = load(all.sources[0], at, size);
    for (uint32_t s = 1; s < all.source_count; s++) {
        folded = fold(type, op, folded, load(all.sources[s], at, size));
    }
    for (uint32_t t = 0; t < all.target_count; t++) {
        store(all.targets[t], at, size, folded);
    }
}

/// Combines what lies before or after the blocks: vectors, then 16, 8, 4, 2, 1 bytes.
INLINE void combine_edge(weft_type type, weft_operator op, operands all, uint64_t at,
                         uint64_t end)
{
    for (; end - at >= VECTOR; at += VECTOR) {
        combine_group(type, op, all, at, VECTOR);
    }
    const uint64_t rest = end - at;
    for (uint64_t size = VECTOR / 2; size > 0; size /= 2) {
        if ((rest & size) != 0) {
            combine_group(type, op, all, at, size);
            at += size;
        }
    }
}

/// Combines blocks of `vectors` vectors while they fit; returns where it stopped.
INLINE uint64_t combine_blocks(weft_type type, weft_operator op, bool streaming,
                               uint32_t vectors, operands all, uint64_t at, uint64_t end)
{
    for (; end - at >= vectors * VECTOR; at += vectors * VECTOR) {
        __m256i folded[BLOCK_STREAMING];
        for (uint32_t v = 0; v < vectors; v++) {
            folded[v] = load(all.sources[0], at + v * VECTOR, VECTOR);
        }
        for (uint32_t s = 1; s < all.source_count; s++) {
            const uint8_t *from = (const uint8_t *)all.sources[s] + at;
            for (uint32_t v = 0; v < vectors; v++) {
                folded[v] = fold(type, op, folded[v], load(from, v * VECTOR, VECTOR));
            }
        }
        for (uint32_t t = 0; t < all.target_count; t++) {
            uint8_t *to = (uint8_t *)all.targets[t] + at;
            for (uint32_t v = 0; v < vectors; v++) {
                if (streaming) {
                    _mm256_stream_si256((__m256i *)(to + v * VECTOR), folded[v]);
                } else {
                    store(to, v * VECTOR, VECTOR, folded[v]);
                }
            }
        }
    }
    return at;
}

/// Combines blocks of a fixed shape, with the pointers in registers: in L1 that is
/// up to twice as fast for two sources and two targets on Zen 3; from 1 MiB on it is equal.
INLINE uint64_t combine_fixed(weft_type type, weft_operator op, bool streaming,
                              uint32_t source_count, uint32_t target_count, operands all,
                              uint64_t at, uint64_t end)
{
    const void *sources[4];
    void *targets[2];
    for (uint32_t s = 0; s < source_count; s++) {
        sources[s] = all.sources[s];
    }
    for (uint32_t t = 0; t < target_count; t++) {
        targets[t] = all.targets[t];
    }
    const operands fixed = {targets, sources, target_count, source_count};
    return combine_blocks(type, op, streaming, BLOCK_FIXED, fixed, at, end);
}

#define SHAPE(sources, targets) ((uint64_t)(sources) << 32 | (targets))

/// Combines the blocks of a reduction.
INLINE uint64_t reduce_blocks(weft_type type, weft_operator op, bool streaming,
                              operands all, uint64_t at, uint64_t end)
{
    switch (SHAPE(all.source_count, all.target_count)) {
    case SHAPE(2, 1):
        return combine_fixed(type, op, streaming, 2, 1, all, at, end);
    case SHAPE(2, 2):
        return combine_fixed(type, op, streaming, 2, 2, all, at, end);
    case SHAPE(3, 1):
        return combine_fixed(type, op, streaming, 3, 1, all, at, end);
    case SHAPE(4, 1):
        return combine_fixed(type, op, streaming, 4, 1, all, at, end);
    default:
        return combine_blocks(type, op, streaming, streaming ? BLOCK_STREAMING : BLOCK_ANY,
                              all, at, end);
    }
}

/// Combines the blocks of a copy; type and operator do not matter, nothing is folded.
INLINE uint64_t copy_blocks(bool streaming, operands all, uint64_t at, uint64_t end)
{
    const weft_type type = WEFT_TYPE_FLOAT32;
    const weft_operator op = WEFT_OPERATOR_SUM;
    all.source_count = 1;
    switch (all.target_count) {
    case 1:
        return combine_fixed(type, op, streaming, 1, 1, all, at, end);
    case 2:
        return combine_fixed(type, op, streaming, 1, 2, all, at, end);
    default:
        return combine_blocks(type, op, streaming, streaming ? BLOCK_STREAMING : BLOCK_ANY,
                              all, at, end);
    }
}

/// The bytes before the first target is aligned, or 0 if whole elements never align it.
static uint64_t head_bytes(operands all, uint64_t alignment, uint64_t element)
{
    uint64_t head = -(uint64_t)(uintptr_t)all.targets[0] & (alignment - 1);
    return head % element == 0 ? head : 0;
}

/// Whether non-temporal stores are possible and of use.
///
/// Once `head_bytes` are done every target must be aligned. In place they are never of
/// use: the line is in the cache already, and on Zen 3 they were 1.3 to 10 times slower.
static bool can_stream(operands all, uint64_t bytes, uint64_t element)
{
    const uintptr_t first = (uintptr_t)all.targets[0];
    uintptr_t misaligned = first & (element - 1);
    for (uint32_t t = 0; t < all.target_count; t++) {
        misaligned |= ((uintptr_t)all.targets[t] - first) & (VECTOR - 1);
        for (uint32_t s = 0; s < all.source_count; s++) {
            if (all.targets[t] == all.sources[s]) {
                return false;
            }
        }
    }
    return misaligned == 0 && bytes >= ALIGNED_MIN;
}

/// One whole pass: head, blocks, tail. `copy` and `streaming` are constants.
INLINE void combine(weft_type type, weft_operator op, bool copy, bool streaming,
                    operands all, uint64_t end)
{
    uint64_t at = 0;
    if (end >= ALIGNED_MIN) {
        at = head_bytes(all, streaming ? LINE : VECTOR, copy ? 1 : weft_type_size(type));
        combine_edge(type, op, all, 0, at);
    }
    at = copy ? copy_blocks(streaming, all, at, end)
              : reduce_blocks(type, op, streaming, all, at, end);
    if (streaming) {
        _mm_sfence();
    }
    combine_edge(type, op, all, at, end);
}

static TARGET void copy(void *const *targets, uint32_t target_count,
                        const void *const *sources, uint32_t source_count, uint64_t count)
{
    const operands all = {targets, sources, target_count, 1};
    if (source_count != 0 && target_count != 0) {
        combine(WEFT_TYPE_FLOAT32, WEFT_OPERATOR_SUM, true, false, all, count);
    }
}

static TARGET void copy_streaming(void *const *targets, uint32_t target_count,
                                  const void *const *sources, uint32_t source_count,
                                  uint64_t count)
{
    const operands all = {targets, sources, target_count, 1};
    if (source_count == 0 || target_count == 0 || !can_stream(all, count, 1)) {
        copy(targets, target_count, sources, source_count, count);
        return;
    }
    combine(WEFT_TYPE_FLOAT32, WEFT_OPERATOR_SUM, true, true, all, count);
}

/// Defines the ordinary and the streaming kernel of a type and an operator.
#define DEFINE_COMBINE(NAME, TYPE, OPERATOR)                                              \
    static TARGET void NAME(void *const *targets, uint32_t target_count,                  \
                            const void *const *sources, uint32_t source_count,            \
                            uint64_t count)                                               \
    {                                                                                     \
        const operands all = {targets, sources, target_count, source_count};              \
        const uint64_t bytes = count * weft_type_size(TYPE);                              \
        if (source_count <= 1) {                                                          \
            copy(targets, target_count, sources, source_count, bytes);                    \
        } else if (target_count != 0) {                                                   \
            combine(TYPE, OPERATOR, false, false, all, bytes);                            \
        }                                                                                 \
    }                                                                                     \
    static TARGET void NAME##_streaming(void *const *targets, uint32_t target_count,      \
                                        const void *const *sources,                       \
                                        uint32_t source_count, uint64_t count)            \
    {                                                                                     \
        const operands all = {targets, sources, target_count, source_count};              \
        const uint64_t bytes = count * weft_type_size(TYPE);                              \
        if (source_count <= 1) {                                                          \
            copy_streaming(targets, target_count, sources, source_count, bytes);          \
        } else if (target_count == 0 || !can_stream(all, bytes, weft_type_size(TYPE))) {  \
            NAME(targets, target_count, sources, source_count, count);                    \
        } else {                                                                          \
            combine(TYPE, OPERATOR, false, true, all, bytes);                             \
        }                                                                                 \
    }

DEFINE_COMBINE(sum_float32, WEFT_TYPE_FLOAT32, WEFT_OPERATOR_SUM)

/// By type, operator, and whether it streams.
static const weft_combine_fn combine_table[WEFT_TYPE_COUNT][WEFT_OPERATOR_COUNT][2] = {
    [WEFT_TYPE_FLOAT32] = {[WEFT_OPERATOR_SUM] = {sum_float32, sum_float32_streaming}},
};

weft_combine_fn weft_avx2_combine(weft_type type, weft_operator op, bool streaming)
{
    return combine_table[type][op][streaming];
}

weft_combine_fn weft_avx2_copy(bool streaming)
{
    return streaming ? copy_streaming : copy;
}

#endif

// The AVX-512 kernels (F and BW), built as `kernel_avx2.c` is, with masks at the edges.
//
// They were compiled and read as machine code, but no machine with AVX-512 was at hand when
// they were written: nothing here was run or measured on one, so it is kept simple.
#include "weft_kernel.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <stddef.h>

#define TARGET __attribute__((target("avx512f,avx512bw")))
#define INLINE static inline __attribute__((always_inline, target("avx512f,avx512bw")))

enum {
    /// As long as a cache line, so a streamed vector is a whole line.
    VECTOR = 64,
    /// Below this many bytes the first target is not brought to an aligned address.
    ALIGNED_MIN = 512,
    /// Vectors in a block: the same bytes as measured with AVX2 on Zen 3, save that the
    /// fixed shapes get at least four vectors.
    BLOCK_FIXED = 4,
    BLOCK_ANY = 4,
    BLOCK_STREAMING = 8,
};

/// The operands of a pass; the counts are constants wherever a shape is fixed.
typedef struct {
    void *const *targets;
    const void *const *sources;
    uint32_t target_count;
    uint32_t source_count;
} operands;

/// Folds two vectors; `type` and `op` are constants wherever this is inlined.
INLINE __m512i fold(weft_type type, weft_operator op, __m512i left, __m512i right)
{
    switch (type) {
    case WEFT_TYPE_FLOAT32:
        switch (op) {
        case WEFT_OPERATOR_SUM:
            return _mm512_castps_si512(
                _mm512_add_ps(_mm512_castsi512_ps(left), _mm512_castsi512_ps(right)));
        }
    }
    return left;
}

INLINE __m512i load(const void *base, uint64_t at)
{
    return _mm512_loadu_si512((const uint8_t *)base + at);
}

INLINE void store(void *base, uint64_t at, __m512i value)
{
    _mm512_storeu_si512((uint8_t *)base + at, value);
}

/// Combines what lies before or after the blocks; the bytes beyond `end` are masked off.
INLINE void combine_edge(weft_type type, weft_operator op, operands all, uint64_t at,
                         uint64_t end)
{
    for (; at < end; at += VECTOR) {
        const uint64_t size = end - at < VECTOR ? end - at : VECTOR;
        const __mmask64 mask = UINT64_MAX >> (VECTOR - size);
        __m512i folded = _mm512_maskz_loadu_epi8(mask, (const uint8_t *)all.sources[0] + at);
        for (uint32_t s = 1; s < all.source_count; s++) {
            const uint8_t *from = (const uint8_t *)all.sources[s] + at;
            folded = fold(type, op, folded, _mm512_maskz_loadu_epi8(mask, from));
        }
        for (uint32_t t = 0; t < all.target_count; t++) {
            _mm512_mask_storeu_epi8((uint8_t *)all.targets[t] + at, mask, folded);
        }
    }
}

/// Combines blocks of `vectors` vectors while they fit; returns where it stopped.
INLINE uint64_t combine_blocks(weft_type type, weft_operator op, bool streaming,
                               uint32_t vectors, operands all, uint64_t at, uint64_t end)
{
    for (; end - at >= vectors * VECTOR; at += vectors * VECTOR) {
        __m512i folded[BLOCK_STREAMING];
        for (uint32_t v = 0; v < vectors; v++) {
            folded[v] = load(all.sources[0], at + v * VECTOR);
        }
        for (uint32_t s = 1; s < all.source_count; s++) {
            const uint8_t *from = (const uint8_t *)all.sources[s] + at;
            for (uint32_t v = 0; v < vectors; v++) {
                folded[v] = fold(type, op, folded[v], load(from, v * VECTOR));
            }
        }
        for (uint32_t t = 0; t < all.target_count; t++) {
            uint8_t *to = (uint8_t *)all.targets[t] + at;
            for (uint32_t v = 0; v < vectors; v++) {
                if (streaming) {
                    _mm512_stream_si512((void *)(to + v * VECTOR), folded[v]);
                } else {
                    store(to, v * VECTOR, folded[v]);
                }
            }
        }
    }
    return at;
}

/// Combines blocks of a fixed shape, with the pointers in registers.
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
static uint64_t head_bytes(operands all, uint64_t element)
{
    uint64_t head = -(uint64_t)(uintptr_t)all.targets[0] & (VECTOR - 1);
    return head % element == 0 ? head : 0;
}

/// Whether non-temporal stores are possible, and of use: in place they are not, since the
/// line is in the cache already (`kernel_avx2.c` says what that cost).
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
        at = head_bytes(all, copy ? 1 : weft_type_size(type));
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

weft_combine_fn weft_avx512_combine(weft_type type, weft_operator op, bool streaming)
{
    return combine_table[type][op][streaming];
}

weft_combine_fn weft_avx512_copy(bool streaming)
{
    return streaming ? copy_streaming : copy;
}

#endif

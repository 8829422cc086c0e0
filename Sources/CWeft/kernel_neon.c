// The NEON kernels, built as `kernel_avx2.c` is, without a streaming form.
//
// They were run under an emulator only: nothing here was measured. Arm has only a hint for
// such stores (`stnp`), of unknown worth, so streaming is the ordinary kernel.
#include "weft_kernel.h"

#if defined(__aarch64__)

#include <arm_neon.h>
#include <stddef.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum {
    VECTOR = 16,
    /// Vectors in a block: half the bytes that were measured with AVX2 on Zen 3, so that the
    /// block stays in the registers with room for the pointers' loads.
    BLOCK = 8,
};

/// The operands of a pass; the counts are constants wherever a shape is fixed.
typedef struct {
    void *const *targets;
    const void *const *sources;
    uint32_t target_count;
    uint32_t source_count;
} operands;

/// Folds two vectors; `type` and `op` are constants wherever this is inlined.
INLINE uint8x16_t fold(weft_type type, weft_operator op, uint8x16_t left, uint8x16_t right)
{
    switch (type) {
    case WEFT_TYPE_FLOAT32:
        switch (op) {
        case WEFT_OPERATOR_SUM:
            return vreinterpretq_u8_f32(
                vaddq_f32(vreinterpretq_f32_u8(left), vreinterpretq_f32_u8(right)));
        }
    }
    return left;
}

/// Loads `size` bytes, a constant up to a vector, with zeros above them.
INLINE uint8x16_t load(const void *base, uint64_t at, uint64_t size)
{
    uint8_t bytes[VECTOR] = {0};
    memcpy(bytes, (const uint8_t *)base + at, size);
    return vld1q_u8(bytes);
}

/// Stores the low `size` bytes, a constant up to a vector.
INLINE void store(void *base, uint64_t at, uint64_t size, uint8x16_t value)
{
    uint8_t bytes[VECTOR];
    vst1q_u8(bytes, value);
    memcpy((uint8_t *)base + at, bytes, size);
}

/// Combines a group of `size` bytes, a constant up to a vector.
INLINE void combine_group(weft_type type, weft_operator op, operands all, uint64_t at,
                          uint64_t size)
{
    uint8x16_t folded = load(all.sources[0], at, size);
    for (uint32_t s = 1; s < all.source_count; s++) {
        folded = fold(type, op, folded, load(all.sources[s], at, size));
    }
    for (uint32_t t = 0; t < all.target_count; t++) {
        store(all.targets[t], at, size, folded);
    }
}

/// Combines what lies after the blocks: vectors, then 8, 4, 2, 1 bytes.
INLINE void combine_tail(weft_type type, weft_operator op, operands all, uint64_t at,
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

/// Combines blocks while they fit; returns where it stopped.
INLINE uint64_t combine_blocks(weft_type type, weft_operator op, operands all, uint64_t end)
{
    uint64_t at = 0;
    for (; end - at >= BLOCK * VECTOR; at += BLOCK * VECTOR) {
        uint8x16_t folded[BLOCK];
        for (uint32_t v = 0; v < BLOCK; v++) {
            folded[v] = vld1q_u8((const uint8_t *)all.sources[0] + at + v * VECTOR);
        }
        for (uint32_t s = 1; s < all.source_count; s++) {
            const uint8_t *from = (const uint8_t *)all.sources[s] + at;
            for (uint32_t v = 0; v < BLOCK; v++) {
                folded[v] = fold(type, op, folded[v], vld1q_u8(from + v * VECTOR));
            }
        }
        for (uint32_t t = 0; t < all.target_count; t++) {
            uint8_t *to = (uint8_t *)all.targets[t] + at;
            for (uint32_t v = 0; v < BLOCK; v++) {
                vst1q_u8(to + v * VECTOR, folded[v]);
            }
        }
    }
    return at;
}

/// Combines blocks of a fixed shape, with the pointers in registers.
INLINE uint64_t combine_fixed(weft_type type, weft_operator op, uint32_t source_count,
                              uint32_t target_count, operands all, uint64_t end)
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
    return combine_blocks(type, op, fixed, end);
}

#define SHAPE(sources, targets) ((uint64_t)(sources) << 32 | (targets))

/// One whole pass: blocks, tail.
INLINE void combine(weft_type type, weft_operator op, operands all, uint64_t end)
{
    uint64_t at;
    switch (SHAPE(all.source_count, all.target_count)) {
    case SHAPE(2, 1):
        at = combine_fixed(type, op, 2, 1, all, end);
        break;
    case SHAPE(2, 2):
        at = combine_fixed(type, op, 2, 2, all, end);
        break;
    case SHAPE(3, 1):
        at = combine_fixed(type, op, 3, 1, all, end);
        break;
    case SHAPE(4, 1):
        at = combine_fixed(type, op, 4, 1, all, end);
        break;
    default:
        at = combine_blocks(type, op, all, end);
    }
    combine_tail(type, op, all, at, end);
}

/// Type and operator do not matter here: with one source nothing is folded.
static void copy(void *const *targets, uint32_t target_count, const void *const *sources,
                 uint32_t source_count, uint64_t count)
{
    const weft_type type = WEFT_TYPE_FLOAT32;
    const weft_operator op = WEFT_OPERATOR_SUM;
    const operands all = {targets, sources, target_count, 1};
    if (source_count == 0 || target_count == 0) {
        return;
    }
    uint64_t at = target_count == 1   ? combine_fixed(type, op, 1, 1, all, count)
                  : target_count == 2 ? combine_fixed(type, op, 1, 2, all, count)
                                      : combine_blocks(type, op, all, count);
    combine_tail(type, op, all, at, count);
}

/// Defines the kernel of a type and an operator.
#define DEFINE_COMBINE(NAME, TYPE, OPERATOR)                                              \
    static void NAME(void *const *targets, uint32_t target_count,                         \
                     const void *const *sources, uint32_t source_count, uint64_t count)   \
    {                                                                                     \
        const operands all = {targets, sources, target_count, source_count};              \
        const uint64_t bytes = count * weft_type_size(TYPE);                              \
        if (source_count <= 1) {                                                          \
            copy(targets, target_count, sources, source_count, bytes);                    \
        } else if (target_count != 0) {                                                   \
            combine(TYPE, OPERATOR, all, bytes);                                          \
        }                                                                                 \
    }

DEFINE_COMBINE(sum_float32, WEFT_TYPE_FLOAT32, WEFT_OPERATOR_SUM)

static const weft_combine_fn combine_table[WEFT_TYPE_COUNT][WEFT_OPERATOR_COUNT] = {
    [WEFT_TYPE_FLOAT32] = {[WEFT_OPERATOR_SUM] = sum_float32},
};

weft_combine_fn weft_neon_combine(weft_type type, weft_operator op)
{
    return combine_table[type][op];
}

weft_combine_fn weft_neon_copy(void)
{
    return copy;
}

#endif

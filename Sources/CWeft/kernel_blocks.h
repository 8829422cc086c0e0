// MXFP8: blocks of 32 elements of E4M3, and behind them their scale, a power of two.
#ifndef WEFT_KERNEL_BLOCKS_H
#define WEFT_KERNEL_BLOCKS_H

#include "kernel_narrow.h"

enum {
    BLOCK_ELEMENTS = 32,
    BLOCK_BYTES = BLOCK_ELEMENTS + 1,
    /// The scale that makes every element NaN, and its element.
    NAN_SCALE = 0xFF,
    NAN_ELEMENT = 0x7F,
    /// The exponent of E4M3's highest binade.
    HIGHEST_EXPONENT = 8,
};

/// A block as it lies in memory; a longer vector has zeros behind the elements.
typedef struct {
    u8v elements;
    uint8_t scale;
} block;

/// A power of two by its exponent field; that below the normal ones is 2^-127.
INLINE float power_of_two(uint32_t field)
{
    const uint32_t bits = field == 0 ? UINT32_C(0x00400000) : field << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

INLINE lanes widen_block(block from)
{
    lanes sum = widen_e4m3(WEFT_OPERATOR_PRODUCT, from.elements);
    const float scale = power_of_two(from.scale);
    for (int i = 0; i < 4; i++) {
        sum.wide[i] *= scale;
    }
    sum.nan |= (uint8_t)(from.scale == NAN_SCALE ? 0xFF : 0);
    return sum;
}

/// The largest magnitude's exponent field; that of infinity and NaN is above all others.
INLINE uint32_t largest_field(lanes sum)
{
    u32v largest = (u32v){0};
    for (int i = 0; i < 4; i++) {
        const u32v magnitude = (u32v)sum.wide[i] & UINT32_C(0x7FFFFFFF);
        largest = __builtin_elementwise_max(largest, magnitude);
    }
    return __builtin_reduce_max(largest) >> 23;
}

/// Rounds to a block with a scale of its own; an average is divided before.
INLINE block narrow_block(weft_operator op, lanes sum, uint32_t ranks)
{
    if (op == WEFT_OPERATOR_AVERAGE) {
        for (int i = 0; i < 4; i++) {
            sum.wide[i] /= (float)ranks;
        }
    }
    const uint32_t field = largest_field(sum);
    if (field == 0xFF || __builtin_reduce_or((u64v)sum.nan) != 0) {
        return (block){(u8v){0} + (uint8_t)NAN_ELEMENT, NAN_SCALE};
    }
    const uint32_t scale = field < HIGHEST_EXPONENT ? 0 : field - HIGHEST_EXPONENT;
    // Both fields have a bias of 127, so that this is the scale's inverse.
    const float inverse = power_of_two(254 - scale);
    for (int i = 0; i < 4; i++) {
        sum.wide[i] *= inverse;
    }
    return (block){narrow_by_half(WEFT_TYPE_FP8_E4M3, sum.wide), (uint8_t)scale};
}

/// An input of premultiplied sum, multiplied and rounded.
INLINE block premultiply_block(block from, uint64_t factor)
{
    const uint32_t bits = (uint32_t)factor;
    float by;
    memcpy(&by, &bits, sizeof by);
    lanes input = widen_block(from);
    for (int i = 0; i < 4; i++) {
        input.wide[i] *= by;
    }
    return narrow_block(WEFT_OPERATOR_PRODUCT, input, 1);
}

INLINE block load_block(const void *base, uint64_t at)
{
    const uint8_t *from = (const uint8_t *)base + at;
    block result = {(u8v){0}, from[BLOCK_ELEMENTS]};
    memcpy(&result.elements, from, BLOCK_ELEMENTS);
    return result;
}

INLINE void store_block(void *base, uint64_t at, block value)
{
    uint8_t *to = (uint8_t *)base + at;
    memcpy(to, &value.elements, BLOCK_ELEMENTS);
    to[BLOCK_ELEMENTS] = value.scale;
}

#endif

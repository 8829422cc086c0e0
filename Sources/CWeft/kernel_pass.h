// One pass over all operands: the same for every instruction set, whose file defines, before it
// includes this, VECTOR, TARGET and HAS_HALF (see `kernel_lanes.h`), the numbers ALIGNED_MIN,
// BLOCK_FIXED, BLOCK_ANY and BLOCK_STREAMING, whether shapes are worth their code
// (HAS_SHAPES), and STREAM(to, value) with STREAM_FENCE() if it can write past the caches.
//
// Everything is in bytes; `type` and `op` are constants wherever a pass is inlined.
#ifndef WEFT_KERNEL_PASS_H
#define WEFT_KERNEL_PASS_H

#include "kernel_blocks.h"

#define KERNEL static TARGET
#define APART static __attribute__((noinline)) TARGET

enum {
    LINE = 64,
};

/// The operands of a pass; the counts are constants wherever a shape is fixed.
typedef struct {
    void *const *targets;
    const void *const *sources;
    uint32_t target_count;
    uint32_t source_count;
    bool is_fixed;
    const weft_scalars *scalars;
} operands;

INLINE u8v load(const void *base, uint64_t at)
{
    u8v value;
    memcpy(&value, (const uint8_t *)base + at, VECTOR);
    return value;
}

INLINE void store(void *base, uint64_t at, u8v value, bool streaming)
{
#ifdef STREAM
    if (streaming) {
        STREAM((uint8_t *)base + at, value);
        return;
    }
#else
    (void)streaming;
#endif
    memcpy((uint8_t *)base + at, &value, VECTOR);
}

/// Moves `size` bytes, less than a vector, in pieces of which each is one instruction.
INLINE void move_part(void *to, const void *from, uint64_t size)
{
    uint64_t at = 0;
#define PIECE(BYTES)                                                                      \
    if (BYTES < VECTOR && (size & (BYTES)) != 0) {                                        \
        memcpy((uint8_t *)to + at, (const uint8_t *)from + at, BYTES);                    \
        at += (BYTES);                                                                    \
    }
    PIECE(32) PIECE(16) PIECE(8) PIECE(4) PIECE(2) PIECE(1)
#undef PIECE
}

/// An element vector of a source as it is accumulated.
INLINE lanes take(weft_type type, weft_operator op, const operands *all, uint32_t source,
                  u8v raw)
{
    if (op == WEFT_OPERATOR_PREMULTIPLIED_SUM && all->scalars->is_input[source]) {
        raw = premultiply(type, raw, all->scalars->factor);
    }
    return widen(type, op, raw);
}

INLINE u8v finish(weft_type type, weft_operator op, const operands *all, lanes sum)
{
    const bool divides = op == WEFT_OPERATOR_AVERAGE;
    // Where a shape is fixed this is a constant; elsewhere it would be code twice.
    const bool is_pair = all->is_fixed && all->source_count <= 2;
    return narrow(type, op, is_pair, sum, divides ? all->scalars->ranks : 1);
}

/// Combines what lies before or after the blocks: vectors, and then what is less than one.
INLINE void combine_edge(weft_type type, weft_operator op, const operands *all, uint64_t at,
                         uint64_t end)
{
    while (at < end) {
        const uint64_t size = end - at < VECTOR ? end - at : VECTOR;
        // What is not loaded must be no trap: dividing it, or raising it to an infinity, is none.
        u8v raw = (u8v){0};
        lanes sum = {.raw = raw};
        for (uint32_t s = 0; s < all->source_count; s++) {
            const uint8_t *from = (const uint8_t *)all->sources[s] + at;
            if (size == VECTOR) {
                raw = load(from, 0);
            } else {
                move_part(&raw, from, size);
            }
            const lanes next = take(type, op, all, s, raw);
            sum = s == 0 ? next : fold(type, op, sum, next);
        }
        const u8v result = finish(type, op, all, sum);
        for (uint32_t t = 0; t < all->target_count; t++) {
            uint8_t *to = (uint8_t *)all->targets[t] + at;
            if (size == VECTOR) {
                store(to, 0, result, false);
            } else {
                move_part(to, &result, size);
            }
        }
        at += size;
    }
}

/// The vectors of memory in a block, so many that about `wanted` vectors are accumulated.
INLINE uint32_t vectors_of(weft_type type, uint32_t wanted)
{
    const uint32_t each = width(type) == 0 ? 1 : (uint32_t)width(type);
    return wanted < each ? 1 : wanted / each;
}

/// Combines blocks of `vectors` vectors while they fit; returns where it stopped.
///
/// A block is read before the first store, for sources that are also targets.
INLINE uint64_t combine_blocks(weft_type type, weft_operator op, bool streaming,
                               const uint32_t vectors, const operands *all, uint64_t at,
                               uint64_t end)
{
    for (; end - at >= vectors * VECTOR; at += vectors * VECTOR) {
        lanes sum[BLOCK_STREAMING];
#pragma clang loop unroll(full)
        for (uint32_t v = 0; v < vectors; v++) {
            sum[v] = take(type, op, all, 0, load(all->sources[0], at + v * VECTOR));
        }
        for (uint32_t s = 1; s < all->source_count; s++) {
            const uint8_t *from = (const uint8_t *)all->sources[s] + at;
#pragma clang loop unroll(full)
            for (uint32_t v = 0; v < vectors; v++) {
                const lanes next = take(type, op, all, s, load(from, v * VECTOR));
                sum[v] = fold(type, op, sum[v], next);
            }
        }
        u8v result[BLOCK_STREAMING];
#pragma clang loop unroll(full)
        for (uint32_t v = 0; v < vectors; v++) {
            result[v] = finish(type, op, all, sum[v]);
        }
        for (uint32_t t = 0; t < all->target_count; t++) {
            uint8_t *to = (uint8_t *)all->targets[t] + at;
#pragma clang loop unroll(full)
            for (uint32_t v = 0; v < vectors; v++) {
                store(to, v * VECTOR, result[v], streaming);
            }
        }
    }
    return at;
}

/// The sum of a few E5M2 of which some are infinite or NaN, as any other step makes it.
APART u8v sum_special_e5m2(const u8v *raw, uint32_t count)
{
    const weft_type type = WEFT_TYPE_FP8_E5M2;
    lanes sum = widen(type, WEFT_OPERATOR_SUM, raw[0]);
    for (uint32_t s = 1; s < count; s++) {
        const lanes next = widen(type, WEFT_OPERATOR_SUM, raw[s]);
        sum = fold(type, WEFT_OPERATOR_SUM, sum, next);
    }
    return narrow(type, WEFT_OPERATOR_SUM, false, sum, 1);
}

/// Combines vectors of E5M2 of a fixed shape: numbers are cheaper without infinity and NaN.
INLINE uint64_t sum_fixed_e5m2(bool streaming, const operands *all, uint64_t at, uint64_t end)
{
    const uint32_t vectors = vectors_of(WEFT_TYPE_FP8_E5M2, BLOCK_FIXED);
    for (; end - at >= vectors * VECTOR; at += vectors * VECTOR) {
        u8v result[BLOCK_FIXED];
#pragma clang loop unroll(full)
        for (uint32_t v = 0; v < vectors; v++) {
            u8v raw[4] = {0}, largest = (u8v){0};
#pragma clang loop unroll(full)
            for (uint32_t s = 0; s < all->source_count; s++) {
                raw[s] = load(all->sources[s], at + v * VECTOR);
                largest = __builtin_elementwise_max(largest, raw[s] & 0x7F);
            }
            const u64v special = (u64v)((i8v)largest > 0x7B);
            if (__builtin_reduce_or(special) == 0) {
                result[v] = sum_finite_e5m2(raw, all->source_count);
            } else {
                // What a function is given lies in memory; without a copy it always would.
                const u8v given[4] = {raw[0], raw[1], raw[2], raw[3]};
                result[v] = sum_special_e5m2(given, all->source_count);
            }
        }
        for (uint32_t t = 0; t < all->target_count; t++) {
            for (uint32_t v = 0; v < vectors; v++) {
                store(all->targets[t], at + v * VECTOR, result[v], streaming);
            }
        }
    }
    return at;
}

/// Combines blocks of a fixed shape, with the pointers in registers: in L1 that is
/// up to twice as fast for two sources and two targets on Zen 3; from 1 MiB on it is equal.
INLINE uint64_t combine_fixed(weft_type type, bool streaming, uint32_t source_count,
                              uint32_t target_count, const operands *all, uint64_t at,
                              uint64_t end)
{
    const void *sources[4];
    void *targets[2];
    for (uint32_t s = 0; s < source_count; s++) {
        sources[s] = all->sources[s];
    }
    for (uint32_t t = 0; t < target_count; t++) {
        targets[t] = all->targets[t];
    }
    const operands fixed = {
        targets, sources, target_count, source_count, true, NULL,
    };
    if (type == WEFT_TYPE_FP8_E5M2) {
        return sum_fixed_e5m2(streaming, &fixed, at, end);
    }
    const uint32_t vectors = vectors_of(type, BLOCK_FIXED);
    return combine_blocks(type, WEFT_OPERATOR_SUM, streaming, vectors, &fixed, at, end);
}

#define SHAPE(sources, targets) ((uint64_t)(sources) << 32 | (targets))

/// Combines the blocks of a pass whose shape is one of the usual ones.
INLINE uint64_t combine_shapes(weft_type type, bool streaming, const operands *all,
                               uint64_t at, uint64_t end)
{
    switch (SHAPE(all->source_count, all->target_count)) {
    case SHAPE(2, 1):
        return combine_fixed(type, streaming, 2, 1, all, at, end);
    case SHAPE(2, 2):
        return combine_fixed(type, streaming, 2, 2, all, at, end);
    case SHAPE(3, 1):
        return combine_fixed(type, streaming, 3, 1, all, at, end);
    case SHAPE(4, 1):
        return combine_fixed(type, streaming, 4, 1, all, at, end);
    default:
        return at;
    }
}

/// The bytes before the first target is aligned, or 0 if whole elements never align it.
INLINE uint64_t head_bytes(const operands *all, uint64_t alignment, uint64_t element)
{
    const uint64_t head = -(uint64_t)(uintptr_t)all->targets[0] & (alignment - 1);
    return head % element == 0 ? head : 0;
}

/// Whether non-temporal stores are possible and of use.
///
/// Once `head_bytes` are done every target must be aligned. In place they are never of
/// use: the line is in the cache already, and on Zen 3 they were 1.3 to 10 times slower.
APART bool can_stream(const operands *all, uint64_t bytes, uint64_t element)
{
    const uintptr_t first = (uintptr_t)all->targets[0];
    uintptr_t misaligned = first & (element - 1);
    for (uint32_t t = 0; t < all->target_count; t++) {
        misaligned |= ((uintptr_t)all->targets[t] - first) & (VECTOR - 1);
        for (uint32_t s = 0; s < all->source_count; s++) {
            if (all->targets[t] == all->sources[s]) {
                return false;
            }
        }
    }
    return misaligned == 0 && bytes >= ALIGNED_MIN;
}

/// Ends a pass of stores that went past the caches.
INLINE void fence(bool streaming)
{
#ifdef STREAM_FENCE
    if (streaming) {
        STREAM_FENCE();
    }
#else
    (void)streaming;
#endif
}

/// Combines whole blocks of MXFP8.
INLINE void combine_units(weft_operator op, const operands *all, uint64_t count)
{
    for (uint64_t at = 0; at < count * BLOCK_BYTES; at += BLOCK_BYTES) {
        lanes sum = {0};
        for (uint32_t s = 0; s < all->source_count; s++) {
            block from = load_block(all->sources[s], at);
            if (op == WEFT_OPERATOR_PREMULTIPLIED_SUM && all->scalars->is_input[s]) {
                from = premultiply_block(from, all->scalars->factor);
            }
            const lanes next = widen_block(from);
            sum = s == 0 ? next : fold(WEFT_TYPE_MXFP8, op, sum, next);
        }
        const bool divides = op == WEFT_OPERATOR_AVERAGE;
        const block result = narrow_block(op, sum, divides ? all->scalars->ranks : 1);
        for (uint32_t t = 0; t < all->target_count; t++) {
            store_block(all->targets[t], at, result);
        }
    }
}

#endif

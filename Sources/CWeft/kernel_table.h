// The kernels of an instruction set, made from the pass for every type and operator, and their
// table. It is included last, and makes functions, so nothing else includes it.
#ifndef WEFT_KERNEL_TABLE_H
#define WEFT_KERNEL_TABLE_H

#include "kernel_pass.h"

#define ARGUMENTS                                                                         \
    void *const *targets, uint32_t target_count, const void *const *sources,              \
        uint32_t source_count, uint64_t count, const weft_scalars *scalars
#define OPERANDS {targets, sources, target_count, source_count, false, scalars}

/// Whether an operator needs what only its own kernel does; else it is a sum.
INLINE bool is_plain(weft_operator op, const weft_scalars *scalars)
{
    return (op == WEFT_OPERATOR_AVERAGE && (!scalars || !scalars->is_complete))
           || (op == WEFT_OPERATOR_PREMULTIPLIED_SUM && (!scalars || !scalars->is_input));
}

/// The blocks of a pass. Sums of the types that collectives mostly move are `hot`: the usual shapes
/// have loops of their own, and so have stores that stream.
INLINE uint64_t combine_all_blocks(weft_type type, weft_operator op, const bool hot,
                                   const bool streaming, const operands *all, uint64_t at,
                                   uint64_t end)
{
    const uint32_t any = vectors_of(type, BLOCK_ANY), streams = vectors_of(type, BLOCK_STREAMING);
    if (!HAS_SHAPES || !hot) {
        return combine_blocks(type, op, streaming, any, all, at, end);
    }
    if (streaming) {
        at = combine_shapes(type, true, all, at, end);
        return combine_blocks(type, op, true, streams, all, at, end);
    }
    at = combine_shapes(type, false, all, at, end);
    return combine_blocks(type, op, false, any, all, at, end);
}

/// Defines the pass of a type and an operator: head, blocks, tail.
#define DEFINE_PASS(NAME, TYPE, OP, HOT)                                                  \
    APART void NAME##_edge(const operands *all, uint64_t at, uint64_t end)                \
    {                                                                                     \
        combine_edge(TYPE, OP, all, at, end);                                             \
    }                                                                                     \
    APART void NAME##_pass(const operands *all, uint64_t end, bool streaming)             \
    {                                                                                     \
        uint64_t at = 0;                                                                  \
        if (end >= ALIGNED_MIN) {                                                         \
            at = head_bytes(all, streaming ? LINE : VECTOR, weft_type_size(TYPE));        \
            NAME##_edge(all, 0, at);                                                      \
        }                                                                                 \
        at = combine_all_blocks(TYPE, OP, HOT, streaming, all, at, end);                  \
        fence(streaming);                                                                 \
        if (at < end) {                                                                   \
            NAME##_edge(all, at, end);                                                    \
        }                                                                                 \
    }

/// Defines a kernel and its streaming form; `PLAIN` is the pass where it is only a sum.
#define DEFINE_KERNEL(NAME, TYPE, OP, PLAIN)                                              \
    KERNEL void NAME(ARGUMENTS)                                                           \
    {                                                                                     \
        const operands all = OPERANDS;                                                    \
        const uint64_t bytes = count * weft_type_size(TYPE);                              \
        if (source_count == 0 || target_count == 0) {                                     \
            return;                                                                       \
        }                                                                                 \
        if (is_plain(OP, scalars)) {                                                      \
            PLAIN##_pass(&all, bytes, false);                                             \
        } else {                                                                          \
            NAME##_pass(&all, bytes, false);                                              \
        }                                                                                 \
    }                                                                                     \
    KERNEL void NAME##_streaming(ARGUMENTS)                                               \
    {                                                                                     \
        const operands all = OPERANDS;                                                    \
        const uint64_t size = weft_type_size(TYPE), bytes = count * size;                 \
        if (source_count == 0 || target_count == 0) {                                     \
            return;                                                                       \
        }                                                                                 \
        if (is_plain(OP, scalars)) {                                                      \
            PLAIN##_pass(&all, bytes, can_stream(&all, bytes, size));                     \
        } else {                                                                          \
            NAME##_pass(&all, bytes, can_stream(&all, bytes, size));                      \
        }                                                                                 \
    }

#define DEFINE_OPERATOR(WORD, NAME, TYPE, OP, HOT)                                        \
    DEFINE_PASS(WORD##_##NAME, TYPE, OP, HOT)                                             \
    DEFINE_KERNEL(WORD##_##NAME, TYPE, OP, sum_##NAME)

#define DEFINE_TYPE(NAME, TYPE, HOT)                                                      \
    DEFINE_OPERATOR(sum, NAME, TYPE, WEFT_OPERATOR_SUM, HOT)                              \
    DEFINE_OPERATOR(prod, NAME, TYPE, WEFT_OPERATOR_PRODUCT, false)                       \
    DEFINE_OPERATOR(min, NAME, TYPE, WEFT_OPERATOR_MINIMUM, false)                        \
    DEFINE_OPERATOR(max, NAME, TYPE, WEFT_OPERATOR_MAXIMUM, false)                        \
    DEFINE_OPERATOR(avg, NAME, TYPE, WEFT_OPERATOR_AVERAGE, false)                        \
    DEFINE_OPERATOR(mulsum, NAME, TYPE, WEFT_OPERATOR_PREMULTIPLIED_SUM, false)

DEFINE_TYPE(int8, WEFT_TYPE_INT8, false)
DEFINE_TYPE(uint8, WEFT_TYPE_UINT8, false)
DEFINE_TYPE(int32, WEFT_TYPE_INT32, false)
DEFINE_TYPE(uint32, WEFT_TYPE_UINT32, false)
DEFINE_TYPE(int64, WEFT_TYPE_INT64, false)
DEFINE_TYPE(uint64, WEFT_TYPE_UINT64, false)
DEFINE_TYPE(float16, WEFT_TYPE_FLOAT16, true)
DEFINE_TYPE(bfloat16, WEFT_TYPE_BFLOAT16, true)
DEFINE_TYPE(float32, WEFT_TYPE_FLOAT32, true)
DEFINE_TYPE(float64, WEFT_TYPE_FLOAT64, false)
DEFINE_TYPE(e4m3, WEFT_TYPE_FP8_E4M3, true)
DEFINE_TYPE(e5m2, WEFT_TYPE_FP8_E5M2, true)

/// Defines a kernel of MXFP8, whose units have no alignment to stream by.
#define DEFINE_BLOCKS(WORD, OP)                                                           \
    APART void WORD##_mxfp8_pass(const operands *all, uint64_t count)                     \
    {                                                                                     \
        combine_units(OP, all, count);                                                    \
    }                                                                                     \
    KERNEL void WORD##_mxfp8(ARGUMENTS)                                                   \
    {                                                                                     \
        const operands all = OPERANDS;                                                    \
        if (source_count == 0 || target_count == 0) {                                     \
            return;                                                                       \
        }                                                                                 \
        if (is_plain(OP, scalars)) {                                                      \
            sum_mxfp8_pass(&all, count);                                                  \
        } else {                                                                          \
            WORD##_mxfp8_pass(&all, count);                                               \
        }                                                                                 \
    }

DEFINE_BLOCKS(sum, WEFT_OPERATOR_SUM)
DEFINE_BLOCKS(prod, WEFT_OPERATOR_PRODUCT)
DEFINE_BLOCKS(min, WEFT_OPERATOR_MINIMUM)
DEFINE_BLOCKS(max, WEFT_OPERATOR_MAXIMUM)
DEFINE_BLOCKS(avg, WEFT_OPERATOR_AVERAGE)
DEFINE_BLOCKS(mulsum, WEFT_OPERATOR_PREMULTIPLIED_SUM)

/// A copy is the sum of one source, in bytes, which changes nothing.
APART void copy_edge(const operands *all, uint64_t at, uint64_t end)
{
    combine_edge(WEFT_TYPE_UINT8, WEFT_OPERATOR_SUM, all, at, end);
}

INLINE uint64_t copy_blocks(bool streaming, const operands *all, uint64_t at, uint64_t end)
{
    const weft_type type = WEFT_TYPE_UINT8;
    switch (all->target_count) {
    case 1:
        return combine_fixed(type, streaming, 1, 1, all, at, end);
    case 2:
        return combine_fixed(type, streaming, 1, 2, all, at, end);
    default:
        return combine_blocks(type, WEFT_OPERATOR_SUM, streaming,
                              streaming ? BLOCK_STREAMING : BLOCK_ANY, all, at, end);
    }
}

INLINE void copy_pass(const operands *all, uint64_t end, bool streaming)
{
    uint64_t at = 0;
    if (end >= ALIGNED_MIN) {
        at = head_bytes(all, streaming ? LINE : VECTOR, 1);
        copy_edge(all, 0, at);
    }
    at = copy_blocks(streaming, all, at, end);
    fence(streaming);
    copy_edge(all, at, end);
}

KERNEL void copy(ARGUMENTS)
{
    (void)scalars;
    const operands all = {targets, sources, target_count, 1, false, NULL};
    if (source_count != 0 && target_count != 0) {
        copy_pass(&all, count, false);
    }
}

KERNEL void copy_streaming(ARGUMENTS)
{
    (void)scalars;
    const operands all = {targets, sources, target_count, 1, false, NULL};
    if (source_count == 0 || target_count == 0) {
        return;
    }
    if (can_stream(&all, count, 1)) {
        copy_pass(&all, count, true);
    } else {
        copy_pass(&all, count, false);
    }
}

#define ROW(NAME, STREAMING)                                                    \
    {                                                                                     \
        {sum_##NAME, sum_##NAME##STREAMING}, {prod_##NAME, prod_##NAME##STREAMING},       \
            {min_##NAME, min_##NAME##STREAMING}, {max_##NAME, max_##NAME##STREAMING},     \
            {avg_##NAME, avg_##NAME##STREAMING},                                          \
        {                                                                                 \
            mulsum_##NAME, mulsum_##NAME##STREAMING                                       \
        }                                                                                 \
    }

/// The table of an instruction set.
#define DEFINE_KERNELS(NAME)                                                              \
    const weft_kernels NAME = {                                                           \
        .combine =                                                                        \
            {                                                                             \
                [WEFT_TYPE_INT8] = ROW(int8, _streaming),                               \
                [WEFT_TYPE_UINT8] = ROW(uint8, _streaming),                             \
                [WEFT_TYPE_INT32] = ROW(int32, _streaming),                             \
                [WEFT_TYPE_UINT32] = ROW(uint32, _streaming),                           \
                [WEFT_TYPE_INT64] = ROW(int64, _streaming),                             \
                [WEFT_TYPE_UINT64] = ROW(uint64, _streaming),                           \
                [WEFT_TYPE_FLOAT16] = ROW(float16, _streaming),                         \
                [WEFT_TYPE_BFLOAT16] = ROW(bfloat16, _streaming),                       \
                [WEFT_TYPE_FLOAT32] = ROW(float32, _streaming),                         \
                [WEFT_TYPE_FLOAT64] = ROW(float64, _streaming),                         \
                [WEFT_TYPE_FP8_E4M3] = ROW(e4m3, _streaming),                           \
                [WEFT_TYPE_FP8_E5M2] = ROW(e5m2, _streaming),                           \
                [WEFT_TYPE_MXFP8] = ROW(mxfp8, ),                                       \
            },                                                                            \
        .copy = {copy, copy_streaming},                                                   \
    }

#endif

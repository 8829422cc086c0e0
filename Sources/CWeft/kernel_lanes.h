// The lanes of a vector: integers, binary32 and binary64, whose accumulators are themselves.
//
// An instruction set's file defines VECTOR, the bytes of a vector, and TARGET, the attribute of
// its functions, and then includes `kernel_pass.h`, which includes this. Vectors are those of the
// compiler, so that one text serves every instruction set. Nothing here looks at an address.
#ifndef WEFT_KERNEL_LANES_H
#define WEFT_KERNEL_LANES_H

#include "kernel_private.h"

#include <stddef.h>
#include <string.h>

// A product and a sum must not become one operation that rounds once.
#pragma STDC FP_CONTRACT OFF

#ifdef __OPTIMIZE__
#define INLINE static inline __attribute__((always_inline)) TARGET
#else
// Where constants are not followed into copies, copies would only take minutes to compile.
#define INLINE static inline TARGET
#endif
#define VECTOR_OF(SIZE) __attribute__((vector_size(SIZE)))

typedef uint8_t u8v VECTOR_OF(VECTOR);
typedef int8_t i8v VECTOR_OF(VECTOR);
typedef uint16_t u16v VECTOR_OF(VECTOR);
typedef int16_t i16v VECTOR_OF(VECTOR);
typedef uint32_t u32v VECTOR_OF(VECTOR);
typedef int32_t i32v VECTOR_OF(VECTOR);
typedef uint64_t u64v VECTOR_OF(VECTOR);
typedef int64_t i64v VECTOR_OF(VECTOR);
typedef float f32v VECTOR_OF(VECTOR);
typedef double f64v VECTOR_OF(VECTOR);

/// What is accumulated for a vector of elements.
typedef struct {
    /// Elements that are their own accumulators.
    u8v raw;
    /// Elements in binary32, two or four to a lane of memory; `kernel_narrow.h` says which.
    f32v wide[4];
    /// The bytes of FP8 whose element is NaN by a source.
    u8v nan;
} lanes;

/// The lanes of `yes` where the mask is set, and of `no` elsewhere.
INLINE u32v choose(u32v mask, u32v yes, u32v no)
{
    return (mask & yes) | (~mask & no);
}

/// Defines `minimum` and `maximum` of IEEE 754-2019, 9.6.
///
/// The comparisons fail for a NaN, so that one order of the operands gives it. Of two zeros the
/// orders give one each, and the sign bit is that of either or of both.
#define DEFINE_ORDER(NAME, FLOATS, BITS, QUIET)                                           \
    INLINE FLOATS minimum_##NAME(FLOATS left, FLOATS right)                               \
    {                                                                                     \
        const BITS a = (BITS)left, b = (BITS)right;                                       \
        const BITS less = (BITS)(left < right), greater = (BITS)(right < left);           \
        return (FLOATS)(((less & a) | (~less & b)) | ((greater & b) | (~greater & a)));   \
    }                                                                                     \
    INLINE FLOATS maximum_##NAME(FLOATS left, FLOATS right)                               \
    {                                                                                     \
        const BITS a = (BITS)left, b = (BITS)right;                                       \
        const BITS less = (BITS)(left < right), greater = (BITS)(right < left);           \
        const BITS either = ((greater & a) | (~greater & b)) & ((less & b) | (~less & a)); \
        const BITS unordered = (BITS)(left != left) | (BITS)(right != right);             \
        return (FLOATS)(either | (unordered & (QUIET)));                                  \
    }

DEFINE_ORDER(float32, f32v, u32v, UINT32_C(0x7FC00000))
DEFINE_ORDER(float64, f64v, u64v, UINT64_C(0x7FF8000000000000))

#undef DEFINE_ORDER

/// Folds binary32 accumulators; `op` is a constant wherever this is inlined.
INLINE f32v fold_float32(weft_operator op, f32v left, f32v right)
{
    switch (op) {
    case WEFT_OPERATOR_PRODUCT:
        return left * right;
    case WEFT_OPERATOR_MINIMUM:
        return minimum_float32(left, right);
    case WEFT_OPERATOR_MAXIMUM:
        return maximum_float32(left, right);
    default:
        return left + right;
    }
}

INLINE f64v fold_float64(weft_operator op, f64v left, f64v right)
{
    switch (op) {
    case WEFT_OPERATOR_PRODUCT:
        return left * right;
    case WEFT_OPERATOR_MINIMUM:
        return minimum_float64(left, right);
    case WEFT_OPERATOR_MAXIMUM:
        return maximum_float64(left, right);
    default:
        return left + right;
    }
}

/// Folds integers: they wrap as unsigned ones, and have the order of `ORDERED`.
#define FOLD_INTEGERS(UNSIGNED, ORDERED)                                                  \
    switch (op) {                                                                         \
    case WEFT_OPERATOR_PRODUCT:                                                           \
        return (u8v)((UNSIGNED)left * (UNSIGNED)right);                                   \
    case WEFT_OPERATOR_MINIMUM:                                                           \
        return (u8v)__builtin_elementwise_min((ORDERED)left, (ORDERED)right);             \
    case WEFT_OPERATOR_MAXIMUM:                                                           \
        return (u8v)__builtin_elementwise_max((ORDERED)left, (ORDERED)right);             \
    default:                                                                              \
        return (u8v)((UNSIGNED)left + (UNSIGNED)right);                                   \
    }

/// Folds elements that are their own accumulators.
INLINE u8v fold_raw(weft_type type, weft_operator op, u8v left, u8v right)
{
    switch (type) {
    case WEFT_TYPE_INT8:
        FOLD_INTEGERS(u8v, i8v)
    case WEFT_TYPE_UINT8:
        FOLD_INTEGERS(u8v, u8v)
    case WEFT_TYPE_INT32:
        FOLD_INTEGERS(u32v, i32v)
    case WEFT_TYPE_UINT32:
        FOLD_INTEGERS(u32v, u32v)
    case WEFT_TYPE_INT64:
        FOLD_INTEGERS(u64v, i64v)
    case WEFT_TYPE_UINT64:
        FOLD_INTEGERS(u64v, u64v)
    case WEFT_TYPE_FLOAT32:
        return (u8v)fold_float32(op, (f32v)left, (f32v)right);
    case WEFT_TYPE_FLOAT64:
        return (u8v)fold_float64(op, (f64v)left, (f64v)right);
    default:
        return left;
    }
}

#undef FOLD_INTEGERS

/// Divides integers in a floating-point format that is so much wider that cutting off the rounded
/// quotient gives the exact one: it is an integer or further from the next than a rounding.
#define DIVIDE_IN(FLOATING, INTEGERS)                                                     \
    {                                                                                     \
        typedef FLOATING quotients VECTOR_OF(                                             \
            VECTOR / sizeof(((INTEGERS){0})[0]) * sizeof(FLOATING));                      \
        const quotients all = __builtin_convertvector((INTEGERS)sum, quotients);          \
        return (u8v)__builtin_convertvector(all / (FLOATING)ranks, INTEGERS);             \
    }

/// Divides integers one by one: no instruction set here divides 64 bits in vectors.
#define DIVIDE_EACH(INTEGER, INTEGERS)                                                    \
    {                                                                                     \
        INTEGERS all = (INTEGERS)sum;                                                     \
        for (size_t lane = 0; lane < VECTOR / sizeof(INTEGER); lane++) {                  \
            all[lane] /= (INTEGER)ranks;                                                  \
        }                                                                                 \
        return (u8v)all;                                                                  \
    }

/// The complete sum, divided by the number of ranks; integers are truncated.
INLINE u8v divide_raw(weft_type type, u8v sum, uint32_t ranks)
{
    switch (type) {
    case WEFT_TYPE_INT8:
        DIVIDE_IN(float, i8v)
    case WEFT_TYPE_UINT8:
        DIVIDE_IN(float, u8v)
    case WEFT_TYPE_INT32:
        DIVIDE_IN(double, i32v)
    case WEFT_TYPE_UINT32:
        DIVIDE_IN(double, u32v)
    case WEFT_TYPE_INT64:
        DIVIDE_EACH(int64_t, i64v)
    case WEFT_TYPE_UINT64:
        DIVIDE_EACH(uint64_t, u64v)
    case WEFT_TYPE_FLOAT32:
        return (u8v)((f32v)sum / (float)ranks);
    case WEFT_TYPE_FLOAT64:
        return (u8v)((f64v)sum / (double)ranks);
    default:
        return sum;
    }
}

#undef DIVIDE_IN
#undef DIVIDE_EACH

#endif

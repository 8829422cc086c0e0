// The types narrower than binary32: how they become it, and how they are rounded back.
//
// A vector of bfloat16 is two of binary32, one of FP8 four. Which element is where is of no matter
// as long as `widen` and `narrow` agree.
#ifndef WEFT_KERNEL_NARROW_H
#define WEFT_KERNEL_NARROW_H

#include "kernel_lanes.h"

/// Whether E4M3 is accumulated as it is decoded most cheaply: times 2^-120.
///
/// Its four bits of exponent then are the lowest of binary32's, and zeros and subnormals are zeros
/// and subnormals. Sums and comparisons are exact or round as they would without; a product
/// or a quotient would lose bits.
INLINE bool is_scaled(weft_operator op)
{
    return op != WEFT_OPERATOR_PRODUCT && op != WEFT_OPERATOR_AVERAGE;
}

// What an instruction set has one instruction for, and others several.

#ifndef BLEND_HALVES
/// The lower halves of the lanes of the first vector, and the upper ones of the second.
#define BLEND_HALVES(LOW, HIGH)                                                           \
    (((LOW) & UINT32_C(0x0000FFFF)) | ((HIGH) & UINT32_C(0xFFFF0000)))
#endif

#ifndef SHIFT_ROUNDED
/// Halves below 2^15, shifted right and rounded, half-way up; `PLACES` is a constant.
#define SHIFT_ROUNDED(HALVES, PLACES) (((HALVES) + (uint16_t)(1 << ((PLACES)-1))) >> (PLACES))
#endif

#ifndef EVEN_BYTES_BY
/// The even bytes, as signed numbers, times a power of two in each half; and the odd ones.
#define EVEN_BYTES_BY(POWER, BYTES) ((u16v)((i16v)((u16v)(BYTES) << 8) >> 8) * (uint16_t)(POWER))
#define ODD_BYTES_BY(POWER, BYTES) ((u16v)((i16v)(BYTES) >> 8) * (uint16_t)(POWER))
#endif

#ifndef SATURATED_BELOW
/// Halves less others, and zero where that would be less.
#define SATURATED_BELOW(HALVES, OTHERS) __builtin_elementwise_sub_sat(HALVES, OTHERS)
#endif

/// The upper halves of the lanes of two vectors, the first one's below.
INLINE u16v upper_halves(f32v even, f32v odd)
{
    return (u16v)BLEND_HALVES((u32v)even >> 16, (u32v)odd);
}

/// The lower halves of the lanes of two vectors, the first one's below.
INLINE u16v lower_halves(f32v even, f32v odd)
{
    return (u16v)BLEND_HALVES((u32v)even, (u32v)odd << 16);
}

/// Numbers that fit into the upper halves, one from each half of a lane.
INLINE void widen_halves(u16v halves, f32v *even, f32v *odd)
{
    *even = (f32v)((u32v)halves << 16);
    *odd = (f32v)((u32v)halves & UINT32_C(0xFFFF0000));
}

/// Rounds to bfloat16: to the nearest, half-way to even.
///
/// It goes up if the lower half is above 0x8000, or that and the upper one is odd: its topmost bit
/// says so, once 1 is taken from it under an even one. A NaN needs no care: those that come from
/// bfloat16 have a lower half of zero.
INLINE u8v narrow_bfloat16(f32v even, f32v odd)
{
    const u16v upper = upper_halves(even, odd), lower = lower_halves(even, odd);
    return (u8v)(upper + (SATURATED_BELOW(lower, ~upper & 1) >> 15));
}

#ifdef HAS_HALF

typedef _Float16 f16h VECTOR_OF(VECTOR / 2);

INLINE void widen_float16(u8v raw, f32v *first, f32v *second)
{
    f16h part[2];
    memcpy(part, &raw, VECTOR);
    *first = __builtin_convertvector(part[0], f32v);
    *second = __builtin_convertvector(part[1], f32v);
}

INLINE u8v narrow_float16(f32v first, f32v second)
{
    const f16h part[2] = {
        __builtin_convertvector(first, f16h),
        __builtin_convertvector(second, f16h),
    };
    u8v raw;
    memcpy(&raw, part, VECTOR);
    return raw;
}

#else

/// A half in the lower bits of each lane; times 2^112 its exponent is right, also subnormal.
INLINE f32v half_to_float32(u32v half)
{
    const u32v magnitude = (half & 0x7FFF) << 13;
    const u32v number = (u32v)((f32v)magnitude * 0x1p112f);
    const u32v special = (u32v)(magnitude >= UINT32_C(0x0F800000));
    const u32v sign = (half & 0x8000) << 16;
    return (f32v)(sign | number | (special & UINT32_C(0x7F800000)));
}

/// The half of each lane, in its lower bits.
INLINE u32v float32_to_half(f32v number)
{
    const u32v bits = (u32v)number, magnitude = bits & UINT32_C(0x7FFFFFFF);
    // Adding one half aligns the lowest place of a subnormal with that of the sum, and rounds.
    const f32v aligned = (f32v)magnitude + 0.5f;
    const u32v subnormal = (u32v)aligned - UINT32_C(0x3F000000);
    const u32v rounding = UINT32_C(0xFFF) + ((magnitude >> 13) & 1);
    const u32v normal = (magnitude + rounding - UINT32_C(0x38000000)) >> 13;
    const u32v small = (u32v)(magnitude < UINT32_C(0x38800000));
    const u32v nan = (u32v)(magnitude > UINT32_C(0x7F800000));
    const u32v finite = choose(small, subnormal, normal);
    const u32v large = (u32v)(magnitude >= UINT32_C(0x47800000));
    const u32v special = UINT32_C(0x7C00) | (nan & UINT32_C(0x0200));
    return ((bits >> 16) & 0x8000) | choose(large, special, finite);
}

INLINE void widen_float16(u8v raw, f32v *first, f32v *second)
{
    *first = half_to_float32((u32v)raw & 0xFFFF);
    *second = half_to_float32((u32v)raw >> 16);
}

INLINE u8v narrow_float16(f32v first, f32v second)
{
    return (u8v)(float32_to_half(first) | float32_to_half(second) << 16);
}

#endif

/// Halves below 2^15, shifted right and rounded to the nearest, half-way to even.
///
/// An even number that is half-way has one taken from it, so that it does not go up.
INLINE u16v shift_to_even(u16v halves, int places)
{
    const uint16_t rest = (uint16_t)((2 << places) - 1), half = (uint16_t)(1 << (places - 1));
    const u16v down = (u16v)((halves & rest) == half);
    return SHIFT_ROUNDED(halves + down, places);
}

/// The sign bits of even and odd elements, in their bytes.
INLINE u8v sign_bytes(u16v even, u16v odd)
{
    return (u8v)(((even >> 8) & 0x0080) | (odd & 0x8000));
}

/// Rounds the 16-bit patterns of even and odd elements to FP8, in which they have `places` bits
/// less, and saturates at `largest`. Magnitudes above `infinity` are NaN.
INLINE u8v narrow_to_bytes(u16v even, u16v odd, int places, uint16_t largest, uint16_t infinity)
{
    const u16v limit = (u16v){0} + (uint16_t)(largest << places);
    const u16v below = even & 0x7FFF, above = odd & 0x7FFF;
    const u16v low = shift_to_even(__builtin_elementwise_min(below, limit), places);
    const u16v high = shift_to_even(__builtin_elementwise_min(above, limit), places);
    const u16v nan_low = (u16v)((i16v)below > (int16_t)infinity) & 0x00FF;
    const u16v nan_high = (u16v)((i16v)above > (int16_t)infinity) & 0xFF00;
    return (u8v)(low | high << 8 | nan_low | nan_high) | sign_bytes(even, odd);
}

/// Cuts to bits above `mask`, of which the last becomes 1 if anything was lost, so that a later
/// rounding to fewer bits is as if it were the only one.
INLINE f32v round_to_odd(f32v number, uint32_t mask)
{
    const u32v bits = (u32v)number;
    return (f32v)((bits | ((bits & mask) + mask)) & ~mask);
}

/// Rounds E5M2, or E4M3 times 2^-8, by way of half. Two bits of half's subnormals are below half of
/// the last place, so that round_to_odd may leave 8 bits of E5M2 and one less of E4M3.
INLINE u8v narrow_by_half(weft_type type, const f32v wide[4])
{
    const bool is_e4m3 = type == WEFT_TYPE_FP8_E4M3;
    f32v odd[4];
    for (int i = 0; i < 4; i++) {
        odd[i] = round_to_odd(wide[i], is_e4m3 ? 0x1FFFF : 0xFFFF);
        if (is_e4m3) {
            odd[i] *= 0x1p-8f;
        }
    }
    const u16v low = (u16v)narrow_float16(odd[0], odd[1]);
    const u16v high = (u16v)narrow_float16(odd[2], odd[3]);
    return is_e4m3 ? narrow_to_bytes(low, high, 7, 0x7E, 0x7C00)
                   : narrow_to_bytes(low, high, 8, 0x7B, 0x7C00);
}

/// Both vectors' upper halves, with the lowest bit set where a lower half is not zero.
INLINE u16v odd_halves(f32v even, f32v odd)
{
    const u16v one = (u16v){0} + (uint16_t)1;
    return upper_halves(even, odd)
           | __builtin_elementwise_min(lower_halves(even, odd), one);
}

INLINE lanes widen_e4m3(weft_operator op, u8v raw)
{
    lanes sum;
    // The signs are extended: they are where they belong, and in the way below that.
    sum.nan = (u8v)((raw & 0x7F) == 0x7F);
    if (is_scaled(op)) {
        widen_halves(EVEN_BYTES_BY(16, raw) & 0x87F0, &sum.wide[0], &sum.wide[1]);
        widen_halves(ODD_BYTES_BY(16, raw) & 0x87F0, &sum.wide[2], &sum.wide[3]);
        return sum;
    }
    // The exponent's bias of half is 8 more.
    widen_float16((u8v)(EVEN_BYTES_BY(128, raw) & 0xBF80), &sum.wide[0], &sum.wide[1]);
    widen_float16((u8v)(ODD_BYTES_BY(128, raw) & 0xBF80), &sum.wide[2], &sum.wide[3]);
    for (int i = 0; i < 4; i++) {
        sum.wide[i] *= 0x1p8f;
    }
    return sum;
}

#ifndef SIGN_BYTES
/// Bytes of which the topmost bits are the signs of four vectors, as `widen_e4m3` has them.
#define SIGN_BYTES(WIDE)                                                                  \
    sign_bytes((u16v)BLEND_HALVES((u32v)(WIDE)[0] >> 16, (u32v)(WIDE)[1]),                \
               (u16v)BLEND_HALVES((u32v)(WIDE)[2] >> 16, (u32v)(WIDE)[3]))
#endif

/// Rounds a scaled sum of one or two FP8, of `places` bits less than half.
///
/// Its exponent is below 32, and 10 bits behind the point are enough for it: what lies below
/// them is not zero only if one is less than a 16th of the other's last place, and then the sum is
/// not half-way.
INLINE u8v narrow_pair(const f32v wide[4], int places, uint8_t largest)
{
    const u16v even = (u16v)BLEND_HALVES((u32v)wide[0] >> 13, (u32v)wide[1] << 3);
    const u16v odd = (u16v)BLEND_HALVES((u32v)wide[2] >> 13, (u32v)wide[3] << 3);
    const u8v limit = (u8v){0} + largest;
    const u8v bytes = (u8v)(shift_to_even(even, places) | shift_to_even(odd, places) << 8);
    return __builtin_elementwise_min(bytes, limit) | (SIGN_BYTES(wide) & 0x80);
}

INLINE u8v narrow_e4m3(weft_operator op, bool is_pair, lanes sum)
{
    if (!is_scaled(op)) {
        return narrow_by_half(WEFT_TYPE_FP8_E4M3, sum.wide) | sum.nan;
    }
    if (is_pair) {
        return narrow_pair(sum.wide, 7, 0x7E) | sum.nan;
    }
    const u16v even = odd_halves(sum.wide[0], sum.wide[1]);
    const u16v odd = odd_halves(sum.wide[2], sum.wide[3]);
    return narrow_to_bytes(even, odd, 4, 0x7E, 0x7FFF) | sum.nan;
}

/// The finite sum of E5M2, scaled as E4M3 is, by 2^-112; none of the sources may be special.
INLINE u8v sum_finite_e5m2(const u8v *raw, uint32_t count)
{
    f32v sum[4];
#pragma clang loop unroll(full)
    for (uint32_t s = 0; s < count; s++) {
        f32v next[4];
        widen_halves(EVEN_BYTES_BY(32, raw[s]) & 0x8FE0, &next[0], &next[1]);
        widen_halves(ODD_BYTES_BY(32, raw[s]) & 0x8FE0, &next[2], &next[3]);
        for (int i = 0; i < 4; i++) {
            sum[i] = s == 0 ? next[i] : sum[i] + next[i];
        }
    }
    if (count <= 2) {
        return narrow_pair(sum, 8, 0x7B);
    }
    const u16v even = odd_halves(sum[0], sum[1]), odd = odd_halves(sum[2], sum[3]);
    return narrow_to_bytes(even, odd, 5, 0x7B, 0x7FFF);
}

/// The accumulator of a vector of elements; `type` and `op` are constants where it is inlined.
INLINE lanes widen(weft_type type, weft_operator op, u8v raw)
{
    lanes sum;
    switch (type) {
    case WEFT_TYPE_FLOAT16:
        widen_float16(raw, &sum.wide[0], &sum.wide[1]);
        break;
    case WEFT_TYPE_BFLOAT16:
        widen_halves((u16v)raw, &sum.wide[0], &sum.wide[1]);
        break;
    case WEFT_TYPE_FP8_E4M3:
        return widen_e4m3(op, raw);
    case WEFT_TYPE_FP8_E5M2:
        // E5M2 is the upper byte of half.
        widen_float16((u8v)((u16v)raw << 8), &sum.wide[0], &sum.wide[1]);
        widen_float16((u8v)((u16v)raw & 0xFF00), &sum.wide[2], &sum.wide[3]);
        break;
    default:
        sum.raw = raw;
    }
    return sum;
}

/// The binary32 vectors that one vector of memory becomes, or 0 where it is its own accumulator.
INLINE int width(weft_type type)
{
    switch (type) {
    case WEFT_TYPE_FLOAT16:
    case WEFT_TYPE_BFLOAT16:
        return 2;
    case WEFT_TYPE_FP8_E4M3:
    case WEFT_TYPE_FP8_E5M2:
    case WEFT_TYPE_MXFP8:
        return 4;
    default:
        return 0;
    }
}

/// Folds accumulators, the left one first.
INLINE lanes fold(weft_type type, weft_operator op, lanes left, lanes right)
{
    for (int i = 0; i < width(type); i++) {
        left.wide[i] = fold_float32(op, left.wide[i], right.wide[i]);
    }
    if (width(type) == 0) {
        left.raw = fold_raw(type, op, left.raw, right.raw);
    }
    if (type == WEFT_TYPE_FP8_E4M3 || type == WEFT_TYPE_MXFP8) {
        left.nan |= right.nan;
    }
    return left;
}

/// Rounds an accumulator to the type; an average is divided before.
///
/// Whether a sum is known to be one of two is a constant; few types care.
INLINE u8v narrow(weft_type type, weft_operator op, bool is_pair, lanes sum, uint32_t ranks)
{
    if (op == WEFT_OPERATOR_AVERAGE) {
        for (int i = 0; i < width(type); i++) {
            sum.wide[i] /= (float)ranks;
        }
        sum.raw = width(type) == 0 ? divide_raw(type, sum.raw, ranks) : sum.raw;
    }
    switch (type) {
    case WEFT_TYPE_FLOAT16:
        return narrow_float16(sum.wide[0], sum.wide[1]);
    case WEFT_TYPE_BFLOAT16:
        return narrow_bfloat16(sum.wide[0], sum.wide[1]);
    case WEFT_TYPE_FP8_E4M3:
        return narrow_e4m3(op, is_pair, sum);
    case WEFT_TYPE_FP8_E5M2:
        return narrow_by_half(type, sum.wide);
    default:
        return sum.raw;
    }
}

/// One pattern in every element.
INLINE u8v broadcast(weft_type type, uint64_t pattern)
{
    switch (weft_type_size(type)) {
    case 1:
        return (u8v){0} + (uint8_t)pattern;
    case 2:
        return (u8v)((u16v){0} + (uint16_t)pattern);
    case 4:
        return (u8v)((u32v){0} + (uint32_t)pattern);
    default:
        return (u8v)((u64v){0} + pattern);
    }
}

/// An input of premultiplied sum, multiplied and rounded: a product of two, as a step makes it.
INLINE u8v premultiply(weft_type type, u8v raw, uint64_t factor)
{
    const weft_operator op = WEFT_OPERATOR_PRODUCT;
    const lanes input = widen(type, op, raw), scale = widen(type, op, broadcast(type, factor));
    return narrow(type, op, false, fold(type, op, input, scale), 1);
}

#endif

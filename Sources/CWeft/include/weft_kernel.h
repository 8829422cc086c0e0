// The reduction kernels of the data plane: load a range from several sources,
// fold it in the order given, store the result to several targets, in one pass.
#ifndef WEFT_KERNEL_H
#define WEFT_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

// Swift reads these as non-optional and optional; other compilers need them gone.
#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// The instruction sets that kernels exist for.
typedef enum {
    WEFT_ISA_PORTABLE = 0,
    WEFT_ISA_AVX2 = 1,
    WEFT_ISA_AVX512 = 2,
    WEFT_ISA_NEON = 3,
} weft_isa;

/// The element types, in the order of `DataType`.
typedef enum {
    WEFT_TYPE_INT8 = 0,
    WEFT_TYPE_UINT8 = 1,
    WEFT_TYPE_INT32 = 2,
    WEFT_TYPE_UINT32 = 3,
    WEFT_TYPE_INT64 = 4,
    WEFT_TYPE_UINT64 = 5,
    WEFT_TYPE_FLOAT16 = 6,
    WEFT_TYPE_BFLOAT16 = 7,
    WEFT_TYPE_FLOAT32 = 8,
    WEFT_TYPE_FLOAT64 = 9,
    WEFT_TYPE_FP8_E4M3 = 10,
    WEFT_TYPE_FP8_E5M2 = 11,
    WEFT_TYPE_MXFP8 = 12,
} weft_type;

/// The reduction operators, in the order of `ReductionOperator`.
typedef enum {
    WEFT_OPERATOR_SUM = 0,
    WEFT_OPERATOR_PRODUCT = 1,
    WEFT_OPERATOR_MINIMUM = 2,
    WEFT_OPERATOR_MAXIMUM = 3,
    WEFT_OPERATOR_AVERAGE = 4,
    WEFT_OPERATOR_PREMULTIPLIED_SUM = 5,
} weft_operator;

/// The sizes of the tables that are indexed by the enumerations above.
enum {
    WEFT_ISA_COUNT = WEFT_ISA_NEON + 1,
    WEFT_TYPE_COUNT = WEFT_TYPE_MXFP8 + 1,
    WEFT_OPERATOR_COUNT = WEFT_OPERATOR_PREMULTIPLIED_SUM + 1,
};

/// What average and premultiplied sum need to know; other operators don't look at it.
typedef struct weft_scalars {
    /// What average divides by, at least 1.
    uint32_t ranks;
    /// Whether the sum of an average is complete, so that it is divided now.
    uint32_t is_complete;
    /// What premultiplied sum multiplies by: a pattern of the type, for MXFP8 of binary32.
    uint64_t factor;
    /// For each source, whether it is an input, which is multiplied by the factor and
    /// rounded to the type as it is loaded; NULL if none is.
    const uint8_t *_Nullable is_input;
} weft_scalars;

/// One step of a reduction: combines `count` units of all sources and stores them to every target.
///
/// Loads widen, folding goes from left to right, the average divides if the sum is complete,
/// and then it is rounded once. That is so for one source too; without a source or a target
/// nothing happens. What is computed is `ScalarArithmetic` and `BlockArithmetic` to the bit, from
/// every instruction set, except for which NaN it is.
///
/// A unit is an element, and for MXFP8 a block of 33 bytes. Pointers may have any alignment. A
/// target may be exactly a source (in place); a partial overlap between a target and another
/// operand is not allowed. Without `scalars` no sum is complete and no source is an input.
typedef void (*weft_combine_fn)(void *_Nonnull const *_Nonnull targets,
                                uint32_t target_count,
                                const void *_Nonnull const *_Nonnull sources,
                                uint32_t source_count, uint64_t count,
                                const weft_scalars *_Nullable scalars);

/// The bytes of one unit, or 0 for a value that is no type.
static inline uint64_t weft_type_size(weft_type type)
{
    switch (type) {
    case WEFT_TYPE_INT8:
    case WEFT_TYPE_UINT8:
    case WEFT_TYPE_FP8_E4M3:
    case WEFT_TYPE_FP8_E5M2:
        return 1;
    case WEFT_TYPE_FLOAT16:
    case WEFT_TYPE_BFLOAT16:
        return 2;
    case WEFT_TYPE_INT32:
    case WEFT_TYPE_UINT32:
    case WEFT_TYPE_FLOAT32:
        return 4;
    case WEFT_TYPE_INT64:
    case WEFT_TYPE_UINT64:
    case WEFT_TYPE_FLOAT64:
        return 8;
    case WEFT_TYPE_MXFP8:
        return 33;
    }
    return 0;
}

/// The fastest instruction set of this machine that kernels exist for.
weft_isa weft_isa_best(void);

/// Whether this machine, and its operating system, can run the kernels of `isa`.
bool weft_isa_supported(weft_isa isa);

/// The lower-case name of an instruction set; "unknown" for any other value.
const char *_Nonnull weft_isa_name(weft_isa isa);

/// The kernel for a type and an operator, or NULL when this machine has none.
///
/// A streaming kernel writes past the caches if it can, and then ends with a store
/// fence, so that a later store publishes its data. It is an ordinary one in place, for
/// targets that differ in alignment, for MXFP8, and on an instruction set without such stores.
weft_combine_fn _Nullable weft_combine_kernel(weft_isa isa, weft_type type,
                                              weft_operator op, bool streaming);

/// The kernel that copies one source to every target, or NULL when there is none.
///
/// It serves every type: `count` is in bytes and `source_count` must be 1.
weft_combine_fn _Nullable weft_copy_kernel(weft_isa isa, bool streaming);

#ifdef __cplusplus
}
#endif

#endif

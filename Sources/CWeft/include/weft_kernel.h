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

/// The element types that kernels exist for.
typedef enum {
    WEFT_TYPE_FLOAT32 = 0,
} weft_type;

/// The reduction operators that kernels exist for.
typedef enum {
    WEFT_OPERATOR_SUM = 0,
} weft_operator;

/// The sizes of the tables that are indexed by the enumerations above.
enum {
    WEFT_ISA_COUNT = WEFT_ISA_NEON + 1,
    WEFT_TYPE_COUNT = WEFT_TYPE_FLOAT32 + 1,
    WEFT_OPERATOR_COUNT = WEFT_OPERATOR_SUM + 1,
};

/// Stores the left fold ((s0 + s1) + s2) + ... of `count` elements to every target.
///
/// One source is a copy to every target; without a source or a target nothing happens.
/// Pointers may have any alignment. A target may be exactly a source (in place); a
/// partial overlap between a target and another operand is not allowed. The result is
/// the same, bit for bit, from every instruction set, except for the payload of a NaN.
typedef void (*weft_combine_fn)(void *_Nonnull const *_Nonnull targets,
                                uint32_t target_count,
                                const void *_Nonnull const *_Nonnull sources,
                                uint32_t source_count, uint64_t count);

/// The bytes of one element, or 0 for a value that is no type.
static inline uint64_t weft_type_size(weft_type type)
{
    switch (type) {
    case WEFT_TYPE_FLOAT32:
        return 4;
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
/// targets that differ in alignment, and on an instruction set without such stores.
weft_combine_fn _Nullable weft_combine_kernel(weft_isa isa, weft_type type,
                                              weft_operator op, bool streaming);

/// The kernel that copies one source to every target, or NULL when there is none.
///
/// It serves every type: `count` is in bytes and `source_count` must be 1.
weft_combine_fn _Nullable weft_copy_kernel(weft_isa isa, bool streaming);

/// What the file of one instruction set offers to the dispatch in `kernel.c`; these
/// look at no processor, so call `weft_combine_kernel` and `weft_copy_kernel` instead.
weft_combine_fn _Nullable weft_avx2_combine(weft_type type, weft_operator op,
                                            bool streaming);
weft_combine_fn _Nonnull weft_avx2_copy(bool streaming);
weft_combine_fn _Nullable weft_avx512_combine(weft_type type, weft_operator op,
                                              bool streaming);
weft_combine_fn _Nonnull weft_avx512_copy(bool streaming);
weft_combine_fn _Nullable weft_neon_combine(weft_type type, weft_operator op);
weft_combine_fn _Nonnull weft_neon_copy(void);

#ifdef __cplusplus
}
#endif

#endif

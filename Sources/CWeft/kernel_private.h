// What the file of each instruction set offers to the dispatch in `kernel.c`.
#ifndef WEFT_KERNEL_PRIVATE_H
#define WEFT_KERNEL_PRIVATE_H

#include "weft_kernel.h"

/// The kernels of an instruction set; the last index says whether they stream.
typedef struct weft_kernels {
    weft_combine_fn combine[WEFT_TYPE_COUNT][WEFT_OPERATOR_COUNT][2];
    weft_combine_fn copy[2];
} weft_kernels;

extern const weft_kernels weft_kernels_portable;
#if defined(__x86_64__)
extern const weft_kernels weft_kernels_avx2;
extern const weft_kernels weft_kernels_avx512;
#elif defined(__aarch64__)
extern const weft_kernels weft_kernels_neon;
#endif

#endif

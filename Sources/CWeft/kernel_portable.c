// The kernels in plain C that run everywhere, with vectors as the compiler can make them.
#define VECTOR 32
#define TARGET

enum {
    HAS_SHAPES = 0,
    ALIGNED_MIN = 2048,
    BLOCK_FIXED = 1,
    BLOCK_ANY = 1,
    BLOCK_STREAMING = 1,
};

// Vectors that are wider than registers are passed by no function: all that take any are inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#include "kernel_table.h"

DEFINE_KERNELS(weft_kernels_portable);

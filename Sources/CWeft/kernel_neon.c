// The NEON kernels, without a streaming form.
//
// They were run under an emulator only: nothing here was measured. Arm has only a hint for
// such stores (`stnp`), of unknown worth, so streaming is the ordinary kernel.
#if defined(__aarch64__)

// A pair of registers.
#define VECTOR 32
#define TARGET
#define HAS_HALF

enum {
    HAS_SHAPES = 1,
    ALIGNED_MIN = 2048,
    /// Vectors in a block: the bytes that were measured with AVX2 on Zen 3.
    BLOCK_FIXED = 4,
    BLOCK_ANY = 4,
    BLOCK_STREAMING = 4,
};

#include "kernel_table.h"

DEFINE_KERNELS(weft_kernels_neon);

#endif

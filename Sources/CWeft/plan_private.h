// The hot path, apart from what is done once.
#ifndef WEFT_PLAN_PRIVATE_H
#define WEFT_PLAN_PRIVATE_H

#include "weft_plan.h"

// Bytes of lines that are unpacked at a time: 16 lines, a multiple of 1, 2, 4 and 8.
#define WEFT_BLOCK_BYTES (16 * WEFT_LINE_DATA)

// One operation. No allocation, lock or system call, unless a wait is long.
int weft_plan_run_once(weft_plan *plan, weft_segment *segment);

#endif

// The hot path, apart from what is done once.
#ifndef WEFT_PLAN_PRIVATE_H
#define WEFT_PLAN_PRIVATE_H

#include "weft_plan.h"

// One operation. No allocation, lock or system call, unless a wait is long.
int weft_plan_run_once(weft_plan *plan, weft_segment *segment);

#endif

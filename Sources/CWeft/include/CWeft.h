/// The data plane: everything that runs while a collective runs, and what only C can reach.
/// Conventions: weft_<object>_<verb>; 0 or a negative errno; outputs last, named *_out, written on
/// success only; all memory is taken when a thing is made, none on the way.
#ifndef CWEFT_H
#define CWEFT_H

#include "weft_clock.h"
#include "weft_flow.h"
#include "weft_kernel.h"
#include "weft_link.h"
#include "weft_machine.h"
#include "weft_net.h"
#include "weft_plan.h"
#include "weft_pmix.h"
#include "weft_process.h"
#include "weft_segment.h"
#include "weft_verbs.h"

#endif

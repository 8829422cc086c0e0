/// The clock of all measurements: the processor's counter where it can be trusted.
#ifndef WEFT_CLOCK_H
#define WEFT_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Finds the clock and its rate; takes 20 ms, once. Not to be called by two threads at once.
void weft_clock_setup(void);

/// Whether the processor's counter is used (it ticks at one rate, in sleep too), or the kernel's
/// CLOCK_MONOTONIC_RAW.
bool weft_clock_is_counter(void);

/// Ticks of a second.
double weft_clock_rate(void);

/// Ticks since some point in the past. Loads and stores before it are done, as far as the processor
/// can say.
uint64_t weft_clock_now(void);

/// Ticks that one reading of the clock takes: the smallest of many.
uint64_t weft_clock_cost(void);

#pragma clang assume_nonnull end
#endif

/// One direction of a link as a clock in shared memory: until when it is taken.
///
/// A sender reserves the link for its bytes and then waits out the time that they take. Times are
/// picoseconds from any common start; 2^63 of them, 106 days, are the horizon: nothing is later.
#ifndef WEFT_LINK_H
#define WEFT_LINK_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// Two cache lines of its own, to be aligned to as many bytes. Fields are for the functions below.
typedef struct weft_link {
    /// Changes only by atomic operations.
    uint64_t free_at;
    uint64_t bits_per_second;
    uint64_t reserved[14];
} weft_link;

/// What a reservation got: when the first byte enters the link, and when the last has entered.
typedef struct weft_crossing {
    uint64_t first;
    uint64_t last;
} weft_crossing;

/// Makes a link that is free from time 0; nobody may use it yet. -EINVAL at rate zero.
int weft_link_init(weft_link *link, uint64_t bits_per_second);

/// Takes the link for so many bytes, from `now` on or from when it is free. Lock-free: whoever
/// comes first is served first, and no reservation overlaps another.
weft_crossing weft_link_reserve(weft_link *link, uint64_t bytes, uint64_t now);

/// Until when the link is taken.
uint64_t weft_link_free_at(const weft_link *link);

#pragma clang assume_nonnull end
#endif

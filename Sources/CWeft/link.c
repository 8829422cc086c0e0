// All orders are relaxed: the time of a link is all that is exchanged, no memory hangs on it, and
// the compare-exchange alone keeps two reservations from getting the same time.
#include "weft_link.h"

#include <errno.h>

_Static_assert(sizeof(weft_link) == 128, "a link has a pair of lines of its own");

static const uint64_t horizon = INT64_MAX;

// The sum, or the horizon where that is earlier.
static uint64_t later(uint64_t time, unsigned __int128 by) {
    unsigned __int128 sum = by + time;
    return sum < horizon ? (uint64_t)sum : horizon;
}

int weft_link_init(weft_link *link, uint64_t bits_per_second) {
    if (bits_per_second == 0) return -EINVAL;
    *link = (weft_link){.bits_per_second = bits_per_second};
    return 0;
}

weft_crossing weft_link_reserve(weft_link *link, uint64_t bytes, uint64_t now) {
    // Rounded up to the picosecond, as all durations in weft are.
    unsigned __int128 bits = (unsigned __int128)bytes * 8u * 1000000000000u;
    unsigned __int128 duration = (bits + link->bits_per_second - 1) / link->bits_per_second;
    uint64_t free_at = __atomic_load_n(&link->free_at, __ATOMIC_RELAXED);
    weft_crossing crossing;
    do {
        crossing.first = free_at > now ? free_at : later(now, 0);
        crossing.last = later(crossing.first, duration);
    } while (!__atomic_compare_exchange_n(
        &link->free_at, &free_at, crossing.last, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return crossing;
}

uint64_t weft_link_free_at(const weft_link *link) {
    return __atomic_load_n(&link->free_at, __ATOMIC_RELAXED);
}

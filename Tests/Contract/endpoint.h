// One endpoint of a run: what its thread, or its process, does.
#ifndef CONTRACT_ENDPOINT_H
#define CONTRACT_ENDPOINT_H

#include <stdatomic.h>

#include "run.h"

// What endpoints and watcher tell each other, in the memory that they share.
typedef struct run_report {
    _Atomic uint32_t is_taken;
    _Atomic uint32_t is_written;
    // Grows with each operation of each endpoint: who watches sees that something moves.
    _Atomic uint64_t moves;
    _Atomic uint32_t ended;
    char text[992];
    // By endpoint: at which case it is.
    _Atomic uint32_t at[];
} run_report;

// Where everything lies in every heap.
typedef struct run_layout {
    uint64_t starts[WEFT_AREA_COUNT];
    uint64_t strides[WEFT_AREA_COUNT];
    uint64_t heap_bytes;
    uint32_t endpoints;
} run_layout;

typedef struct endpoint_run {
    const case_file *file;
    const run_layout *layout;
    weft_segment *segment;
    run_options options;
} endpoint_run;

static inline run_report *report_of(const weft_segment *segment) {
    return weft_segment_job(segment);
}

// Says what went wrong, unless somebody has, and ends all waiting.
__attribute__((format(printf, 2, 3))) void report(weft_segment *segment, const char *words, ...);

void endpoint_run_cases(endpoint_run *run);

#endif

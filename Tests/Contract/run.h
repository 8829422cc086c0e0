// Runs the cases of a file one after the other, in one memory, and compares what comes out.
#ifndef CONTRACT_RUN_H
#define CONTRACT_RUN_H

#include "cases.h"

typedef struct run_options {
    // A process for each endpoint instead of a thread.
    bool has_processes;
    // Endpoints sleep while they wait, as they do with more endpoints than cores.
    bool is_oversubscribed;
    // Of what is left to chance: how long endpoints dawdle.
    uint64_t seed;
} run_options;

// Whether every byte was as expected. Says on stderr what the first difference was.
bool contract_run(const case_file *file, run_options options);

#endif

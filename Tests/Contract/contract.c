// The contract of the data plane without Swift: cases that were written beforehand, run by threads
// and by processes, spinning and sleeping. For sanitizers, and for processors that Swift has not
// been brought to. scripts/contract builds and runs it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"

static const char *const usage =
    "Usage: contract [--threads | --processes] [--seed NUMBER] FILE...\n"
    "\n"
    "Runs the cases of each file on shared memory and compares what comes out, byte for byte:\n"
    "with threads and with processes unless one is asked for; sleeping, and spinning too where\n"
    "there is a core for each endpoint. Exits with 0 when all is as expected, 1 when something\n"
    "is not, 2 when it was called in a wrong way or a file can't be read.\n";

typedef struct arguments {
    bool threads;
    bool processes;
    uint64_t seed;
    char **files;
} arguments;

static bool read_arguments(char **words, arguments *to) {
    *to = (arguments){.threads = true, .processes = true, .seed = 1};
    for (words++; *words && strncmp(*words, "--", 2) == 0; words++) {
        char *end = NULL;
        if (strcmp(*words, "--threads") == 0) {
            to->processes = false;
        } else if (strcmp(*words, "--processes") == 0) {
            to->threads = false;
        } else if (strcmp(*words, "--seed") == 0 && words[1]) {
            to->seed = strtoull(*++words, &end, 10);
            if (*end != '\0') return false;
        } else {
            return false;
        }
    }
    to->files = words;
    return *words != NULL && (to->threads || to->processes);
}

static uint32_t most_endpoints(const case_file *file) {
    uint32_t most = 0;
    for (uint64_t i = 0; i < file->count; i++) {
        if (file->cases[i].endpoints > most) most = file->cases[i].endpoints;
    }
    return most;
}

// In every way that was asked for; how many ways, or 0 when something is not as expected.
static int run_file(const case_file *file, const arguments *how) {
    bool may_spin = most_endpoints(file) <= sysconf(_SC_NPROCESSORS_ONLN);
    int ways = 0;
    for (int way = 0; way < 4; way++) {
        const run_options options = {
            .has_processes = way & 1, .is_oversubscribed = way >> 1, .seed = how->seed};
        bool is_asked_for = options.has_processes ? how->processes : how->threads;
        if (!is_asked_for || (!options.is_oversubscribed && !may_spin)) continue;
        if (!contract_run(file, options)) {
            fprintf(
                stderr, "contract: that was with %s, %s, seed %llu\n",
                options.has_processes ? "processes" : "threads",
                options.is_oversubscribed ? "sleeping" : "spinning",
                (unsigned long long)how->seed);
            return 0;
        }
        ways++;
    }
    return ways;
}

int main(int count, char **words) {
    arguments how;
    (void)count;
    if (!read_arguments(words, &how)) {
        fputs(usage, stderr);
        return 2;
    }
    uint64_t cases = 0, runs = 0;
    for (char **path = how.files; *path; path++) {
        case_file file;
        if (!case_file_open(*path, &file)) return 2;
        int ways = run_file(&file, &how);
        cases += file.count;
        runs += file.count * (uint64_t)ways;
        case_file_close(&file);
        if (ways == 0) return 1;
    }
    printf(
        "%llu cases in %llu runs gave the bits that were expected\n", (unsigned long long)cases,
        (unsigned long long)runs);
    return 0;
}

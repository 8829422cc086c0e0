#include "run.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "endpoint.h"

enum {
    LOOKS_A_SECOND = 500,
    // Without any operation of any endpoint: sanitizers and emulators are slow, and so is a busy
    // machine, but an operation takes no such time.
    PATIENCE = 60 * LOOKS_A_SECOND,
    // From the end of all waiting to the end of all endpoints.
    GRACE = 10 * LOOKS_A_SECOND,
};

// A run as the one who started it sees it.
typedef struct watched {
    const case_file *file;
    weft_segment *observer;
    uint32_t endpoints;
    // Of processes; 0 for those that have ended.
    pid_t *processes;
} watched;

static uint64_t round_up(uint64_t value, uint64_t to) { return (value + to - 1) / to * to; }

static uint64_t larger(uint64_t one, uint64_t other) { return one > other ? one : other; }

// Lines first, always at the same place: what looks like a flag must be one.
static run_layout lay_out(const case_file *file) {
    run_layout layout = {.endpoints = 1};
    uint64_t lines = 0, scratch = 0, buffer = 0;
    for (uint64_t i = 0; i < file->count; i++) {
        const contract_case *one = &file->cases[i];
        if (one->endpoints > layout.endpoints) layout.endpoints = one->endpoints;
        lines = larger(lines, round_up(one->lines_bytes, 128));
        scratch = larger(scratch, round_up(one->scratch_bytes, 128));
        for (uint32_t rank = 0; rank < one->ranks; rank++) {
            const case_rank *place = &one->places[rank];
            uint64_t most = larger(place->input_memory, place->output_memory);
            buffer = larger(buffer, round_up(most, 4096));
        }
    }
    layout.strides[WEFT_AREA_LINES] = lines;
    layout.strides[WEFT_AREA_SCRATCH] = scratch;
    layout.starts[WEFT_AREA_SCRATCH] = WEFT_LINE_PARTS * lines;
    const uint64_t end = layout.starts[WEFT_AREA_SCRATCH] + WEFT_TURNS * scratch;
    layout.starts[WEFT_AREA_INPUT] = round_up(end, 4096);
    layout.starts[WEFT_AREA_OUTPUT] = layout.starts[WEFT_AREA_INPUT] + buffer;
    layout.heap_bytes = layout.starts[WEFT_AREA_OUTPUT] + buffer + 4096;
    return layout;
}

// Who ended otherwise than by returning ends the waiting of the others.
static void look_at_processes(watched *run) {
    for (uint32_t i = 0; run->processes && i < run->endpoints; i++) {
        int status = 0;
        if (run->processes[i] == 0 || waitpid(run->processes[i], &status, WNOHANG) <= 0) continue;
        run->processes[i] = 0;
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
        run_report *shared = report_of(run->observer);
        const span words = run->file->cases[atomic_load(&shared->at[i])].words;
        report(
            run->observer, "%.*s: the process of endpoint %u ended by %s %d", (int)words.count,
            (const char *)words.bytes, i, WIFSIGNALED(status) ? "signal" : "status",
            WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        atomic_fetch_add(&shared->ended, 1);
    }
}

// Names the endpoint at the earliest case: it holds the others up.
static void report_standstill(watched *run) {
    run_report *shared = report_of(run->observer);
    uint32_t first = 0;
    for (uint32_t i = 1; i < run->endpoints; i++) {
        if (atomic_load(&shared->at[i]) < atomic_load(&shared->at[first])) first = i;
    }
    const span words = run->file->cases[atomic_load(&shared->at[first])].words;
    report(
        run->observer, "%.*s: endpoint %u, and with it all others, stands still",
        (int)words.count, (const char *)words.bytes, first);
}

static void say(const watched *run) {
    run_report *shared = report_of(run->observer);
    if (atomic_load(&shared->is_written)) {
        fprintf(stderr, "contract: %s: %s\n", run->file->path, shared->text);
    }
}

// Returns when all endpoints have ended; ends the program where they will not.
static void watch(watched *run) {
    run_report *shared = report_of(run->observer);
    uint64_t moves = 0;
    const struct timespec pause = {.tv_nsec = 1000000000 / LOOKS_A_SECOND};
    for (int still = 0; atomic_load(&shared->ended) < run->endpoints; still++) {
        look_at_processes(run);
        uint64_t now = atomic_load(&shared->moves);
        bool is_over = weft_segment_is_aborted(run->observer);
        if (now != moves && !is_over) still = 0;
        moves = now;
        if (!is_over && still == PATIENCE) {
            report_standstill(run);
            still = 0;
        }
        if (is_over && still >= GRACE) {
            say(run);
            fprintf(stderr, "contract: not all endpoints could be stopped\n");
            for (uint32_t i = 0; run->processes && i < run->endpoints; i++) {
                if (run->processes[i]) kill(run->processes[i], SIGKILL);
            }
            _exit(1);
        }
        nanosleep(&pause, NULL);
    }
}

static void *run_thread(void *context) {
    endpoint_run_cases(context);
    return NULL;
}

static bool start_threads(watched *run, endpoint_run *each) {
    pthread_t *threads = calloc(run->endpoints, sizeof *threads);
    uint32_t started = 0;
    while (threads && started < run->endpoints &&
           pthread_create(&threads[started], NULL, run_thread, &each[started]) == 0) {
        started++;
    }
    bool is_complete = started == run->endpoints;
    if (!is_complete) {
        report(run->observer, "threads for all endpoints can't be had");
        atomic_fetch_add(&report_of(run->observer)->ended, run->endpoints - started);
    }
    watch(run);
    for (uint32_t i = 0; i < started; i++) pthread_join(threads[i], NULL);
    free(threads);
    return is_complete;
}

static bool start_processes(watched *run, endpoint_run *each) {
    run->processes = calloc(run->endpoints, sizeof *run->processes);
    uint32_t started = 0;
    for (; run->processes && started < run->endpoints; started++) {
        pid_t process = fork();
        if (process < 0) break;
        if (process == 0) {
            endpoint_run_cases(&each[started]);
            _exit(0);
        }
        run->processes[started] = process;
    }
    bool is_complete = started == run->endpoints;
    if (!is_complete) {
        report(run->observer, "processes for all endpoints can't be had");
        atomic_fetch_add(&report_of(run->observer)->ended, run->endpoints - started);
    }
    watch(run);
    for (uint32_t i = 0; i < started; i++) {
        if (run->processes[i]) waitpid(run->processes[i], NULL, 0);
    }
    free(run->processes);
    return is_complete;
}

// Threads share one mapping, other than ranks do, so that sanitizers see that memory is the same:
// each gets its own segment with the observer's addresses in it.
static weft_segment with_addresses_of(const weft_segment *segment, const weft_segment *observer) {
    weft_segment result = *segment;
    result.base = observer->base;
    result.header = observer->header;
    result.controls = observer->controls;
    return result;
}

static bool run_attached(
    const case_file *file, const run_layout *layout, run_options options, weft_segment *observer,
    weft_segment **attached
) {
    watched run = {.file = file, .observer = observer, .endpoints = layout->endpoints};
    endpoint_run *each = calloc(run.endpoints, sizeof *each);
    weft_segment *views = calloc(run.endpoints, sizeof *views);
    bool is_complete = each && views;
    for (uint32_t i = 0; is_complete && i < run.endpoints; i++) {
        views[i] = options.has_processes ? *attached[i]
                                         : with_addresses_of(attached[i], observer);
        each[i] = (endpoint_run){
            .file = file, .layout = layout, .segment = &views[i], .options = options};
    }
    if (is_complete) {
        is_complete = options.has_processes ? start_processes(&run, each)
                                            : start_threads(&run, each);
        say(&run);
    }
    free(each);
    free(views);
    return is_complete && !atomic_load(&report_of(observer)->is_written);
}

bool contract_run(const case_file *file, run_options options) {
    const run_layout layout = lay_out(file);
    const weft_segment_shape shape = {
        .endpoints = layout.endpoints,
        .oversubscribed = options.is_oversubscribed,
        .job_bytes = sizeof(run_report) + layout.endpoints * sizeof(uint32_t),
        .heap_bytes = layout.heap_bytes,
    };
    int fd = -1;
    weft_segment *observer = NULL;
    weft_segment **attached = calloc(layout.endpoints, sizeof(weft_segment *));
    int error = attached ? weft_segment_create(&shape, &fd) : -ENOMEM;
    if (!error) error = weft_segment_attach(fd, weft_observer, &observer);
    for (uint32_t i = 0; i < layout.endpoints && !error; i++) {
        error = weft_segment_attach(fd, i, &attached[i]);
    }
    bool is_right = false;
    if (error) {
        fprintf(stderr, "contract: %s: no memory to share: %s\n", file->path, strerror(-error));
    } else {
        is_right = run_attached(file, &layout, options, observer, attached);
    }
    for (uint32_t i = 0; attached && i < layout.endpoints; i++) {
        if (attached[i]) weft_segment_detach(attached[i]);
    }
    if (observer) weft_segment_detach(observer);
    if (fd >= 0) close(fd);
    free(attached);
    return is_right;
}

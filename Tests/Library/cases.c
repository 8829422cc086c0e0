// What the library promises, as a program that uses it; one process of a job.
#include "cases.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

weft_communicator *all;
int rank, ranks;
long wrong, checked;

void check(int code) {
    if (code == 0) return;
    printf("rank %d: %d: %s\n", rank, code, weft_error());
    exit(code == WEFT_BROKEN ? 3 : 1);
}

void expect(int32_t got, int32_t wanted, const char *what, int block, size_t i) {
    checked++;
    if (got == wanted) return;
    if (wrong++ < 5) {
        printf("rank %d: %s: block %d, element %zu is %d, not %d\n", rank, what, block, i, got,
            wanted);
    }
}

// Works until one rank ends at some point; the others must be told who it was.
static void wait_for_death(int victim, int signal_number, int after) {
    int32_t numbers[1000] = {0};
    for (int i = 0;; i++) {
        if (rank == victim && i == after) raise(signal_number);
        int code = weft_all_reduce(all, numbers, numbers, 1000, WEFT_INT32, WEFT_SUM, NULL);
        if (code == 0) continue;
        printf("rank %d: %d: %s\n", rank, code, weft_error());
        expect_code(weft_barrier(all, NULL), WEFT_BROKEN, "rank");
        weft_leave(all);
        exit(code == WEFT_BROKEN ? 3 : 1);
    }
}

// A job of two of which the other never comes.
static int join_alone(void) {
    weft_options options = WEFT_OPTIONS;
    options.rank = 0;
    options.ranks = 2;
    options.meeting = "127.0.0.1:0";
    options.seconds = 2;
    expect_code(weft_join(&options, &all), WEFT_INVALID, "ports are from 1");
    char meeting[32];
    snprintf(meeting, sizeof meeting, "127.0.0.1:%d", 20000 + getpid() % 20000);
    options.meeting = meeting;
    int code = weft_join(&options, &all);
    printf("%s\n", weft_error());
    expect_code(code, WEFT_FAILED, "rank 1 did not join");
    options.bytes = 8;
    expect_code(weft_join(&options, &all), WEFT_INVALID, "WEFT_OPTIONS");
    return wrong ? 2 : 0;
}

static void run(const char *what, char **arguments) {
    if (strcmp(what, "everything") == 0) {
        try_everything();
        try_types();
        try_mistakes();
        try_parts();
    } else if (strcmp(what, "death") == 0) {
        wait_for_death(atoi(arguments[0]), atoi(arguments[1]), atoi(arguments[2]));
    } else {
        fprintf(stderr, "cases: there is no case '%s'\n", what);
        exit(64);
    }
    if (all) check(weft_leave(all));
    printf("rank %d of %d: %ld checked, %ld wrong\n", rank, ranks, checked, wrong);
}

// The same job by processes that this one forks, which meet in memory.
static int fork_all(int count, const char *what) {
    int memory;
    check(weft_memory_create(count, 64 << 20, &memory));
    for (int r = 0; r < count; r++) {
        pid_t child = fork();
        if (child < 0) return errno;
        if (child > 0) continue;
        weft_options options = WEFT_OPTIONS;
        options.rank = r;
        options.memory = memory;
        check(weft_join(&options, &all));
        rank = weft_rank(all);
        ranks = weft_ranks(all);
        char *arguments[] = {"1", "9", "500"};
        run(what, arguments);
        fflush(stdout);
        _exit(wrong ? 2 : 0);
    }
    int status, worst = 0;
    while (wait(&status) > 0) {
        if (WIFEXITED(status) && WEXITSTATUS(status) > worst) worst = WEXITSTATUS(status);
    }
    close(memory);
    return worst;
}

int main(int count, char **arguments) {
    if (count < 2) {
        fputs("Usage: cases everything | absent | death RANK SIGNAL AFTER | fork RANKS CASE\n",
            stderr);
        return 64;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    // Whoever started this may have had signals blocked.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (strcmp(arguments[1], "fork") == 0 && count == 4) {
        return fork_all(atoi(arguments[2]), arguments[3]);
    }
    if (strcmp(arguments[1], "absent") == 0) return join_alone();
    weft_options options = WEFT_OPTIONS;
    options.heap_bytes = 64 << 20;
    options.checks = getenv("CASES_CHECKED") != NULL;
    check(weft_join(&options, &all));
    rank = weft_rank(all);
    ranks = weft_ranks(all);
    run(arguments[1], arguments + 2);
    return wrong ? 2 : 0;
}

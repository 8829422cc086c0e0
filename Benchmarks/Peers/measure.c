// Times a library's collectives the way `weft bench` times its own: check, warm up until half a
// millisecond has passed, batches of back-to-back operations, the slowest rank of each batch, the
// median over batches, check again. Ranks meet between batches in shared memory of this program's
// own, so that how they meet is the same for all libraries.
//
// Usage: PROGRAM COLLECTIVE SIZES FOLDER [RANKS]
//   SIZES   bytes of the larger of a rank's buffers, with commas between
//   FOLDER  an empty folder in memory
//   RANKS   starts so many ranks; without it a launcher has, and says so in the environment
// PEERS_BIND=none in the environment leaves the ranks to the kernel.
// Prints for each size: collective,ranks,bytes,microseconds,batches,operations,wrong,exchange in ns
#define _GNU_SOURCE
#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    RANKS_MOST = 64,
    BATCHES_LEAST = 9,
    BATCHES_MOST = 101,
    GATHER_MOST = 1 << 16,
    // Looks before a rank sleeps where ranks share cores.
    SHARED_SPINS = 200,
    EXCHANGE_BATCHES = 10,
    EXCHANGE_ROUNDS = 200,
};

static const double WARM_SECONDS = 500e-6, WARM_MOST = 20e-3;
static const double BATCH_SECONDS = 200e-6, ROW_SECONDS = 120e-3;

// A line and its neighbour, which processors fetch together with it.
struct line {
    _Alignas(128) _Atomic uint64_t value;
};

struct shared {
    _Alignas(128) _Atomic uint32_t arrived;
    _Alignas(128) _Atomic uint32_t generation;
    struct line pings[2];
    _Alignas(128) double decision;
    double exchange;
    size_t wrong[RANKS_MOST];
    double seconds[RANKS_MOST][BATCHES_MOST];
    char gathered[RANKS_MOST][GATHER_MOST];
};

static const char *const names[] = {
    "all-reduce", "all-to-all", "all-gather", "reduce-scatter", "broadcast", "barrier",
};

static struct shared *shared;
static int rank, ranks;
static bool is_oversubscribed;

void measure_fail(const char *what) {
    fprintf(stderr, "rank %d: %s\n", rank, what);
    // Without the handlers of a library that may wait for the other ranks.
    _exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC_RAW, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static inline void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

static void barrier(void) {
    uint32_t generation = atomic_load(&shared->generation);
    if (atomic_fetch_add(&shared->arrived, 1) + 1 == (uint32_t)ranks) {
        atomic_store(&shared->arrived, 0);
        atomic_store(&shared->generation, generation + 1);
        if (is_oversubscribed) {
            syscall(SYS_futex, &shared->generation, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
        }
        return;
    }
    for (int spin = 0; atomic_load(&shared->generation) == generation; spin++) {
        relax();
        if (is_oversubscribed && spin >= SHARED_SPINS) {
            syscall(SYS_futex, &shared->generation, FUTEX_WAIT, generation, NULL, NULL, 0);
        }
    }
}

// Rank 0's value, so that all ranks decide alike.
static double agree(double value) {
    if (rank == 0) shared->decision = value;
    barrier();
    double decision = shared->decision;
    barrier();
    return decision;
}

void measure_gather(const void *mine, void *all, size_t bytes) {
    if (bytes > GATHER_MOST) measure_fail("too much to gather");
    memcpy(shared->gathered[rank], mine, bytes);
    barrier();
    for (int r = 0; r < ranks; r++) memcpy((char *)all + r * bytes, shared->gathered[r], bytes);
    barrier();
}

// Seconds that a cache line takes from rank 0 to rank 1, the least of several tries. With more
// ranks than cores this would measure the kernel's scheduler, and is left out.
static void measure_exchange(void) {
    if (ranks < 2 || is_oversubscribed) return;
    double least = INFINITY;
    uint64_t count = 0;
    if (rank < 2) count = atomic_load(&shared->pings[rank].value);
    for (int batch = 0; batch < EXCHANGE_BATCHES; batch++) {
        barrier();
        if (rank > 1) continue;
        double begin = now();
        for (int round = 0; round < EXCHANGE_ROUNDS; round++) {
            count++;
            if (rank == 0) {
                atomic_store_explicit(&shared->pings[0].value, count, memory_order_release);
            }
            while (atomic_load_explicit(
                       &shared->pings[1 - rank].value, memory_order_acquire) != count) {
                relax();
            }
            if (rank == 1) {
                atomic_store_explicit(&shared->pings[1].value, count, memory_order_release);
            }
        }
        least = fmin(least, (now() - begin) / (2.0 * EXCHANGE_ROUNDS));
    }
    if (rank == 0) shared->exchange = least;
}

// A rank's element: a small whole number, so that any order of addition gives the same sum.
static inline float element(int of, size_t at, uint32_t salt) {
    uint32_t mixed = (uint32_t)at * 2654435761u + ((uint32_t)of + 1) * 2246822519u;
    return (float)((mixed + salt * 3266489917u) >> 28);
}

static size_t input_elements(const struct operation *o) {
    bool has_blocks = o->collective == ALL_TO_ALL || o->collective == REDUCE_SCATTER;
    return has_blocks ? o->count * (size_t)ranks : o->count;
}

static size_t output_elements(const struct operation *o) {
    bool has_blocks = o->collective == ALL_TO_ALL || o->collective == ALL_GATHER;
    return has_blocks ? o->count * (size_t)ranks : o->count;
}

// How many of `count` elements are not the sum over the given ranks of their elements from `at`.
static size_t wrong_sums(
    const float *out, size_t count, int first, int end, size_t at, uint32_t salt
) {
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        float expected = 0;
        for (int r = first; r < end; r++) expected += element(r, at + i, salt);
        wrong += !(out[i] == expected);
    }
    return wrong;
}

// Runs one operation on fresh data; how many elements came out wrong here.
static size_t check(const struct operation *o, uint32_t salt) {
    if (o->collective == BARRIER) {
        peer_run(o);
        return 0;
    }
    size_t in = input_elements(o);
    for (size_t i = 0; i < in; i++) o->in[i] = element(rank, i, salt);
    memset(o->out, 0xFF, output_elements(o) * sizeof(float));
    barrier();
    peer_run(o);
    size_t count = o->count, wrong = 0;
    switch (o->collective) {
    case ALL_REDUCE: return wrong_sums(o->out, count, 0, ranks, 0, salt);
    case REDUCE_SCATTER:
        return wrong_sums(o->out, count, 0, ranks, (size_t)rank * count, salt);
    case BROADCAST: return rank == 0 ? 0 : wrong_sums(o->out, count, 0, 1, 0, salt);
    case ALL_TO_ALL:
        for (int r = 0; r < ranks; r++) {
            const float *block = o->out + (size_t)r * count;
            wrong += wrong_sums(block, count, r, r + 1, (size_t)rank * count, salt);
        }
        return wrong;
    case ALL_GATHER:
        for (int r = 0; r < ranks; r++) {
            wrong += wrong_sums(o->out + (size_t)r * count, count, r, r + 1, 0, salt);
        }
        return wrong;
    case BARRIER: break;
    }
    return wrong;
}

static double run(const struct operation *o, long operations) {
    barrier();
    double begin = now();
    for (long i = 0; i < operations; i++) peer_run(o);
    return now() - begin;
}

// Runs until caches, branch predictors and clock have settled; the seconds of an operation.
static double warm_up(const struct operation *o) {
    for (long operations = 1;; operations *= 4) {
        double seconds = agree(run(o, operations));
        if ((operations > 1 && seconds > WARM_SECONDS) || seconds > WARM_MOST) {
            return fmax(1e-9, seconds / (double)operations);
        }
    }
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void time_row(const struct operation *o, size_t bytes) {
    measure_exchange();
    peer_prepare(o);
    shared->wrong[rank] = check(o, 1);
    double seconds = warm_up(o);
    long operations = seconds < BATCH_SECONDS ? (long)ceil(BATCH_SECONDS / seconds) : 1;
    double fitting = ROW_SECONDS / (seconds * (double)operations);
    int batches = (int)fmin(BATCHES_MOST, fmax(BATCHES_LEAST, fitting));
    for (int batch = 0; batch < batches; batch++) {
        shared->seconds[rank][batch] = run(o, operations);
    }
    shared->wrong[rank] += check(o, 2);
    barrier();
    if (rank == 0) {
        double slowest[BATCHES_MOST];
        size_t wrong = 0;
        for (int r = 0; r < ranks; r++) wrong += shared->wrong[r];
        for (int batch = 0; batch < batches; batch++) {
            slowest[batch] = 0;
            for (int r = 0; r < ranks; r++) {
                slowest[batch] = fmax(slowest[batch], shared->seconds[r][batch]);
            }
        }
        qsort(slowest, (size_t)batches, sizeof(double), ascending);
        double median = (slowest[(batches - 1) / 2] + slowest[batches / 2]) / 2;
        printf("%s,%d,%zu,%.6g,%d,%ld,%zu,", names[o->collective], ranks, bytes,
            median * 1e6 / (double)operations, batches, operations, wrong);
        if (shared->exchange > 0) printf("%.4g", shared->exchange * 1e9);
        printf("\n");
        fflush(stdout);
    }
    barrier();
}

// Memory of the kind that a library's user has: private, in large pages where the kernel gives any;
// or what the library has instead.
static float *buffer(size_t bytes) {
    float *given = peer_allocate(bytes);
    if (given) return given;
    size_t whole = (bytes + (1 << 21)) >> 21 << 21;
    void *memory = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) measure_fail("no memory for the buffers");
    madvise(memory, whole, MADV_HUGEPAGE);
    return memory;
}

static void time_rows(enum collective collective, char *sizes) {
    size_t largest = 0;
    for (char *at = sizes; *at;) {
        size_t bytes = strtoull(at, &at, 10);
        if (bytes > largest) largest = bytes;
        if (*at) at++;
    }
    float *in = buffer(largest), *out = buffer(largest);
    bool has_blocks =
        collective == ALL_TO_ALL || collective == ALL_GATHER || collective == REDUCE_SCATTER;
    size_t blocks = has_blocks ? (size_t)ranks : 1;
    for (char *at = sizes; *at;) {
        size_t bytes = strtoull(at, &at, 10);
        size_t count = bytes / sizeof(float) / blocks;
        if (*at) at++;
        if (count == 0 && collective != BARRIER) continue;
        struct operation o = {collective, count, in, out};
        time_row(&o, collective == BARRIER ? 0 : count * blocks * sizeof(float));
    }
}

// The number in the first of these variables that a launcher has set.
static int launched(const char *const variables[]) {
    for (int i = 0; variables[i]; i++) {
        const char *text = getenv(variables[i]);
        if (text) return atoi(text);
    }
    measure_fail("started neither by a launcher nor with a number of ranks");
}

static void map_shared(const char *folder) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/measure", folder);
    // Whoever comes first makes it; it is all zeros at first.
    int file = open(path, O_RDWR | O_CREAT, 0600);
    if (file < 0 || ftruncate(file, sizeof(struct shared))) measure_fail("cannot make the segment");
    shared = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED) measure_fail("cannot map the segment");
    close(file);
}

static void take_core(void) {
    cpu_set_t allowed, mine;
    if (sched_getaffinity(0, sizeof allowed, &allowed)) measure_fail("cannot see its processors");
    int processors = CPU_COUNT(&allowed), nth = rank % processors;
    is_oversubscribed = ranks > processors;
    const char *bind = getenv("PEERS_BIND");
    if (bind && strcmp(bind, "none") == 0) return;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &allowed) && nth-- == 0) {
            CPU_ZERO(&mine);
            CPU_SET(cpu, &mine);
            if (sched_setaffinity(0, sizeof mine, &mine)) measure_fail("cannot take a core");
            return;
        }
    }
}

// Other work on a machine stretches what needs all ranks at once far more than what is soon over,
// so ranks get what priority they may have. So does their session, where the kernel groups by it.
static void take_priority(void) {
    setpriority(PRIO_PROCESS, 0, -20);
    int file = open("/proc/self/autogroup", O_WRONLY);
    if (file < 0) return;
    if (write(file, "-20", 3) < 0) errno = 0;
    close(file);
}

// Becomes the ranks; their first process only waits for them.
static void start_ranks(void) {
    pid_t children[RANKS_MOST];
    for (rank = 0; rank < ranks; rank++) {
        children[rank] = fork();
        if (children[rank] < 0) measure_fail("cannot start a rank");
        if (children[rank] == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            return;
        }
    }
    int status;
    for (int left = ranks; left > 0; left--) {
        if (wait(&status) < 0 || status != 0) {
            for (int r = 0; r < ranks; r++) kill(children[r], SIGKILL);
            exit(1);
        }
    }
    exit(0);
}

int main(int argc, char **argv) {
    if (argc != 4 && argc != 5) measure_fail("usage: COLLECTIVE SIZES FOLDER [RANKS]");
    int collective = 0;
    while (collective <= BARRIER && strcmp(names[collective], argv[1]) != 0) collective++;
    if (collective > BARRIER) measure_fail("no such collective");
    if (argc == 5) {
        ranks = atoi(argv[4]);
    } else {
        rank = launched((const char *[]){"OMPI_COMM_WORLD_RANK", "PMI_RANK", NULL});
        ranks = launched((const char *[]){"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", NULL});
    }
    if (ranks < 1 || ranks > RANKS_MOST) measure_fail("ranks must be 1 to 64");
    if (argc == 5) start_ranks();
    map_shared(argv[3]);
    take_core();
    take_priority();
    barrier();
    peer_start(rank, ranks, argv[3]);
    time_rows((enum collective)collective, argv[2]);
    peer_finish();
    return 0;
}

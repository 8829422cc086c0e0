// What plain socket streams give: each of N processes sends so many bytes to its right neighbour
// and receives as many from its left one, over loopback, from and into memory of its own, both as
// fast as the kernel takes them. No all-reduce that sends the same bytes can be faster.
//
// Usage: PROGRAM RANKS BYTES…  (bytes that each process sends)
// Prints for each: bytes,microseconds (the median over batches of the slowest process)
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RANKS_MOST = 64, BATCHES = 31 };

struct shared {
    _Atomic uint32_t arrived, generation;
    double seconds[RANKS_MOST][BATCHES];
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_RAW, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void meet(struct shared *shared, uint32_t ranks) {
    uint32_t generation = atomic_load(&shared->generation);
    if (atomic_fetch_add(&shared->arrived, 1) + 1 == ranks) {
        atomic_store(&shared->arrived, 0);
        atomic_store(&shared->generation, generation + 1);
        return;
    }
    while (atomic_load(&shared->generation) == generation) sched_yield();
}

// One operation: all out to the right, all in from the left, whichever can go on.
static void pass(int right, int left, const char *out, char *in, size_t bytes) {
    size_t sent = 0, got = 0;
    while (sent < bytes || got < bytes) {
        if (sent < bytes) {
            ssize_t n = send(right, out + sent, bytes - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (n > 0) sent += (size_t)n;
            if (n < 0 && errno != EAGAIN) fail("send");
        }
        if (got < bytes) {
            ssize_t n = recv(left, in + got, bytes - got, MSG_DONTWAIT);
            if (n > 0) got += (size_t)n;
            if (n == 0 || (n < 0 && errno != EAGAIN)) fail("recv");
        }
    }
}

static int connect_pair(int *other) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    if (bind(listener, (struct sockaddr *)&at, size) || listen(listener, 1)) fail("listen");
    if (getsockname(listener, (struct sockaddr *)&at, &size)) fail("getsockname");
    int one = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    if (connect(one, (struct sockaddr *)&at, size)) fail("connect");
    *other = accept(listener, NULL, NULL);
    if (*other < 0) fail("accept");
    setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(*other, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    close(listener);
    return one;
}

static void pin(uint32_t rank) {
    cpu_set_t allowed, own;
    if (sched_getaffinity(0, sizeof allowed, &allowed)) fail("sched_getaffinity");
    uint32_t turn = rank % (uint32_t)CPU_COUNT(&allowed);
    CPU_ZERO(&own);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &allowed) && turn-- == 0) CPU_SET(cpu, &own);
    }
    sched_setaffinity(0, sizeof own, &own);
}

static void run(struct shared *shared, uint32_t rank, uint32_t ranks, int right, int left,
                size_t bytes) {
    char *out = malloc(bytes), *in = malloc(bytes);
    if (!out || !in) fail("malloc");
    memset(out, 1, bytes), memset(in, 2, bytes);
    // As many as take some 2 ms at 2 GB/s, so that meeting does not count.
    uint32_t operations = 1 + (uint32_t)(4e6 / (double)(bytes + 20000));
    for (int batch = -3; batch < BATCHES; batch++) {
        meet(shared, ranks);
        double begin = now();
        for (uint32_t i = 0; i < operations; i++) pass(right, left, out, in, bytes);
        if (batch >= 0) shared->seconds[rank][batch] = (now() - begin) / operations;
    }
    free(out), free(in);
}

static int rising(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    uint32_t ranks = argc > 2 ? (uint32_t)atoi(argv[1]) : 0;
    if (ranks < 2 || ranks > RANKS_MOST) return 64;
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) fail("mmap");
    int right[RANKS_MOST], left[RANKS_MOST];
    for (uint32_t r = 0; r < ranks; r++) right[r] = connect_pair(&left[(r + 1) % ranks]);
    for (int a = 2; a < argc; a++) {
        size_t bytes = strtoull(argv[a], NULL, 10);
        for (uint32_t r = 0; r < ranks; r++) {
            if (fork() != 0) continue;
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            pin(r);
            run(shared, r, ranks, right[r], left[r], bytes);
            _exit(0);
        }
        for (int status; wait(&status) > 0;) {
            if (status != 0) return 1;
        }
        double slowest[BATCHES];
        for (int b = 0; b < BATCHES; b++) {
            slowest[b] = 0;
            for (uint32_t r = 0; r < ranks; r++) {
                if (shared->seconds[r][b] > slowest[b]) slowest[b] = shared->seconds[r][b];
            }
        }
        qsort(slowest, BATCHES, sizeof *slowest, rising);
        printf("%zu,%.3f\n", bytes, slowest[BATCHES / 2] * 1e6);
        fflush(stdout);
    }
    return 0;
}

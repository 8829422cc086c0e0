#include "weft_segment.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net_private.h"
#include "segment_private.h"
#include "weft_clock.h"

const uint32_t weft_observer = UINT32_MAX;

// Names the layout: a rank of another build refuses to run on it.
#define WEFT_MAGIC 0x7765667400000002u
#define HUGE_PAGE (2u << 20)

_Static_assert(sizeof(struct weft_header) <= 4096, "the header is a page");
_Static_assert(sizeof(struct weft_control) % WEFT_LINE_PAIR == 0, "controls share no lines");

static uint64_t round_up(uint64_t value, uint64_t to) { return (value + to - 1) / to * to; }

int weft_segment_create(const weft_segment_shape *shape, int *fd_out) {
    // Far more than any machine has, so that nothing below can wrap around.
    const uint64_t most = 1ull << 48;
    uint64_t each = shape->heap_bytes | shape->board_entries | shape->job_bytes;
    if (each >= most || each >= most / (shape->endpoints + 1ull)) return -ENOMEM;
    uint64_t controls = 4096;
    uint64_t landed = controls + round_up(shape->endpoints * sizeof(struct weft_control), 4096);
    uint64_t pairs = (uint64_t)shape->endpoints * shape->endpoints;
    uint64_t job = landed + (shape->spans_nodes ? round_up(pairs * sizeof(weft_word), 4096) : 0);
    uint64_t board = job + round_up(shape->job_bytes, 4096);
    uint64_t board_bytes = shape->endpoints * round_up(shape->board_entries * 8, 4096);
    uint64_t heap = round_up(board + board_bytes, HUGE_PAGE);
    uint64_t heap_bytes = round_up(shape->heap_bytes, HUGE_PAGE);
    uint64_t bytes = heap + shape->endpoints * heap_bytes;

    // Beyond this limit (ulimit -f) the kernel would kill the process, not refuse.
    struct rlimit most_file;
    if (getrlimit(RLIMIT_FSIZE, &most_file) == 0 && bytes > most_file.rlim_cur) return -EFBIG;
    int fd = memfd_create("weft", MFD_CLOEXEC);
    if (fd < 0) return -errno;
    if (ftruncate(fd, (off_t)bytes) != 0) {
        int error = -errno;
        close(fd);
        return error;
    }
    struct weft_header *header =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (header == MAP_FAILED) {
        int error = -errno;
        close(fd);
        return error;
    }
    header->bytes = bytes;
    header->endpoints = shape->endpoints;
    header->oversubscribed = shape->oversubscribed;
    header->spans_nodes = shape->spans_nodes;
    header->landed_start = landed;
    header->job_start = job;
    header->board_start = board;
    header->board_entries = round_up(shape->board_entries * 8, 4096) / 8;
    header->heap_start = heap;
    header->heap_bytes = heap_bytes;
    header->magic = WEFT_MAGIC;
    munmap(header, 4096);
    *fd_out = fd;
    return 0;
}

int weft_segment_attach(int fd, uint32_t endpoint, weft_segment **segment_out) {
    struct stat status;
    if (fstat(fd, &status) != 0) return -errno;
    if (status.st_size < 4096) return -EPROTO;
    uint64_t bytes = (uint64_t)status.st_size;
    uint8_t *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (base == MAP_FAILED) return -errno;
    struct weft_header *header = (struct weft_header *)base;
    bool is_ours = header->magic == WEFT_MAGIC && header->bytes == bytes;
    bool is_member = endpoint == weft_observer || endpoint < header->endpoints;
    weft_segment *segment = is_ours && is_member ? calloc(1, sizeof *segment) : NULL;
    uint64_t words = is_ours ? header->endpoints : 0;
    if (is_ours && header->spans_nodes) words += words * words;
    uint64_t *known = segment ? calloc(words, sizeof *known) : NULL;
    if (known == NULL) {
        free(segment);
        munmap(base, bytes);
        return !is_ours ? -EPROTO : !is_member ? -ERANGE : -ENOMEM;
    }
    *segment = (weft_segment){
        .base = base,
        .bytes = bytes,
        .endpoint = endpoint,
        .endpoints = header->endpoints,
        .oversubscribed = header->oversubscribed,
        .header = header,
        .controls = (struct weft_control *)(base + 4096),
        .heap_start = header->heap_start,
        .heap_bytes = header->heap_bytes,
        .epoch = WEFT_FIRST_OPERATION,
        .known = known,
        .words = words,
    };
    const uint64_t start = (uint64_t)WEFT_FIRST_OPERATION << WEFT_PROGRESS_SHIFT;
    for (uint64_t i = 0; i < words; i++) known[i] = start;
    *segment_out = segment;
    return 0;
}

void weft_segment_detach(weft_segment *segment) {
    if (segment->net) weft_net_destroy(segment->net);
    munmap(segment->base, segment->bytes);
    free(segment->known);
    free(segment);
}

void *weft_segment_job(const weft_segment *segment) {
    return segment->base + segment->header->job_start;
}

uint64_t *weft_segment_board(const weft_segment *segment, uint32_t endpoint) {
    uint64_t *board = (uint64_t *)(void *)(segment->base + segment->header->board_start);
    return board + endpoint * segment->header->board_entries;
}

void *weft_segment_heap(const weft_segment *segment, uint32_t endpoint) {
    return segment->base + segment->heap_start + endpoint * segment->heap_bytes;
}

int weft_segment_touch(weft_segment *segment, uint64_t start, uint64_t bytes) {
    uint64_t most = segment->heap_bytes;
    if (start > most || bytes > most - start) return -ERANGE;
    // Whole pages: what lies beside is touched too.
    uint64_t end = round_up(start + bytes, 4096);
    start -= start % 4096;
    uint8_t *heap = (uint8_t *)weft_segment_heap(segment, segment->endpoint) + start;
    // Refused where the kernel has no huge pages for shared memory: small ones do.
    (void)madvise(heap, end - start, MADV_HUGEPAGE);
    // Takes the pages now: running out of memory is an error here and a SIGBUS later.
    if (madvise(heap, end - start, MADV_POPULATE_WRITE) == 0) return 0;
    if (errno != EINVAL) return -errno;
    // An older kernel: what is there already stays as it is.
    for (uint64_t at = 0; at < end - start; at += 4096) {
        __atomic_fetch_add(&heap[at], 0, __ATOMIC_RELAXED);
    }
    return 0;
}

int weft_segment_barrier(weft_segment *segment) {
    struct weft_header *header = segment->header;
    uint64_t generation =
        atomic_load_explicit(&header->generation.value, memory_order_relaxed);
    // Acquire and release: what anybody wrote before the barrier is seen by all behind it.
    uint32_t arrived =
        1 + atomic_fetch_add_explicit(&header->arrivals, 1, memory_order_acq_rel);
    if (arrived == segment->endpoints) {
        atomic_store_explicit(&header->arrivals, 0, memory_order_relaxed);
        weft_word_publish(segment, &header->generation, generation + 1);
        return 0;
    }
    return weft_word_await(segment, &header->generation, generation + 1);
}

void weft_segment_raise(weft_segment *segment, uint64_t value) {
    weft_word *word = &segment->header->launcher;
    atomic_store_explicit(&word->value, value, memory_order_release);
    weft_word_wake(word);
}

int weft_segment_await(weft_segment *segment, uint64_t value) {
    return weft_word_await(segment, &segment->header->launcher, value);
}

// With a pause from the first look on: of the ways to wait that were tried this gives the shortest
// exchange, so that the yardstick is not made longer by how the engine waits.
static int await_ping(weft_segment *segment, const _Atomic uint64_t *ping, uint64_t count) {
    for (int look = 0; look < 4096; look++) {
        if (atomic_load_explicit(ping, memory_order_acquire) == count) return 0;
        weft_relax();
    }
    return weft_flag_wait(segment, ping, count, 1 - segment->endpoint);
}

int weft_segment_exchange(
    weft_segment *segment, uint32_t batches, uint32_t rounds, double *ticks_out
) {
    if (segment->endpoint > 1) {
        int error = 0;
        for (uint32_t batch = 0; batch < batches && !error; batch++) {
            error = weft_segment_barrier(segment);
        }
        *ticks_out = 0;
        return error;
    }
    _Atomic uint64_t *mine = &segment->controls[segment->endpoint].ping;
    _Atomic uint64_t *theirs = &segment->controls[1 - segment->endpoint].ping;
    uint64_t count = atomic_load_explicit(mine, memory_order_relaxed);
    double least = 1e300;
    for (uint32_t batch = 0; batch < batches; batch++) {
        int error = weft_segment_barrier(segment);
        if (error) return error;
        uint64_t begin = weft_clock_now();
        for (uint32_t round = 0; round < rounds; round++) {
            count++;
            if (segment->endpoint == 0) {
                atomic_store_explicit(mine, count, memory_order_release);
            }
            error = await_ping(segment, theirs, count);
            if (error) return error;
            if (segment->endpoint == 1) {
                atomic_store_explicit(mine, count, memory_order_release);
            }
        }
        double ticks = (double)(weft_clock_now() - begin) / (2.0 * rounds);
        if (ticks < least) least = ticks;
    }
    *ticks_out = least;
    return 0;
}

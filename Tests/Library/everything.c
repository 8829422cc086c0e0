// Every collective, on any memory, and every type.
#include "cases.h"

// Element i of block b of a rank's data in a round; small whole numbers, so that sums are exact.
static int32_t value(int of, int block, size_t i, int round) {
    return (int32_t)((of * 31 + block * 17 + (int)(i % 97) * 3 + round) % 101);
}

static int32_t sum(int block, size_t i, int round) {
    int32_t total = 0;
    for (int r = 0; r < ranks; r++) total += value(r, block, i, round);
    return total;
}

// Buffers of a case: of the heap, or of anywhere.
typedef struct buffers {
    int32_t *input, *output;
    bool is_shared;
} buffers;

static int32_t *buffer(size_t elements, bool is_shared) {
    void *memory;
    if (is_shared) {
        check(weft_allocate(all, elements * sizeof(int32_t), &memory));
    } else {
        memory = malloc(elements * sizeof(int32_t) + 1);
    }
    memset(memory, 0xEE, elements * sizeof(int32_t));
    return memory;
}

static void give_back(int32_t *memory, bool is_shared) {
    if (is_shared) {
        check(weft_free(all, memory));
    } else {
        free(memory);
    }
}

// Waits at once, or after having asked now and then.
static void finish(int code, weft_request **request, bool is_begun) {
    check(code);
    if (!is_begun) return;
    int is_done = 0;
    while (!is_done) check(weft_test(*request, &is_done));
    check(weft_wait(*request));
}

static void try_reductions(size_t count, bool is_shared, bool in_place, int round) {
    weft_request *request = NULL, **later = round % 2 ? &request : NULL;
    size_t n = (size_t)ranks;
    int32_t *from = buffer(count * n, is_shared);
    int32_t *to = in_place ? from : buffer(count * n, is_shared);
    for (size_t i = 0; i < count; i++) from[i] = value(rank, 0, i, round);
    finish(weft_all_reduce(all, from, to, count, WEFT_INT32, WEFT_SUM, later), later, later);
    for (size_t i = 0; i < count; i++) expect(to[i], sum(0, i, round), "all-reduce", 0, i);

    for (int b = 0; b < ranks; b++) {
        for (size_t i = 0; i < count; i++) from[b * count + i] = value(rank, b, i, round);
    }
    finish(weft_reduce_scatter(all, from, to, count, WEFT_INT32, WEFT_SUM, later), later, later);
    int32_t *own = in_place ? from + rank * count : to;
    for (size_t i = 0; i < count; i++) {
        expect(own[i], sum(rank, i, round), "reduce-scatter", rank, i);
    }

    int root = round % ranks;
    for (size_t i = 0; i < count; i++) from[i] = value(rank, 3, i, round);
    finish(weft_reduce(all, from, to, count, WEFT_INT32, WEFT_SUM, root, later), later, later);
    for (size_t i = 0; rank == root && i < count; i++) {
        expect(to[i], sum(3, i, round), "reduce", 0, i);
    }
    if (!in_place) give_back(to, is_shared);
    give_back(from, is_shared);
}

static void try_blocks(size_t count, bool is_shared, bool in_place, int round) {
    weft_request *request = NULL, **later = round % 2 ? &request : NULL;
    size_t n = (size_t)ranks;
    int32_t *from = buffer(count * n, is_shared);
    int32_t *to = in_place ? from : buffer(count * n, is_shared);
    int32_t *own = in_place ? from + rank * count : from;
    for (size_t i = 0; i < count; i++) own[i] = value(rank, 1, i, round);
    finish(weft_all_gather(all, from, to, count, WEFT_INT32, later), later, later);
    for (int b = 0; b < ranks; b++) {
        for (size_t i = 0; i < count; i++) {
            expect(to[b * count + i], value(b, 1, i, round), "all-gather", b, i);
        }
    }
    for (int b = 0; b < ranks; b++) {
        for (size_t i = 0; i < count; i++) from[b * count + i] = value(rank, b, i, round);
    }
    finish(weft_all_to_all(all, from, to, count, WEFT_INT32, later), later, later);
    for (int b = 0; b < ranks; b++) {
        for (size_t i = 0; i < count; i++) {
            expect(to[b * count + i], value(b, rank, i, round), "all-to-all", b, i);
        }
    }
    int root = round % ranks;
    for (size_t i = 0; i < count; i++) own[i] = value(rank, 5, i, round);
    finish(weft_gather(all, from, to, count, WEFT_INT32, root, later), later, later);
    for (int b = 0; rank == root && b < ranks; b++) {
        for (size_t i = 0; i < count; i++) {
            expect(to[b * count + i], value(b, 5, i, round), "gather", b, i);
        }
    }
    for (int b = 0; b < ranks; b++) {
        for (size_t i = 0; i < count; i++) from[b * count + i] = value(rank, b, i, round);
    }
    finish(weft_scatter(all, from, to, count, WEFT_INT32, root, later), later, later);
    int32_t *part = in_place ? from + rank * count : to;
    for (size_t i = 0; i < count; i++) {
        expect(part[i], value(root, rank, i, round), "scatter", rank, i);
    }
    if (!in_place) give_back(to, is_shared);
    give_back(from, is_shared);
}

static void try_others(size_t count, bool is_shared, int round) {
    weft_request *request = NULL, **later = round % 2 ? &request : NULL;
    int32_t *from = buffer(count, is_shared), *to = buffer(count, is_shared);
    int root = round % ranks, before = (rank + ranks - 1) % ranks;
    for (size_t i = 0; i < count; i++) from[i] = value(rank, 7, i, round);
    finish(weft_send_receive(all, from, to, count, WEFT_INT32, later), later, later);
    for (size_t i = 0; i < count; i++) {
        expect(to[i], value(before, 7, i, round), "send-receive", 0, i);
    }
    finish(weft_broadcast(all, from, count, WEFT_INT32, root, later), later, later);
    for (size_t i = 0; i < count; i++) {
        expect(from[i], value(root, 7, i, round), "broadcast", 0, i);
    }
    finish(weft_barrier(all, later), later, later);
    give_back(to, is_shared);
    give_back(from, is_shared);
}

// The elements that one rank sends to another.
static size_t share(int from, int to, size_t count) {
    return count * (size_t)((from * 3 + to) % 5) / 2;
}

static void try_variable(size_t count, bool is_shared, int round) {
    size_t n = (size_t)ranks, most = 0;
    size_t *counts = malloc(n * n * sizeof *counts);
    for (int s = 0; s < ranks; s++) {
        for (int d = 0; d < ranks; d++) {
            counts[s * n + d] = share(s, d, count);
            most += counts[s * n + d];
        }
    }
    int32_t *from = buffer(most, is_shared), *to = buffer(most, is_shared);
    size_t at = 0;
    for (int d = 0; d < ranks; d++) {
        for (size_t i = 0; i < counts[rank * n + d]; i++) from[at++] = value(rank, d, i, round);
    }
    check(weft_all_to_all_v(all, from, to, counts, WEFT_INT32, NULL));
    at = 0;
    for (int s = 0; s < ranks; s++) {
        for (size_t i = 0; i < counts[s * n + rank]; i++) {
            expect(to[at++], value(s, rank, i, round), "all-to-all-v", s, i);
        }
    }
    // The first row of counts serves for blocks that differ from rank to rank.
    for (size_t i = 0; i < counts[rank]; i++) from[i] = value(rank, 9, i, round);
    check(weft_all_gather_v(all, from, to, counts, WEFT_INT32, NULL));
    at = 0;
    for (int s = 0; s < ranks; s++) {
        for (size_t i = 0; i < counts[s]; i++) {
            expect(to[at++], value(s, 9, i, round), "all-gather-v", s, i);
        }
    }
    give_back(to, is_shared);
    give_back(from, is_shared);
    free(counts);
}

void try_everything(void) {
    static const size_t counts[] = {0, 1, 7, 100, 5000, 100003};
    int round = 0;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        for (int is_shared = 0; is_shared < 2; is_shared++) {
            for (int in_place = 0; in_place < 2; in_place++) {
                try_reductions(counts[c], is_shared, in_place, ++round);
                try_blocks(counts[c], is_shared, in_place, ++round);
            }
            try_others(counts[c], is_shared, ++round);
            try_variable(counts[c], is_shared, ++round);
        }
    }
}

// Every element type and reduction once: one is the sum of one in all of them.
void try_types(void) {
    for (int element = WEFT_INT8; element <= WEFT_MXFP8; element++) {
        for (int reduction = WEFT_SUM; reduction <= WEFT_AVERAGE; reduction++) {
            unsigned char from[64 * 33] = {0}, to[64 * 33];
            memset(to, 0xEE, sizeof to);
            check(weft_all_reduce(
                all, from, to, 64, (weft_element)element, (weft_reduction)reduction, NULL));
            static const size_t sizes[] = {1, 1, 4, 4, 8, 8, 2, 2, 4, 8, 1, 1, 33};
            // Scales of blocks may change where all numbers are zero.
            for (size_t i = 0; element != WEFT_MXFP8 && i < 64 * sizes[element]; i++) {
                expect(to[i], 0, "a reduction of zeros", element, i);
            }
        }
    }
}

// Parts of communicators, and mistakes.
#include "cases.h"

// Sub-communicators of sub-communicators, and several in flight at once.
void try_parts(void) {
    weft_communicator *half, *turned, *none;
    check(weft_split(all, rank % 2, -rank, &half));
    check(weft_split(all, 0, ranks - rank, &turned));
    check(weft_split(all, rank == 0 ? -1 : 4, 0, &none));
    if ((rank == 0) != (none == NULL)) wrong++;
    expect(weft_rank(turned), ranks - 1 - rank, "the rank in a turned order", 0, 0);
    enum { FLIGHTS = 8, COUNT = 3000 };
    static int32_t one[FLIGHTS][COUNT], two[FLIGHTS][COUNT];
    weft_request *requests[2 * FLIGHTS];
    for (int f = 0; f < FLIGHTS; f++) {
        for (int i = 0; i < COUNT; i++) one[f][i] = two[f][i] = f + 1;
        check(weft_all_reduce(
            half, one[f], one[f], COUNT, WEFT_INT32, WEFT_SUM, &requests[2 * f]));
        check(weft_all_reduce(
            turned, two[f], two[f], COUNT, WEFT_INT32, WEFT_SUM, &requests[2 * f + 1]));
    }
    for (int f = 2 * FLIGHTS - 1; f >= 0; f--) check(weft_wait(requests[f]));
    for (int f = 0; f < FLIGHTS; f++) {
        expect(one[f][COUNT - 1], (f + 1) * weft_ranks(half), "a half's sum", f, 0);
        expect(two[f][COUNT - 1], (f + 1) * ranks, "a turned sum", f, 0);
    }
    // Groups whose calls have another order on every rank.
    int32_t a = 1, b = 1;
    check(weft_group_begin());
    for (int i = 0; i < 2; i++) {
        bool is_first = (rank + i) % 2 == 0;
        int32_t *number = is_first ? &a : &b;
        check(weft_all_reduce(
            is_first ? turned : all, number, number, 1, WEFT_INT32, WEFT_SUM, NULL));
    }
    check(weft_group_end());
    expect(a + b, 2 * ranks, "a group's sums", 0, 0);
    weft_communicator *quarter;
    check(weft_split(half, weft_rank(half) / 2, 0, &quarter));
    int32_t number = 1;
    check(weft_all_reduce(quarter, &number, &number, 1, WEFT_INT32, WEFT_SUM, NULL));
    expect(number, weft_ranks(quarter), "a quarter's sum", 0, 0);
    // The whole may go before its parts.
    check(weft_leave(all));
    all = NULL;
    check(weft_leave(none));
    check(weft_all_reduce(half, &number, &number, 1, WEFT_INT32, WEFT_SUM, NULL));
    check(weft_leave(half));
    check(weft_leave(turned));
    check(weft_leave(quarter));
}

void expect_code(int code, int wanted, const char *part) {
    checked++;
    if (code == wanted && (code == 0 || strstr(weft_error(), part))) return;
    wrong++;
    printf("rank %d: %d instead of %d: %s\n", rank, code, wanted, code ? weft_error() : "");
}

// Ranks that do not call the same are told so, all of them, and go on.
void try_mistakes(void) {
    int32_t numbers[64] = {0};
    size_t count = rank == ranks - 1 ? 32 : 16;
    if (ranks > 1) {
        expect_code(weft_all_reduce(all, numbers, numbers, count, WEFT_INT32, WEFT_SUM, NULL),
            WEFT_MISMATCH, "rank 0 all-reduce of 16 int32");
        // What was called before is compared only where that was asked for.
        count = getenv("CASES_CHECKED") ? 1 : 11;
        expect_code(weft_broadcast(all, numbers, count, WEFT_INT32, rank == 0, NULL),
            WEFT_MISMATCH, "ranks call different things");
    }
    expect_code(weft_all_reduce(all, NULL, numbers, 1, WEFT_INT32, WEFT_SUM, NULL),
        WEFT_INVALID, "input");
    expect_code(weft_broadcast(all, numbers, 1, WEFT_INT32, ranks, NULL), WEFT_INVALID, "root");
    expect_code(weft_all_reduce(NULL, numbers, numbers, 1, WEFT_INT32, WEFT_SUM, NULL),
        WEFT_INVALID, "NULL");
    expect_code(weft_all_reduce(all, numbers, numbers, (size_t)1 << 60, WEFT_INT64, WEFT_SUM,
        NULL), WEFT_INVALID, "memory");
    expect_code(weft_free(all, numbers), WEFT_INVALID, "allocate");
    void *memory;
    expect_code(weft_allocate(all, (size_t)1 << 50, &memory), WEFT_FAILED, "heap_bytes");
    expect_code(weft_group_end(), WEFT_INVALID, "group");
    numbers[0] = 1;
    check(weft_all_reduce(all, numbers, numbers, 1, WEFT_INT32, WEFT_SUM, NULL));
    expect(numbers[0], ranks, "a sum after mistakes", 0, 0);
}

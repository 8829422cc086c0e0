/* Sums a vector over all processes, twice: from memory of one's own, and from memory that the other
 * ranks reach.
 *
 *     cc -o all_reduce all_reduce.c $(pkg-config --cflags --libs weft)
 *     mpirun -n 4 ./all_reduce          (or srun -n 4, or torchrun's variables)
 */
#include <stdio.h>
#include <stdlib.h>
#include <weft.h>

static void check(int code) {
    if (code == 0) return;
    fprintf(stderr, "all_reduce: %s\n", weft_error());
    exit(1);
}

static int count_wrong(const float *sums, size_t count, int ranks) {
    int wrong = 0;
    for (size_t i = 0; i < count; i++) {
        float expected = (float)(ranks * (ranks + 1) / 2) + (float)ranks * (float)(i % 100);
        wrong += sums[i] != expected;
    }
    return wrong;
}

int main(void) {
    weft_communicator *all;
    check(weft_join(NULL, &all));
    int rank = weft_rank(all), ranks = weft_ranks(all);
    const size_t count = 1000000;

    float *input = malloc(count * sizeof *input), *sums = malloc(count * sizeof *sums);
    if (!input || !sums) return 1;
    for (size_t i = 0; i < count; i++) input[i] = (float)(rank + 1) + (float)(i % 100);
    check(weft_all_reduce(all, input, sums, count, WEFT_FLOAT32, WEFT_SUM, NULL));
    int wrong = count_wrong(sums, count, ranks);

    /* The same without copies: everybody allocates the same, in the same order. */
    void *memory;
    check(weft_allocate(all, count * sizeof(float), &memory));
    float *shared = memory;
    for (size_t i = 0; i < count; i++) shared[i] = input[i];
    check(weft_all_reduce(all, shared, shared, count, WEFT_FLOAT32, WEFT_SUM, NULL));
    wrong += count_wrong(shared, count, ranks);
    check(weft_free(all, memory));

    printf("rank %d of %d: %d wrong\n", rank, ranks, wrong);
    free(input);
    free(sums);
    check(weft_leave(all));
    return wrong ? 2 : 0;
}

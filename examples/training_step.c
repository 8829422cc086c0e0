/* The communication of a training step whose processes form a grid: tensor parallel inside, data
 * parallel outside, and an expert group of all. Gradients are summed layer by layer while the next
 * layer is computed, as frameworks do it.
 *
 *     mpirun -n 4 ./training_step
 */
#include <stdio.h>
#include <stdlib.h>
#include <weft.h>

enum { LAYERS = 4, WEIGHTS = 50000, TOKENS = 256 };

static void check(int code) {
    if (code == 0) return;
    fprintf(stderr, "training_step: %s\n", weft_error());
    exit(1);
}

/* Backward of one layer: here every gradient is the rank's number plus the layer's. */
static void compute_gradients(float *gradients, int rank, int layer) {
    for (int i = 0; i < WEIGHTS; i++) gradients[i] = (float)(rank + layer);
}

int main(void) {
    weft_communicator *all, *tensor, *data;
    check(weft_join(NULL, &all));
    int rank = weft_rank(all), ranks = weft_ranks(all);
    int tensor_size = ranks % 2 == 0 ? 2 : 1;
    check(weft_split(all, rank / tensor_size, rank, &tensor));
    check(weft_split(all, rank % tensor_size, rank, &data));

    int wrong = 0;
    void *memory;
    check(weft_allocate(data, sizeof(float) * LAYERS * WEIGHTS, &memory));
    float(*gradients)[WEIGHTS] = memory;
    weft_request *requests[LAYERS];
    float activations[TOKENS];
    for (int layer = LAYERS - 1; layer >= 0; layer--) {
        /* The tensor-parallel halves of a layer sum their activations: this waits. */
        for (int i = 0; i < TOKENS; i++) activations[i] = 1;
        check(weft_all_reduce(
            tensor, activations, activations, TOKENS, WEFT_FLOAT32, WEFT_SUM, NULL));
        wrong += activations[TOKENS - 1] != (float)tensor_size;
        /* The replicas average their gradients: this goes on while the next layer is computed. */
        compute_gradients(gradients[layer], rank, layer);
        check(weft_all_reduce(
            data, gradients[layer], gradients[layer], WEIGHTS, WEFT_FLOAT32, WEFT_AVERAGE,
            &requests[layer]));
    }
    int replicas = weft_ranks(data);
    float mean = 0;
    for (int i = 0; i < replicas; i++) {
        mean += (float)(rank % tensor_size + i * tensor_size) / (float)replicas;
    }
    for (int layer = LAYERS - 1; layer >= 0; layer--) {
        check(weft_wait(requests[layer]));
        wrong += gradients[layer][WEIGHTS / 2] != mean + (float)layer;
    }
    check(weft_free(data, memory));

    /* Tokens go to their experts, of which every rank has one; two groups in one go. */
    int32_t *sent = calloc((size_t)ranks, sizeof *sent);
    int32_t *got = calloc((size_t)ranks, sizeof *got);
    if (!sent || !got) return 1;
    for (int i = 0; i < ranks; i++) sent[i] = rank * 1000 + i;
    int32_t step = rank == 0 ? 7 : 0;
    check(weft_group_begin());
    check(weft_all_to_all(all, sent, got, 1, WEFT_INT32, NULL));
    check(weft_broadcast(all, &step, 1, WEFT_INT32, 0, NULL));
    check(weft_group_end());
    for (int i = 0; i < ranks; i++) wrong += got[i] != i * 1000 + rank;
    wrong += step != 7;

    printf("rank %d of %d: tensor %d of %d, data %d of %d, %d wrong\n", rank, ranks,
        weft_rank(tensor), tensor_size, weft_rank(data), replicas, wrong);
    free(sent);
    free(got);
    check(weft_leave(data));
    check(weft_leave(tensor));
    check(weft_leave(all));
    return wrong ? 2 : 0;
}

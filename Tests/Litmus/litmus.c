// The engine's own stores and waits, raced against each other a great many times. What orders they
// need is proved for all processors by Tests/LitmusTests; this looks for what a processor at hand
// does with the compiled code. x86 keeps stores and loads in order, and so does an emulator on it:
// only on an arm64 machine can the first three show anything but a compiler's reordering.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// For its static functions.
#include "../../Sources/CWeft/plan_run.c"

// Memory of two endpoints, each of which is a thread here.
typedef struct pair {
    weft_segment *each[2];
    weft_segment *observer;
    line *lines[2];
    _Atomic uint64_t wrong;
} pair;

typedef void (*role)(pair *pair, weft_segment *own, weft_segment *peer, uint64_t round);

// What a line's flag brings: all of its data, of this round. Each also leaves by its own line: the
// peer overwrites nothing that is still to be read.
static void exchange_lines(pair *pair, weft_segment *own, weft_segment *peer, uint64_t round) {
    uint8_t data[WEFT_LINE_DATA], got[WEFT_LINE_DATA];
    memset(data, (int)(round & 0xFF), sizeof data);
    line *to = pair->lines[peer->endpoint] + (round & 1);
    put_lines(to, data, sizeof data, round);
    if (own->oversubscribed) weft_word_wake(&own->controls[own->endpoint].progress);
    if (unpack(own, pair->lines[own->endpoint] + (round & 1), peer->endpoint, round, 56, got)) {
        return;
    }
    if (memcmp(got, data, sizeof got) != 0) atomic_fetch_add(&pair->wrong, 1);
}

// What progress brings, and what may be overwritten once the peer has made some.
static void exchange_progress(pair *pair, weft_segment *own, weft_segment *peer, uint64_t round) {
    uint64_t *box = weft_segment_heap(own, own->endpoint);
    uint64_t *theirs = weft_segment_heap(own, peer->endpoint);
    box[512] = round;
    weft_word_publish(own, &own->controls[own->endpoint].progress, 2 * round);
    if (weft_word_await(own, &own->controls[peer->endpoint].progress, 2 * round)) return;
    if (theirs[512] != round) atomic_fetch_add(&pair->wrong, 1);
    weft_word_publish(own, &own->controls[own->endpoint].progress, 2 * round + 1);
    (void)weft_word_await(own, &own->controls[peer->endpoint].progress, 2 * round + 1);
}

// Store buffering, as between a waker and a sleeper: one of both sees the other.
static void see_each_other(pair *pair, weft_segment *own, weft_segment *peer, uint64_t round) {
    weft_word *mine = &own->controls[own->endpoint].progress;
    weft_word *other = &own->controls[peer->endpoint].progress;
    _Atomic uint64_t *seen = (_Atomic uint64_t *)weft_segment_board(own, own->endpoint);
    const _Atomic uint64_t *theirs = (_Atomic uint64_t *)weft_segment_board(own, peer->endpoint);
    atomic_store_explicit(&mine->value, round, memory_order_release);
    weft_word_wake(mine);
    *seen = atomic_load_explicit(&other->value, memory_order_acquire);
    if (weft_segment_barrier(own)) return;
    if (*seen < round && *theirs < round) atomic_fetch_add(&pair->wrong, 1);
    (void)weft_segment_barrier(own);
}

typedef struct player {
    pair *pair;
    uint32_t endpoint;
    uint64_t rounds;
    role play;
} player;

static void *run_player(void *context) {
    const player *one = context;
    weft_segment *own = one->pair->each[one->endpoint];
    for (uint64_t round = 2; round < one->rounds; round++) {
        one->play(one->pair, own, one->pair->each[1 - one->endpoint], round);
    }
    return NULL;
}

// How often it came out wrong; UINT64_MAX when it could not be run.
static uint64_t race(role play, bool is_oversubscribed, uint64_t rounds) {
    const weft_segment_shape shape = {
        .endpoints = 2, .oversubscribed = is_oversubscribed, .board_entries = 1,
        .heap_bytes = 8192};
    int fd = -1;
    pair both = {.wrong = 0};
    pthread_t threads[2];
    player players[2];
    if (weft_segment_create(&shape, &fd) != 0) return UINT64_MAX;
    if (weft_segment_attach(fd, weft_observer, &both.observer) != 0) return UINT64_MAX;
    for (uint32_t i = 0; i < 2; i++) {
        if (weft_segment_attach(fd, i, &both.each[i]) != 0) return UINT64_MAX;
        both.lines[i] = weft_segment_heap(both.observer, i);
        players[i] = (player){&both, i, rounds, play};
    }
    for (int i = 0; i < 2; i++) {
        if (pthread_create(&threads[i], NULL, run_player, &players[i]) != 0) abort();
    }
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 2; i++) weft_segment_detach(both.each[i]);
    weft_segment_detach(both.observer);
    close(fd);
    return both.wrong;
}

int main(int count, char **words) {
    const uint64_t rounds = count == 2 ? strtoull(words[1], NULL, 10) : 0;
    if (rounds == 0) {
        fputs("Usage: litmus ROUNDS\n", stderr);
        return 2;
    }
    static const struct {
        const char *name;
        role play;
    } games[] = {
        {"a flag brings its data", exchange_lines},
        {"progress brings what was written before", exchange_progress},
        {"a waker or a sleeper sees the other", see_each_other},
    };
    int status = 0;
    for (size_t i = 0; i < sizeof games / sizeof games[0]; i++) {
        for (int sleeps = 0; sleeps < 2; sleeps++) {
            // Those that sleep do so in the kernel now and then, which takes its time.
            uint64_t wrong = race(games[i].play, sleeps, sleeps ? rounds / 10 : rounds);
            if (wrong == 0) continue;
            fprintf(
                stderr, "litmus: not so: %s (%llu times)\n", games[i].name,
                (unsigned long long)wrong);
            status = 1;
        }
    }
    return status;
}

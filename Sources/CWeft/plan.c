// The plan engine. docs/ARCHITECTURE.md says how a schedule becomes a plan, and why waiting for one
// growing number per endpoint is enough.
#include "weft_plan.h"

#include <stdlib.h>
#include <string.h>

#include "plan_private.h"
#include "segment_private.h"
#include "weft_clock.h"

_Static_assert(WEFT_FIRST_OPERATION >= WEFT_TURNS_AHEAD, "operations are never below zero");

static bool parts_are_sound(const weft_plan_parts *parts, const weft_segment *segment) {
    uint64_t operands = 0, waits = parts->closing;
    uint64_t notices = (uint64_t)parts->entering + parts->leaving;
    if (parts->ranks == 0) return false;
    if (parts->turns != WEFT_TURNS && parts->turns != WEFT_TURNS_AHEAD) return false;
    for (uint32_t i = 0; i < parts->step_count; i++) {
        const weft_step *step = &parts->steps[i];
        if (step->kind > WEFT_STEP_SEND || step->sources == 0 || step->targets == 0) return false;
        if (step->kind == WEFT_STEP_PUT && step->sources != 1) return false;
        uint64_t count = (uint64_t)step->sources + step->targets;
        if (operands + count > parts->operand_count) return false;
        for (uint64_t k = 0; k < count; k++) {
            bool is_source = k < step->sources;
            bool may_be_lines = is_source ? step->kind == WEFT_STEP_TAKE
                                          : step->kind == WEFT_STEP_PUT;
            bool must_be_lines = !is_source && step->kind == WEFT_STEP_PUT;
            bool is_lines = parts->operands[operands + k].area == WEFT_AREA_LINES;
            if (is_lines ? !may_be_lines : must_be_lines) return false;
        }
        bool is_single = step->sources == 1 && step->targets == 1;
        if (step->kind == WEFT_STEP_SEND && !is_single) return false;
        operands += count;
        waits += step->waits;
        notices += step->notices;
        if (step->progress >> WEFT_PROGRESS_SHIFT) return false;
    }
    if (operands != parts->operand_count || waits != parts->wait_count) return false;
    if (notices != parts->notice_count) return false;
    for (uint32_t i = 0; i < parts->notice_count; i++) {
        if (parts->notices[i] >= segment->endpoints) return false;
    }
    for (uint32_t i = 0; i < parts->operand_count; i++) {
        const weft_operand *operand = &parts->operands[i];
        if (operand->endpoint >= segment->endpoints) return false;
        if (operand->writer >= segment->endpoints) return false;
        if (operand->area >= WEFT_AREA_COUNT) return false;
    }
    for (uint32_t i = 0; i < parts->wait_count; i++) {
        const weft_wait *wait = &parts->waits[i];
        if (wait->word >= segment->words) return false;
        if (wait->operations > 0 || wait->operations < -WEFT_TURNS_AHEAD) return false;
    }
    return true;
}

static void *_Nullable copied(const void *_Nullable from, uint64_t bytes) {
    void *to = malloc(bytes ? bytes : 1);
    if (to && bytes) memcpy(to, from, bytes);
    return to;
}

// The most operands of a step that uses lines: each may need a block.
static uint64_t most_operands(const weft_plan_parts *parts) {
    uint64_t most = 1;
    for (uint32_t i = 0; i < parts->step_count; i++) {
        const weft_step *step = &parts->steps[i];
        if (step->kind == WEFT_STEP_COMBINE) continue;
        uint64_t count = (uint64_t)step->sources + step->targets;
        if (count > most) most = count;
    }
    return most;
}

// What each step computes. One source is a copy, unless its values change on the way.
static int choose_passes(weft_plan *plan, const weft_plan_parts *parts, weft_isa isa) {
    uint64_t size = weft_type_size(parts->type);
    uint32_t operand = 0;
    for (uint32_t i = 0; i < plan->step_count; i++) {
        const weft_step *step = &plan->steps[i];
        bool multiplies = false;
        for (uint32_t k = 0; k < step->sources; k++) {
            multiplies |= parts->op == WEFT_OPERATOR_PREMULTIPLIED_SUM &&
                          plan->operands[operand + k].is_input;
        }
        bool divides = parts->op == WEFT_OPERATOR_AVERAGE && step->is_complete;
        bool copies = step->sources == 1 && !multiplies && !divides;
        // Lines are read back at once, from the caches.
        bool streams = step->is_streaming && step->kind == WEFT_STEP_COMBINE;
        weft_combine_fn run = copies
            ? weft_copy_kernel(isa, streams)
            : weft_combine_kernel(isa, parts->type, parts->op, streams);
        if (!run) return -ENOTSUP;
        uint64_t unit = copies ? 1 : size;
        if (step->bytes % unit != 0) return -EINVAL;
        plan->passes[i] = (weft_pass){
            .run = run,
            .count = step->bytes / unit,
            .block = plan->block_bytes / unit,
            .is_copy = copies,
            .scalars = {
                .ranks = parts->ranks,
                .is_complete = step->is_complete,
                .factor = parts->factor,
                .is_input = multiplies ? plan->is_input + operand : NULL,
            },
        };
        operand += step->sources + step->targets;
    }
    return 0;
}

int weft_plan_create(
    const weft_plan_parts *parts, weft_segment *segment, weft_isa isa, weft_plan **plan_out
) {
    if (!parts_are_sound(parts, segment)) return -EINVAL;
    if (weft_type_size(parts->type) == 0) return -ENOTSUP;
    weft_plan *plan = calloc(1, sizeof *plan);
    if (!plan) return -ENOMEM;
    uint64_t addresses = parts->operand_count + 1;
    uint64_t most = most_operands(parts);
    // 16 lines, or 33 for blocks of 33 bytes: the fewest that end where an element does.
    bool is_odd = WEFT_BLOCK_BYTES % weft_type_size(parts->type) != 0;
    uint32_t block_bytes = is_odd ? WEFT_LINE_DATA * 33 : WEFT_BLOCK_BYTES;
    *plan = (weft_plan){
        .steps = copied(parts->steps, parts->step_count * sizeof *parts->steps),
        .passes = calloc(parts->step_count + 1ull, sizeof *plan->passes),
        .operands = copied(parts->operands, parts->operand_count * sizeof *parts->operands),
        .waits = copied(parts->waits, parts->wait_count * sizeof *parts->waits),
        .notices = copied(parts->notices, parts->notice_count * sizeof *parts->notices),
        .step_count = parts->step_count,
        .operand_count = parts->operand_count,
        .wait_count = parts->wait_count,
        .closing = parts->closing,
        .entering = parts->entering,
        .leaving = parts->leaving,
        .is_announced = parts->is_announced,
        .block_bytes = block_bytes,
        .turns = parts->turns,
        .is_input = calloc(addresses, 1),
        .blocks = calloc(most, block_bytes),
        .pointers = calloc(most, sizeof(void *)),
    };
    bool is_whole = plan->steps && plan->passes && plan->operands && plan->waits &&
                    plan->notices && plan->is_input && plan->blocks && plan->pointers;
    for (uint32_t turn = 0; turn < plan->turns; turn++) {
        plan->addresses[turn] = calloc(addresses, sizeof(void *));
        is_whole &= plan->addresses[turn] != NULL;
    }
    int error = -ENOMEM;
    if (is_whole) {
        for (uint32_t i = 0; i < parts->operand_count; i++) {
            plan->is_input[i] = plan->operands[i].is_input != 0;
        }
        error = choose_passes(plan, parts, isa);
    }
    if (error) {
        weft_plan_destroy(plan);
        return error;
    }
    *plan_out = plan;
    return 0;
}

void weft_plan_destroy(weft_plan *plan) {
    free(plan->steps);
    free(plan->passes);
    free(plan->operands);
    free(plan->waits);
    free(plan->notices);
    for (uint32_t turn = 0; turn < plan->turns; turn++) free(plan->addresses[turn]);
    free(plan->is_input);
    free(plan->blocks);
    free(plan->pointers);
    free(plan);
}

static uint64_t bytes_of(const weft_operand *operand, uint64_t bytes) {
    if (operand->area != WEFT_AREA_LINES) return bytes;
    return (bytes + WEFT_LINE_DATA - 1) / WEFT_LINE_DATA * WEFT_LINE;
}

int weft_plan_bind(
    weft_plan *plan, weft_segment *segment, const uint64_t *starts, const uint64_t *strides
) {
    uint32_t operand = 0;
    for (uint32_t i = 0; i < plan->step_count; i++) {
        const weft_step *step = &plan->steps[i];
        for (uint32_t k = 0; k < step->sources + step->targets; k++, operand++) {
            const weft_operand *what = &plan->operands[operand];
            // Lines that go one way lie behind those of plans that take turns two by two, or the
            // next operation of either could write what one of the other has yet to read.
            bool is_behind = what->area == WEFT_AREA_LINES && plan->turns != WEFT_TURNS;
            uint64_t stride = strides[what->area];
            uint64_t first = starts[what->area] + (is_behind ? WEFT_TURNS * stride : 0);
            for (uint32_t turn = 0; turn < plan->turns; turn++) {
                // Plain scratch is there twice, whatever the lines have.
                uint64_t place = what->area == WEFT_AREA_LINES ? turn : turn % WEFT_TURNS;
                uint64_t at = first + place * stride + what->offset;
                uint64_t bytes = bytes_of(what, step->bytes);
                // Each by itself first, so that the sum can't wrap around.
                uint64_t most = segment->heap_bytes;
                if (what->offset > most || at > most || bytes > most - at) return -ERANGE;
                if (bytes < step->bytes) return -ERANGE;
                if (what->area == WEFT_AREA_LINES && at % WEFT_LINE != 0) return -EINVAL;
                // Of memory on another node only the place in the heap is known.
                bool is_far = step->kind == WEFT_STEP_SEND && k == 1;
                uint8_t *heap = weft_segment_heap(segment, what->endpoint);
                plan->addresses[turn][operand] = is_far ? (void *)(uintptr_t)at : heap + at;
            }
        }
    }
    return 0;
}

int weft_plan_run(weft_plan *plan, weft_segment *segment, uint64_t operations) {
    for (uint64_t i = 0; i < operations; i++) {
        int error = weft_plan_run_once(plan, segment);
        if (error) return error;
    }
    return 0;
}

int weft_plan_run_together(
    weft_plan *plan, weft_segment *segment, uint64_t operations, uint64_t *ticks_out
) {
    // Long enough for the word to reach everyone: all start by the clock, not by when it came.
    uint64_t lead = (uint64_t)(weft_clock_rate() * 2e-6);
    _Atomic uint64_t *start = segment->header->start;
    for (uint64_t i = 0; i < operations; i++) {
        int error = weft_segment_barrier(segment);
        if (error) return error;
        // Two places in turn: the next start is never written over one still to be read.
        if (segment->endpoint == 0) {
            uint64_t at = weft_clock_now() + lead;
            atomic_store_explicit(&start[i & 1], at, memory_order_relaxed);
        }
        error = weft_segment_barrier(segment);
        if (error) return error;
        uint64_t begin = atomic_load_explicit(&start[i & 1], memory_order_relaxed);
        while (weft_clock_now() < begin) weft_relax();
        error = weft_plan_run_once(plan, segment);
        if (error) return error;
        ticks_out[i] = weft_clock_now() - begin;
    }
    return 0;
}

#include "endpoint.h"

#include <sanitizer/asan_interface.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FINDS_RACES
#endif
#endif

// What memory holds before anything is written to it.
enum { EMPTY = 0x3A, LONGEST_DAWDLE = 200 };

void report(weft_segment *segment, const char *words, ...) {
    run_report *report = report_of(segment);
    if (atomic_exchange(&report->is_taken, 1) == 0) {
        va_list arguments;
        va_start(arguments, words);
        vsnprintf(report->text, sizeof report->text, words, arguments);
        va_end(arguments);
        atomic_store(&report->is_written, 1);
    }
    weft_segment_abort(segment);
}

// SplitMix64.
static uint64_t random_below(uint64_t *state, uint64_t limit) {
    uint64_t mixed = *state += 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
    return (mixed ^ mixed >> 31) % limit;
}

// Instruction sets take turns. ThreadSanitizer sees no access that is wider than 16 bytes: for it
// scripts/contract compiles the portable kernels so that they have none.
static weft_isa isa_of(uint64_t number) {
#if defined(FINDS_RACES)
    (void)number;
    return WEFT_ISA_PORTABLE;
#else
    weft_isa some[WEFT_ISA_COUNT];
    uint64_t count = 0;
    for (weft_isa isa = WEFT_ISA_PORTABLE; isa < WEFT_ISA_COUNT; isa++) {
        if (weft_isa_supported(isa)) some[count++] = isa;
    }
    return some[number % count];
#endif
}

static void unpoison(uint8_t *from, uint64_t bytes) {
    ASAN_UNPOISON_MEMORY_REGION(from, bytes);
    // For compilations without AddressSanitizer, where that is nothing.
    (void)from, (void)bytes;
}

// With a process for each endpoint, each has its own notes of what may be touched: nothing but what
// this case has, to the byte.
static void guard(const endpoint_run *run, const contract_case *one) {
    const run_layout *layout = run->layout;
    const uint64_t bytes[WEFT_AREA_COUNT] = {
        [WEFT_AREA_SCRATCH] = one->scratch_bytes, [WEFT_AREA_LINES] = one->lines_bytes};
    for (uint32_t endpoint = 0; endpoint < one->endpoints; endpoint++) {
        uint8_t *heap = weft_segment_heap(run->segment, endpoint);
        ASAN_POISON_MEMORY_REGION(heap, layout->heap_bytes);
        for (int area = WEFT_AREA_SCRATCH; area <= WEFT_AREA_LINES; area++) {
            // Lines that go one way lie behind the others.
            bool is_behind = area == WEFT_AREA_LINES && one->parts->turns != WEFT_TURNS;
            uint8_t *turn = heap + layout->starts[area];
            if (is_behind) turn += WEFT_TURNS * layout->strides[area];
            for (int i = 0; i < (is_behind ? WEFT_TURNS_AHEAD : WEFT_TURNS); i++) {
                unpoison(turn + i * layout->strides[area], bytes[area]);
            }
        }
        if (endpoint >= one->ranks) continue;
        const case_rank *place = &one->places[endpoint];
        unpoison(heap + layout->starts[WEFT_AREA_INPUT], place->input_memory);
        uint64_t output = layout->starts[one->is_in_place ? WEFT_AREA_INPUT : WEFT_AREA_OUTPUT];
        unpoison(heap + output, place->output_memory);
    }
}

static bool is_nan(weft_type type, uint64_t bits) {
    switch (type) {
    case WEFT_TYPE_FLOAT16: return (bits & 0x7FFF) > 0x7C00;
    case WEFT_TYPE_BFLOAT16: return (bits & 0x7FFF) > 0x7F80;
    case WEFT_TYPE_FLOAT32: return (bits & 0x7FFFFFFF) > 0x7F800000;
    case WEFT_TYPE_FLOAT64: return (bits & INT64_MAX) > 0x7FF0000000000000;
    case WEFT_TYPE_FP8_E4M3: return (bits & 0x7F) == 0x7F;
    case WEFT_TYPE_FP8_E5M2: return (bits & 0x7F) > 0x7C;
    default: return false;
    }
}

// Which NaN it is depends on the processor; all else is to be the same.
static bool is_same(weft_type type, const uint8_t *got, const uint8_t *want, uint64_t size) {
    if (memcmp(got, want, size) == 0) return true;
    uint64_t bits[2] = {0, 0};
    if (size > 8) return false;
    memcpy(&bits[0], got, size);
    memcpy(&bits[1], want, size);
    return is_nan(type, bits[0]) && is_nan(type, bits[1]);
}

static bool compare(
    const endpoint_run *run, const contract_case *one, uint64_t operation, const uint8_t *got
) {
    const uint32_t rank = run->segment->endpoint;
    const span want = one->data[operation * one->ranks + rank].expected;
    const uint64_t size = weft_type_size(one->type);
    for (uint64_t at = 0; at < want.count; at += size) {
        if (is_same(one->type, got + at, want.bytes + at, size)) continue;
        uint64_t byte = at;
        while (got[byte] == want.bytes[byte]) byte++;
        report(
            run->segment, "%.*s: operation %llu, rank %u, byte %llu of %llu: %u instead of %u",
            (int)one->words.count, (const char *)one->words.bytes, (unsigned long long)operation,
            rank, (unsigned long long)byte, (unsigned long long)want.count, got[byte],
            want.bytes[byte]);
        return false;
    }
    return true;
}

// No barrier lies between operations, nor between cases: a plan that has returned has said that its
// caller may read the output and write a new input.
static bool run_case(
    endpoint_run *run, const contract_case *one, weft_plan *plan, uint64_t *random
) {
    weft_segment *segment = run->segment;
    const bool is_rank = segment->endpoint < one->ranks;
    uint8_t *heap = weft_segment_heap(segment, segment->endpoint);
    uint8_t *input = heap + run->layout->starts[WEFT_AREA_INPUT];
    uint8_t *output = one->is_in_place ? input : heap + run->layout->starts[WEFT_AREA_OUTPUT];
    for (uint64_t operation = 0; operation < one->operations; operation++) {
        if (random_below(random, 3) == 0) {
            usleep((useconds_t)random_below(random, LONGEST_DAWDLE));
        }
        if (is_rank) {
            const case_rank *place = &one->places[segment->endpoint];
            const span in = one->data[operation * one->ranks + segment->endpoint].input;
            memset(output, EMPTY, place->output_memory);
            memset(input, EMPTY, place->input_memory);
            memcpy(input + place->input_start, in.bytes, in.count);
        }
        int error = weft_plan_run(plan, segment, 1);
        if (error) {
            report(
                segment, "%.*s: operation %llu, endpoint %u: %s", (int)one->words.count,
                (const char *)one->words.bytes, (unsigned long long)operation, segment->endpoint,
                strerror(-error));
            return false;
        }
        const uint8_t *got = is_rank ? output + one->places[segment->endpoint].output_start : NULL;
        if (is_rank && !compare(run, one, operation, got)) return false;
        atomic_fetch_add_explicit(&report_of(segment)->moves, 1, memory_order_relaxed);
    }
    return true;
}

// A plan without steps, for an endpoint that only other cases of the file have.
static const weft_plan_parts nothing = {
    .type = WEFT_TYPE_UINT8, .turns = WEFT_TURNS, .ranks = 1};

void endpoint_run_cases(endpoint_run *run) {
    weft_segment *segment = run->segment;
    uint64_t random = run->options.seed * 1000003 + segment->endpoint;
    bool goes_on = weft_segment_barrier(segment) == 0;
    for (uint64_t i = 0; i < run->file->count && goes_on; i++) {
        const contract_case *one = &run->file->cases[i];
        uint64_t starts[WEFT_AREA_COUNT];
        memcpy(starts, run->layout->starts, sizeof starts);
        if (one->is_in_place) starts[WEFT_AREA_OUTPUT] = starts[WEFT_AREA_INPUT];
        atomic_store_explicit(
            &report_of(segment)->at[segment->endpoint], (uint32_t)i, memory_order_relaxed);
        if (run->options.has_processes) guard(run, one);
        bool takes_part = segment->endpoint < one->endpoints;
        const weft_plan_parts *parts = takes_part ? &one->parts[segment->endpoint] : &nothing;
        weft_plan *plan = NULL;
        int error = weft_plan_create(parts, segment, isa_of(i), &plan);
        if (!error) error = weft_plan_bind(plan, segment, starts, run->layout->strides);
        if (error) {
            report(
                segment, "%.*s: the plan of endpoint %u is refused: %s", (int)one->words.count,
                (const char *)one->words.bytes, segment->endpoint, strerror(-error));
            goes_on = false;
        } else {
            goes_on = run_case(run, one, plan, &random);
        }
        if (plan) weft_plan_destroy(plan);
    }
    atomic_fetch_add(&report_of(segment)->ended, 1);
}

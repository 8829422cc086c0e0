/// A rank's part of a collective, lowered to a flat array of steps that one tight loop executes.
#ifndef WEFT_PLAN_H
#define WEFT_PLAN_H

#include <stdint.h>

#include "weft_kernel.h"
#include "weft_segment.h"

#pragma clang assume_nonnull begin

/// Where an operand lies in an endpoint's heap.
typedef enum weft_area {
    WEFT_AREA_INPUT,
    WEFT_AREA_OUTPUT,
    /// Plain memory of the plan, twice: operations take turns.
    WEFT_AREA_SCRATCH,
    /// The same many times, as lines of 56 bytes of data and 8 of flag.
    WEFT_AREA_LINES,
    WEFT_AREA_COUNT,
} weft_area;

/// How many operations take turns in the scratch of a plan: powers of two. Where lines go one way,
/// whoever sends them may be ahead of whoever takes them, in a part of their own behind the others.
#define WEFT_TURNS 2
#define WEFT_TURNS_AHEAD 8
/// How many times there are lines for an operation.
#define WEFT_LINE_PARTS (WEFT_TURNS + WEFT_TURNS_AHEAD)

/// Bytes of data in a line.
#define WEFT_LINE_DATA 56
/// Bytes of a line.
#define WEFT_LINE 64

typedef struct weft_operand {
    uint32_t endpoint;
    uint32_t area;
    /// From the start of the area; for lines, of the first line.
    uint64_t offset;
    /// Who writes it, for lines that are read.
    uint32_t writer;
    /// Whether it is a rank's own contribution, which a premultiplied sum multiplies as it is
    /// loaded.
    uint32_t is_input;
} weft_operand;

/// Progress that another endpoint must have made: `(operation + operations) << 20 + progress`.
typedef struct weft_wait {
    /// The word that tells: an endpoint's own, or `endpoints * (1 + at) + from` for what has landed
    /// at one endpoint from another of a different node.
    uint32_t word;
    int32_t operations;
    uint64_t progress;
} weft_wait;

typedef enum weft_step_kind {
    /// Combine plain sources into plain targets.
    WEFT_STEP_COMBINE,
    /// Copy one plain source into lines of all targets.
    WEFT_STEP_PUT,
    /// Combine sources, lines or plain, into plain targets.
    WEFT_STEP_TAKE,
    /// Send one plain source to one plain target at an endpoint of another node.
    WEFT_STEP_SEND,
} weft_step_kind;

/// When all that was sent so far must have left the memory that it was sent from.
typedef enum weft_flush {
    WEFT_FLUSH_NOT,
    /// Before the step, which writes where something was sent from.
    WEFT_FLUSH_BEFORE,
    /// Before anybody is told that the step is done.
    WEFT_FLUSH_AFTER,
} weft_flush;

typedef struct weft_step {
    uint32_t kind;
    /// Whether somebody waits for this step.
    uint32_t is_awaited;
    /// Non-temporal stores.
    uint32_t is_streaming;
    /// Whether what is combined holds every contribution, so that an average is divided.
    uint32_t is_complete;
    uint32_t waits;
    uint32_t sources;
    uint32_t targets;
    /// Bits of weft_flush.
    uint32_t flushes;
    /// Endpoints of other nodes that are told that the step is done.
    uint32_t notices;
    uint32_t reserved;
    /// Progress within the operation once the step is done.
    uint64_t progress;
    /// Bytes of each operand.
    uint64_t bytes;
} weft_step;

/// What a plan is made of. Operands and waits are those of the steps in turn: a step's sources,
/// then its targets. The last `closing` waits end the operation.
typedef struct weft_plan_parts {
    const weft_step *_Nullable steps;
    uint32_t step_count;
    const weft_operand *_Nullable operands;
    uint32_t operand_count;
    const weft_wait *_Nullable waits;
    uint32_t wait_count;
    uint32_t closing;
    /// Endpoints of other nodes that are told: first that this one has entered, then of steps, and
    /// at last that it has left.
    const uint32_t *_Nullable notices;
    uint32_t notice_count;
    uint32_t entering;
    uint32_t leaving;
    /// Whether somebody waits for this endpoint to enter.
    uint32_t is_announced;
    weft_type type;
    weft_operator op;
    /// How many operations take turns in its scratch: WEFT_TURNS or, where lines go one way,
    /// WEFT_TURNS_AHEAD. The same for all endpoints.
    uint32_t turns;
    /// What an average is divided by.
    uint32_t ranks;
    /// The factor of a premultiplied sum, as weft_scalars has it.
    uint64_t factor;
} weft_plan_parts;

/// What a step computes: one call to a kernel, or one for each block of lines.
typedef struct weft_pass {
    weft_combine_fn run;
    /// Units of the whole step, and of a block: elements, or bytes where it only copies.
    uint64_t count;
    uint64_t block;
    uint32_t is_copy;
    weft_scalars scalars;
} weft_pass;

/// A plan of one endpoint, ready to run.
typedef struct weft_plan {
    weft_step *steps;
    weft_pass *passes;
    weft_operand *operands;
    weft_wait *waits;
    uint32_t *notices;
    uint32_t step_count;
    uint32_t operand_count;
    uint32_t wait_count;
    uint32_t closing;
    uint32_t entering;
    uint32_t leaving;
    uint32_t is_announced;
    /// Bytes of a block: whole lines and whole elements.
    uint32_t block_bytes;
    /// How many operations take turns.
    uint32_t turns;
    /// Addresses of the operands, for each turn.
    void *_Nullable *_Nullable addresses[WEFT_TURNS_AHEAD];
    /// Which operands are inputs, for a premultiplied sum.
    uint8_t *is_input;
    /// A block for each source of a step, and pointers to one step's operands.
    uint8_t *blocks;
    void *_Nullable *_Nonnull pointers;
} weft_plan;

/// Copies the parts and checks them: every index in range, every kind known.
int weft_plan_create(
    const weft_plan_parts *parts, weft_segment *segment, weft_isa isa,
    weft_plan *_Nullable *_Nonnull plan_out);

void weft_plan_destroy(weft_plan *plan);

/// Lays the areas on the heaps: starts[area] is the offset in every endpoint's heap; what an
/// operation of the next turn has is `strides[area]` bytes on. Fails when an operand does not fit.
int weft_plan_bind(
    weft_plan *plan, weft_segment *segment, const uint64_t *starts, const uint64_t *strides);

/// Runs a number of operations back to back. All endpoints must run the same.
int weft_plan_run(weft_plan *plan, weft_segment *segment, uint64_t operations);

/// Runs operations one by one, all endpoints starting together; how long each took here, in ticks.
int weft_plan_run_together(
    weft_plan *plan, weft_segment *segment, uint64_t operations, uint64_t *ticks_out);

#pragma clang assume_nonnull end
#endif

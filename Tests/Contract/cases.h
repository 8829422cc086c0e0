// Cases of the contract, as Tests/ContractCases writes them.
//
// A file is 64-bit words in little-endian order: the letters "weftcase", the version, the number of
// cases, and the cases. Texts and buffers are a number of bytes and so many bytes, filled up to a
// whole word. A case is
//
//   its words; endpoints, ranks, type, operator, factor, operations, bytes of lines, bytes of plain
//   scratch, whether it is in place;
//   for each rank: where its input and its output begin in their memory, and the bytes of both
//   memories;
//   for each endpoint: its steps, operands, waits, closing waits, how many operations take turns
//   and whether it is announced, as numbers; then steps, operands and waits as weft_plan.h lays
//   them out;
//   for each operation and each rank: its input, and the output that is expected.
#ifndef CONTRACT_CASES_H
#define CONTRACT_CASES_H

#include <stdbool.h>
#include <stdint.h>

#include "weft_plan.h"

#define CASES_VERSION 3

typedef struct span {
    const uint8_t *bytes;
    uint64_t count;
} span;

// Where a rank's buffers begin in their memory, and how large that is.
typedef struct case_rank {
    uint64_t input_start;
    uint64_t output_start;
    uint64_t input_memory;
    uint64_t output_memory;
} case_rank;

// What a rank puts in, and what must come out of it.
typedef struct case_data {
    span input;
    span expected;
} case_data;

typedef struct contract_case {
    span words;
    uint32_t endpoints;
    uint32_t ranks;
    weft_type type;
    uint64_t operations;
    uint64_t lines_bytes;
    uint64_t scratch_bytes;
    bool is_in_place;
    // By rank, by endpoint, and by operation and rank.
    const case_rank *places;
    weft_plan_parts *parts;
    case_data *data;
} contract_case;

typedef struct case_file {
    const char *path;
    const uint8_t *bytes;
    uint64_t size;
    contract_case *cases;
    uint64_t count;
} case_file;

// Reads all cases of a file, whose bytes they point into. Says on stderr what is wrong with it.
bool case_file_open(const char *path, case_file *file);

void case_file_close(case_file *file);

#endif

#include "cases.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// Far more than any case has, so that products below can't wrap around.
enum { MOST_ENDPOINTS = 4096, MOST_OPERATIONS = 1000 };
#define MOST_BYTES (1ull << 32)

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are little-endian");
_Static_assert(
    sizeof(weft_step) % 8 == 0 && sizeof(weft_operand) % 8 == 0 && sizeof(weft_wait) % 8 == 0,
    "parts of plans are whole words");

// What is still to be read. The first thing that is wrong ends the reading: then `problem` says so.
typedef struct reader {
    const uint8_t *at;
    uint64_t left;
    const char *problem;
} reader;

static void refuse(reader *from, const char *problem) {
    if (!from->problem) from->problem = problem;
    from->left = 0;
}

static const void *take(reader *from, uint64_t bytes) {
    const uint8_t *here = from->at;
    if (bytes > from->left) {
        refuse(from, "the file ends too early");
        return NULL;
    }
    from->at += bytes;
    from->left -= bytes;
    return here;
}

// A word that is at most so much.
static uint64_t take_word(reader *from, uint64_t most) {
    const void *here = take(from, 8);
    uint64_t value = 0;
    if (here) memcpy(&value, here, 8);
    if (value <= most) return value;
    refuse(from, "a number is larger than any case has");
    return 0;
}

static span take_span(reader *from) {
    uint64_t count = take_word(from, MOST_BYTES);
    const uint8_t *bytes = take(from, (count + 7) / 8 * 8);
    return (span){bytes, bytes ? count : 0};
}

static void *room_for(reader *from, uint64_t count, uint64_t size) {
    // What does not fit the file is no count, and need not be had.
    void *room = count <= from->left ? calloc(count + 1, size) : NULL;
    if (!room) refuse(from, "the file ends too early, or there is no memory");
    return room;
}

static void read_parts(reader *from, weft_plan_parts *parts) {
    parts->step_count = (uint32_t)take_word(from, UINT32_MAX);
    parts->operand_count = (uint32_t)take_word(from, UINT32_MAX);
    parts->wait_count = (uint32_t)take_word(from, UINT32_MAX);
    parts->closing = (uint32_t)take_word(from, UINT32_MAX);
    parts->turns = (uint32_t)take_word(from, UINT32_MAX);
    parts->is_announced = (uint32_t)take_word(from, 1);
    parts->steps = take(from, parts->step_count * sizeof *parts->steps);
    parts->operands = take(from, parts->operand_count * sizeof *parts->operands);
    parts->waits = take(from, parts->wait_count * sizeof *parts->waits);
}

static bool fits(uint64_t start, uint64_t bytes, uint64_t memory) {
    return start <= memory && bytes <= memory - start;
}

static void read_data(reader *from, contract_case *one) {
    uint64_t count = one->operations * one->ranks;
    one->data = room_for(from, count, sizeof *one->data);
    for (uint64_t i = 0; i < count && !from->problem; i++) {
        const case_rank *place = &one->places[i % one->ranks];
        case_data *data = &one->data[i];
        data->input = take_span(from);
        data->expected = take_span(from);
        if (!fits(place->input_start, data->input.count, place->input_memory) ||
            !fits(place->output_start, data->expected.count, place->output_memory)) {
            refuse(from, "a buffer is larger than its memory");
        }
        if (data->expected.count % weft_type_size(one->type) != 0) {
            refuse(from, "a buffer ends within an element");
        }
    }
}

static void read_case(reader *from, contract_case *one) {
    one->words = take_span(from);
    one->endpoints = (uint32_t)take_word(from, MOST_ENDPOINTS);
    one->ranks = (uint32_t)take_word(from, one->endpoints);
    one->type = (weft_type)take_word(from, WEFT_TYPE_COUNT - 1);
    weft_operator op = (weft_operator)take_word(from, WEFT_OPERATOR_COUNT - 1);
    uint64_t factor = take_word(from, UINT64_MAX);
    one->operations = take_word(from, MOST_OPERATIONS);
    one->lines_bytes = take_word(from, MOST_BYTES);
    one->scratch_bytes = take_word(from, MOST_BYTES);
    one->is_in_place = take_word(from, 1) != 0;
    one->places = take(from, one->ranks * sizeof *one->places);
    for (uint32_t rank = 0; rank < one->ranks && !from->problem; rank++) {
        const case_rank *place = &one->places[rank];
        if (place->input_memory > MOST_BYTES || place->output_memory > MOST_BYTES) {
            refuse(from, "a buffer is larger than any case has");
        }
    }
    one->parts = room_for(from, one->endpoints, sizeof *one->parts);
    for (uint32_t i = 0; i < one->endpoints && !from->problem; i++) {
        weft_plan_parts *parts = &one->parts[i];
        *parts = (weft_plan_parts){
            .type = one->type, .op = op, .ranks = one->ranks, .factor = factor};
        read_parts(from, parts);
    }
    if (!from->problem) read_data(from, one);
}

static void read_cases(reader *from, case_file *file) {
    const void *letters = take(from, 8);
    if (!letters || memcmp(letters, "weftcase", 8) != 0) {
        refuse(from, "it is no file of cases");
    }
    if (take_word(from, UINT64_MAX) != CASES_VERSION) refuse(from, "it is of another version");
    file->count = take_word(from, UINT32_MAX);
    file->cases = room_for(from, file->count, sizeof *file->cases);
    for (uint64_t i = 0; i < file->count && !from->problem; i++) read_case(from, &file->cases[i]);
    if (from->left != 0) refuse(from, "something follows the last case");
}

bool case_file_open(const char *path, case_file *file) {
    *file = (case_file){.path = path};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status = {0};
    void *bytes = MAP_FAILED;
    if (fd >= 0 && fstat(fd, &status) == 0) {
        bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    int error = errno;
    if (fd >= 0) close(fd);
    if (bytes == MAP_FAILED) {
        fprintf(stderr, "contract: %s can't be read: %s\n", path, strerror(error));
        return false;
    }
    file->bytes = bytes;
    file->size = (uint64_t)status.st_size;
    reader from = {.at = bytes, .left = file->size};
    read_cases(&from, file);
    if (!from.problem) return true;
    fprintf(
        stderr, "contract: %s, before byte %llu: %s\n", path,
        (unsigned long long)(from.at - file->bytes), from.problem);
    case_file_close(file);
    return false;
}

void case_file_close(case_file *file) {
    for (uint64_t i = 0; file->cases && i < file->count; i++) {
        free(file->cases[i].parts);
        free(file->cases[i].data);
    }
    free(file->cases);
    munmap((void *)(uintptr_t)file->bytes, file->size);
}

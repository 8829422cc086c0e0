// What is needed of PMIx's standard, declared here so that its headers need not be installed to
// build. These layouts and numbers are part of its ABI since version 2; a test compares them with
// the headers. A value may be longer there: what stands before byte 8 and at it stays, and nothing
// here makes an array of more than one.
#ifndef PMIX_PRIVATE_H
#define PMIX_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

enum weft_pmix_number {
    WEFT_PMIX_SUCCESS = 0,
    // Types of values.
    WEFT_PMIX_BOOL = 1,
    WEFT_PMIX_STRING = 3,
    WEFT_PMIX_UINT32 = 14,
    // A scope: all processes of the job.
    WEFT_PMIX_GLOBAL = 3,
};

// Stands for all ranks, and for the job itself.
static const uint32_t WEFT_PMIX_WILDCARD = UINT32_MAX - 1;

static const char WEFT_PMIX_JOB_SIZE[] = "pmix.job.size";
static const char WEFT_PMIX_COLLECT[] = "pmix.collect";

typedef struct weft_pmix_proc {
    char nspace[256];
    uint32_t rank;
} weft_pmix_proc;

typedef struct weft_pmix_value {
    uint16_t type;
    union {
        bool flag;
        char *string;
        uint32_t uint32;
        // No value is longer in versions 2 to 5.
        void *room[3];
    } data;
} weft_pmix_value;

typedef struct weft_pmix_info {
    char key[512];
    uint32_t flags;
    weft_pmix_value value;
} weft_pmix_info;

#endif

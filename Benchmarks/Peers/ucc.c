// UCC's collectives, each a persistent request that is posted again for every run.
#include <sched.h>
#include <stdlib.h>
#include <ucc/api/ucc.h>

#include "measure.h"

enum { LOOKS = 1000 };

static int rank, ranks;
static ucc_context_h context;
static ucc_team_h team;
static ucc_coll_req_h request;

static void require(ucc_status_t status) {
    if (status < 0) measure_fail(ucc_status_string(status));
}

static ucc_status_t gather(void *mine, void *all, size_t bytes, void *info, void **handle) {
    (void)info;
    *handle = NULL;
    measure_gather(mine, all, bytes);
    return UCC_OK;
}

static ucc_status_t is_gathered(void *handle) {
    (void)handle;
    return UCC_OK;
}

void peer_start(int own, int number, const char *folder) {
    (void)folder;
    rank = own;
    ranks = number;
    ucc_oob_coll_t meeting = {
        .allgather = gather,
        .req_test = is_gathered,
        .req_free = is_gathered,
        .n_oob_eps = (uint32_t)ranks,
        .oob_ep = (uint32_t)rank,
    };
    ucc_lib_params_t library = {
        .mask = UCC_LIB_PARAM_FIELD_THREAD_MODE,
        .thread_mode = UCC_THREAD_SINGLE,
    };
    ucc_context_params_t whole = {.mask = UCC_CONTEXT_PARAM_FIELD_OOB, .oob = meeting};
    ucc_team_params_t all = {
        .mask = UCC_TEAM_PARAM_FIELD_OOB | UCC_TEAM_PARAM_FIELD_EP
            | UCC_TEAM_PARAM_FIELD_EP_RANGE,
        .oob = meeting,
        .ep = (uint64_t)rank,
        .ep_range = UCC_COLLECTIVE_EP_RANGE_CONTIG,
    };
    ucc_lib_config_h library_settings;
    ucc_context_config_h context_settings;
    ucc_lib_h handle;
    require(ucc_lib_config_read(NULL, NULL, &library_settings));
    require(ucc_init(&library, library_settings, &handle));
    require(ucc_context_config_read(handle, NULL, &context_settings));
    require(ucc_context_create(handle, &whole, context_settings, &context));
    require(ucc_team_create_post(&context, 1, &all, &team));
    ucc_status_t status;
    while ((status = ucc_team_create_test(team)) == UCC_INPROGRESS) ucc_context_progress(context);
    require(status);
}

void *peer_allocate(size_t bytes) {
    (void)bytes;
    return NULL;
}

static ucc_coll_buffer_info_t span(float *start, size_t count) {
    return (ucc_coll_buffer_info_t){start, count, UCC_DT_FLOAT32, UCC_MEMORY_TYPE_HOST};
}

void peer_prepare(const struct operation *o) {
    size_t whole = o->count * (size_t)ranks;
    ucc_coll_args_t arguments = {
        .mask = UCC_COLL_ARGS_FIELD_FLAGS,
        .flags = UCC_COLL_ARGS_FLAG_PERSISTENT,
        .op = UCC_OP_SUM,
        .src.info = span(o->in, o->count),
        .dst.info = span(o->out, o->count),
    };
    switch (o->collective) {
    case ALL_REDUCE: arguments.coll_type = UCC_COLL_TYPE_ALLREDUCE; break;
    case ALL_TO_ALL:
        arguments.coll_type = UCC_COLL_TYPE_ALLTOALL;
        arguments.src.info.count = arguments.dst.info.count = whole;
        break;
    case ALL_GATHER:
        arguments.coll_type = UCC_COLL_TYPE_ALLGATHER;
        arguments.dst.info.count = whole;
        break;
    case REDUCE_SCATTER:
        arguments.coll_type = UCC_COLL_TYPE_REDUCE_SCATTER;
        arguments.src.info.count = whole;
        break;
    case BROADCAST:
        arguments.coll_type = UCC_COLL_TYPE_BCAST;
        if (rank != 0) arguments.src.info.buffer = o->out;
        break;
    case BARRIER: arguments.coll_type = UCC_COLL_TYPE_BARRIER; break;
    }
    if (request) require(ucc_collective_finalize(request));
    require(ucc_collective_init(&arguments, &request, team));
}

void peer_run(const struct operation *o) {
    (void)o;
    ucc_status_t status = ucc_collective_post(request);
    if (status < 0) require(status);
    // Nothing in the library gives way to a rank that waits for the same core.
    for (int look = 1; (status = ucc_collective_test(request)) == UCC_INPROGRESS; look++) {
        ucc_context_progress(context);
        if (look % LOOKS == 0) sched_yield();
    }
    require(status);
}

// The team and the context end with the process.
void peer_finish(void) {
    if (request) ucc_collective_finalize(request);
    char mine = 0, *all = malloc((size_t)ranks);
    if (all) measure_gather(&mine, all, 1);
    free(all);
}

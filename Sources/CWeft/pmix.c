#include "weft_pmix.h"

#include "pmix_private.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char MEETING_KEY[] = "weft.meeting";

// The server knows one client in a process, so there is one of this, and it is never given back: a
// call that took too long may still be using it.
static struct {
    int (*init)(weft_pmix_proc *proc, weft_pmix_info *info, size_t count);
    int (*finalize)(const weft_pmix_info *info, size_t count);
    int (*put)(uint8_t scope, const char *key, weft_pmix_value *value);
    int (*commit)(void);
    int (*fence)(
        const weft_pmix_proc *procs, size_t count, const weft_pmix_info *info,
        size_t info_count);
    int (*get)(
        const weft_pmix_proc *proc, const char *key, const weft_pmix_info *info, size_t count,
        weft_pmix_value **value);
    const char *(*error_string)(int status);
    weft_pmix_proc self;
    uint32_t ranks;
    bool has_text;
    char text[weft_pmix_text];
    char problem[256];
} client;

static int refused(const char *what, int status) {
    snprintf(client.problem, sizeof client.problem, "%s: %s", what, client.error_string(status));
    return -EPROTO;
}

static int load(void) {
    static const char *const names[] = {"libpmix.so.2", "libpmix.so"};
    void *library = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !library; i++) {
        library = dlopen(names[i], RTLD_NOW | RTLD_GLOBAL);
    }
    if (!library) {
        const char *reason = dlerror();
        snprintf(client.problem, sizeof client.problem, "%s", reason ? reason : names[0]);
        return -ENOENT;
    }
    const struct {
        void *function;
        const char *name;
    } symbols[] = {
        {&client.init, "PMIx_Init"},
        {&client.finalize, "PMIx_Finalize"},
        {&client.put, "PMIx_Put"},
        {&client.commit, "PMIx_Commit"},
        {&client.fence, "PMIx_Fence"},
        {&client.get, "PMIx_Get"},
        {&client.error_string, "PMIx_Error_string"},
    };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol) {
            snprintf(
                client.problem, sizeof client.problem, "libpmix has no %s", symbols[i].name);
            return -ENOENT;
        }
        // Not an assignment: C has no conversion between pointers to data and to functions.
        memcpy(symbols[i].function, &symbol, sizeof symbol);
    }
    return 0;
}

// A value of a process; the caller frees it.
static int get(uint32_t rank, const char *key, uint16_t type, weft_pmix_value **value_out) {
    weft_pmix_proc proc = client.self;
    weft_pmix_value *value = NULL;
    proc.rank = rank;
    int status = client.get(&proc, key, NULL, 0, &value);
    if (status != WEFT_PMIX_SUCCESS) return refused(key, status);
    if (!value || value->type != type) {
        snprintf(client.problem, sizeof client.problem, "%s has an unexpected type", key);
        free(value);
        return -EPROTO;
    }
    *value_out = value;
    return 0;
}

static int begin(void) {
    int status = client.init(&client.self, NULL, 0);
    if (status != WEFT_PMIX_SUCCESS) return refused("PMIx_Init", status);
    weft_pmix_value *size = NULL;
    int code = get(WEFT_PMIX_WILDCARD, WEFT_PMIX_JOB_SIZE, WEFT_PMIX_UINT32, &size);
    if (code < 0) return code;
    client.ranks = size->data.uint32;
    free(size);
    return 0;
}

static int share(void) {
    int status = WEFT_PMIX_SUCCESS;
    if (client.has_text) {
        weft_pmix_value value = {.type = WEFT_PMIX_STRING, .data.string = client.text};
        status = client.put(WEFT_PMIX_GLOBAL, MEETING_KEY, &value);
        if (status == WEFT_PMIX_SUCCESS) status = client.commit();
        if (status != WEFT_PMIX_SUCCESS) return refused("PMIx_Put", status);
    }
    weft_pmix_proc all = client.self;
    all.rank = WEFT_PMIX_WILDCARD;
    weft_pmix_info collect = {.value = {.type = WEFT_PMIX_BOOL, .data.flag = true}};
    memcpy(collect.key, WEFT_PMIX_COLLECT, sizeof WEFT_PMIX_COLLECT);
    status = client.fence(&all, 1, &collect, 1);
    if (status != WEFT_PMIX_SUCCESS) return refused("PMIx_Fence", status);
    if (client.has_text) return 0;
    weft_pmix_value *value = NULL;
    int code = get(0, MEETING_KEY, WEFT_PMIX_STRING, &value);
    if (code < 0) return code;
    const char *text = value->data.string;
    bool fits = text && strlen(text) < sizeof client.text;
    if (fits) strcpy(client.text, text);
    free(value->data.string);
    free(value);
    return fits ? 0 : -EMSGSIZE;
}

static int finish(void) {
    int status = client.finalize(NULL, 0);
    return status == WEFT_PMIX_SUCCESS ? 0 : refused("PMIx_Finalize", status);
}

// A call on its thread. Whoever of the two is last frees it.
typedef struct call {
    int (*body)(void);
    pthread_mutex_t mutex;
    pthread_cond_t ended;
    int code;
    bool has_ended, is_abandoned;
} call;

static void *run(void *argument) {
    call *self = argument;
    int code = self->body();
    pthread_mutex_lock(&self->mutex);
    bool is_mine = self->is_abandoned;
    self->code = code;
    self->has_ended = true;
    pthread_cond_signal(&self->ended);
    pthread_mutex_unlock(&self->mutex);
    if (is_mine) free(self);
    return NULL;
}

// Calls of PMIx wait for the server without a limit, so they are made on a thread that is left
// behind when they take too long.
static int call_within(int milliseconds, int (*body)(void)) {
    call *self = calloc(1, sizeof *self);
    if (!self) return -ENOMEM;
    self->body = body;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&self->mutex, NULL);
    pthread_cond_init(&self->ended, &monotonic);
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    long nanoseconds = end.tv_nsec + milliseconds % 1000 * 1000000L;
    end.tv_sec += milliseconds / 1000 + nanoseconds / 1000000000L;
    end.tv_nsec = nanoseconds % 1000000000L;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int error = pthread_create(&thread, NULL, run, self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error) {
        free(self);
        return -error;
    }
    pthread_detach(thread);
    pthread_mutex_lock(&self->mutex);
    while (!self->has_ended && !error) {
        error = pthread_cond_timedwait(&self->ended, &self->mutex, &end);
    }
    bool is_mine = self->has_ended;
    int code = is_mine ? self->code : -ETIMEDOUT;
    self->is_abandoned = true;
    pthread_mutex_unlock(&self->mutex);
    if (is_mine) free(self);
    return code;
}

int weft_pmix_begin(int milliseconds, uint32_t *rank_out, uint32_t *ranks_out) {
    int code = load();
    if (code == 0) code = call_within(milliseconds, begin);
    if (code < 0) return code;
    *rank_out = client.self.rank;
    *ranks_out = client.ranks;
    return 0;
}

int weft_pmix_share(const char *text, int milliseconds, char text_out[weft_pmix_text]) {
    client.has_text = text != NULL;
    if (text) {
        if (strlen(text) >= sizeof client.text) return -EMSGSIZE;
        strcpy(client.text, text);
    }
    int code = call_within(milliseconds, share);
    if (code == 0) strcpy(text_out, client.text);
    return code;
}

int weft_pmix_finish(int milliseconds) {
    return call_within(milliseconds, finish);
}

const char *weft_pmix_problem(void) {
    return client.problem;
}

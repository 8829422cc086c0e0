// libibverbs, loaded at run time.
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "verbs_private.h"

static verbs_library library;
static bool is_there;

#define LOAD(member, name)                                    \
    do {                                                      \
        *(void **)(void *)&library.member = dlsym(handle, name); \
        if (!library.member) return;                          \
    } while (0)

static void load(void) {
    void *handle = dlopen("libibverbs.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!handle) return;
    LOAD(get_device_list, "ibv_get_device_list");
    LOAD(free_device_list, "ibv_free_device_list");
    LOAD(get_device_name, "ibv_get_device_name");
    LOAD(open_device, "ibv_open_device");
    LOAD(close_device, "ibv_close_device");
    LOAD(query_device, "ibv_query_device");
    LOAD(alloc_pd, "ibv_alloc_pd");
    LOAD(dealloc_pd, "ibv_dealloc_pd");
    LOAD(reg_mr_iova2, "ibv_reg_mr_iova2");
    LOAD(dereg_mr, "ibv_dereg_mr");
    LOAD(create_comp_channel, "ibv_create_comp_channel");
    LOAD(destroy_comp_channel, "ibv_destroy_comp_channel");
    LOAD(create_cq, "ibv_create_cq");
    LOAD(destroy_cq, "ibv_destroy_cq");
    LOAD(get_cq_event, "ibv_get_cq_event");
    LOAD(ack_cq_events, "ibv_ack_cq_events");
    LOAD(create_qp, "ibv_create_qp");
    LOAD(modify_qp, "ibv_modify_qp");
    LOAD(destroy_qp, "ibv_destroy_qp");
    LOAD(wc_status_str, "ibv_wc_status_str");
    is_there = true;
}

const verbs_library *weft_verbs_library(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, load);
    return is_there ? &library : NULL;
}

const char *weft_verbs_status_words(uint32_t status) {
    const verbs_library *library = weft_verbs_library();
    return library ? library->wc_status_str((enum ibv_wc_status)status) : "unknown";
}

// libibverbs, loaded at run time, and the devices that it finds.
#include <dlfcn.h>
#include <errno.h>
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

int weft_verbs_devices(void) {
    const verbs_library *library = weft_verbs_library();
    if (!library) return -ENOENT;
    int count = 0;
    struct ibv_device **devices = library->get_device_list(&count);
    // No devices and no kernel module are the same to the user: there is nothing to use.
    if (!devices) return 0;
    library->free_device_list(devices);
    return count;
}

int weft_verbs_device_name(int device, char *name_out, uint64_t bytes) {
    const verbs_library *library = weft_verbs_library();
    if (!library) return -ENOENT;
    int count = 0;
    struct ibv_device **devices = library->get_device_list(&count);
    if (!devices) return -ENODEV;
    int result = -ENODEV;
    if (device >= 0 && device < count) {
        const char *text = library->get_device_name(devices[device]);
        result = strlen(text) < bytes ? 0 : -ENAMETOOLONG;
        if (result == 0) strcpy(name_out, text);
    }
    library->free_device_list(devices);
    return result;
}

struct ibv_context *weft_verbs_open(const char *device) {
    const verbs_library *library = weft_verbs_library();
    int count = 0;
    struct ibv_device **devices = library ? library->get_device_list(&count) : NULL;
    struct ibv_context *result = NULL;
    for (int i = 0; devices && i < count && !result; i++) {
        if (strcmp(library->get_device_name(devices[i]), device) == 0) {
            result = library->open_device(devices[i]);
        }
    }
    if (devices) library->free_device_list(devices);
    return result;
}

// The header's ibv_query_port falls back on a function of the library that is not linked with;
// devices have had this one since rdma-core 17.
int weft_verbs_query_port(struct ibv_context *context, uint32_t port, struct ibv_port_attr *out) {
    struct verbs_context *own = verbs_get_ctx_op(context, query_port);
    memset(out, 0, sizeof *out);
    if (port == 0 || port > UINT8_MAX) return EINVAL;
    return own ? own->query_port(context, (uint8_t)port, out, sizeof *out) : ENOSYS;
}

int weft_verbs_mtu(const char *device, uint32_t port, uint32_t *now_out, uint32_t *most_out) {
    struct ibv_context *context = weft_verbs_open(device);
    if (!context) return -ENODEV;
    struct ibv_port_attr attributes;
    int error = weft_verbs_query_port(context, port, &attributes);
    weft_verbs_library()->close_device(context);
    *now_out = 128u << (attributes.active_mtu & 7);
    *most_out = 128u << (attributes.max_mtu & 7);
    return -error;
}

const char *weft_verbs_status_words(uint32_t status) {
    const verbs_library *library = weft_verbs_library();
    return library ? library->wc_status_str((enum ibv_wc_status)status) : "unknown";
}

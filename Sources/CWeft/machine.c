#include "weft_machine.h"

#include <dlfcn.h>
#include <errno.h>
#include <infiniband/verbs.h>
#include <numa.h>
#include <rdma/rdma_cma.h>
#include <sched.h>
#include <string.h>

int weft_machine_processors(uint32_t *processors_out, uint32_t most) {
    // Room for 16,384 processors: the kernel refuses a set smaller than its own.
    static _Thread_local uint64_t words[256];
    memset(words, 0, sizeof words);
    if (sched_getaffinity(0, sizeof words, (cpu_set_t *)(void *)words) != 0) return -errno;
    uint32_t count = 0;
    for (uint32_t processor = 0; processor < sizeof words * 8; processor++) {
        if (!(words[processor / 64] >> (processor % 64) & 1)) continue;
        if (count < most) processors_out[count] = processor;
        count++;
    }
    return (int)count;
}

int weft_machine_pin(uint32_t processor) {
    uint64_t words[256] = {0};
    if (processor >= sizeof words * 8) return -EINVAL;
    words[processor / 64] = 1ull << (processor % 64);
    return sched_setaffinity(0, sizeof words, (cpu_set_t *)(void *)words) == 0 ? 0 : -errno;
}

// A symbol of an optional library, NULL where either is missing. Libraries stay loaded.
static void *symbol(const char *library, const char *name) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    return handle ? dlsym(handle, name) : NULL;
}

// The headers' own declarations give the types, as NCCL does for the same libraries.
#define OPTIONAL(library, function) ((__typeof__(&function))symbol(library, #function))

static int numa_is_usable(void) {
    __typeof__(&numa_available) available = OPTIONAL("libnuma.so.1", numa_available);
    return available && available() >= 0;
}

int weft_machine_node(uint32_t processor) {
    if (!numa_is_usable()) return -ENOENT;
    __typeof__(&numa_node_of_cpu) node_of = OPTIONAL("libnuma.so.1", numa_node_of_cpu);
    int node = node_of ? node_of((int)processor) : -1;
    return node < 0 ? -ENOENT : node;
}

int weft_machine_node_here(void) {
    int processor = sched_getcpu();
    return processor < 0 ? -errno : weft_machine_node((uint32_t)processor);
}

int weft_machine_pin_to_node(uint32_t processor) {
    int node = weft_machine_node(processor);
    if (node < 0) return node;
    __typeof__(&numa_run_on_node) run = OPTIONAL("libnuma.so.1", numa_run_on_node);
    if (!run) return -ENOENT;
    return run(node) == 0 ? 0 : -errno;
}

int weft_machine_prefer_local_memory(void) {
    if (!numa_is_usable()) return -ENOENT;
    __typeof__(&numa_set_localalloc) prefer = OPTIONAL("libnuma.so.1", numa_set_localalloc);
    if (!prefer) return -ENOENT;
    prefer();
    return 0;
}

#define VERBS "libibverbs.so.1"

int weft_machine_rdma_devices(void) {
    // The header's inline wrappers of these two are macros over the plain functions.
    struct ibv_device **(*list)(int *) = symbol(VERBS, "ibv_get_device_list");
    void (*release)(struct ibv_device **) = symbol(VERBS, "ibv_free_device_list");
    if (!list || !release) return -ENOENT;
    int count = 0;
    struct ibv_device **devices = list(&count);
    // No devices and no kernel module are the same to the user: there is nothing to use.
    if (!devices) return 0;
    release(devices);
    return count;
}

int weft_machine_rdma_name(int device, char *name_out, uint64_t bytes) {
    struct ibv_device **(*list)(int *) = symbol(VERBS, "ibv_get_device_list");
    void (*release)(struct ibv_device **) = symbol(VERBS, "ibv_free_device_list");
    __typeof__(&ibv_get_device_name) name = OPTIONAL(VERBS, ibv_get_device_name);
    if (!list || !release || !name) return -ENOENT;
    int count = 0;
    struct ibv_device **devices = list(&count);
    if (!devices) return -ENODEV;
    int result = -ENODEV;
    if (device >= 0 && device < count) {
        const char *text = name(devices[device]);
        result = strlen(text) < bytes ? 0 : -ENAMETOOLONG;
        if (result == 0) strcpy(name_out, text);
    }
    release(devices);
    return result;
}

int weft_machine_rdma_mtu(const char *device, uint32_t port, uint32_t *now_out,
                          uint32_t *most_out) {
    struct ibv_device **(*list)(int *) = symbol(VERBS, "ibv_get_device_list");
    void (*release)(struct ibv_device **) = symbol(VERBS, "ibv_free_device_list");
    __typeof__(&ibv_get_device_name) name = OPTIONAL(VERBS, ibv_get_device_name);
    __typeof__(&ibv_open_device) open_device = OPTIONAL(VERBS, ibv_open_device);
    __typeof__(&ibv_close_device) close_device = OPTIONAL(VERBS, ibv_close_device);
    // The library's own function fills the beginning of the structure, up to the link layer.
    int (*query)(struct ibv_context *, uint8_t, struct ibv_port_attr *) =
        symbol(VERBS, "ibv_query_port");
    if (!list || !release || !name || !open_device || !close_device || !query) return -ENOENT;
    if (port == 0 || port > UINT8_MAX) return -EINVAL;
    int count = 0;
    struct ibv_device **devices = list(&count);
    if (!devices) return -ENODEV;
    int result = -ENODEV;
    for (int i = 0; i < count; i++) {
        const char *text = name(devices[i]);
        if (!text || strcmp(text, device) != 0) continue;
        struct ibv_context *context = open_device(devices[i]);
        result = -EACCES;
        if (!context) break;
        struct ibv_port_attr attributes = {0};
        result = -query(context, (uint8_t)port, &attributes);
        if (result == 0) {
            *now_out = 128u << (attributes.active_mtu & 7);
            *most_out = 128u << (attributes.max_mtu & 7);
        }
        close_device(context);
        break;
    }
    release(devices);
    return result;
}

int weft_machine_rdma_connectable(void) {
    __typeof__(&rdma_get_devices) list = OPTIONAL("librdmacm.so.1", rdma_get_devices);
    __typeof__(&rdma_free_devices) release = OPTIONAL("librdmacm.so.1", rdma_free_devices);
    if (!list || !release) return -ENOENT;
    int count = 0;
    struct ibv_context **devices = list(&count);
    if (!devices) return 0;
    release(devices);
    return count;
}

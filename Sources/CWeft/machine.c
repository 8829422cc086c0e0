#include "weft_machine.h"

#include <dlfcn.h>
#include <errno.h>
#include <numa.h>
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

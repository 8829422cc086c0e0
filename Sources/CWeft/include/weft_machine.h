/// The machine: which cores and memory a process gets, and which optional libraries are there.
#ifndef WEFT_MACHINE_H
#define WEFT_MACHINE_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// The processors that this process may run on, in order; at most `most`. Returns how many there
/// are.
int weft_machine_processors(uint32_t *processors_out, uint32_t most);

/// Keeps the calling thread on one processor.
int weft_machine_pin(uint32_t processor);

/// Keeps the calling thread on the processors of one's NUMA node; -ENOENT without libnuma.
int weft_machine_pin_to_node(uint32_t processor);

/// The NUMA node of a processor, or -ENOENT where libnuma is missing or knows none.
int weft_machine_node(uint32_t processor);

/// The NUMA node of the processor that runs this, or -ENOENT.
int weft_machine_node_here(void);

/// Takes memory from the node of the running processor from now on; -ENOENT without libnuma.
int weft_machine_prefer_local_memory(void);

#pragma clang assume_nonnull end
#endif

/// Queue pairs between this endpoint and those on other nodes: messages are RDMA writes.
///
/// The libraries are loaded when they are asked for. Connected sockets, which weft_net_adopt took,
/// carry what both ends must know of each other, and tell when a process has ended.
#ifndef WEFT_VERBS_H
#define WEFT_VERBS_H

#include <stdbool.h>
#include <stdint.h>

#include "weft_segment.h"

#pragma clang assume_nonnull begin

/// The most rails, and queue pairs over all rails, to one endpoint.
#define WEFT_WAYS_MOST 16

/// A port that is used.
typedef struct weft_rail {
    char device[64];
    /// The network interface of the port, for connections by rdma_cm.
    char interface[32];
    uint32_t port;
    uint32_t gid_index;
    uint8_t gid[16];
    uint32_t partition_index;
    /// Whether packets carry a global address: always over Ethernet.
    bool is_global;
} weft_rail;

typedef struct weft_verbs_options {
    /// Rail by rail, the same number at all endpoints.
    const weft_rail *rails;
    uint32_t rail_count;
    /// On each rail, to each endpoint.
    uint32_t queue_pairs;
    uint32_t service_level;
    uint32_t traffic_class;
    /// An unanswered packet is sent again after 4.096 us times two to this power.
    uint32_t timeout;
    uint32_t retries;
    /// Bytes, 0 for the most that both ports take.
    uint32_t mtu;
    bool uses_cm;
    bool relaxed_ordering;
    bool on_demand;
} weft_verbs_options;

/// What went wrong, for words.
typedef enum weft_verbs_stage {
    WEFT_VERBS_NOTHING,
    /// A library is missing.
    WEFT_VERBS_LIBRARY,
    WEFT_VERBS_DEVICE,
    WEFT_VERBS_PORT,
    WEFT_VERBS_DOMAIN,
    /// Memory can't be registered.
    WEFT_VERBS_MEMORY,
    WEFT_VERBS_QUEUES,
    /// The other end has other rails or queue pairs.
    WEFT_VERBS_SHAPE,
    /// The MTU that was asked for is more than a port takes.
    WEFT_VERBS_MTU,
    WEFT_VERBS_CONNECT,
    /// rdma_cm: `status` is its event, `vendor` what came with it.
    WEFT_VERBS_CM,
    /// A queue pair has failed: `status` is the ibv_wc_status.
    WEFT_VERBS_COMPLETION,
} weft_verbs_stage;

typedef struct weft_verbs_failure {
    uint32_t stage;
    uint32_t endpoint;
    uint32_t rail;
    uint32_t status;
    uint32_t vendor;
    /// Bytes that should have been registered, or MTU.
    uint64_t amount;
} weft_verbs_failure;

/// How many devices libibverbs finds, or -ENOENT where the library is missing. The libraries are
/// loaded when asked for, so that the program starts where they are not installed.
int weft_verbs_devices(void);

/// The name of a device, in a buffer of at least 64 bytes.
int weft_verbs_device_name(int device, char *name_out, uint64_t bytes);

/// Bytes of the largest packet's data that a port sends now, and could send: what only the device
/// knows in InfiniBand networks. A negative errno where it can't be asked.
int weft_verbs_mtu(const char *device, uint32_t port, uint32_t *now_out, uint32_t *most_out);

/// How many devices librdmacm can set up connections on, or -ENOENT where it is missing.
int weft_verbs_cm_devices(void);

/// Has messages go over queue pairs from now on; once connections are there, and before anything
/// was sent.
int weft_verbs_create(weft_segment *segment, const weft_verbs_options *options);

/// Whether messages go over queue pairs.
bool weft_verbs_is_used(const weft_segment *segment);

/// Connects with all endpoints that connections were adopted for; all do so at the same time.
int weft_verbs_connect(weft_segment *segment, int milliseconds);

/// What has failed first.
void weft_verbs_get_failure(const weft_segment *segment, weft_verbs_failure *failure_out);

/// The words of libibverbs for a status of a completion.
const char *weft_verbs_status_words(uint32_t status);

#pragma clang assume_nonnull end
#endif

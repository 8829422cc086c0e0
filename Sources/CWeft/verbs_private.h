// Queue pairs as the files of the transport over verbs know them. Not for Swift.
#ifndef WEFT_VERBS_PRIVATE_H
#define WEFT_VERBS_PRIVATE_H

#include <infiniband/verbs.h>
#include <rdma/rdma_cma.h>

#include "net_private.h"
#include "weft_verbs.h"

// What is used of the libraries, which a cluster without RDMA need not have. What the header has
// inline goes through the device's own table and needs none of this.
typedef struct verbs_library {
    struct ibv_device **(*get_device_list)(int *);
    void (*free_device_list)(struct ibv_device **);
    const char *(*get_device_name)(struct ibv_device *);
    struct ibv_context *(*open_device)(struct ibv_device *);
    int (*close_device)(struct ibv_context *);
    int (*query_device)(struct ibv_context *, struct ibv_device_attr *);
    struct ibv_pd *(*alloc_pd)(struct ibv_context *);
    int (*dealloc_pd)(struct ibv_pd *);
    struct ibv_mr *(*reg_mr_iova2)(struct ibv_pd *, void *, size_t, uint64_t, unsigned);
    int (*dereg_mr)(struct ibv_mr *);
    struct ibv_comp_channel *(*create_comp_channel)(struct ibv_context *);
    int (*destroy_comp_channel)(struct ibv_comp_channel *);
    struct ibv_cq *(*create_cq)(
        struct ibv_context *, int, void *, struct ibv_comp_channel *, int);
    int (*destroy_cq)(struct ibv_cq *);
    int (*get_cq_event)(struct ibv_comp_channel *, struct ibv_cq **, void **);
    void (*ack_cq_events)(struct ibv_cq *, unsigned);
    struct ibv_qp *(*create_qp)(struct ibv_pd *, struct ibv_qp_init_attr *);
    int (*modify_qp)(struct ibv_qp *, struct ibv_qp_attr *, int);
    int (*destroy_qp)(struct ibv_qp *);
    const char *(*wc_status_str)(enum ibv_wc_status);
} verbs_library;

// NULL where libibverbs is missing or too old.
const verbs_library *weft_verbs_library(void);

// NULL where there is no such device, or it is not for this user.
struct ibv_context *weft_verbs_open(const char *device);

// An errno.
int weft_verbs_query_port(struct ibv_context *context, uint32_t port, struct ibv_port_attr *out);

enum {
    // Work requests in a queue for sending, and those of which one says that it is done.
    DEPTH = 256,
    QUIET_MOST = 64,
    // Messages that may be on their way to an endpoint over one queue pair before it says that it
    // has taken some; fewer where a completion queue is too short for all queue pairs.
    RECEIVES_MOST = 128,
    // Work requests that one ring of the doorbell hands over.
    CHAIN = 16,
    // Completions that one look takes.
    POLLED = 16,
    // Bytes that a device is asked to take along with a work request, most first.
    INLINE_MOST = 512,
    // Looks at completion queues between two looks at sockets, each a system call.
    LOOKS = 4096,
};

// What comes with a message: that it is a question and no message, that it is the first part of a
// cut one, that more bits of a number follow, and by how much its sender's progress, or what is
// asked for, has grown.
#define IMM_ASKS (1u << 31)
#define IMM_IS_CUT (1u << 30)
#define IMM_GOES_ON (1u << 29)
#define IMM_BITS 29
#define IMM_GROWTH (IMM_GOES_ON - 1)

// One port and what is made on it.
typedef struct verbs_rail {
    weft_rail port;
    struct ibv_context *context;
    struct ibv_pd *domain;
    struct ibv_comp_channel *channel;
    struct ibv_cq *sends, *receives;
    // By endpoint of this node, registered when something is sent from there.
    struct ibv_mr **heaps;
    struct ibv_mr *credits;
    struct ibv_port_attr attributes;
    uint64_t message_most;
    // Events that were got and are to be acknowledged, which takes a lock: many at a time.
    unsigned events[2];
    // rdma_cm.
    struct rdma_cm_id *listener;
    struct sockaddr_storage address;
} verbs_rail;

// A queue pair to an endpoint. Positions count work requests, and wrap around.
typedef struct verbs_link {
    struct ibv_qp *pair;
    struct rdma_cm_id *cm;
    verbs_rail *rail;
    uint32_t peer, way, number;
    uint32_t psn;
    uint32_t posted, completed, quiet;
    // Messages sent, and those that the receiver has said that it took: it writes that here.
    uint32_t sent;
    const volatile uint64_t *taken_there;
    // Messages taken, for which room was made again, and whether that is still to be told.
    uint32_t taken, restocked;
    bool owes;
    bool is_ready;
    uint32_t receives_there;
    uint32_t heap_key, credit_key;
    uint64_t credit_address;
    // Work requests that are not handed over yet.
    uint32_t chained;
    struct ibv_send_wr chain[CHAIN];
    struct ibv_sge spans[CHAIN];
} verbs_link;

// What both ends of a link must know of each other, as it goes over the socket.
typedef struct verbs_end {
    uint32_t pair, psn;
    uint32_t lid, mtu;
    uint8_t gid[16];
    uint64_t credit_address;
    uint32_t credit_key, heap_key;
    uint32_t receives;
    // rdma_cm: the port that is listened on.
    uint32_t cm_port;
    uint8_t cm_address[16];
    uint32_t cm_family, cm_reserved;
    uint64_t cm_key;
} verbs_end;

typedef struct verbs_card {
    uint64_t heap_address, heap_bytes;
    uint32_t rails, queue_pairs;
    uint32_t uses_cm, receives;
    verbs_end ends[WEFT_WAYS_MOST];
} verbs_card;

// A peer beyond what all transports know of it.
typedef struct verbs_peer {
    uint64_t heap_address, heap_bytes;
    // Progress that it has told, and asked for.
    uint64_t heard, asked_by_it;
    // The upper bits of a number of which more follow.
    uint64_t upper;
    // Cut messages whose first part has come.
    uint32_t cuts;
    // Its socket has ended: lost, once all that came before was looked at.
    bool is_leaving, is_lost;
    // Its links, by way, are `ways` from here on.
    verbs_link *links;
    verbs_card card;
    uint32_t card_sent, card_got;
} verbs_peer;

typedef struct weft_verbs {
    weft_verbs_options options;
    verbs_rail rails[WEFT_WAYS_MOST];
    // Those of which all is there.
    uint32_t rails_open;
    verbs_peer **peers;
    verbs_link **links;
    uint32_t link_count;
    // By link, what peers write, and behind them what they are to be written.
    uint64_t *credits;
    uint64_t credits_bytes;
    // Bytes that go with a work request, and how long queues are.
    uint32_t inline_most;
    uint32_t depth, receives;
    // Links that hold work requests back, or owe credits.
    uint32_t held, owing;
    uint32_t looks;
    // Completions so far: who was about to sleep sees that one has come.
    uint64_t completions;
    weft_verbs_failure failure;
    struct rdma_event_channel *cm_events;
    uint64_t cm_key;
} weft_verbs;

extern const weft_transport weft_verbs_transport;

// Notes what failed, unless something has before; returns the error.
int weft_verbs_fail(
    weft_net *net, weft_verbs_stage stage, uint32_t endpoint, uint32_t rail, int error);

// Posts so many receives for messages, which need no memory.
int weft_verbs_restock(verbs_link *link, uint32_t count);

// The memory of an endpoint of this node on a rail, registered when it is first asked for.
struct ibv_mr *weft_verbs_heap(weft_net *net, verbs_rail *rail, uint32_t endpoint);

// The time, as deadlines have it.
uint64_t weft_verbs_milliseconds(void);

// How a queue pair is to be made.
struct ibv_qp_init_attr weft_verbs_pair_shape(const weft_verbs *verbs, const verbs_link *link);

void weft_verbs_release(weft_net *net);

// The device as rdma_cm has opened it, NULL where it has not.
struct ibv_context *weft_verbs_cm_context(const char *device);

// Listens on every rail, and says where and with which number to show.
int weft_verbs_cm_listen(weft_net *net);
void weft_verbs_cm_address(const weft_verbs *verbs, uint32_t way, verbs_end *end);

// Connects all links by rdma_cm, once both ends' cards are known.
int weft_verbs_cm_connect(weft_net *net, uint64_t deadline);
void weft_verbs_cm_release(verbs_link *link);
void weft_verbs_cm_close(weft_verbs *verbs);

#endif

// What the transport over verbs has on each port: contexts, completion queues, registered memory.
#include "weft_verbs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>

#include "verbs_private.h"

int weft_verbs_fail(
    weft_net *net, weft_verbs_stage stage, uint32_t endpoint, uint32_t rail, int error
) {
    weft_verbs_failure *failure = &net->verbs->failure;
    if (failure->stage == WEFT_VERBS_NOTHING) {
        failure->stage = stage;
        failure->endpoint = endpoint;
        failure->rail = rail;
    }
    return endpoint == weft_observer ? error : weft_net_fail(net, endpoint, error);
}

void weft_verbs_get_failure(const weft_segment *segment, weft_verbs_failure *failure_out) {
    *failure_out = (weft_verbs_failure){.endpoint = weft_observer};
    if (segment->net && segment->net->verbs) *failure_out = segment->net->verbs->failure;
}

bool weft_verbs_is_used(const weft_segment *segment) {
    return segment->net && segment->net->verbs;
}

static uint64_t smaller(uint64_t one, uint64_t other) { return one < other ? one : other; }

static int watch(weft_net *net, verbs_rail *rail, uint32_t number) {
    int fd = rail->channel->fd;
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) return -errno;
    // Behind the sockets' numbers.
    struct epoll_event event = {
        .events = EPOLLIN, .data.u32 = net->segment->endpoints * net->connections + number};
    return epoll_ctl(net->epoll, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

// Returns the stage that failed, with errno, or WEFT_VERBS_NOTHING.
static weft_verbs_stage open_rail(weft_net *net, uint32_t number, uint32_t links) {
    const verbs_library *library = weft_verbs_library();
    weft_verbs *verbs = net->verbs;
    verbs_rail *rail = &verbs->rails[number];
    rail->port = verbs->options.rails[number];
    rail->context = verbs->options.uses_cm ? weft_verbs_cm_context(rail->port.device)
                                           : weft_verbs_open(rail->port.device);
    if (!rail->context) return WEFT_VERBS_DEVICE;
    struct ibv_device_attr device;
    errno = library->query_device(rail->context, &device);
    if (errno) return WEFT_VERBS_DEVICE;
    errno = weft_verbs_query_port(rail->context, rail->port.port, &rail->attributes);
    if (!errno && rail->attributes.state != IBV_PORT_ACTIVE) errno = ENETDOWN;
    if (errno) return WEFT_VERBS_PORT;
    // Whole packets of the largest MTU each.
    rail->message_most = rail->attributes.max_msg_sz / 4096 * 4096;
    uint64_t each = (uint64_t)device.max_cqe / links;
    uint64_t pair = (uint64_t)device.max_qp_wr;
    verbs->receives = (uint32_t)smaller(smaller(verbs->receives, each), pair);
    verbs->depth = (uint32_t)smaller(smaller(verbs->depth, each), pair);
    if (verbs->receives < 8 || verbs->depth < CHAIN) {
        errno = ENOSPC;
        return WEFT_VERBS_QUEUES;
    }
    rail->domain = library->alloc_pd(rail->context);
    if (!rail->domain) return WEFT_VERBS_DOMAIN;
    rail->heaps = calloc(net->segment->endpoints, sizeof(struct ibv_mr *));
    rail->channel = library->create_comp_channel(rail->context);
    if (!rail->heaps || !rail->channel) return WEFT_VERBS_QUEUES;
    int sends = (int)(links * verbs->depth), receives = (int)(links * verbs->receives);
    rail->sends = library->create_cq(rail->context, sends, NULL, rail->channel, 0);
    rail->receives = library->create_cq(rail->context, receives, NULL, rail->channel, 0);
    if (!rail->sends || !rail->receives) return WEFT_VERBS_QUEUES;
    if (watch(net, rail, number) != 0) return WEFT_VERBS_QUEUES;
    rail->credits = library->reg_mr_iova2(
        rail->domain, verbs->credits, verbs->credits_bytes, (uintptr_t)verbs->credits,
        IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_WRITE);
    verbs->failure.amount = verbs->credits_bytes;
    if (!rail->credits) return WEFT_VERBS_MEMORY;
    if (!weft_verbs_heap(net, rail, net->segment->endpoint)) return WEFT_VERBS_MEMORY;
    return WEFT_VERBS_NOTHING;
}

struct ibv_mr *weft_verbs_heap(weft_net *net, verbs_rail *rail, uint32_t endpoint) {
    if (__builtin_expect(rail->heaps[endpoint] != NULL, 1)) return rail->heaps[endpoint];
    const weft_verbs_options *options = &net->verbs->options;
    bool is_own = endpoint == net->segment->endpoint;
    unsigned access = is_own ? IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_WRITE : 0;
    if (options->relaxed_ordering) access |= IBV_ACCESS_RELAXED_ORDERING;
    if (options->on_demand) access |= IBV_ACCESS_ON_DEMAND;
    void *heap = weft_segment_heap(net->segment, endpoint);
    uint64_t bytes = net->segment->heap_bytes;
    net->verbs->failure.amount = bytes;
    rail->heaps[endpoint] = weft_verbs_library()->reg_mr_iova2(
        rail->domain, heap, bytes, (uintptr_t)heap, access);
    return rail->heaps[endpoint];
}

static int make_peers(weft_net *net) {
    weft_verbs *verbs = net->verbs;
    uint32_t endpoints = net->segment->endpoints, next = 0;
    for (uint32_t i = 0; i < endpoints; i++) {
        if (!net->peers[i]) continue;
        verbs_peer *peer = verbs->peers[i] = calloc(1, sizeof *peer);
        if (!peer) return -ENOMEM;
        peer->links = calloc(net->ways, sizeof *peer->links);
        if (!peer->links) return -ENOMEM;
        for (uint32_t way = 0; way < net->ways; way++) {
            verbs_link *link = &peer->links[way];
            link->rail = &verbs->rails[way % verbs->options.rail_count];
            link->peer = i;
            link->way = way;
            link->number = next;
            // Any number does; other ones after a restart keep old packets out (IBTA 9.7.1).
            if (getrandom(&link->psn, sizeof link->psn, 0) != sizeof link->psn) return -EIO;
            link->psn &= 0xFFFFFF;
            link->taken_there = &verbs->credits[next];
            verbs->links[next++] = link;
        }
    }
    verbs->link_count = next;
    return 0;
}

int weft_verbs_create(weft_segment *segment, const weft_verbs_options *options) {
    weft_net *net = segment->net;
    if (!net || net->verbs || net->connections != 1) return -EINVAL;
    uint32_t ways = options->rail_count * options->queue_pairs;
    if (ways == 0 || options->rail_count > WEFT_WAYS_MOST || ways > WEFT_WAYS_MOST) return -EINVAL;
    weft_verbs *verbs = net->verbs = calloc(1, sizeof *verbs);
    if (!verbs) return -ENOMEM;
    verbs->failure.endpoint = weft_observer;
    verbs->options = *options;
    verbs->receives = RECEIVES_MOST;
    verbs->depth = DEPTH;
    verbs->inline_most = INLINE_MOST;
    net->ways = ways;
    // From here on what is there goes with the connections.
    net->transport = &weft_verbs_transport;
    if (!weft_verbs_library()) {
        return weft_verbs_fail(net, WEFT_VERBS_LIBRARY, weft_observer, 0, -ENOENT);
    }
    uint64_t links = (uint64_t)net->all_count * ways;
    verbs->peers = calloc(segment->endpoints, sizeof *verbs->peers);
    verbs->links = calloc(links, sizeof *verbs->links);
    verbs->credits_bytes = (2 * links * sizeof *verbs->credits + 4095) / 4096 * 4096;
    verbs->credits = aligned_alloc(4096, verbs->credits_bytes);
    if (!verbs->peers || !verbs->links || !verbs->credits) return -ENOMEM;
    memset(verbs->credits, 0, verbs->credits_bytes);
    for (uint32_t i = 0; i < options->rail_count; i++) {
        uint32_t here = net->all_count * options->queue_pairs;
        weft_verbs_stage stage = open_rail(net, i, here);
        if (stage == WEFT_VERBS_NOTHING) {
            verbs->rails_open++;
            continue;
        }
        return weft_verbs_fail(net, stage, weft_observer, i, errno ? -errno : -EIO);
    }
    int error = make_peers(net);
    // The caller's rails need not stay.
    verbs->options.rails = NULL;
    return error;
}

struct ibv_qp_init_attr weft_verbs_pair_shape(const weft_verbs *verbs, const verbs_link *link) {
    return (struct ibv_qp_init_attr){
        .send_cq = link->rail->sends,
        .recv_cq = link->rail->receives,
        .cap = {
            .max_send_wr = verbs->depth,
            .max_recv_wr = verbs->receives,
            .max_send_sge = 1,
            .max_recv_sge = 1,
            .max_inline_data = verbs->inline_most,
        },
        .qp_type = IBV_QPT_RC,
    };
}

static void close_rail(verbs_rail *rail, uint32_t endpoints, bool is_cm) {
    const verbs_library *library = weft_verbs_library();
    for (uint32_t i = 0; rail->heaps && i < endpoints; i++) {
        if (rail->heaps[i]) library->dereg_mr(rail->heaps[i]);
    }
    free(rail->heaps);
    if (rail->credits) library->dereg_mr(rail->credits);
    if (rail->sends && rail->events[0]) library->ack_cq_events(rail->sends, rail->events[0]);
    if (rail->receives && rail->events[1]) {
        library->ack_cq_events(rail->receives, rail->events[1]);
    }
    if (rail->sends) library->destroy_cq(rail->sends);
    if (rail->receives) library->destroy_cq(rail->receives);
    if (rail->channel) library->destroy_comp_channel(rail->channel);
    if (rail->domain) library->dealloc_pd(rail->domain);
    // Those of rdma_cm are its own.
    if (rail->context && !is_cm) library->close_device(rail->context);
}

void weft_verbs_release(weft_net *net) {
    weft_verbs *verbs = net->verbs;
    for (uint32_t i = 0; i < verbs->link_count; i++) {
        verbs_link *link = verbs->links[i];
        if (link->cm) {
            weft_verbs_cm_release(link);
        } else if (link->pair) {
            weft_verbs_library()->destroy_qp(link->pair);
        }
    }
    weft_verbs_cm_close(verbs);
    for (uint32_t i = 0; i < WEFT_WAYS_MOST; i++) {
        close_rail(&verbs->rails[i], net->segment->endpoints, verbs->options.uses_cm);
    }
    for (uint32_t i = 0; verbs->peers && i < net->segment->endpoints; i++) {
        if (verbs->peers[i]) free(verbs->peers[i]->links);
        free(verbs->peers[i]);
    }
    free(verbs->peers);
    free(verbs->links);
    free(verbs->credits);
    free(verbs);
    net->verbs = NULL;
}

// How both ends of links find each other: what they must know goes over their socket, and both
// bring their queue pairs up; or rdma_cm does that, which finds paths itself.
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "verbs_private.h"

enum {
    // Behind the card, once the own queue pairs are ready to receive.
    READY = 'R',
    // How long who was not ready to receive is left alone: 0.64 ms, by the table of IBTA 9.7.5.2.8.
    RNR_TIMER = 12,
    // For ever: who is slow is not broken.
    RNR_RETRIES = 7,
    HOPS_MOST = 255,
};

uint64_t weft_verbs_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int weft_verbs_restock(verbs_link *link, uint32_t count) {
    // No memory: a message's bytes go where its sender says.
    struct ibv_recv_wr receives[CHAIN];
    link->restocked += count;
    while (count > 0) {
        uint32_t here = count < CHAIN ? count : CHAIN;
        for (uint32_t i = 0; i < here; i++) {
            receives[i] = (struct ibv_recv_wr){
                .wr_id = link->number, .next = i + 1 < here ? &receives[i + 1] : NULL};
        }
        struct ibv_recv_wr *bad;
        int error = ibv_post_recv(link->pair, receives, &bad);
        if (error) return -error;
        count -= here;
    }
    return 0;
}

// Makes a queue pair, with as many bytes inline as the device can do.
static int make_pair(weft_net *net, verbs_link *link) {
    weft_verbs *verbs = net->verbs;
    const verbs_library *library = weft_verbs_library();
    for (;;) {
        struct ibv_qp_init_attr shape = weft_verbs_pair_shape(verbs, link);
        link->pair = library->create_qp(link->rail->domain, &shape);
        if (link->pair) {
            uint32_t got = shape.cap.max_inline_data;
            if (got < verbs->inline_most) verbs->inline_most = got;
            break;
        }
        if (verbs->inline_most == 0) return errno ? -errno : -EIO;
        verbs->inline_most = verbs->inline_most < 64 ? 0 : verbs->inline_most / 2;
    }
    struct ibv_qp_attr attributes = {
        .qp_state = IBV_QPS_INIT,
        .pkey_index = (uint16_t)link->rail->port.partition_index,
        .port_num = (uint8_t)link->rail->port.port,
        .qp_access_flags = IBV_ACCESS_REMOTE_WRITE,
    };
    int mask = IBV_QP_STATE | IBV_QP_PKEY_INDEX | IBV_QP_PORT | IBV_QP_ACCESS_FLAGS;
    int error = library->modify_qp(link->pair, &attributes, mask);
    return error ? -error : weft_verbs_restock(link, verbs->receives);
}

static uint32_t mtu_bytes(enum ibv_mtu mtu) { return 128u << mtu; }

static verbs_end end_of(weft_net *net, const verbs_link *link) {
    const verbs_rail *rail = link->rail;
    verbs_end end = {
        .pair = link->pair ? link->pair->qp_num : 0,
        .psn = link->psn,
        .lid = rail->attributes.lid,
        .mtu = rail->attributes.active_mtu,
        .credit_address = (uintptr_t)&net->verbs->credits[link->number],
        .credit_key = rail->credits->rkey,
        .heap_key = rail->heaps[net->segment->endpoint]->rkey,
        .receives = net->verbs->receives,
    };
    memcpy(end.gid, rail->port.gid, sizeof end.gid);
    return end;
}

// The own card for a peer.
static verbs_card card_for(weft_net *net, const verbs_peer *peer) {
    const weft_verbs *verbs = net->verbs;
    verbs_card card = {
        .heap_address = (uintptr_t)weft_segment_heap(net->segment, net->segment->endpoint),
        .heap_bytes = net->segment->heap_bytes,
        .rails = verbs->options.rail_count,
        .queue_pairs = verbs->options.queue_pairs,
        .uses_cm = verbs->options.uses_cm,
    };
    for (uint32_t way = 0; way < net->ways; way++) {
        card.ends[way] = end_of(net, &peer->links[way]);
        if (verbs->options.uses_cm) weft_verbs_cm_address(verbs, way, &card.ends[way]);
    }
    return card;
}

static int path_mtu(weft_net *net, const verbs_link *link, const verbs_end *end) {
    uint32_t own = link->rail->attributes.active_mtu;
    uint32_t least = end->mtu < own ? end->mtu : own;
    uint32_t asked = net->verbs->options.mtu;
    if (asked == 0) return (int)least;
    for (uint32_t mtu = IBV_MTU_256; mtu <= least; mtu++) {
        if (mtu_bytes((enum ibv_mtu)mtu) == asked) return (int)mtu;
    }
    net->verbs->failure.amount = mtu_bytes((enum ibv_mtu)least);
    return weft_verbs_fail(
        net, WEFT_VERBS_MTU, link->peer, link->way % net->verbs->options.rail_count, -EMSGSIZE);
}

// Brings a queue pair up for the one at the other end.
static int bring_up(weft_net *net, verbs_link *link, const verbs_end *end) {
    const weft_verbs_options *options = &net->verbs->options;
    const weft_rail *port = &link->rail->port;
    int mtu = path_mtu(net, link, end);
    if (mtu < 0) return mtu;
    struct ibv_qp_attr attributes = {
        .qp_state = IBV_QPS_RTR,
        .path_mtu = (enum ibv_mtu)mtu,
        .dest_qp_num = end->pair,
        .rq_psn = end->psn,
        .max_dest_rd_atomic = 1,
        .min_rnr_timer = RNR_TIMER,
        .ah_attr = {
            .dlid = (uint16_t)end->lid,
            .sl = (uint8_t)options->service_level,
            .port_num = (uint8_t)port->port,
            .is_global = port->is_global,
        },
    };
    if (port->is_global) {
        attributes.ah_attr.grh = (struct ibv_global_route){
            .sgid_index = (uint8_t)port->gid_index,
            .hop_limit = HOPS_MOST,
            .traffic_class = (uint8_t)options->traffic_class,
        };
        memcpy(attributes.ah_attr.grh.dgid.raw, end->gid, sizeof end->gid);
    }
    int mask = IBV_QP_STATE | IBV_QP_AV | IBV_QP_PATH_MTU | IBV_QP_DEST_QPN | IBV_QP_RQ_PSN |
               IBV_QP_MAX_DEST_RD_ATOMIC | IBV_QP_MIN_RNR_TIMER;
    int error = weft_verbs_library()->modify_qp(link->pair, &attributes, mask);
    if (error) return -error;
    attributes = (struct ibv_qp_attr){
        .qp_state = IBV_QPS_RTS,
        .timeout = (uint8_t)options->timeout,
        .retry_cnt = (uint8_t)options->retries,
        .rnr_retry = RNR_RETRIES,
        .sq_psn = link->psn,
        .max_rd_atomic = 1,
    };
    mask = IBV_QP_STATE | IBV_QP_TIMEOUT | IBV_QP_RETRY_CNT | IBV_QP_RNR_RETRY | IBV_QP_SQ_PSN |
           IBV_QP_MAX_QP_RD_ATOMIC;
    return -weft_verbs_library()->modify_qp(link->pair, &attributes, mask);
}

// Takes what a peer says of itself, which is checked like any foreign input.
static int take_card(weft_net *net, uint32_t endpoint) {
    weft_verbs *verbs = net->verbs;
    verbs_peer *peer = verbs->peers[endpoint];
    const verbs_card *card = &peer->card;
    if (card->rails != verbs->options.rail_count || card->uses_cm != verbs->options.uses_cm ||
        card->queue_pairs != verbs->options.queue_pairs) {
        verbs->failure.amount = card->rails;
        return weft_verbs_fail(net, WEFT_VERBS_SHAPE, endpoint, 0, -EPROTO);
    }
    peer->heap_address = card->heap_address;
    peer->heap_bytes = card->heap_bytes;
    for (uint32_t way = 0; way < net->ways; way++) {
        verbs_link *link = &peer->links[way];
        const verbs_end *end = &card->ends[way];
        if (end->mtu < IBV_MTU_256 || end->mtu > IBV_MTU_4096 || end->receives < 8) {
            return weft_net_fail(net, endpoint, -EPROTO);
        }
        link->receives_there = end->receives;
        link->heap_key = end->heap_key;
        link->credit_key = end->credit_key;
        link->credit_address = end->credit_address;
        if (verbs->options.uses_cm) continue;
        int error = bring_up(net, link, end);
        if (!error) continue;
        uint32_t rail = way % verbs->options.rail_count;
        return weft_verbs_fail(net, WEFT_VERBS_CONNECT, endpoint, rail, error);
    }
    return 0;
}

// Moves what there is to say to a peer, or to hear, as far as it goes. Positive when both is done.
static int converse(weft_net *net, uint32_t endpoint) {
    verbs_peer *peer = net->verbs->peers[endpoint];
    int socket = net->peers[endpoint]->connections[0].socket;
    const uint32_t whole = sizeof(verbs_card);
    if (peer->card_sent < whole) {
        verbs_card own = card_for(net, peer);
        const uint8_t *from = (const uint8_t *)&own + peer->card_sent;
        ssize_t sent = send(socket, from, whole - peer->card_sent, MSG_NOSIGNAL);
        if (sent > 0) peer->card_sent += (uint32_t)sent;
        if (sent < 0 && errno != EAGAIN && errno != EINTR) return -errno;
    }
    while (peer->card_got <= whole) {
        uint8_t ready = 0;
        uint8_t *to = peer->card_got < whole ? (uint8_t *)&peer->card + peer->card_got : &ready;
        uint32_t left = peer->card_got < whole ? whole - peer->card_got : 1;
        ssize_t got = read(socket, to, left);
        if (got == 0) return -ECONNRESET;
        if (got < 0) {
            if (errno != EAGAIN && errno != EINTR) return -errno;
            break;
        }
        peer->card_got += (uint32_t)got;
        if (peer->card_got == whole) {
            int error = take_card(net, endpoint);
            if (error) return error;
        } else if (peer->card_got > whole && ready != READY) {
            return -EPROTO;
        }
    }
    if (peer->card_sent == whole && peer->card_got >= whole) {
        const uint8_t ready = READY;
        if (send(socket, &ready, 1, MSG_NOSIGNAL) == 1) peer->card_sent++;
    }
    return peer->card_sent > whole && peer->card_got > whole;
}

static int meet(weft_net *net, uint64_t deadline) {
    for (;;) {
        uint32_t missing = 0, last = 0;
        for (uint32_t i = 0; i < net->segment->endpoints; i++) {
            if (!net->peers[i]) continue;
            int done = converse(net, i);
            if (done < 0) return weft_verbs_fail(net, WEFT_VERBS_CONNECT, i, 0, done);
            missing += done == 0;
            if (done == 0) last = i;
        }
        if (missing == 0) return 0;
        if (weft_segment_is_aborted(net->segment)) return -ECANCELED;
        if (weft_verbs_milliseconds() >= deadline) {
            return weft_verbs_fail(net, WEFT_VERBS_CONNECT, last, 0, -ETIMEDOUT);
        }
        struct epoll_event event;
        (void)epoll_wait(net->epoll, &event, 1, 20);
    }
}

int weft_verbs_connect(weft_segment *segment, int milliseconds) {
    weft_net *net = segment->net;
    weft_verbs *verbs = net->verbs;
    uint64_t deadline = weft_verbs_milliseconds() + (uint64_t)milliseconds;
    int error = 0;
    if (verbs->options.uses_cm) {
        error = weft_verbs_cm_listen(net);
        if (error) return error;
    }
    for (uint32_t i = 0; i < verbs->link_count && !verbs->options.uses_cm; i++) {
        verbs_link *link = verbs->links[i];
        error = make_pair(net, link);
        uint32_t rail = link->way % verbs->options.rail_count;
        if (error) return weft_verbs_fail(net, WEFT_VERBS_QUEUES, weft_observer, rail, error);
    }
    error = meet(net, deadline);
    if (!error && verbs->options.uses_cm) error = weft_verbs_cm_connect(net, deadline);
    return error;
}

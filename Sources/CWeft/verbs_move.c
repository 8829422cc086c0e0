// The transport over verbs: a message is an RDMA write with immediate data, which says by how much
// its sender's progress has grown. Its completion at the receiver comes after its bytes and those
// of all messages before it on the same queue pair, also where writes are loosely ordered.
#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "verbs_private.h"

// In a work request's number: the link, its position, and that memory is read until it is done.
#define READS_MEMORY (1ull << 63)

static int fail_link(weft_net *net, const verbs_link *link, int error) {
    uint32_t rail = link->way % net->verbs->options.rail_count;
    return weft_verbs_fail(net, WEFT_VERBS_CONNECT, link->peer, rail, error);
}

// Hands over what a link holds back: one ring of the doorbell for all of it.
static int ring(weft_net *net, verbs_link *link) {
    if (link->chained == 0) return 0;
    link->chain[link->chained - 1].next = NULL;
    link->chained = 0;
    net->verbs->held--;
    struct ibv_send_wr *bad;
    int error = ibv_post_send(link->pair, link->chain, &bad);
    return error ? fail_link(net, link, -error) : 0;
}

static int ring_all(weft_net *net) {
    int error = 0;
    for (uint32_t i = 0; net->verbs->held > 0 && i < net->verbs->link_count && !error; i++) {
        error = ring(net, net->verbs->links[i]);
    }
    return error;
}

static int wait_for_room(weft_net *net, verbs_link *link) {
    int error = weft_net_poll(net->segment, 0);
    if (error) return error;
    if (weft_segment_is_aborted(net->segment)) return -ECANCELED;
    if (net->transport->is_lost(net, link->peer)) {
        return weft_net_fail(net, link->peer, -ECONNRESET);
    }
    if (net->segment->oversubscribed) sched_yield();
    return 0;
}

// Adds a work request to what a link holds back; the chain goes when it is full.
static int add(weft_net *net, verbs_link *link, struct ibv_send_wr request, struct ibv_sge span) {
    weft_verbs *verbs = net->verbs;
    while (link->posted - link->completed == verbs->depth) {
        int error = wait_for_room(net, link);
        if (error) return error;
    }
    bool is_inline = span.length <= verbs->inline_most;
    link->posted++;
    request.wr_id = (uint64_t)link->number << 32 | link->posted;
    if (is_inline) request.send_flags |= IBV_SEND_INLINE;
    // What is read later says when it has been; of what was taken along now and then one says that
    // those before it are done.
    if (!is_inline || ++link->quiet == verbs->depth / 4) {
        request.send_flags |= IBV_SEND_SIGNALED;
        link->quiet = 0;
    }
    if (!is_inline) {
        request.wr_id |= READS_MEMORY;
        net->unsent++;
    }
    uint32_t at = link->chained++;
    verbs->held += at == 0;
    link->spans[at] = span;
    link->chain[at] = request;
    link->chain[at].sg_list = &link->spans[at];
    link->chain[at].num_sge = span.length > 0;
    if (at > 0) link->chain[at - 1].next = &link->chain[at];
    return at + 1 == CHAIN ? ring(net, link) : 0;
}

// A message on one link, in as many writes as it takes; the last brings what it says.
static int write_there(
    weft_net *net, verbs_link *link, const void *bytes, uint64_t count, uint64_t offset,
    uint32_t imm
) {
    const verbs_peer *peer = net->verbs->peers[link->peer];
    if (count > peer->heap_bytes || offset > peer->heap_bytes - count) return -ERANGE;
    while (link->sent - (uint32_t)*link->taken_there >= link->receives_there) {
        int error = wait_for_room(net, link);
        if (error) return error;
    }
    uintptr_t from = (uintptr_t)bytes;
    struct ibv_mr *memory = NULL;
    if (count > net->verbs->inline_most) {
        uint64_t place = from - (uintptr_t)net->segment->base - net->segment->heap_start;
        uint32_t owner = (uint32_t)(place / net->segment->heap_bytes);
        memory = weft_verbs_heap(net, link->rail, owner);
        if (!memory) return weft_verbs_fail(net, WEFT_VERBS_MEMORY, weft_observer, 0, -ENOMEM);
    }
    do {
        uint64_t most = link->rail->message_most;
        uint32_t here = (uint32_t)(count < most ? count : most);
        bool is_last = here == count;
        struct ibv_send_wr request = {
            .opcode = is_last ? IBV_WR_RDMA_WRITE_WITH_IMM : IBV_WR_RDMA_WRITE,
            .imm_data = htonl(imm),
            .wr.rdma = {peer->heap_address + offset, link->heap_key},
        };
        struct ibv_sge span = {from, here, memory ? memory->lkey : 0};
        int error = add(net, link, request, span);
        if (error) return error;
        from += here;
        offset += here;
        count -= here;
        net->sent_bytes += here;
    } while (count > 0);
    link->sent++;
    return 0;
}

// The bits of a number that do not fit what comes with one message, ahead of it.
static int write_upper(weft_net *net, verbs_link *link, uint64_t number, uint32_t kind) {
    int error = 0;
    for (int shift = 2 * IMM_BITS; shift > 0 && !error; shift -= IMM_BITS) {
        if (number >> shift == 0) continue;
        uint32_t piece = (uint32_t)(number >> shift) & IMM_GROWTH;
        error = write_there(net, link, NULL, 0, 0, kind | IMM_GOES_ON | piece);
    }
    return error;
}

static int verbs_send(
    weft_net *net, uint32_t endpoint, const void *bytes, uint64_t count, uint64_t offset,
    uint64_t progress
) {
    verbs_peer *peer = net->verbs->peers[endpoint];
    verbs_link *first = &peer->links[0];
    uint64_t own = count;
    uint32_t imm = 0;
    uint64_t growth = progress ? progress - net->peers[endpoint]->told : 0;
    int error = write_upper(net, first, growth, 0);
    if (net->ways > 1 && count >= WEFT_STRIPE_FROM) {
        // Whole cache lines each; the first way, which also says how far this one is, takes what is
        // left over.
        uint64_t each = count / net->ways / 64 * 64;
        own = count - each * (net->ways - 1);
        imm = IMM_IS_CUT;
        for (uint32_t way = 1; way < net->ways && !error; way++) {
            uint64_t at = own + (way - 1) * each;
            verbs_link *link = &peer->links[way];
            error = write_there(net, link, (const uint8_t *)bytes + at, each, offset + at, 0);
            if (!error) error = ring(net, link);
        }
    }
    if (error) return error;
    imm |= (uint32_t)growth & IMM_GROWTH;
    error = write_there(net, first, bytes, own, offset, imm);
    // Pieces of a step, which say nothing of progress, go with the last of them.
    return error || !progress ? error : ring(net, first);
}

static int verbs_ask(weft_net *net, uint32_t endpoint, uint64_t progress) {
    verbs_peer *peer = net->verbs->peers[endpoint];
    uint64_t growth = progress - net->peers[endpoint]->asking;
    net->peers[endpoint]->asking = progress;
    verbs_link *first = &peer->links[0];
    uint32_t imm = IMM_ASKS | ((uint32_t)growth & IMM_GROWTH);
    int error = write_upper(net, first, growth, IMM_ASKS);
    if (!error) error = write_there(net, first, NULL, 0, 0, imm);
    return error ? error : ring(net, first);
}

static int write_credit(weft_net *net, verbs_link *link, unsigned flags) {
    uint64_t *own = &net->verbs->credits[net->verbs->link_count + link->number];
    *own = link->taken;
    struct ibv_send_wr request = {
        .opcode = IBV_WR_RDMA_WRITE,
        .send_flags = flags,
        .wr.rdma = {link->credit_address, link->credit_key},
    };
    struct ibv_sge span = {(uintptr_t)own, sizeof *own, link->rail->credits->lkey};
    int error = add(net, link, request, span);
    return error ? error : ring(net, link);
}

// Says to the other end of a link how many of its messages were taken.
static int tell_credit(weft_net *net, verbs_link *link) {
    link->owes = false;
    net->verbs->owing--;
    return write_credit(net, link, 0);
}

static int fail_completion(weft_net *net, const struct ibv_wc *done) {
    const verbs_link *link = net->verbs->links[done->wr_id << 1 >> 33];
    weft_verbs_failure *failure = &net->verbs->failure;
    // What a failure leaves in the queues is flushed, and may be seen before what failed.
    bool is_first = failure->stage == WEFT_VERBS_NOTHING;
    bool is_flushed = failure->status == IBV_WC_WR_FLUSH_ERR && failure->endpoint == link->peer;
    if (is_first || is_flushed) {
        failure->status = done->status;
        failure->vendor = done->vendor_err;
    }
    uint32_t rail = link->way % net->verbs->options.rail_count;
    return weft_verbs_fail(net, WEFT_VERBS_COMPLETION, link->peer, rail, -ECONNABORTED);
}

static int take_sends(weft_net *net, verbs_rail *rail) {
    struct ibv_wc done[POLLED];
    int got;
    do {
        got = ibv_poll_cq(rail->sends, POLLED, done);
        for (int i = 0; i < got; i++) {
            if (done[i].status != IBV_WC_SUCCESS) return fail_completion(net, &done[i]);
            verbs_link *link = net->verbs->links[done[i].wr_id << 1 >> 33];
            link->completed = (uint32_t)done[i].wr_id;
            net->unsent -= done[i].wr_id >> 63;
        }
        net->verbs->completions += got > 0 ? (uint64_t)got : 0;
    } while (got == POLLED);
    return got < 0 ? -EIO : 0;
}

static int take_message(weft_net *net, const struct ibv_wc *done) {
    if (done->status != IBV_WC_SUCCESS) {
        // The number of a receive is its link's, without a position.
        struct ibv_wc named = *done;
        named.wr_id = done->wr_id << 32;
        return fail_completion(net, &named);
    }
    weft_verbs *verbs = net->verbs;
    verbs_link *link = verbs->links[done->wr_id];
    verbs_peer *peer = verbs->peers[link->peer];
    uint32_t imm = ntohl(done->imm_data);
    uint64_t growth = link->way ? 0 : peer->upper << IMM_BITS | (imm & IMM_GROWTH);
    net->received_bytes += done->byte_len;
    link->taken++;
    if (link->way > 0) {
        weft_net_land_part(net, link->peer, link->way);
    } else if (imm & IMM_GOES_ON) {
        peer->upper = growth;
    } else if (imm & IMM_ASKS) {
        peer->upper = 0;
        peer->asked_by_it += growth;
        weft_net_note_asked(net, link->peer, peer->asked_by_it);
    } else {
        peer->upper = 0;
        peer->heard += growth;
        peer->cuts += (imm & IMM_IS_CUT) != 0;
        weft_net_land(net, link->peer, growth ? peer->heard : 0, peer->cuts);
    }
    if (link->restocked - link->taken > verbs->receives * 3 / 4) return 0;
    if (!link->owes) verbs->owing++;
    link->owes = true;
    return weft_verbs_restock(link, verbs->receives - (link->restocked - link->taken));
}

// Of each peer at most as many cut messages wait for parts as may be on their way.
_Static_assert(RECEIVES_MOST < HELD_MOST, "what is held back has room");

static int take_messages(weft_net *net, verbs_rail *rail) {
    struct ibv_wc done[POLLED];
    int got, error = 0;
    do {
        got = ibv_poll_cq(rail->receives, POLLED, done);
        for (int i = 0; i < got && !error; i++) error = take_message(net, &done[i]);
        net->verbs->completions += got > 0 ? (uint64_t)got : 0;
    } while (got == POLLED && !error);
    return got < 0 ? -EIO : error;
}

// What taking messages has left to be said: while they are taken, nothing may be sent, which could
// take more of them.
static int say(weft_net *net) {
    weft_verbs *verbs = net->verbs;
    int error = 0;
    for (uint32_t i = 0; verbs->owing > 0 && i < verbs->link_count && !error; i++) {
        if (verbs->links[i]->owes) error = tell_credit(net, verbs->links[i]);
    }
    if (error || net->asked == 0) return error;
    weft_word *own = &net->segment->controls[net->segment->endpoint].progress;
    return weft_net_answer(
        net->segment, atomic_load_explicit(&own->value, memory_order_relaxed));
}

static int look(weft_net *net) {
    int error = net->verbs->held ? ring_all(net) : 0;
    for (uint32_t i = 0; i < net->verbs->rails_open && !error; i++) {
        error = take_messages(net, &net->verbs->rails[i]);
        int other = take_sends(net, &net->verbs->rails[i]);
        if (!error) error = other;
    }
    return error ? error : say(net);
}

// Sees which sockets have ended; nothing else comes over them.
static void look_at_sockets(weft_net *net) {
    for (uint32_t i = 0; i < net->all_count; i++) {
        connection *connection = net->all[i];
        if (connection->is_closed) continue;
        uint8_t byte;
        ssize_t got = read(connection->socket, &byte, 1);
        if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR))) continue;
        connection->is_closed = true;
        (void)epoll_ctl(net->epoll, EPOLL_CTL_DEL, connection->socket, NULL);
    }
}

// Has completion queues tell of the next completion.
static int arm(weft_net *net) {
    int error = 0;
    for (uint32_t i = 0; i < net->verbs->rails_open && !error; i++) {
        verbs_rail *rail = &net->verbs->rails[i];
        error = ibv_req_notify_cq(rail->receives, 0);
        if (!error) error = ibv_req_notify_cq(rail->sends, 0);
    }
    return -error;
}

static void take_events(verbs_rail *rail) {
    const verbs_library *library = weft_verbs_library();
    struct ibv_cq *queue;
    void *context;
    while (library->get_cq_event(rail->channel, &queue, &context) == 0) {
        uint32_t which = queue == rail->receives;
        if (++rail->events[which] < 64) continue;
        library->ack_cq_events(queue, rail->events[which]);
        rail->events[which] = 0;
    }
}

static int sleep_on(weft_net *net, int milliseconds) {
    uint64_t before = net->verbs->completions;
    int error = arm(net);
    // What came before that tells nobody.
    if (!error) error = look(net);
    if (error || net->verbs->completions != before) return error;
    struct epoll_event events[WEFT_WAYS_MOST];
    int ready = epoll_wait(net->epoll, events, WEFT_WAYS_MOST, milliseconds);
    uint32_t first = net->segment->endpoints * net->connections;
    bool has_socket = false;
    for (int i = 0; i < ready; i++) {
        if (events[i].data.u32 >= first) {
            take_events(&net->verbs->rails[events[i].data.u32 - first]);
        } else {
            has_socket = true;
        }
    }
    if (has_socket) look_at_sockets(net);
    return look(net);
}

static int verbs_poll(weft_net *net, int milliseconds) {
    uint64_t before = net->verbs->completions;
    int error = look(net);
    if (error) return error;
    if (++net->verbs->looks % LOOKS == 0) look_at_sockets(net);
    bool sleeps = milliseconds > 0 && net->verbs->completions == before;
    return sleeps ? sleep_on(net, milliseconds) : 0;
}

static int verbs_flush(weft_net *net) {
    int error = net->verbs->held ? ring_all(net) : 0;
    for (uint64_t turn = 0, began = 0; net->unsent > 0 && !error; turn++) {
        bool sleeps = turn > 16 && (net->segment->oversubscribed || weft_net_is_long(&began));
        error = verbs_poll(net, sleeps ? 1 : 0);
        if (!error && weft_segment_is_aborted(net->segment)) return -ECANCELED;
    }
    return error;
}

static bool verbs_is_lost(weft_net *net, uint32_t endpoint) {
    verbs_peer *peer = net->verbs->peers[endpoint];
    if (!net->peers[endpoint]->connections[0].is_closed) return false;
    // Who leaves has had everything acknowledged, so it is in the queues by now: one more look.
    if (peer->is_leaving) return true;
    peer->is_leaving = true;
    return false;
}

// Everything has been acknowledged when something that was sent last has.
static void verbs_drain(weft_net *net) {
    weft_verbs *verbs = net->verbs;
    for (uint32_t i = 0; i < verbs->link_count; i++) {
        verbs_link *link = verbs->links[i];
        if (!link->pair || link->posted == link->completed) continue;
        if (write_credit(net, link, IBV_SEND_SIGNALED) != 0) return;
    }
    for (int left = FAREWELL; left > 0; left--) {
        uint32_t open = 0;
        for (uint32_t i = 0; i < verbs->link_count; i++) {
            open += verbs->links[i]->pair && verbs->links[i]->posted != verbs->links[i]->completed;
        }
        if (open == 0 || weft_segment_is_aborted(net->segment)) return;
        if (verbs_poll(net, 1) != 0) return;
    }
}

const weft_transport weft_verbs_transport = {
    verbs_send, verbs_ask, verbs_flush, verbs_poll, verbs_is_lost, verbs_drain, weft_verbs_release,
};

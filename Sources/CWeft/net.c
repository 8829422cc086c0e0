// The connections of an endpoint. docs/ARCHITECTURE.md says what they carry and why so little is
// waited for.
#include "weft_net.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net_private.h"
#include "weft_clock.h"

int weft_net_create(weft_segment *segment, uint32_t connections) {
    if (connections == 0 || connections > WEFT_CONNECTIONS_MOST || segment->net) return -EINVAL;
    weft_net *net = calloc(1, sizeof *net);
    if (!net) return -ENOMEM;
    net->segment = segment;
    net->transport = &weft_tcp;
    net->connections = net->ways = connections;
    net->culprit = weft_observer;
    net->peers = calloc(segment->endpoints, sizeof *net->peers);
    net->all = calloc((uint64_t)segment->endpoints * connections, sizeof *net->all);
    net->epoll = epoll_create1(EPOLL_CLOEXEC);
    int error = net->epoll < 0 ? -errno : net->peers && net->all ? 0 : -ENOMEM;
    if (error) {
        weft_net_destroy(net);
        return error;
    }
    segment->net = net;
    return 0;
}

static void destroy_peer(peer *peer, uint32_t connections) {
    if (!peer) return;
    for (uint32_t c = 0; peer->connections && c < connections; c++) {
        if (peer->connections[c].socket >= 0) close(peer->connections[c].socket);
        free(peer->connections[c].unsent);
    }
    free(peer->connections);
    free(peer);
}

// Says that nothing more comes, and reads until others say so too: closing with something unread
// would take from them what they have not read yet (RFC 9293, 3.6.1).
static void take_leave(weft_net *net) {
    net->transport->drain(net);
    for (uint32_t i = 0; i < net->all_count; i++) shutdown(net->all[i]->socket, SHUT_WR);
    struct epoll_event event;
    for (int left = FAREWELL; left > 0 && !weft_segment_is_aborted(net->segment); left--) {
        uint32_t open = 0;
        for (uint32_t i = 0; i < net->all_count; i++) {
            connection *connection = net->all[i];
            if (connection->is_closed) continue;
            ssize_t got;
            do {
                got = read(connection->socket, connection->ahead, AHEAD);
            } while (got > 0);
            connection->is_closed = got == 0 || (errno != EAGAIN && errno != EINTR);
            if (connection->is_closed) {
                (void)epoll_ctl(net->epoll, EPOLL_CTL_DEL, connection->socket, NULL);
            }
            open += !connection->is_closed;
        }
        if (open == 0) return;
        // They may still have to send.
        if (net->verbs) (void)net->transport->poll(net, 0);
        (void)epoll_wait(net->epoll, &event, 1, 1);
    }
}

void weft_net_destroy(weft_net *net) {
    if (net->all && net->all_count) take_leave(net);
    net->transport->destroy(net);
    for (uint32_t i = 0; net->peers && i < net->segment->endpoints; i++) {
        destroy_peer(net->peers[i], net->connections);
    }
    if (net->epoll >= 0) close(net->epoll);
    free(net->peers);
    free(net->all);
    free(net);
}

uint32_t weft_net_culprit(const weft_segment *segment) {
    return segment->net ? segment->net->culprit : weft_observer;
}

uint64_t weft_net_sent(const weft_segment *segment) {
    return segment->net ? segment->net->sent_bytes : 0;
}

uint64_t weft_net_received(const weft_segment *segment) {
    return segment->net ? segment->net->received_bytes : 0;
}

static peer *make_peer(weft_net *net, uint32_t endpoint) {
    peer *result = calloc(1, sizeof *result);
    if (!result) return NULL;
    result->connections = calloc(net->connections, sizeof *result->connections);
    bool is_whole = result->connections != NULL;
    for (uint32_t c = 0; is_whole && c < net->connections; c++) {
        connection *connection = &result->connections[c];
        connection->socket = -1;
        connection->peer = endpoint;
        connection->unsent = calloc(UNSENT_MOST, sizeof *connection->unsent);
        is_whole = connection->unsent != NULL;
    }
    if (is_whole) return result;
    destroy_peer(result, net->connections);
    return NULL;
}

int weft_net_adopt(weft_segment *segment, uint32_t endpoint, uint32_t number, int socket) {
    weft_net *net = segment->net;
    if (!net || endpoint >= segment->endpoints || number >= net->connections) return -EINVAL;
    if (!net->peers[endpoint]) net->peers[endpoint] = make_peer(net, endpoint);
    if (!net->peers[endpoint]) return -ENOMEM;
    connection *connection = &net->peers[endpoint]->connections[number];
    if (connection->socket >= 0) return -EEXIST;
    if (fcntl(socket, F_SETFL, O_NONBLOCK) != 0) return -errno;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = net->all_count};
    if (epoll_ctl(net->epoll, EPOLL_CTL_ADD, socket, &event) != 0) return -errno;
    connection->socket = socket;
    net->all[net->all_count++] = connection;
    return 0;
}

bool weft_net_is_long(uint64_t *began) {
    uint64_t now = weft_clock_now();
    if (*began == 0) *began = now;
    return (double)(now - *began) * 1000 > LONG * weft_clock_rate();
}

int weft_net_fail(weft_net *net, uint32_t endpoint, int error) {
    if (net->culprit == weft_observer) net->culprit = endpoint;
    return error;
}

// Who sends may have to wait, and takes what comes meanwhile. Nothing is answered before all of it
// is on its way: that would come between its parts, or tell of progress ahead of its bytes.
static int finish_sending(weft_net *net, int error) {
    net->is_sending = false;
    if (error || !net->has_postponed) return error;
    net->has_postponed = false;
    return weft_net_answer(net->segment, 0);
}

int weft_net_send(
    weft_segment *segment, uint32_t endpoint, const void *bytes, uint64_t count, uint64_t offset,
    uint64_t progress
) {
    weft_net *net = segment->net;
    peer *peer = net ? net->peers[endpoint] : NULL;
    if (!peer) return -ENOTCONN;
    // An answer may be of a moment before the last word; progress must not go back.
    if (progress && progress < peer->told) progress = peer->told;
    net->is_sending = true;
    int error = net->transport->send(net, endpoint, bytes, count, offset, progress);
    if (progress) peer->told = progress;
    return finish_sending(net, error);
}

int weft_net_ask(weft_segment *segment, uint32_t endpoint, uint64_t progress) {
    weft_net *net = segment->net;
    if (!net || !net->peers[endpoint]) return -ENOTCONN;
    if (net->peers[endpoint]->asking >= progress) return 0;
    net->is_sending = true;
    return finish_sending(net, net->transport->ask(net, endpoint, progress));
}

int weft_net_flush(weft_segment *segment) { return segment->net->transport->flush(segment->net); }

int weft_net_poll(weft_segment *segment, int milliseconds) {
    return segment->net->transport->poll(segment->net, milliseconds);
}

bool weft_net_is_lost(const weft_segment *segment, uint32_t endpoint) {
    weft_net *net = segment->net;
    if (!net->peers[endpoint] || !net->transport->is_lost(net, endpoint)) return false;
    (void)weft_net_fail(net, endpoint, 0);
    return true;
}

void weft_net_note_asked(weft_net *net, uint32_t endpoint, uint64_t progress) {
    peer *peer = net->peers[endpoint];
    if (peer->asked == 0) net->asked++;
    peer->asked = progress ? progress : 1;
}

int weft_net_answer(weft_segment *segment, uint64_t progress) {
    weft_net *net = segment->net;
    if (net->reached < progress) net->reached = progress;
    net->has_postponed |= net->is_sending;
    if (net->is_sending) return 0;
    for (uint32_t i = 0; net->asked > 0 && i < segment->endpoints; i++) {
        peer *peer = net->peers[i];
        if (!peer || peer->asked == 0 || peer->asked > net->reached) continue;
        peer->asked = 0;
        net->asked--;
        int error = weft_net_send(segment, i, NULL, 0, 0, net->reached);
        if (error) return error;
    }
    return 0;
}

// Progress holds once all other ways have brought what was sent before it.
static bool has_parts(const weft_net *net, const peer *peer, uint32_t cuts) {
    for (uint32_t way = 1; way < net->ways; way++) {
        if ((int32_t)(peer->parts[way] - cuts) < 0) return false;
    }
    return true;
}

static void publish(weft_net *net, peer *peer, uint32_t endpoint) {
    weft_word *word = weft_landed(net->segment, net->segment->endpoint, endpoint);
    while (peer->held_count > 0 && has_parts(net, peer, peer->held[peer->held_first].cuts)) {
        uint64_t value = peer->held[peer->held_first].progress;
        peer->held_first = (peer->held_first + 1) % HELD_MOST;
        peer->held_count--;
        weft_word_publish(net->segment, word, value);
    }
}

void weft_net_land_part(weft_net *net, uint32_t endpoint, uint32_t way) {
    peer *peer = net->peers[endpoint];
    peer->parts[way]++;
    publish(net, peer, endpoint);
}

void weft_net_land(weft_net *net, uint32_t endpoint, uint64_t progress, uint32_t cuts) {
    peer *peer = net->peers[endpoint];
    uint32_t newest = (peer->held_first + peer->held_count + HELD_MOST - 1) % HELD_MOST;
    if (progress && peer->held_count > 0 && peer->held[newest].cuts == cuts) {
        // What waits for the same parts: the latest says it all.
        peer->held[newest].progress = progress;
    } else if (progress) {
        uint32_t last = (newest + 1) % HELD_MOST;
        peer->held[last].progress = progress;
        peer->held[last].cuts = cuts;
        peer->held_count++;
    }
    publish(net, peer, endpoint);
}

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

int weft_net_create(weft_segment *segment, uint32_t connections) {
    if (connections == 0 || connections > WEFT_CONNECTIONS_MOST || segment->net) return -EINVAL;
    weft_net *net = calloc(1, sizeof *net);
    if (!net) return -ENOMEM;
    net->segment = segment;
    net->connections = connections;
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
        (void)epoll_wait(net->epoll, &event, 1, 1);
    }
}

void weft_net_destroy(weft_net *net) {
    if (net->all && net->all_count) take_leave(net);
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

bool weft_net_is_lost(const weft_segment *segment, uint32_t endpoint) {
    const peer *peer = segment->net->peers[endpoint];
    if (!peer || !peer->connections[0].is_closed) return false;
    if (segment->net->culprit == weft_observer) segment->net->culprit = endpoint;
    return true;
}

// How an endpoint talks to those of other nodes, as the plan engine and the waiting know it, and
// what the transports have in common. Not for Swift.
#ifndef WEFT_NET_PRIVATE_H
#define WEFT_NET_PRIVATE_H

#include <stdbool.h>

#include "segment_private.h"
#include "weft_net.h"

typedef struct weft_net weft_net;

// What a transport does; the functions at the end of this file, which call it, say what is meant.
typedef struct weft_transport {
    int (*send)(
        weft_net *net, uint32_t endpoint, const void *bytes, uint64_t count, uint64_t offset,
        uint64_t progress);
    int (*ask)(weft_net *net, uint32_t endpoint, uint64_t progress);
    int (*flush)(weft_net *net);
    int (*poll)(weft_net *net, int milliseconds);
    bool (*is_lost)(weft_net *net, uint32_t endpoint);
    // Waits, for no longer than FAREWELL, until all that was sent is there.
    void (*drain)(weft_net *net);
    // Once nobody sends any more.
    void (*destroy)(weft_net *net);
} weft_transport;

extern const weft_transport weft_tcp;

enum {
    // Messages that wait in a connection: beyond, who sends more moves them first.
    UNSENT_MOST = 256,
    // Those that one system call sends.
    GATHER = 16,
    // Bytes read ahead of knowing whose they are: small messages come many to a call, and of large
    // ones little is copied twice.
    AHEAD = 8192,
    // Words of progress that wait for parts on other connections.
    HELD_MOST = 160,
    // Milliseconds of a wait beyond which a wake-up, of some ten microseconds, is no part of it
    // that could be seen: the core is given up. Soft RDMA devices need it to move what is awaited.
    LONG = 10,
    // Milliseconds that others have to read what was sent before connections are closed.
    FAREWELL = 2000,
    KIND_DATA = 1,
    KIND_ASK = 2,
};

typedef struct header {
    uint32_t kind;
    // How many cut messages had been sent before and with this one, so how many parts must have
    // come on each other connection before its progress holds.
    uint32_t cuts;
    uint64_t offset;
    uint64_t bytes;
    uint64_t progress;
} header;

_Static_assert(sizeof(header) == 32, "a header is 32 bytes on every machine");

typedef struct message {
    header header;
    const uint8_t *data;
    uint64_t sent;
} message;

typedef struct connection {
    int socket;
    uint32_t peer;
    // What is unsent: a ring.
    uint32_t first, count;
    message *unsent;
    // What is being received: the header's bytes still in `ahead`, or data on its way to the heap.
    uint32_t start, end;
    uint64_t left;
    uint8_t *to;
    uint64_t progress;
    uint32_t cuts;
    // Its other end is gone: right after the last operation, wrong when more is awaited.
    bool is_closed;
    uint8_t ahead[AHEAD];
} connection;

typedef struct peer {
    connection *connections;
    // The most progress that it was told.
    uint64_t told;
    // Cut messages that were sent to it.
    uint32_t cuts;
    // Cut messages of which each connection, or queue pair, has brought its part.
    uint32_t parts[WEFT_CONNECTIONS_MOST];
    // Progress that waits for parts on other connections: a ring.
    uint32_t held_first, held_count;
    struct { uint64_t progress; uint32_t cuts; } held[HELD_MOST];
    // What it has asked for, 0 for nothing.
    uint64_t asked;
    // What was asked of it.
    uint64_t asking;
} peer;

struct weft_net {
    weft_segment *segment;
    const weft_transport *transport;
    // What the transport needs beyond connections.
    struct weft_verbs *verbs;
    // Those to each peer, and the ways that a message may be cut over: the same, or queue pairs.
    uint32_t connections, ways;
    // By endpoint; NULL where there is no connection.
    peer **peers;
    // All of them, one after the other.
    connection **all;
    uint32_t all_count;
    int epoll;
    uint32_t culprit;
    // What is still to leave the memory that it was sent from.
    uint64_t unsent;
    uint64_t asked;
    // The most that may be said of this endpoint's progress to whoever asks.
    uint64_t reached;
    // Something is being sent, and what was to be answered meanwhile waits until it is.
    bool is_sending, has_postponed;
    uint64_t sent_bytes, received_bytes;
};

// Sends bytes to a place in an endpoint's heap, and that this one has got so far; 0 says nothing of
// that. The bytes must stay as they are until weft_net_flush. Waits while too much is unsent.
int weft_net_send(
    weft_segment *segment, uint32_t endpoint, const void *bytes, uint64_t count,
    uint64_t offset, uint64_t progress);

// Asks an endpoint to tell when it has got so far.
int weft_net_ask(weft_segment *segment, uint32_t endpoint, uint64_t progress);

// Tells those who have asked for no more than this, now and from now on.
int weft_net_answer(weft_segment *segment, uint64_t progress);

// Waits until all that was sent has left the memory that it was sent from.
int weft_net_flush(weft_segment *segment);

// Moves what can be moved now, or waits for so many milliseconds until something can.
int weft_net_poll(weft_segment *segment, int milliseconds);

// Whether an endpoint has closed its connection, so that nothing more can come from it.
bool weft_net_is_lost(const weft_segment *segment, uint32_t endpoint);

// Whether a wait is LONG, which began when this was first asked: `*began` was 0 then.
bool weft_net_is_long(uint64_t *began);

void weft_net_destroy(weft_net *net);

// Notes whose fault an error is, unless that is known already; returns the error.
int weft_net_fail(weft_net *net, uint32_t endpoint, int error);

// One way has brought its part of a cut message.
void weft_net_land_part(weft_net *net, uint32_t endpoint, uint32_t way);

// A message has come all the way on the first way, when so many cut ones have been sent before and
// with it: its progress holds once the other ways have brought their parts. There must be room.
void weft_net_land(weft_net *net, uint32_t endpoint, uint64_t progress, uint32_t cuts);

static inline bool weft_net_has_room(const peer *peer) { return peer->held_count < HELD_MOST; }

// Somebody asks to be told.
void weft_net_note_asked(weft_net *net, uint32_t endpoint, uint64_t progress);

#endif

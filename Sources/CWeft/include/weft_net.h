/// Streams between this endpoint and those on other nodes, which it shares no memory with.
///
/// A message is bytes for a place in the receiver's heap, or none, and how far its sender is. One
/// thread both runs plans and moves these streams: whenever it waits, and never otherwise.
#ifndef WEFT_NET_H
#define WEFT_NET_H

#include <stdint.h>

#include "weft_segment.h"

#pragma clang assume_nonnull begin

/// The most connections to one endpoint.
#define WEFT_CONNECTIONS_MOST 16

/// Bytes of a message from which on it is cut over all connections to its receiver.
#define WEFT_STRIPE_FROM (256u << 10)

/// Gives an endpoint so many connections to each endpoint of another node; the segment owns them.
int weft_net_create(weft_segment *segment, uint32_t connections);

/// Takes a connected stream socket as connection `number` to an endpoint; it is closed with the
/// segment.
int weft_net_adopt(weft_segment *segment, uint32_t endpoint, uint32_t number, int socket);

/// Which endpoint's connection has failed, or weft_observer for none.
uint32_t weft_net_culprit(const weft_segment *segment);

/// Bytes that were handed to connections so far, headers included.
uint64_t weft_net_sent(const weft_segment *segment);

/// Bytes that were taken from connections so far, headers included.
uint64_t weft_net_received(const weft_segment *segment);

#pragma clang assume_nonnull end
#endif

// What the kernel knows of TCP connections. It is asked of the process's own descriptors, whoever
// made them, so that nothing here depends on how messages are moved.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "weft_flow.h"

enum {
    // As the kernel numbers the states of a connection (net/tcp_states.h).
    ESTABLISHED = 1,
    // Descriptors that are looked at: those of a rank are few and low.
    DESCRIPTORS_MOST = 4096,
};

static socklen_t info_of(int socket, struct tcp_info *info) {
    socklen_t size = sizeof *info;
    memset(info, 0, sizeof *info);
    return getsockopt(socket, IPPROTO_TCP, TCP_INFO, info, &size) == 0 ? size : 0;
}

uint32_t weft_tcp_sockets(int *sockets_out, uint32_t most) {
    struct rlimit limit;
    int end = DESCRIPTORS_MOST;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < (rlim_t)end) {
        end = (int)limit.rlim_cur;
    }
    uint32_t count = 0;
    for (int socket = 3; socket < end && count < most; socket++) {
        struct tcp_info info;
        if (info_of(socket, &info) && info.tcpi_state == ESTABLISHED) {
            sockets_out[count++] = socket;
        }
    }
    return count;
}

weft_tcp_totals weft_tcp_total(const int *sockets, uint32_t count) {
    weft_tcp_totals totals = {0};
    for (uint32_t i = 0; i < count; i++) {
        // Older kernels tell less; the rest stays 0.
        struct tcp_info info;
        if (!info_of(sockets[i], &info)) continue;
        totals.connections++;
        totals.with_ecn += (info.tcpi_options & TCPI_OPT_ECN) != 0;
        totals.segments += info.tcpi_segs_out;
        totals.retransmitted += info.tcpi_total_retrans;
        totals.marked += info.tcpi_delivered_ce;
        totals.reordered += info.tcpi_reord_seen;
        totals.out_of_order += info.tcpi_rcv_ooopack;
    }
    return totals;
}

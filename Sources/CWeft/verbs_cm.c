// Connections by rdma_cm, which finds the path between two addresses as a subnet's manager and the
// kernel's routes have it. Who has the higher number dials; a number from the other end's card
// shows who it is.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "verbs_private.h"

enum { RESOLVE_MOST = 2000, RNR_RETRIES = 7, WAITING = 512 };

// What librdmacm has; nothing of it is called before weft_verbs_cm_context has found all of it.
static struct {
    struct ibv_context **(*get_devices)(int *);
    void (*free_devices)(struct ibv_context **);
    struct rdma_event_channel *(*create_event_channel)(void);
    void (*destroy_event_channel)(struct rdma_event_channel *);
    int (*create_id)(
        struct rdma_event_channel *, struct rdma_cm_id **, void *, enum rdma_port_space);
    int (*destroy_id)(struct rdma_cm_id *);
    int (*bind_addr)(struct rdma_cm_id *, struct sockaddr *);
    int (*listen)(struct rdma_cm_id *, int);
    int (*resolve_addr)(struct rdma_cm_id *, struct sockaddr *, struct sockaddr *, int);
    int (*resolve_route)(struct rdma_cm_id *, int);
    int (*create_qp)(struct rdma_cm_id *, struct ibv_pd *, struct ibv_qp_init_attr *);
    void (*destroy_qp)(struct rdma_cm_id *);
    int (*connect)(struct rdma_cm_id *, struct rdma_conn_param *);
    int (*accept)(struct rdma_cm_id *, struct rdma_conn_param *);
    int (*reject)(struct rdma_cm_id *, const void *, uint8_t);
    int (*set_option)(struct rdma_cm_id *, int, int, void *, size_t);
    int (*get_cm_event)(struct rdma_event_channel *, struct rdma_cm_event **);
    int (*ack_cm_event)(struct rdma_cm_event *);
    uint16_t (*get_src_port)(struct rdma_cm_id *);
} cm;
static bool is_there;

#define LOAD(member)                                                   \
    do {                                                               \
        *(void **)(void *)&cm.member = dlsym(handle, "rdma_" #member); \
        if (!cm.member) return;                                        \
    } while (0)

static void load(void) {
    void *handle = dlopen("librdmacm.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!handle) return;
    LOAD(get_devices);
    LOAD(free_devices);
    LOAD(create_event_channel);
    LOAD(destroy_event_channel);
    LOAD(create_id);
    LOAD(destroy_id);
    LOAD(bind_addr);
    LOAD(listen);
    LOAD(resolve_addr);
    LOAD(resolve_route);
    LOAD(create_qp);
    LOAD(destroy_qp);
    LOAD(connect);
    LOAD(accept);
    LOAD(reject);
    LOAD(set_option);
    LOAD(get_cm_event);
    LOAD(ack_cm_event);
    LOAD(get_src_port);
    is_there = true;
}

static bool is_loaded(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, load);
    return is_there;
}

int weft_verbs_cm_devices(void) {
    if (!is_loaded()) return -ENOENT;
    int count = 0;
    struct ibv_context **all = cm.get_devices(&count);
    // No devices are no error.
    if (!all) return 0;
    cm.free_devices(all);
    return count;
}

struct ibv_context *weft_verbs_cm_context(const char *device) {
    if (!is_loaded()) return NULL;
    int count = 0;
    struct ibv_context *result = NULL;
    struct ibv_context **all = cm.get_devices(&count);
    for (int i = 0; all && i < count; i++) {
        const char *name = weft_verbs_library()->get_device_name(all[i]->device);
        if (strcmp(name, device) == 0) result = all[i];
    }
    // The list; what is in it stays open.
    if (all) cm.free_devices(all);
    return result;
}

// What a dialer shows.
typedef struct ticket {
    uint32_t endpoint, way;
    uint64_t key;
} ticket;

static int fail_cm(weft_net *net, const verbs_link *link, enum rdma_cm_event_type event, int why) {
    weft_verbs *verbs = net->verbs;
    if (verbs->failure.stage == WEFT_VERBS_NOTHING) {
        verbs->failure.status = event;
        verbs->failure.vendor = (uint32_t)why;
    }
    uint32_t rail = link->way % verbs->options.rail_count;
    return weft_verbs_fail(net, WEFT_VERBS_CM, link->peer, rail, -ECONNREFUSED);
}

// An address of an interface: of IPv4, else one of IPv6 that holds beyond the link.
static int address_of(const char *interface, struct sockaddr_storage *out) {
    struct ifaddrs *all = NULL;
    if (getifaddrs(&all) != 0) return -errno;
    int error = -EADDRNOTAVAIL;
    for (int family = AF_INET; error && family; family = family == AF_INET ? AF_INET6 : 0) {
        for (const struct ifaddrs *one = all; one && error; one = one->ifa_next) {
            if (!one->ifa_addr || one->ifa_addr->sa_family != family) continue;
            if (strcmp(one->ifa_name, interface) != 0) continue;
            const struct sockaddr_in6 *wide = (const void *)one->ifa_addr;
            bool is_wide = family == AF_INET6;
            if (is_wide && IN6_IS_ADDR_LINKLOCAL(&wide->sin6_addr)) continue;
            memset(out, 0, sizeof *out);
            size_t bytes = is_wide ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
            memcpy(out, one->ifa_addr, bytes);
            error = 0;
        }
    }
    freeifaddrs(all);
    return error;
}

int weft_verbs_cm_listen(weft_net *net) {
    weft_verbs *verbs = net->verbs;
    verbs->cm_events = cm.create_event_channel();
    if (!verbs->cm_events) return -errno;
    if (fcntl(verbs->cm_events->fd, F_SETFL, O_NONBLOCK) != 0) return -errno;
    if (getrandom(&verbs->cm_key, sizeof verbs->cm_key, 0) != sizeof verbs->cm_key) return -EIO;
    for (uint32_t i = 0; i < verbs->options.rail_count; i++) {
        verbs_rail *rail = &verbs->rails[i];
        int error = address_of(rail->port.interface, &rail->address);
        if (!error && cm.create_id(verbs->cm_events, &rail->listener, NULL, RDMA_PS_TCP) != 0) {
            error = -errno;
        }
        struct sockaddr *address = (struct sockaddr *)&rail->address;
        if (!error && (cm.bind_addr(rail->listener, address) != 0 ||
                       cm.listen(rail->listener, WAITING) != 0)) {
            error = -errno;
        }
        if (error) return weft_verbs_fail(net, WEFT_VERBS_CM, weft_observer, i, error);
    }
    return 0;
}

void weft_verbs_cm_address(const weft_verbs *verbs, uint32_t way, verbs_end *end) {
    const verbs_rail *rail = &verbs->rails[way % verbs->options.rail_count];
    end->cm_key = verbs->cm_key;
    end->cm_port = cm.get_src_port(rail->listener);
    end->cm_family = rail->address.ss_family;
    const struct sockaddr_in *narrow = (const void *)&rail->address;
    const struct sockaddr_in6 *wide = (const void *)&rail->address;
    if (end->cm_family == AF_INET) memcpy(end->cm_address, &narrow->sin_addr, 4);
    if (end->cm_family == AF_INET6) memcpy(end->cm_address, &wide->sin6_addr, 16);
}

static int dial(weft_net *net, verbs_link *link) {
    weft_verbs *verbs = net->verbs;
    const verbs_end *end = &verbs->peers[link->peer]->card.ends[link->way];
    struct sockaddr_storage there = {.ss_family = (sa_family_t)end->cm_family};
    struct sockaddr_in *narrow = (void *)&there;
    struct sockaddr_in6 *wide = (void *)&there;
    if (end->cm_family == AF_INET) {
        narrow->sin_port = (uint16_t)end->cm_port;
        memcpy(&narrow->sin_addr, end->cm_address, 4);
    } else if (end->cm_family == AF_INET6) {
        wide->sin6_port = (uint16_t)end->cm_port;
        memcpy(&wide->sin6_addr, end->cm_address, 16);
    } else {
        return weft_net_fail(net, link->peer, -EPROTO);
    }
    struct sockaddr_storage here = link->rail->address;
    // Any port of this side's: those of both kinds of addresses lie at the same place.
    ((struct sockaddr_in *)&here)->sin_port = 0;
    uint8_t class = (uint8_t)verbs->options.traffic_class;
    uint8_t timeout = (uint8_t)verbs->options.timeout;
    if (cm.create_id(verbs->cm_events, &link->cm, link, RDMA_PS_TCP) != 0 ||
        cm.set_option(link->cm, RDMA_OPTION_ID, RDMA_OPTION_ID_TOS, &class, sizeof class) != 0 ||
        cm.resolve_addr(
            link->cm, (struct sockaddr *)&here, (struct sockaddr *)&there, RESOLVE_MOST) != 0) {
        return fail_cm(net, link, RDMA_CM_EVENT_ADDR_ERROR, -errno);
    }
    // Older kernels have no such option, and a time-out of their own.
    (void)cm.set_option(
        link->cm, RDMA_OPTION_ID, RDMA_OPTION_ID_ACK_TIMEOUT, &timeout, sizeof timeout);
    return 0;
}

static int make_pair(weft_net *net, verbs_link *link) {
    struct ibv_qp_init_attr shape = weft_verbs_pair_shape(net->verbs, link);
    while (cm.create_qp(link->cm, link->rail->domain, &shape) != 0) {
        if (net->verbs->inline_most == 0) return -errno;
        net->verbs->inline_most = net->verbs->inline_most < 64 ? 0 : net->verbs->inline_most / 2;
        shape = weft_verbs_pair_shape(net->verbs, link);
    }
    uint32_t got = shape.cap.max_inline_data;
    if (got < net->verbs->inline_most) net->verbs->inline_most = got;
    link->pair = link->cm->qp;
    return weft_verbs_restock(link, net->verbs->receives);
}

static struct rdma_conn_param parameters(const weft_net *net, const ticket *shown) {
    return (struct rdma_conn_param){
        .private_data = shown,
        .private_data_len = shown ? sizeof *shown : 0,
        .responder_resources = 1,
        .initiator_depth = 1,
        .retry_count = (uint8_t)net->verbs->options.retries,
        .rnr_retry_count = RNR_RETRIES,
    };
}

// Somebody dials: whoever shows no ticket of this job is sent away.
static int welcome(weft_net *net, struct rdma_cm_event *event) {
    weft_verbs *verbs = net->verbs;
    ticket shown = {0};
    if (event->param.conn.private_data_len >= sizeof shown) {
        memcpy(&shown, event->param.conn.private_data, sizeof shown);
    }
    bool is_known = shown.key == verbs->cm_key && shown.endpoint < net->segment->endpoints &&
                    verbs->peers[shown.endpoint] && shown.way < net->ways;
    verbs_link *link = is_known ? &verbs->peers[shown.endpoint]->links[shown.way] : NULL;
    if (!link || link->cm || event->id->verbs != link->rail->context) {
        (void)cm.reject(event->id, NULL, 0);
        (void)cm.destroy_id(event->id);
        return 0;
    }
    link->cm = event->id;
    link->cm->context = link;
    int error = make_pair(net, link);
    struct rdma_conn_param answer = parameters(net, NULL);
    if (!error && cm.accept(link->cm, &answer) != 0) error = -errno;
    return error ? fail_cm(net, link, RDMA_CM_EVENT_CONNECT_REQUEST, error) : 0;
}

static int go_on(weft_net *net, verbs_link *link, enum rdma_cm_event_type event, int status) {
    int error = 0;
    switch (event) {
    case RDMA_CM_EVENT_ADDR_RESOLVED:
        error = cm.resolve_route(link->cm, RESOLVE_MOST) == 0 ? 0 : -errno;
        break;
    case RDMA_CM_EVENT_ROUTE_RESOLVED: {
        const ticket shown = {
            net->segment->endpoint, link->way,
            net->verbs->peers[link->peer]->card.ends[link->way].cm_key};
        struct rdma_conn_param question = parameters(net, &shown);
        error = make_pair(net, link);
        if (!error && cm.connect(link->cm, &question) != 0) error = -errno;
        break;
    }
    case RDMA_CM_EVENT_ESTABLISHED:
        link->is_ready = true;
        break;
    default:
        return fail_cm(net, link, event, status);
    }
    return error ? fail_cm(net, link, event, error) : 0;
}

static int take_cm_event(weft_net *net) {
    struct rdma_cm_event *event;
    if (cm.get_cm_event(net->verbs->cm_events, &event) != 0) {
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    }
    if (event->event == RDMA_CM_EVENT_CONNECT_REQUEST) {
        int error = welcome(net, event);
        (void)cm.ack_cm_event(event);
        return error;
    }
    verbs_link *link = event->id->context;
    enum rdma_cm_event_type kind = event->event;
    int status = event->status;
    (void)cm.ack_cm_event(event);
    return link ? go_on(net, link, kind, status) : 0;
}

int weft_verbs_cm_connect(weft_net *net, uint64_t deadline) {
    weft_verbs *verbs = net->verbs;
    for (uint32_t i = 0; i < verbs->link_count; i++) {
        verbs_link *link = verbs->links[i];
        int error = link->peer < net->segment->endpoint ? dial(net, link) : 0;
        if (error) return error;
    }
    for (;;) {
        const verbs_link *missing = NULL;
        for (uint32_t i = 0; i < verbs->link_count && !missing; i++) {
            if (!verbs->links[i]->is_ready) missing = verbs->links[i];
        }
        if (!missing) return 0;
        if (weft_segment_is_aborted(net->segment)) return -ECANCELED;
        if (weft_verbs_milliseconds() >= deadline) {
            return fail_cm(net, missing, RDMA_CM_EVENT_UNREACHABLE, -ETIMEDOUT);
        }
        struct pollfd channel = {.fd = verbs->cm_events->fd, .events = POLLIN};
        (void)poll(&channel, 1, 20);
        int error = take_cm_event(net);
        if (error) return error;
    }
}

void weft_verbs_cm_release(verbs_link *link) {
    if (link->pair) cm.destroy_qp(link->cm);
    (void)cm.destroy_id(link->cm);
}

void weft_verbs_cm_close(weft_verbs *verbs) {
    for (uint32_t i = 0; i < verbs->options.rail_count; i++) {
        if (verbs->rails[i].listener) (void)cm.destroy_id(verbs->rails[i].listener);
    }
    if (verbs->cm_events) cm.destroy_event_channel(verbs->cm_events);
}

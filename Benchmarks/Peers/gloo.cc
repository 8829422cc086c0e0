// Gloo's collectives over TCP, the one transport that it has within a machine.
#include <gloo/allgather.h>
#include <gloo/allreduce.h>
#include <gloo/alltoall.h>
#include <gloo/barrier.h>
#include <gloo/broadcast.h>
#include <gloo/math.h>
#include <gloo/reduce_scatter.h>
#include <gloo/rendezvous/context.h>
#include <gloo/rendezvous/file_store.h>
#include <gloo/transport/tcp/device.h>

#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "measure.h"

namespace {

int own, number;
std::shared_ptr<gloo::rendezvous::Context> context;
// One operation with its buffers registered, made once for each operation that is timed.
std::function<void()> prepared;

template <typename Options>
std::shared_ptr<Options> options() {
    return std::make_shared<Options>(context);
}

void prepare_all_reduce(const operation &o) {
    auto made = options<gloo::AllreduceOptions>();
    const char *algorithm = std::getenv("PEERS_GLOO_ALGORITHM");
    bool is_cube = algorithm && std::strcmp(algorithm, "bcube") == 0;
    using Algorithm = gloo::AllreduceOptions::Algorithm;
    made->setAlgorithm(is_cube ? Algorithm::BCUBE : Algorithm::RING);
    made->setInput(o.in, o.count);
    made->setOutput(o.out, o.count);
    using Sum = void (*)(void *, const void *, const void *, size_t);
    made->setReduceFunction(static_cast<Sum>(&gloo::sum<float>));
    prepared = [made] { gloo::allreduce(*made); };
}

// There is only one that works in place, so what it is given has to be copied.
void prepare_reduce_scatter(const operation &o) {
    size_t whole = o.count * number;
    auto scratch = std::make_shared<std::vector<float>>(whole);
    auto made = std::make_shared<gloo::ReduceScatterHalvingDoubling<float>>(
        context, std::vector<float *>{scratch->data()}, static_cast<int>(whole),
        std::vector<int>(number, static_cast<int>(o.count)));
    const float *in = o.in;
    float *out = o.out;
    size_t bytes = o.count * sizeof(float);
    prepared = [made, scratch, in, out, bytes] {
        std::memcpy(scratch->data(), in, scratch->size() * sizeof(float));
        made->run();
        std::memcpy(out, scratch->data(), bytes);
    };
}

}  // namespace

void peer_start(int rank, int ranks, const char *folder) {
    own = rank;
    number = ranks;
    gloo::transport::tcp::attr attributes;
    attributes.hostname = "127.0.0.1";
    auto device = gloo::transport::tcp::CreateDevice(attributes);
    gloo::rendezvous::FileStore store{std::string(folder)};
    context = std::make_shared<gloo::rendezvous::Context>(rank, ranks);
    context->connectFullMesh(store, device);
}

void *peer_allocate(size_t) {
    return nullptr;
}

void peer_prepare(const operation *o) {
    size_t whole = o->count * number;
    prepared = nullptr;
    switch (o->collective) {
    case ALL_REDUCE: prepare_all_reduce(*o); break;
    case REDUCE_SCATTER: prepare_reduce_scatter(*o); break;
    case ALL_TO_ALL: {
        auto made = options<gloo::AlltoallOptions>();
        made->setInput(o->in, whole);
        made->setOutput(o->out, whole);
        prepared = [made] { gloo::alltoall(*made); };
        break;
    }
    case ALL_GATHER: {
        auto made = options<gloo::AllgatherOptions>();
        made->setInput(o->in, o->count);
        made->setOutput(o->out, whole);
        prepared = [made] { gloo::allgather(*made); };
        break;
    }
    case BROADCAST: {
        auto made = options<gloo::BroadcastOptions>();
        made->setRoot(0);
        made->setOutput(own == 0 ? o->in : o->out, o->count);
        prepared = [made] { gloo::broadcast(*made); };
        break;
    }
    case BARRIER: {
        auto made = options<gloo::BarrierOptions>();
        prepared = [made] { gloo::barrier(*made); };
        break;
    }
    }
}

void peer_run(const operation *) {
    prepared();
}

void peer_finish(void) {
    auto made = options<gloo::BarrierOptions>();
    gloo::barrier(*made);
}

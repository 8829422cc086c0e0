// oneCCL's collectives on host memory.
#include <oneapi/ccl.hpp>

#include <cstring>
#include <memory>
#include <vector>

#include "measure.h"

namespace {

int own;
std::unique_ptr<ccl::communicator> all;

}  // namespace

void peer_start(int rank, int ranks, const char *) {
    own = rank;
    ccl::init();
    ccl::shared_ptr_class<ccl::kvs> store;
    ccl::kvs::address_type address{};
    if (rank == 0) {
        store = ccl::create_main_kvs();
        address = store->get_address();
    }
    std::vector<ccl::kvs::address_type> addresses(ranks);
    measure_gather(&address, addresses.data(), sizeof address);
    if (rank != 0) store = ccl::create_kvs(addresses[0]);
    all = std::make_unique<ccl::communicator>(ccl::create_communicator(ranks, rank, store));
}

void *peer_allocate(size_t) {
    return nullptr;
}

void peer_prepare(const operation *) {}

void peer_run(const operation *o) {
    const auto type = ccl::datatype::float32;
    const auto sum = ccl::reduction::sum;
    switch (o->collective) {
    case ALL_REDUCE: ccl::allreduce(o->in, o->out, o->count, type, sum, *all).wait(); break;
    case ALL_TO_ALL: ccl::alltoall(o->in, o->out, o->count, type, *all).wait(); break;
    case ALL_GATHER: ccl::allgather(o->in, o->out, o->count, type, *all).wait(); break;
    case REDUCE_SCATTER:
        ccl::reduce_scatter(o->in, o->out, o->count, type, sum, *all).wait();
        break;
    case BROADCAST:
        ccl::broadcast(own == 0 ? o->in : o->out, o->count, type, 0, *all).wait();
        break;
    case BARRIER: ccl::barrier(*all); break;
    }
}

void peer_finish(void) {
    all.reset();
}

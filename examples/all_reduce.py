"""Sums arrays over all processes, in several ways.

    mpirun -n 4 python3 all_reduce.py
"""
import numpy

import weft

everyone = weft.join()
rank, ranks = everyone.rank, everyone.ranks
expected = ranks * (ranks + 1) / 2

total = everyone.all_reduce(numpy.full(1000, rank + 1, numpy.float32))
assert (total == expected).all()

# Without copies, and while something else is computed.
shared = everyone.empty((200, 300), numpy.float64)
shared[:] = rank + 1
request = everyone.all_reduce(shared, shared, begin=True)
something_else = numpy.linalg.norm(total)
assert (request.wait() == expected).all()

# Pairs of ranks.
pair = everyone.split(rank // 2)
who = pair.all_gather(numpy.array([rank], numpy.int64)).ravel()
assert list(who) == [r for r in range(ranks) if r // 2 == rank // 2]

try:
    everyone.all_reduce(numpy.ones(10 + rank, numpy.float32))
    assert ranks == 1
except weft.Error as error:
    assert "ranks call different things" in str(error)

everyone.free(shared)
pair.leave()
everyone.leave()
print(f"rank {rank} of {ranks}: good, {something_else:.0f}")

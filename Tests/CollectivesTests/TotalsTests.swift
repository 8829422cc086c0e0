import Collectives
import Testing

/// Sums in closed form against sums over every transfer.
struct TotalsTests {
    @Test(arguments: Case.all)
    func areThoseOfAllSteps(_ one: Case) {
        for ranks in [1, 2, 3, 4, 5, 6, 8, 12, 16] {
            for request in one.requests(ranks: ranks, lanes: [(1, 1), (2, 3)]) {
                for counts in one.counts(ranks: ranks) {
                    for elements in [0, 1, ranks + 1, 1000, 48 * ranks] {
                        let request = request.with {
                            $0.elements = elements
                            $0.counts = counts
                            $0.root = one.roots(ranks: ranks).last ?? 0
                        }
                        let schedule = one.algorithm.schedule(request)
                        #expect(
                            schedule.totals == summed(schedule),
                            "\(one.testDescription), \(request)"
                        )
                    }
                }
            }
        }
    }

    private func summed(_ schedule: Schedule) -> Totals {
        var totals = Totals()
        var sent = [Int](repeating: 0, count: schedule.endpoints)
        var received = sent
        for track in schedule.tracks.indices {
            var crossing: Set<[Int]> = []
            for slice in 0..<schedule.slices {
                schedule.forEachStep(track: track, slice: slice) { step in
                    totals.steps += 1
                    func add(_ place: Place, _ source: Int, _ target: Int) {
                        if source == target { return }
                        let lane = schedule.lane(of: step)
                        let count = schedule.elementCount(of: place, lane: lane)
                        sent[source] += count * schedule.elementSize
                        received[target] += count * schedule.elementSize
                        totals.bytes += count * schedule.elementSize
                        totals.transfers += 1
                        crossing.insert([step.phase, step.round])
                    }
                    schedule.forEachSource(of: step) { add($0, $0.endpoint, step.actor) }
                    schedule.forEachTarget(of: step) { add($0, step.actor, $0.endpoint) }
                }
            }
            totals.rounds = max(totals.rounds, crossing.count)
        }
        totals.sentBytes = sent.prefix(schedule.ranks).max() ?? 0
        totals.receivedBytes = received.prefix(schedule.ranks).max() ?? 0
        totals.scratchBytes = schedule.slotCount * schedule.slotElements * schedule.elementSize
        return totals
    }

    @Test func aMillionRanksMoveMoreBytesThanANumberHolds() throws {
        let ring = try #require(Algorithm.named("ring", for: .allGather))
        let totals = ring.schedule(Request(ranks: 1_000_000, elements: 1 << 30)).totals
        #expect(totals.bytes == .max)
        #expect(totals.sentBytes == 999_999 << 32)
    }
}

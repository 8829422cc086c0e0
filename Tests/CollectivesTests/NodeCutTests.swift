import Collectives
import Testing

/// Schedules cut at the borders of nodes are schedules still: proved, and with the same results.
struct NodeCutTests {
    /// Ways to spread endpoints over nodes: each alone, in blocks, and dealt out.
    private static func spreads(_ endpoints: Int) -> [[Int]] {
        [
            Array(0..<endpoints),
            (0..<endpoints).map { $0 * 2 / endpoints },
            (0..<endpoints).map { $0 % 2 },
            (0..<endpoints).map { $0 / 3 },
        ]
    }

    /// Only copies of one place leave a node.
    private static func strays(_ cut: Schedule, _ nodes: [Int]) -> Int {
        var strays = 0
        for track in cut.tracks.indices {
            cut.forEachStep(track: track, slice: 0) { step in
                var sources = 0
                var near = 0
                var far = 0
                cut.forEachSource(of: step) { place in
                    sources += 1
                    if nodes[place.endpoint] != nodes[step.actor] { strays += 1 }
                }
                cut.forEachTarget(of: step) { place in
                    if nodes[place.endpoint] == nodes[step.actor] { near += 1 } else { far += 1 }
                }
                if far > 1 || (far == 1 && (sources > 1 || near > 0)) { strays += 1 }
            }
        }
        return strays
    }

    @Test(arguments: Case.all)
    func everyCutIsProved(_ one: Case) throws {
        for ranks in [2, 3, 4, 6] {
            for request in one.requests(ranks: ranks, lanes: [ranks == 4 ? (2, 3) : (1, 1)]) {
                for counts in one.counts(ranks: ranks) {
                    for elements in ranks == 3 ? [1, 1000] : [1000] {
                        let root = one.roots(ranks: ranks).upperBound - 1
                        let request = request.with {
                            $0.root = root
                            $0.counts = counts
                            $0.elements = elements
                        }
                        try expectCutsOf(one.algorithm.schedule(request), "\(one), \(request)")
                    }
                }
            }
        }
    }

    private func expectCutsOf(_ schedule: Schedule, _ words: String) throws {
        for nodes in Self.spreads(schedule.endpoints) {
            for directFrom in [0, 512, Int.max] {
                for inputsChange in [false, true] where directFrom == 512 || !inputsChange {
                    let cut = schedule.cut(
                        nodes: nodes,
                        directFrom: directFrom,
                        inputsChange: inputsChange
                    )
                    #expect(Self.strays(cut, nodes) == 0, "\(words), nodes \(nodes)")
                    do {
                        _ = try cut.prove()
                    } catch {
                        Issue.record("\(words), nodes \(nodes), direct \(directFrom): \(error)")
                        return
                    }
                }
            }
        }
    }

    /// What is sent from node to node is what the schedule's own steps move between them.
    @Test func aCutSendsNoMoreThanIsMoved() throws {
        for name in ["ring", "two-shot", "halving-doubling", "one-shot"] {
            let algorithm = try #require(Algorithm.named(name, for: .allReduce))
            let schedule = algorithm.schedule(Request(ranks: 8, elements: 8000))
            let nodes = (0..<8).map { $0 / 4 }
            let cut = schedule.cut(nodes: nodes, directFrom: 4096)
            #expect(Self.crossing(cut, nodes) == Self.crossing(schedule, nodes), "\(name)")
        }
    }

    private static func crossing(_ schedule: Schedule, _ nodes: [Int]) -> Int {
        var elements = 0
        for track in schedule.tracks.indices {
            schedule.forEachStep(track: track, slice: 0) { step in
                let lane = schedule.lane(of: step)
                func count(_ place: Place) {
                    if nodes[place.endpoint] != nodes[step.actor] {
                        elements += schedule.elementCount(of: place, lane: lane)
                    }
                }
                schedule.forEachSource(of: step) { count($0) }
                schedule.forEachTarget(of: step) { count($0) }
            }
        }
        return elements
    }
}

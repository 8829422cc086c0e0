import Collectives
import Testing

/// Ring, one-shot and two-shot: right for every number of ranks, size, channel, slice and place.
struct AllReduceTests {
    private static let ranks = Array(1...16) + [24, 32, 33]

    private static func requests(ranks: Int) -> [Request] {
        // Many ranks with many lanes say nothing that few ranks do not.
        let lanes =
            ranks <= 6
            ? (1...3).flatMap { channels in (1...4).map { (channels, $0) } }
            : [(1, 1), (2, 3)]
        let counts = Set([0, 1, ranks - 1, ranks, ranks + 1, 1000]).sorted()
        return lanes.flatMap { channels, slices in
            counts.flatMap { elements in
                [false, true].map { inPlace in
                    Request(
                        ranks: ranks,
                        elements: elements,
                        inPlace: inPlace,
                        channels: channels,
                        slices: slices
                    )
                }
            }
        }
    }

    @Test(arguments: Algorithm.all.map(\.name), ranks)
    func computesTheSum(_ name: String, _ ranks: Int) throws {
        let algorithm = try #require(Algorithm.all.first { $0.name == name })
        for request in Self.requests(ranks: ranks) {
            expectCorrect(algorithm.schedule(request), "\(name), \(request)")
        }
    }

    @Test(arguments: Algorithm.all.map(\.name), [1, 2, 3, 4, 5, 8, 13])
    func canBeWrittenOutStepByStep(_ name: String, _ ranks: Int) throws {
        let algorithm = try #require(Algorithm.all.first { $0.name == name })
        for request in Self.requests(ranks: ranks) where request.elements != 1000 {
            let schedule = algorithm.schedule(request)
            let table = schedule.tabulated()
            #expect(try table.prove() == schedule.prove(), "\(name), \(request)")
            for endpoint in 0..<ranks {
                #expect(
                    written(table.program(of: endpoint), table)
                        == written(schedule.program(of: endpoint), schedule),
                    "\(name), \(request)"
                )
            }
        }
    }

    /// Each endpoint's own program, made without looking at others, is its share of the whole.
    @Test(arguments: Algorithm.all.map(\.name), [1, 2, 3, 4, 5, 8, 13])
    func programsTogetherAreTheSchedule(_ name: String, _ ranks: Int) throws {
        let algorithm = try #require(Algorithm.all.first { $0.name == name })
        for request in Self.requests(ranks: ranks) where request.elements == 1000 {
            for stride in 0...2 {
                var schedule = algorithm.schedule(request)
                schedule.stride = stride
                var all: [Step] = []
                for track in schedule.tracks.indices {
                    for slice in 0..<schedule.slices {
                        schedule.forEachStep(track: track, slice: slice) { all.append($0) }
                    }
                }
                let programs = (0..<ranks).map { schedule.program(of: $0) }
                #expect(all.count == programs.map(\.count).reduce(0, +))
                #expect(Set(all) == Set(programs.joined()))
                for (rank, program) in programs.enumerated() {
                    #expect(program.allSatisfy { $0.actor == rank })
                    #expect(isInOrder(program, schedule), "\(name), \(request), \(stride)")
                }
            }
        }
    }

    @Test func namesAreUniqueAndSummariesShort() {
        #expect(Set(Algorithm.all.map(\.name)).count == Algorithm.all.count)
        #expect(Algorithm.all(for: .allReduce).map(\.name) == ["ring", "one-shot", "two-shot"])
        #expect(Algorithm.all(for: .broadcast).isEmpty)
        for algorithm in Algorithm.all { #expect(algorithm.summary.count < 80) }
    }

    @Test func onlySmallOneShotsTravelAsLines() throws {
        let algorithm = try #require(Algorithm.all.first { $0.name == "one-shot" })
        let small = algorithm.schedule(Request(ranks: 2, elements: 128))
        let large = algorithm.schedule(Request(ranks: 2, elements: 129))
        #expect(small.scratch == Scratch(slots: 2, lines: true))
        #expect(large.scratch == Scratch(slots: 2, lines: false))
    }

    /// What a step reads and writes, and when: all that matters of it.
    private struct Written: Equatable {
        var round: Int
        var slice: Int
        var track: Int
        var sources: [Place] = []
        var targets: [Place] = []
    }

    private func written(_ program: [Step], _ schedule: Schedule) -> [Written] {
        program.map { step in
            var result = Written(round: step.round, slice: step.slice, track: step.track)
            schedule.forEachSource(of: step) { result.sources.append($0) }
            schedule.forEachTarget(of: step) { result.targets.append($0) }
            return result
        }
    }

    /// By round plus `stride` times slice.
    private func isInOrder(_ program: [Step], _ schedule: Schedule) -> Bool {
        let keys = program.map { step in
            let phases = schedule.tracks[step.track].phases
            let start = phases[..<step.phase].map(\.rounds).reduce(0, +)
            return start + step.round + schedule.stride * step.slice
        }
        return keys == keys.sorted()
    }
}

import Collectives
import Testing

/// A schedule is a description: its size does not depend on how many ranks it is for.
struct ScaleTests {
    private static let million = 1_000_000

    @Test func ringOverAMillionRanks() throws {
        let ring = try #require(Algorithm.all.first { $0.name == "ring" })
        let schedule = ring.schedule(Request(ranks: Self.million, elements: 1 << 24))
        #expect(schedule.tracks.map(\.phases.count) == [4])
        #expect(schedule.tracks[0].rounds == 2 * (Self.million - 1))
        let program = schedule.program(of: 123_456)
        #expect(program.count == 2 * (Self.million - 1))
        let last = try #require(program.last)
        var places: [Place] = []
        schedule.forEachSource(of: last) { places.append($0) }
        schedule.forEachTarget(of: last) { places.append($0) }
        // In the last round of the all-gather the chunk behind its own comes around.
        let chunk = 123_457
        #expect(
            places == [
                Place(endpoint: 123_455, buffer: .output, first: chunk),
                Place(endpoint: 123_456, buffer: .output, first: chunk),
            ]
        )
    }

    @Test func groupedStepsOverAMillionRanks() throws {
        for name in ["one-shot", "two-shot"] {
            let algorithm = try #require(Algorithm.all.first { $0.name == name })
            let schedule = algorithm.schedule(Request(ranks: Self.million, elements: 1 << 24))
            let program = schedule.program(of: Self.million - 1)
            #expect(program.count == (name == "one-shot" ? 2 : 1))
            var sources = 0
            schedule.forEachSource(of: program[program.count - 1]) { _ in sources += 1 }
            #expect(sources == Self.million)
        }
    }

    /// Phases grow with the logarithm of ranks at most, whatever the algorithm.
    @Test(arguments: Case.all)
    func phasesGrowWithTheLogarithmOfRanks(_ one: Case) {
        for ranks in [1 << 20, 1_000_000] {
            let request = Request(ranks: ranks, elements: 16)
            if one.algorithm.refusal(of: request) != nil { continue }
            let schedule = one.algorithm.schedule(request)
            let phases = schedule.tracks.map(\.phases.count).reduce(0, +)
            #expect(phases <= 250, "\(one.testDescription)")
        }
    }
}

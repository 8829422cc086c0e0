import Collectives
import Testing

/// A schedule, its programs and its table say the same.
struct ProgramTests {
    private static let ranks = [1, 2, 3, 4, 5, 8, 13]

    private func requests(_ one: Case, _ ranks: Int) -> [Request] {
        one.requests(ranks: ranks, lanes: [(1, 1), (2, 3)]).map { request in
            request.with { $0.elements = 100 }
        }
    }

    @Test(arguments: Case.all)
    func canBeWrittenOutStepByStep(_ one: Case) throws {
        for ranks in Self.ranks {
            for request in requests(one, ranks) {
                let schedule = one.algorithm.schedule(request)
                let table = schedule.tabulated()
                #expect(try table.prove() == schedule.prove(), "\(one.testDescription), \(request)")
                for endpoint in 0..<schedule.endpoints {
                    #expect(
                        written(table.program(of: endpoint), table)
                            == written(schedule.program(of: endpoint), schedule),
                        "\(one.testDescription), \(request)"
                    )
                }
            }
        }
    }

    /// Each endpoint's own program, made without looking at others, is its share of the whole.
    @Test(arguments: Case.all)
    func programsTogetherAreTheSchedule(_ one: Case) {
        for ranks in Self.ranks {
            for request in requests(one, ranks) {
                var schedule = one.algorithm.schedule(request)
                for stride in 0...2 {
                    schedule.stride = stride
                    var all: [Step] = []
                    for track in schedule.tracks.indices {
                        for slice in 0..<schedule.slices {
                            schedule.forEachStep(track: track, slice: slice) { all.append($0) }
                        }
                    }
                    let programs = (0..<schedule.endpoints).map { schedule.program(of: $0) }
                    #expect(all.count == programs.map(\.count).reduce(0, +))
                    #expect(Set(all) == Set(programs.joined()))
                    for (rank, program) in programs.enumerated() {
                        #expect(program.allSatisfy { $0.actor == rank })
                        #expect(isInOrder(program, schedule), "\(one.testDescription), \(request)")
                    }
                }
            }
        }
    }

    /// What goes between endpoints is what the steps read and write elsewhere.
    @Test(arguments: Case.all)
    func transfersAreThoseOfTheSteps(_ one: Case) {
        for ranks in Self.ranks {
            for request in requests(one, ranks) {
                let schedule = one.algorithm.schedule(request)
                for form in [schedule, schedule.tabulated()] {
                    for track in form.tracks.indices {
                        var found: [Transfer] = []
                        form.forEachTransfer(track: track) { found.append($0) }
                        let wanted = transfers(of: form, track)
                        #expect(found == wanted, "\(one.testDescription), \(request)")
                    }
                }
            }
        }
    }

    private func transfers(of schedule: Schedule, _ track: Int) -> [Transfer] {
        var result: [Transfer] = []
        schedule.forEachStep(track: track, slice: 0) { step in
            let start = schedule.tracks[track].phases[..<step.phase].map(\.rounds).reduce(0, +)
            func note(_ place: Place, _ source: Int, _ target: Int) {
                if source == target { return }
                let time = start + step.round
                result.append(
                    Transfer(time: time, source: source, target: target, first: place.first)
                )
            }
            schedule.forEachSource(of: step) { note($0, $0.endpoint, step.actor) }
            schedule.forEachTarget(of: step) { note($0, step.actor, $0.endpoint) }
        }
        return result
    }

    /// What a step reads and writes, and when: all that matters of it.
    private struct Written: Equatable {
        var round: Int
        var slice: Int
        var track: Int
        var isComplete: Bool
        var sources: [Place] = []
        var targets: [Place] = []
    }

    private func written(_ program: [Step], _ schedule: Schedule) -> [Written] {
        program.map { step in
            var result = Written(
                round: step.round,
                slice: step.slice,
                track: step.track,
                isComplete: schedule.isComplete(step)
            )
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

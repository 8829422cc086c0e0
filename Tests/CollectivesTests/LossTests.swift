import Collectives
import Testing

/// Which contribution a wrong schedule loses, and where.
@Suite struct LossTests {
    private func table(_ name: String, ranks: Int) throws -> Schedule {
        let algorithm = try #require(Algorithm.named(name, for: .allReduce))
        return algorithm.schedule(Request(ranks: ranks, elements: 64 * ranks)).tabulated()
    }

    private func replacing(
        _ schedule: Schedule,
        phase: Int,
        _ change: (inout [StepTable.Step]) -> Void
    ) throws -> Schedule {
        var result = schedule
        var phases = schedule.tracks[0].phases
        guard case .table(let table) = phases[phase].form else { return schedule }
        var steps = table.steps
        change(&steps)
        phases[phase] = Phase(phases[phase].name, table: StepTable(steps))
        result.tracks = [Track(phases)]
        return result
    }

    @Test(arguments: ["ring", "one-shot", "two-shot", "two-level"])
    func nothingIsLostInWhatIsRight(_ name: String) throws {
        for ranks in 1...9 { #expect(try table(name, ranks: ranks).firstLoss() == nil) }
    }

    @Test func aSumThatLeavesItsOwnOutIsFound() throws {
        let wrong = try replacing(try table("ring", ranks: 4), phase: 1) { steps in
            let index = steps.firstIndex { $0.actor == 2 }
            if let index { steps[index].sources.removeLast() }
        }
        #expect(throws: Flaw.self) { try wrong.prove() }
        let loss = try #require(wrong.firstLoss())
        #expect(loss.origin == 2 && loss.chunk == 3 && loss.lastStep == nil)
        #expect(loss.holders == [])
        #expect(loss.step?.actor == 2)
        #expect(
            loss.description == "rank 0's output chunk 3 lacks rank 2's contribution, "
                + "which never leaves the input"
        )
    }

    @Test func aBlockThatIsNotPassedOnIsFound() throws {
        let wrong = try replacing(try table("ring", ranks: 4), phase: 3) { steps in
            steps.removeAll { $0.round == 2 && $0.actor == 1 }
        }
        let loss = try #require(wrong.firstLoss())
        #expect(loss.rank == 1 && loss.chunk == 2)
        let step = try #require(loss.step)
        #expect(wrong.spaceTime(around: step).contains("!"))
    }

    @Test func whatIsOverwrittenIsFound() throws {
        let wrong = try replacing(try table("ring", ranks: 2), phase: 1) { steps in
            let input = Place(endpoint: 0, buffer: .input, first: 0)
            let output = Place(endpoint: 0, buffer: .output, first: 0)
            steps.append(.init(round: 1, actor: 0, sources: [input], targets: [output]))
        }
        let loss = try #require(wrong.firstLoss())
        #expect(loss.rank == 0 && loss.chunk == 0 && loss.origin == 1)
        #expect(loss.holders == [1])
        #expect(loss.description.hasSuffix("and in the end lies only at rank 1"), "\(loss)")
    }

    /// Whatever step is missing, something is lost, and there is a step to look at.
    @Test(arguments: ["ring", "one-shot", "two-shot", "two-level"])
    func everyMissingStepLosesSomething(_ name: String) throws {
        for ranks in 2...5 {
            let whole = try table(name, ranks: ranks)
            for (phase, form) in whole.tracks[0].phases.map(\.form).enumerated() {
                guard case .table(let table) = form else { continue }
                for index in table.steps.indices {
                    let wrong = try replacing(whole, phase: phase) { $0.remove(at: index) }
                    let loss = try #require(wrong.firstLoss(), "\(name) \(ranks) \(phase) \(index)")
                    #expect(loss.origin < ranks && loss.rank < ranks)
                    if let step = loss.step {
                        #expect(!wrong.spaceTime(around: step).isEmpty)
                    }
                }
            }
        }
    }
}

import Collectives
import Testing

/// The prover against thousands of broken schedules: values decide what is broken.
struct MutationTests {
    /// What became of the mutations of one kind.
    private struct Score {
        var made = 0
        var altering = 0
        var caught = 0
        var refusedThoughHarmless = 0
    }

    /// A schedule of each algorithm, with elements so large that each chunk has one, and how often
    /// to break it in each way: the first algorithms often, all others at a few rank counts.
    private func schedules(ranks: Int) -> [(schedule: Schedule, tries: Int)] {
        Case.all.flatMap { one -> [(Schedule, Int)] in
            let collective = one.algorithm.collective
            let isFirst =
                collective == .allReduce
                && ["ring", "one-shot", "two-shot"].contains(one.algorithm.name)
            // What a barrier's tokens say is not seen in values.
            if collective == .barrier || !isFirst && ranks != 4 && ranks != 5 { return [] }
            return [false, true].flatMap { inPlace -> [(Schedule, Int)] in
                let request = Request(
                    ranks: ranks,
                    elements: ranks,
                    elementSize: 64,
                    inPlace: inPlace,
                    root: collective.hasRoot ? ranks - 1 : 0
                )
                if one.algorithm.refusal(of: request) != nil { return [] }
                let schedule = one.algorithm.schedule(request)
                guard schedule.tracks.count == 1 else { return [] }
                guard schedule.scratch.lines else { return [(schedule, isFirst ? 24 : 3)] }
                var plain = schedule
                plain.scratch.lines = false
                return [(schedule, 24), (plain, 24)]
            }
        }
    }

    /// Listed actor by actor, the actors in a random order: each keeps its own order.
    private func shuffled(
        _ steps: [StepTable.Step],
        _ schedule: Schedule,
        _ random: inout SplitMix64
    ) -> [StepTable.Step] {
        let order = (0..<schedule.endpoints).shuffled(using: &random)
        return order.flatMap { actor in steps.filter { $0.actor == actor } }
    }

    /// Whether the values are wrong: as listed, with actors in another order within each round,
    /// or when every endpoint runs its own program and waits for data only.
    private func alters(
        _ steps: [StepTable.Step],
        of schedule: Schedule,
        _ inputs: [[UInt64]],
        _ random: inout SplitMix64
    ) -> Bool {
        let mutant = schedule.with(steps)
        func isRight(_ schedule: Schedule) -> Bool {
            ObviousResult.interpretsRightly(schedule, inputs)
        }
        if !isRight(mutant) { return true }
        for _ in 0..<4 {
            if !isRight(schedule.with(shuffled(steps, schedule, &random))) { return true }
        }
        for _ in 0..<4 {
            var execution = Execution(mutant, inputs: inputs)
            guard let outputs = execution.run(using: &random) else { return true }
            if !ObviousResult.isRight(outputs, of: mutant, inputs) { return true }
        }
        return false
    }

    private func isRefused(_ schedule: Schedule) -> Bool {
        do {
            _ = try schedule.prove()
            return false
        } catch {
            return true
        }
    }

    @Test func catchesEveryMutationThatAltersAResult() {
        var random = SplitMix64(seed: 2026)
        var scores: [Mutation: Score] = [:]
        for ranks in 2...6 {
            for (schedule, tries) in schedules(ranks: ranks) {
                let steps = schedule.flatSteps
                let inputs = ObviousResult.inputs(of: schedule)
                #expect(!alters(steps, of: schedule, inputs, &random))
                #expect(!isRefused(schedule.with(steps)))
                for mutation in Mutation.allCases {
                    for _ in 0..<tries {
                        guard let mutant = mutation.applied(to: steps, of: schedule, &random)
                        else { continue }
                        var score = scores[mutation, default: Score()]
                        score.made += 1
                        let refused = isRefused(schedule.with(mutant))
                        if !schedule.with(mutant).isWellFormed {
                            // Nothing can run it, so that only the prover can say anything.
                            #expect(refused, "\(mutation), \(schedule.algorithm) \(mutant)")
                        } else if alters(mutant, of: schedule, inputs, &random) {
                            score.altering += 1
                            score.caught += refused ? 1 : 0
                            if !refused {
                                Issue.record("missed: \(mutation), \(schedule.algorithm) \(mutant)")
                            }
                        } else if refused {
                            score.refusedThoughHarmless += 1
                        }
                        scores[mutation] = score
                    }
                }
            }
        }
        expectThorough(scores)
    }

    private func expectThorough(_ scores: [Mutation: Score]) {
        for mutation in Mutation.allCases {
            let score = scores[mutation, default: Score()]
            print(
                "\(mutation.rawValue): made \(score.made), altering \(score.altering), caught",
                "\(score.caught), refused though harmless \(score.refusedThoughHarmless)"
            )
            #expect(score.caught == score.altering, "\(mutation.rawValue)")
            // Who moves the data is all the same, as long as somebody does.
            let isHarmless = mutation == .wrongActor
            #expect(isHarmless || score.altering >= 20, "\(mutation.rawValue): too few")
        }
        let made = scores.values.map(\.made).reduce(0, +)
        let altering = scores.values.map(\.altering).reduce(0, +)
        let caught = scores.values.map(\.caught).reduce(0, +)
        print("mutations made \(made), altering \(altering), caught \(caught)")
        #expect(altering > 3000)
    }
}

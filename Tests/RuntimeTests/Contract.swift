import Collectives
import Glibc
import Runtime
import TestSupport

/// One schedule and how it is run.
struct ContractCase: Sendable, CustomStringConvertible {
    var algorithm: String
    var ranks: Int
    var elements: Int
    var inPlace = false
    var channels = 1
    var slices = 1
    var instructions = InstructionSet.best
    var isStreaming = false

    var description: String {
        "\(algorithm), \(ranks) ranks, \(elements) elements\(inPlace ? ", in place" : ""), "
            + "\(channels) channels, \(slices) slices, \(instructions.rawValue)"
            + (isStreaming ? ", streaming" : "")
    }

    var schedule: Schedule {
        get throws {
            guard let found = Algorithm.all.first(where: { $0.name == algorithm }) else {
                throw RuntimeError("no algorithm \(algorithm)")
            }
            return found.schedule(
                Request(
                    ranks: ranks,
                    elements: elements,
                    inPlace: inPlace,
                    channels: channels,
                    slices: slices
                )
            )
        }
    }

    func drafts() throws -> [PlanDraft] {
        let schedule = try schedule
        let graph = DependencyGraph(schedule)
        return try (0..<ranks).map {
            try PlanDraft(
                schedule,
                graph: graph,
                endpoint: $0,
                streamingFrom: isStreaming ? 0 : .max
            )
        }
    }

    /// What a rank contributes to an operation: fractions of any size, so that another order of
    /// addition gives other bits.
    func input(rank: Int, operation: Int) -> [Float] {
        var random = SeededRandom(seed: UInt64(rank * 1_000_003 + operation * 7919 + elements))
        return (0..<elements).map { _ in
            let bits = random.next()
            let exponent = Int(bits & 15) - 8
            return Float(sign: .plus, exponent: exponent, significand: 1)
                * (Float(bits >> 40) / Float(1 << 23) - 1)
        }
    }

    /// What every rank must have after an operation, from the reference interpreter.
    func expected(operation: Int) throws -> [[Float]] {
        let inputs = (0..<ranks).map { input(rank: $0, operation: operation) }
        return try schedule.interpret(inputs: inputs, empty: .nan, combine: +)
    }
}

/// Runs cases one after the other, in one memory, with a thread for each rank.
struct ContractRun {
    var cases: [ContractCase]
    var operations = 3
    var isOversubscribed: Bool
    /// Microseconds that ranks dawdle now and then, to change who comes first.
    var dawdling = 0

    /// Where a rank's results differ from the reference, in words; empty when they do not.
    ///
    /// No barrier lies between operations, nor between cases: a plan that has returned has said
    /// that its caller may read the output and write a new input.
    func problems() throws -> [String] {
        let ranks = cases[0].ranks
        let drafts = try cases.map { try $0.drafts() }
        let areas = Areas(for: drafts.flatMap(\.self))
        let most = cases.map { ($0.elements * 4 + 4095) / 4096 * 4096 }.max() ?? 0
        let memory = try Segment.create(
            Segment.Shape(
                endpoints: ranks,
                isOversubscribed: isOversubscribed,
                heapBytes: areas.buffersStart + 2 * most + 4096
            )
        )
        defer { close(memory) }
        let inputs = cases.map { one in
            (0..<ranks).map { rank in
                (0..<operations).map { one.input(rank: rank, operation: $0) }
            }
        }
        let expected = try cases.map { one in
            try (0..<operations).map { try one.expected(operation: $0) }
        }
        let found = Collected<String>()
        let observer = try Segment(descriptor: memory, endpoint: nil)
        let work = self
        let runOne: @Sendable (Int) -> Void = { rank in
            do {
                let segment = try Segment(descriptor: memory, endpoint: rank)
                do {
                    try work.runRank(
                        segment,
                        rank,
                        drafts,
                        areas,
                        most,
                        inputs,
                        expected,
                        found
                    )
                } catch {
                    found.add("rank \(rank): \(error)")
                    segment.abort()
                }
            } catch {
                found.add("rank \(rank): \(error)")
            }
        }
        Threads.run(ranks, onOverdue: { observer.abort() }, runOne)
        return found.all
    }

    private func runRank(
        _ segment: borrowing Segment,
        _ rank: Int,
        _ drafts: [[PlanDraft]],
        _ areas: Areas,
        _ most: Int,
        _ inputs: [[[[Float]]]],
        _ expected: [[[[Float]]]],
        _ found: Collected<String>
    ) throws {
        var random = SeededRandom(seed: UInt64(rank))
        try segment.barrier()
        for (number, one) in cases.enumerated() {
            let plan = try Plan(
                drafts[number][rank],
                segment: segment,
                areas: areas,
                instructions: one.instructions
            )
            let inputAt = areas.buffersStart
            let outputAt = one.inPlace ? inputAt : inputAt + most
            try plan.bind(segment, input: inputAt, output: outputAt)
            let heap = segment.heap(of: rank)
            let input = (heap + inputAt).assumingMemoryBound(to: Float.self)
            let output = (heap + outputAt).assumingMemoryBound(to: Float.self)
            for operation in 0..<operations {
                if dawdling > 0 && random.below(3) == 0 { usleep(UInt32(random.below(dawdling))) }
                input.update(from: inputs[number][rank][operation], count: one.elements)
                try plan.run(segment, operations: 1)
                let want = expected[number][operation][rank]
                for index in 0..<one.elements
                where output[index].bitPattern != want[index].bitPattern {
                    found.add(
                        "\(one), operation \(operation), rank \(rank), element \(index): "
                            + "\(output[index]) instead of \(want[index])"
                    )
                    break
                }
            }
        }
    }
}

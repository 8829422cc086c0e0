import Collectives
import Testing

/// What a collective means, written as directly as possible, to hold schedules against.
enum ObviousResult {
    /// Marks what no step writes; no input has this value.
    static let empty: UInt64 = 0xdead

    /// Values that are distinct for each rank and index, and whose sums are too.
    static func inputs(of schedule: Schedule) -> [[UInt64]] {
        (0..<schedule.ranks).map { rank in
            (0..<schedule.elementCount(of: .input)).map { index in
                SplitMix64.mix(UInt64(rank) << 32 | UInt64(index) + 1)
            }
        }
    }

    /// The outputs that the collective defines, nil for a rank that gets none.
    static func outputs(of schedule: Schedule, _ inputs: [[UInt64]]) -> [[UInt64]?] {
        let (n, block) = (schedule.ranks, schedule.elements)
        func sum(_ index: Int) -> UInt64 { inputs.reduce(0) { $0 &+ $1[index] } }
        return (0..<n).map { rank in
            switch schedule.collective {
            case .allReduce: (0..<block).map(sum)
            case .reduce: rank == schedule.root ? (0..<block).map(sum) : nil
            case .broadcast: inputs[schedule.root]
            case .reduceScatter: (0..<block).map { sum(rank * block + $0) }
            case .allGather: inputs.flatMap(\.self)
            case .allToAll:
                inputs.flatMap { $0[(rank * block)..<((rank + 1) * block)] }
            }
        }
    }

    /// Whether outputs are what the collective defines.
    static func isRight(_ outputs: [[UInt64]], of schedule: Schedule, _ inputs: [[UInt64]]) -> Bool
    {
        zip(outputs, Self.outputs(of: schedule, inputs)).allSatisfy { $1 == nil || $0 == $1 }
    }
}

/// Proves a schedule, and shows that its values are those of the collective.
func expectCorrect(
    _ schedule: Schedule,
    _ comment: @autoclosure () -> String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    do {
        _ = try schedule.prove()
        let inputs = ObviousResult.inputs(of: schedule)
        let outputs = schedule.interpret(inputs: inputs, empty: ObviousResult.empty, combine: &+)
        if ObviousResult.isRight(outputs, of: schedule, inputs) { return }
        Issue.record("\(comment()): wrong values", sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(comment()): \(error)", sourceLocation: sourceLocation)
    }
}

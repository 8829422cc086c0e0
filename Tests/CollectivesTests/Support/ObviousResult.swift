import Collectives
import Testing

/// What a collective means, written as directly as possible, to hold schedules against.
enum ObviousResult {
    /// Marks what no step writes; no input has this value.
    static let empty: UInt64 = 0xdead

    /// Values that are distinct for each rank and index, and whose sums are too.
    static func inputs(of schedule: Schedule) -> [[UInt64]] {
        (0..<schedule.ranks).map { rank in
            (0..<schedule.elementCount(of: .input, rank: rank)).map { index in
                SplitMix64.mix(UInt64(rank) << 32 | UInt64(index) + 1)
            }
        }
    }

    /// The outputs that the collective defines, nil for a rank that gets none.
    static func outputs(of schedule: Schedule, _ inputs: [[UInt64]]) -> [[UInt64]?] {
        let (n, block, root) = (schedule.ranks, schedule.elements, schedule.root)
        func sum(_ index: Int) -> UInt64 { inputs.reduce(0) { $0 &+ $1[index] } }
        /// The block that a rank sends to another.
        func part(_ from: Int, _ to: Int) -> ArraySlice<UInt64> {
            guard let values = schedule.counts?.values else {
                return inputs[from][(to * block)..<((to + 1) * block)]
            }
            let row = values[(from * n)..<((from + 1) * n)]
            let start = row.prefix(to).reduce(0, +)
            return inputs[from][start..<(start + row[from * n + to])]
        }
        return (0..<n).map { rank in
            switch schedule.collective {
            case .allReduce: (0..<block).map(sum)
            case .reduce: rank == root ? (0..<block).map(sum) : nil
            case .broadcast: inputs[root]
            case .reduceScatter: (0..<block).map { sum(rank * block + $0) }
            case .allGather, .allGatherV: inputs.flatMap(\.self)
            case .allToAll, .allToAllV: (0..<n).flatMap { part($0, rank) }
            case .gather: rank == root ? inputs.flatMap(\.self) : nil
            case .scatter: Array(part(root, rank))
            case .sendReceive: inputs[(rank + n - 1) % n]
            // That a token has come from everyone shows in the proof, not in its value.
            case .barrier: nil
            }
        }
    }

    /// Whether outputs are what the collective defines.
    static func isRight(_ outputs: [[UInt64]], of schedule: Schedule, _ inputs: [[UInt64]]) -> Bool
    {
        zip(outputs, Self.outputs(of: schedule, inputs)).allSatisfy { $1 == nil || $0 == $1 }
    }

    /// Whether the interpreter gives what the collective defines: sums of scaled inputs, completed
    /// once, where there are sums.
    static func interpretsRightly(_ schedule: Schedule, _ inputs: [[UInt64]]) -> Bool {
        let arithmetic = ScaledSum()
        let outputs = schedule.interpret(inputs: inputs, empty: empty, arithmetic: arithmetic)
        guard schedule.collective.reduces else { return isRight(outputs, of: schedule, inputs) }
        return zip(outputs, Self.outputs(of: schedule, inputs)).allSatisfy { got, sums in
            guard let sums else { return true }
            return got == sums.map { arithmetic.store($0 &* ScaledSum.factor, isComplete: true) }
        }
    }
}

/// A sum that shows when an input enters it unscaled or twice scaled, and when a result was not
/// completed or completed twice.
struct ScaledSum: Arithmetic {
    static let factor: UInt64 = 3
    let preparesInputs = true
    let finishesResults = true

    func load(_ value: UInt64, isInput: Bool) -> UInt64 {
        isInput ? value &* Self.factor : value
    }
    func combine(_ left: UInt64, _ right: UInt64) -> UInt64 { left &+ right }
    func store(_ sum: UInt64, isComplete: Bool) -> UInt64 { isComplete ? sum &+ 1 : sum }
}

/// Proves a schedule, and shows that its values are those of the collective.
func expectCorrect(
    _ schedule: Schedule,
    _ comment: @autoclosure () -> String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    do {
        _ = try schedule.prove()
        if ObviousResult.interpretsRightly(schedule, ObviousResult.inputs(of: schedule)) { return }
        Issue.record("\(comment()): wrong values", sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(comment()): \(error)", sourceLocation: sourceLocation)
    }
}

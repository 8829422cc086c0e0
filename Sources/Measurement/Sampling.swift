/// How long and how often a row is timed.
///
/// Operations run back to back in batches, so that even 50 ns can be told by a clock that takes 20;
/// a batch is long enough for reading the clock to be nothing beside it, and there are enough
/// batches for the median's interval.
public struct SamplingPolicy: Equatable, Sendable {
    /// Seconds that a batch should last.
    public var batchSeconds = 200e-6
    /// Seconds that all batches together should last.
    public var rowSeconds = 0.12
    /// The fewest batches.
    public var batchesMin = 9
    /// The most.
    public var batchesMax = 101
    /// Operations in each batch, where the user said so.
    public var iterations: Int?
    /// Operations before the first batch, where the user said so.
    public var warmup: Int?

    /// The usual policy.
    public init() {}

    /// Operations of a batch and the number of batches, for an operation that takes so long.
    public func batches(forOperationOf seconds: Double) -> (operations: Int, batches: Int) {
        let seconds = max(seconds, 1e-9)
        let operations =
            iterations ?? min(1_000_000, max(1, Int((batchSeconds / seconds).rounded(.up))))
        let batches = Int(rowSeconds / (Double(operations) * seconds))
        return (operations, min(batchesMax, max(batchesMin, batches)))
    }
}

/// Times of the ranks of one row, before anything is made of them.
public struct BatchTimes: Sendable {
    /// Operations in each batch.
    public let operations: Int
    /// For each batch the seconds of the slowest rank, per operation: a collective is over when it
    /// is over for all.
    public let slowest: [Double]

    /// Takes the ticks of each rank's batches.
    public init(operations: Int, ticks: [[UInt64]], ticksPerSecond: Double) {
        self.operations = operations
        let batches = ticks.map(\.count).min() ?? 0
        slowest = (0..<batches).map { batch in
            let most = ticks.map { $0[batch] }.max() ?? 0
            return Double(most) / ticksPerSecond / Double(operations)
        }
    }
}

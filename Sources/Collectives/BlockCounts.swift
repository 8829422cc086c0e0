/// The elements of each block, where blocks differ in size.
public struct BlockCounts: Hashable, Sendable {
    /// One count for each rank, or for each pair of ranks, sender by sender.
    public let values: [Int]
    /// How many ranks the blocks belong to.
    public let ranks: Int
    /// Where each sender's blocks begin in its input, and behind them the sum.
    private let inputOffsets: [Int]
    /// Where each receiver's blocks begin in its output, and behind them the sum.
    private let outputOffsets: [Int]

    /// Counts for all-gather-v: rank r's block has `counts[r]` elements.
    public init(perRank counts: [Int]) {
        precondition(counts.allSatisfy { $0 >= 0 }, "a count is not negative")
        values = counts
        ranks = counts.count
        inputOffsets = []
        outputOffsets = Self.offsets(counts, 0, 1, counts.count)
    }

    /// Counts for all-to-all-v: rank s sends `rows[s][d]` elements to rank d.
    public init(perPair rows: [[Int]]) {
        precondition(rows.allSatisfy { $0.count == rows.count }, "a count for each pair")
        let values = Array(rows.joined())
        precondition(values.allSatisfy { $0 >= 0 }, "a count is not negative")
        let n = rows.count
        self.values = values
        ranks = n
        inputOffsets = (0..<n).flatMap { Self.offsets(values, $0 * n, 1, n) }
        outputOffsets = (0..<n).flatMap { Self.offsets(values, $0, n, n) }
    }

    private static func offsets(_ values: [Int], _ first: Int, _ step: Int, _ count: Int) -> [Int] {
        var sum = 0
        var result = [0]
        for index in 0..<count {
            sum += values[first + index * step]
            result.append(sum)
        }
        return result
    }

    /// Whether there is a count for each pair, not only for each rank.
    public var isPerPair: Bool { !inputOffsets.isEmpty }

    /// The block that a chunk is in an endpoint's input or output.
    func block(_ chunk: Int, in buffer: Buffer, of endpoint: Int) -> Span {
        if !isPerPair {
            let offset = buffer == .output ? outputOffsets[chunk] : 0
            return Span(offset: offset, count: values[chunk])
        }
        let row = endpoint * (ranks + 1)
        if buffer == .input {
            let count = values[endpoint * ranks + chunk]
            return Span(offset: inputOffsets[row + chunk], count: count)
        }
        return Span(offset: outputOffsets[row + chunk], count: values[chunk * ranks + endpoint])
    }

    /// All elements of a rank's input or output.
    func total(of buffer: Buffer, rank: Int) -> Int {
        if isPerPair {
            let offsets = buffer == .input ? inputOffsets : outputOffsets
            return offsets[rank * (ranks + 1) + ranks]
        }
        return buffer == .input ? values[rank] : outputOffsets[ranks]
    }

    /// The largest block.
    var most: Int { values.max() ?? 0 }
}

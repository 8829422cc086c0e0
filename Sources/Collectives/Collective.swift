/// What a group of ranks computes together.
public enum Collective: String, CaseIterable, Sendable {
    /// Every rank ends with the reduction of all inputs.
    case allReduce = "all-reduce"
    /// Rank r ends with block r of the reduction.
    case reduceScatter = "reduce-scatter"
    /// Every rank ends with all inputs, one block each.
    case allGather = "all-gather"
    /// Rank r ends with block r of every input.
    case allToAll = "all-to-all"
    /// Every rank ends with the root's input.
    case broadcast = "broadcast"
    /// The root ends with the reduction of all inputs.
    case reduce = "reduce"

    /// Bus bandwidth over algorithm bandwidth, as nccl-tests' doc/PERFORMANCE.md derives it: the
    /// share of the data that must cross each rank's link, so that figures of different
    /// collectives and rank counts can be held against the same hardware.
    public func busFactor(ranks: Int) -> Double {
        let n = Double(ranks)
        switch self {
        case .allReduce: return ranks == 1 ? 1 : 2 * (n - 1) / n
        case .reduceScatter, .allGather, .allToAll: return ranks == 1 ? 1 : (n - 1) / n
        case .broadcast, .reduce: return 1
        }
    }

    /// How the elements of one rank's input and output are divided into chunks.
    func layout(of buffer: Buffer) -> Layout {
        switch (self, buffer) {
        case (.allReduce, _), (.broadcast, _), (.reduce, _): .vector
        case (.allGather, .input), (.reduceScatter, .output): .block
        case (.allGather, _), (.reduceScatter, _), (.allToAll, _): .blocks
        }
    }

    /// What a rank's output chunk must hold in the end, nil where it does not matter.
    func outcome(rank: Int, chunk: Int, root: Int) -> Outcome? {
        switch self {
        case .allReduce: Outcome(chunk: chunk, origin: nil)
        case .reduceScatter: chunk == rank ? Outcome(chunk: chunk, origin: nil) : nil
        case .allGather: Outcome(chunk: chunk, origin: chunk)
        case .allToAll: Outcome(chunk: rank, origin: chunk)
        case .broadcast: Outcome(chunk: chunk, origin: root)
        case .reduce: rank == root ? Outcome(chunk: chunk, origin: nil) : nil
        }
    }
}

/// The contents that a chunk must have: this chunk of one rank's input, or of all, reduced.
struct Outcome: Equatable {
    let chunk: Int
    /// The rank whose input it is, nil for the reduction over all of them.
    let origin: Int?
}

/// The three kinds of memory that an endpoint has.
public enum Buffer: UInt8, Sendable {
    /// What the caller gives; never written, unless it is the output too (in place).
    case input
    /// What the caller gets.
    case output
    /// Slots that belong to the schedule, the only memory of an aggregator.
    case scratch
}

/// How a buffer's elements are divided.
enum Layout {
    /// One vector, cut into the schedule's chunks.
    case vector
    /// One block for each rank: chunk c is block c.
    case blocks
    /// A single block, whatever the chunk is called.
    case block
}

/// The element types that the data plane moves and reduces.
public enum DataType: String, CaseIterable, Sendable {
    /// IEEE 754 binary32.
    case float32 = "float"

    /// Bytes of an element.
    public var size: Int { 4 }
}

/// How two contributions become one.
public enum ReductionOperator: String, CaseIterable, Sendable {
    /// Addition, left to right in the order that the schedule states.
    case sum
}

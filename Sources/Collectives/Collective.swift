/// What a group of ranks computes together.
public enum Collective: String, CaseIterable, Sendable {
    /// Every rank ends with the reduction of all inputs.
    case allReduce = "all-reduce"
    /// Rank r ends with block r of the reduction.
    case reduceScatter = "reduce-scatter"
    /// Every rank ends with all inputs, one block each.
    case allGather = "all-gather"
    /// As all-gather, but every rank's block has its own size.
    case allGatherV = "all-gather-v"
    /// Rank r ends with block r of every input.
    case allToAll = "all-to-all"
    /// As all-to-all, but every pair's block has its own size.
    case allToAllV = "all-to-all-v"
    /// Every rank ends with the root's input.
    case broadcast = "broadcast"
    /// The root ends with the reduction of all inputs.
    case reduce = "reduce"
    /// The root ends with all inputs, one block each.
    case gather = "gather"
    /// Rank r ends with block r of the root's input.
    case scatter = "scatter"
    /// Every rank ends with the input of the rank before it.
    case sendReceive = "send-receive"
    /// No rank ends before all have begun: an all-reduce of tokens that need only arrive.
    case barrier = "barrier"

    /// Bus bandwidth over algorithm bandwidth, as nccl-tests' doc/PERFORMANCE.md derives it: the
    /// share of the data that must cross each rank's link, so that figures of different
    /// collectives and rank counts can be held against the same hardware.
    public func busFactor(ranks: Int) -> Double {
        let n = Double(ranks)
        switch self {
        case .allReduce: return ranks == 1 ? 1 : 2 * (n - 1) / n
        case .reduceScatter, .allGather, .allGatherV, .allToAll, .allToAllV, .gather, .scatter:
            return ranks == 1 ? 1 : (n - 1) / n
        case .broadcast, .reduce, .sendReceive, .barrier: return 1
        }
    }

    /// Whether one rank gives or gets what the others do not.
    public var hasRoot: Bool {
        switch self {
        case .broadcast, .reduce, .gather, .scatter: true
        default: false
        }
    }

    /// Whether inputs are combined by a reduction operator.
    public var reduces: Bool {
        switch self {
        case .allReduce, .reduceScatter, .reduce: true
        default: false
        }
    }

    /// Blocks of the larger of a rank's two buffers; 1 where both are a vector.
    public func blocks(ranks: Int) -> Int {
        [layout(of: .input), layout(of: .output)].contains { $0 == .blocks } ? ranks : 1
    }

    /// Whether blocks differ in size.
    public var isVariable: Bool { self == .allGatherV || self == .allToAllV }

    /// Whether a rank has such a buffer: only the root gives or gets anything in some.
    func has(_ buffer: Buffer, rank: Int, root: Int) -> Bool {
        switch (self, buffer) {
        case (.broadcast, .input), (.scatter, .input), (.reduce, .output), (.gather, .output):
            rank == root
        default: true
        }
    }

    /// How the elements of one rank's input and output are divided into chunks.
    func layout(of buffer: Buffer) -> Layout {
        switch (self, buffer) {
        case (.allReduce, _), (.broadcast, _), (.reduce, _), (.sendReceive, _), (.barrier, _):
            .vector
        case (.allGather, .input), (.allGatherV, .input), (.gather, .input): .block
        case (.reduceScatter, .output), (.scatter, .output): .block
        case (.allGather, _), (.allGatherV, _), (.gather, _): .blocks
        case (.reduceScatter, _), (.scatter, _), (.allToAll, _), (.allToAllV, _): .blocks
        }
    }

    /// What a rank's output chunk must hold in the end, nil where it does not matter.
    func outcome(rank: Int, chunk: Int, root: Int, ranks: Int) -> Outcome? {
        switch self {
        case .allReduce, .barrier: Outcome(chunk: chunk, origin: nil)
        case .reduceScatter: chunk == rank ? Outcome(chunk: chunk, origin: nil) : nil
        case .allGather, .allGatherV: Outcome(chunk: chunk, origin: chunk)
        case .allToAll, .allToAllV: Outcome(chunk: rank, origin: chunk)
        case .broadcast: Outcome(chunk: chunk, origin: root)
        case .reduce: rank == root ? Outcome(chunk: chunk, origin: nil) : nil
        case .gather: rank == root ? Outcome(chunk: chunk, origin: chunk) : nil
        case .scatter: chunk == rank ? Outcome(chunk: chunk, origin: root) : nil
        case .sendReceive: Outcome(chunk: chunk, origin: rank == 0 ? ranks - 1 : rank - 1)
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

public import Collectives

/// What all ranks call alike: a collective of so much.
public struct Call: Hashable, Sendable {
    /// What is computed.
    public let collective: Collective
    /// Elements of the vector, or of a block where there are blocks.
    public let count: Int
    /// The elements of each block where blocks differ.
    public let counts: BlockCounts?
    /// What elements are.
    public let reduction: Reduction
    /// Who is the root, where there is one.
    public let root: Int
    /// Whether input and output are the same memory.
    public var inPlace: Bool

    /// Makes a call.
    public init(
        _ collective: Collective,
        count: Int,
        counts: BlockCounts? = nil,
        _ reduction: Reduction,
        root: Int = 0,
        inPlace: Bool = false
    ) {
        self.collective = collective
        self.count = count
        self.counts = counts
        self.reduction = reduction
        self.root = root
        self.inPlace = inPlace
    }

    /// Makes a call that somebody else describes.
    ///
    /// - Parameter has: whether there are an input and an output.
    public static func checked(
        _ collective: Collective,
        count: Int,
        counts: BlockCounts?,
        _ reduction: Reduction,
        root: Int,
        inPlace: Bool,
        has: (input: Bool, output: Bool),
        for communicator: Communicator
    ) throws(CallError) -> Call {
        let (rank, ranks) = (communicator.rank, communicator.ranks)
        let call = Call(
            collective,
            count: count,
            counts: counts,
            Reduction(reduction.type, collective.reduces ? reduction.combining : .sum),
            root: root,
            inPlace: inPlace
        )
        let largest = call.most.multipliedReportingOverflow(by: call.unit * ranks)
        guard count >= 0, !largest.overflow, largest.partialValue < 1 << 46 else {
            throw .invalid("\(collective.rawValue) of more elements than any memory has")
        }
        if inPlace && collective == .allToAllV {
            throw .invalid("all-to-all-v needs an output apart from its input")
        }
        func isNeeded(_ buffer: Buffer) -> Bool {
            call.elements(of: buffer, rank: rank, ranks: ranks) > 0
        }
        if !has.input && isNeeded(.input) || !has.output && isNeeded(.output) {
            let what = has.input ? "output" : "input"
            throw .invalid("\(call.words): rank \(rank) gives no \(what), but NULL")
        }
        return call
    }

    /// Bytes of an element.
    public var unit: Int { reduction.type.size }

    /// Elements of the largest block.
    public var most: Int { counts?.values.max() ?? count }

    /// What an algorithm is asked for.
    public func request(ranks: Int, nodeSize: Int? = nil) -> Request {
        Request(
            ranks: ranks,
            elements: most,
            counts: counts,
            elementSize: unit,
            inPlace: inPlace,
            root: root,
            nodeSize: nodeSize
        )
    }

    /// The same for the elements of each block from some on, out of place.
    func piece(from start: Int, count: Int) -> Call {
        func part(_ whole: Int) -> Int { max(0, min(count, whole - start)) }
        var counts: BlockCounts?
        if let all = self.counts {
            let parts = all.values.map(part)
            counts =
                all.isPerPair
                ? BlockCounts(
                    perPair: (0..<all.ranks).map { row in
                        Array(parts[(row * all.ranks)..<((row + 1) * all.ranks)])
                    }
                )
                : BlockCounts(perRank: parts)
        }
        return Call(collective, count: part(self.count), counts: counts, reduction, root: root)
    }

    /// How many blocks a rank's buffer has, and which: all ranks', its own, or none where it has no
    /// such buffer.
    private func kind(of buffer: Buffer, rank: Int) -> BlockKind {
        switch (collective, buffer) {
        case (.barrier, _): .none
        case (.broadcast, .input), (.reduce, .output): rank == root ? .own : .none
        case (.scatter, .input), (.gather, .output): rank == root ? .all : .none
        case (.reduceScatter, .input), (.allToAll, _), (.allToAllV, _), (.allGather, .output),
            (.allGatherV, .output):
            .all
        default: .own
        }
    }

    private enum BlockKind { case none, own, all }

    /// Elements of a rank's buffer.
    func elements(of buffer: Buffer, rank: Int, ranks: Int) -> Int {
        if counts != nil {
            return blocks(of: buffer, rank: rank, ranks: ranks).reduce(0, +)
        }
        return switch kind(of: buffer, rank: rank) {
        case .none: 0
        case .own: count
        case .all: count * ranks
        }
    }

    /// The elements of each block of a rank's buffer, in order.
    func blocks(of buffer: Buffer, rank: Int, ranks: Int) -> [Int] {
        switch kind(of: buffer, rank: rank) {
        case .none: return []
        case .own: return [counts?.values[rank] ?? count]
        case .all:
            guard let counts else { return [Int](repeating: count, count: ranks) }
            if !counts.isPerPair { return counts.values }
            return (0..<ranks).map { other in
                counts.values[buffer == .input ? rank * ranks + other : other * ranks + rank]
            }
        }
    }

    /// The same as bytes, for telling calls apart on other machines.
    var packed: [UInt8] {
        var packer = Packer()
        packer.add(collective.rawValue)
        packer.add(count)
        packer.add(reduction.type.rawValue)
        packer.add(reduction.combining.rawValue)
        packer.add(root)
        packer.add(inPlace)
        packer.add(counts?.values ?? [])
        return packer.bytes
    }

    /// In words.
    var words: String {
        var words = collective.rawValue
        if collective != .barrier {
            let size = counts.map { "\($0.values.reduce(0, +)) in all" } ?? "\(count)"
            words += " of \(size) \(reduction.type.rawValue)"
        }
        if collective.reduces { words += " (\(reduction.combining.rawValue))" }
        if collective.hasRoot { words += " with root \(root)" }
        if inPlace { words += " in place" }
        return words
    }
}

/// Where a team finds or leaves its data.
enum Storage: Hashable {
    /// The caller's input.
    case input
    /// The caller's output.
    case output
    /// Slots from this one on: all blocks, one after the other by position.
    case slots(Int)
    /// Slots from this one on: a single block, whichever it is.
    case single(Int)
    /// Slots of which each chunk has its own: chunk c is at this one plus c.
    case image(Index)

    /// The kind of memory.
    var buffer: Buffer {
        switch self {
        case .input: .input
        case .output: .output
        case .slots, .single, .image: .scratch
        }
    }
}

/// Groups of ranks that do the same on their own part of the data: all ranks as one group, or the
/// nodes, or the rails across the nodes.
///
/// Algorithms are written for a team, so that every one of them can also be a level of another.
struct Team: Hashable {
    /// The groups, and who is at which position.
    var view: View
    /// Where each member's block lies among the chunks.
    var block: Block
    /// All chunks that the group works on.
    var whole: ChunkSet

    /// Block p of a group is the chunks from `scale * place(p) + byGroup * group` on.
    struct Block: Hashable {
        var scale = 1
        var byGroup = 0
        /// Neighbours in a run.
        var count = 1
        var runs = 1
        var stride = 0
    }

    var size: Int { view.size }

    /// Chunks of a block.
    var pieces: Int { block.count * block.runs }

    /// The chunks of the block of a position, which must be in 0..<size.
    func chunks(ofBlock position: Index) -> ChunkSet { chunks(ofBlocks: position, count: 1) }

    /// The chunks of the blocks of several neighbouring positions; only for teams without an order
    /// or a rotation, whose neighbours' blocks are neighbours.
    func chunks(ofBlocks position: Index, count: Int) -> ChunkSet {
        var set = ChunkSet(
            first: 0,
            count: block.count * count,
            runs: block.runs,
            stride: block.stride
        )
        if view.order.isEmpty && view.rotation == 0 {
            set.first = position * block.scale
            if block.byGroup != 0 { set.first = set.first + .group * block.byGroup }
        } else {
            precondition(count == 1, "neighbours in an order are no neighbours in the data")
            set.first = position
            set.blocks = ChunkSet.Blocks(scale: block.scale, byGroup: block.byGroup)
        }
        return set
    }

    /// An operand that is the block of a position, in some memory of a peer.
    func block(
        _ position: Index,
        of peer: Peer,
        in storage: Storage,
        from: Index = 0,
        to: Index = 1,
        skipsOwn: Bool = false,
        view: View? = nil
    ) -> Operand {
        Operand(
            peer,
            storage.buffer,
            chunks(ofBlock: position),
            slot: slot(of: storage, block: position),
            byChunk: isImage(storage),
            from: from,
            to: to,
            skipsOwn: skipsOwn,
            view: view
        )
    }

    /// An operand that is all of the group's data, in some memory of a peer.
    func whole(
        of peer: Peer,
        in storage: Storage,
        slot: Index = 0,
        from: Index = 0,
        to: Index = 1,
        skipsOwn: Bool = false,
        view: View? = nil
    ) -> Operand {
        Operand(
            peer,
            storage.buffer,
            whole,
            slot: slot + self.slot(of: storage, block: 0),
            byChunk: isImage(storage),
            from: from,
            to: to,
            skipsOwn: skipsOwn,
            view: view
        )
    }

    private func slot(of storage: Storage, block position: Index) -> Index {
        switch storage {
        case .input, .output: 0
        case .slots(let first): position * pieces + Index(first)
        case .single(let first): Index(first)
        case .image(let first): first
        }
    }

    private func isImage(_ storage: Storage) -> Bool {
        if case .image = storage { true } else { false }
    }
}

/// What one level of an algorithm has to do: for whom, from where to where.
struct Work: Hashable {
    var request: Request
    /// What the caller gets in the end; a level may compute another collective on the way.
    var collective: Collective
    var team: Team
    /// Where the contributions are.
    var from: Storage
    /// Where the results go.
    var to: Storage
    /// The first slot of scratch that is free.
    var slot = 0
    /// The first endpoint that is free for an aggregator.
    var aggregator: Int
    /// Which of the algorithm's independent parts this is.
    var part = 0
    /// Whether what this level combines holds every contribution.
    var isComplete = true

    /// Whether contributions and results lie in the same memory.
    var isInPlace: Bool {
        from == to || (request.inPlace && from == .input && to == .output)
    }

    /// Whether the results' memory has room for every block, so that partial sums may lie there.
    var hasRoomForAll: Bool {
        switch to {
        case .input, .single: false
        case .slots, .image: true
        case .output:
            if case .block = collective.layout(of: .output) { false } else { !collective.hasRoot }
        }
    }

    /// What a phase says whose results are complete from a round on, if this level completes any.
    func complete(from round: Int) -> Int? { isComplete ? round : nil }

    /// Bytes of the vector, or of the largest block.
    var bytes: Int { (request.counts?.most ?? request.elements) * request.elementSize }

    /// Whether what one rank sends another is small enough for lines.
    var fitsLines: Bool { bytes <= Scratch.linesLimit }
}

/// What a level does, and what it needs for it.
struct Stage: Hashable {
    var phases: [Phase]
    /// Slots of scratch, from `Work.slot` on.
    var slots: Int
    /// Aggregators, from `Work.aggregator` on.
    var aggregators: Int
    /// Whether the slots hold lines, which carry data and flag together.
    var usesLines: Bool
    /// What its switches have room for, nil where nothing bounds that.
    var room: SwitchRoom?

    init(
        _ phases: [Phase],
        slots: Int = 0,
        aggregators: Int = 0,
        usesLines: Bool = false,
        room: SwitchRoom? = nil
    ) {
        self.phases = phases
        self.slots = slots
        self.aggregators = aggregators
        self.usesLines = usesLines
        self.room = room
    }
}

/// The powers of a radix below a bound, from 1 on.
func powers(of radix: Int, below bound: Int) -> [Int] {
    var result: [Int] = []
    var power = 1
    while power < bound {
        result.append(power)
        power *= radix
    }
    return result
}

extension Work {
    /// A reduce-scatter that leaves its blocks among the results, and an all-gather that spreads
    /// them from there.
    func then(_ first: (Work) -> Stage, _ second: (Work) -> Stage) -> Stage {
        let sums = first(self)
        var rest = self
        rest.from = to
        let spread = second(rest)
        return Stage(
            sums.phases + spread.phases,
            slots: max(sums.slots, spread.slots),
            aggregators: max(sums.aggregators, spread.aggregators),
            room: .smaller(sums.room, spread.room)
        )
    }
}

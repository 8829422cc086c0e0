/// Which position an operand lies at, relative to the actor's.
///
/// The relations are closed under inverse (shift and shift, ahead and behind, digit and digit,
/// each and each, child and parent), so "who reads from me" is arithmetic too.
public enum Peer: Hashable, Sendable {
    /// The actor itself.
    case own
    /// A distance away, around the end of the group.
    case shift(Index)
    /// A distance away; there is nothing beyond the ends of the group.
    case ahead(Index)
    /// The position whose digit at the phase's weight is the item.
    case digit
    /// The position that the item says.
    case each
    /// Position `position * radix + item`, a level below.
    case child
    /// Position `position / radix`, a level above.
    case parent
}

/// A set of chunks: `runs` runs of `count` neighbours, `stride` apart, cut off at the last chunk or
/// wrapped around it.
public struct ChunkSet: Hashable, Sendable {
    /// The first chunk, or the position whose block it is.
    public var first: Index
    /// Neighbours in a run.
    public var count: Int
    /// Runs.
    public var runs: Int
    /// From the start of a run to the next; may be negative in a set that wraps around.
    public var stride: Int
    /// Whether chunk numbers wrap around at the schedule's number of chunks.
    public var wraps: Bool
    /// How a position becomes a chunk, nil when `first` is the chunk itself.
    public var blocks: Blocks?

    /// Where the blocks of a group's members lie, by their places: a rotation or an order of the
    /// view changes who is at a position, not which block is whose.
    public struct Blocks: Hashable, Sendable {
        /// Chunks from one member's block to its neighbour's.
        public var scale: Int
        /// Chunks from one group's blocks to the next group's.
        public var byGroup: Int

        /// Makes a rule.
        public init(scale: Int = 1, byGroup: Int = 0) {
            self.scale = scale
            self.byGroup = byGroup
        }
    }

    /// Makes a set, of one chunk unless said otherwise.
    public init(
        first: Index,
        count: Int = 1,
        runs: Int = 1,
        stride: Int = 0,
        wraps: Bool = false,
        blocks: Blocks? = nil
    ) {
        self.first = first
        self.count = count
        self.runs = runs
        self.stride = stride
        self.wraps = wraps
        self.blocks = blocks
    }

    /// All chunks, however many there are.
    public static let whole = ChunkSet(first: 0, count: Int(Int32.max))
}

/// What a step reads or writes: a place at each of several items' peers.
public struct Operand: Hashable, Sendable {
    /// Whose memory.
    public var peer: Peer
    /// Which memory.
    public var buffer: Buffer
    /// Which part of the data.
    public var chunks: ChunkSet
    /// The first slot, in scratch; each chunk takes one.
    public var slot: Index
    /// Whether chunk c takes slot `slot + c`, so that any part of an image of the data can be
    /// named; otherwise chunks take neighbouring slots, in their order in the set.
    public var byChunk: Bool
    /// The first item; there is a source for each, in this order.
    public var from: Index
    /// The item behind the last.
    public var to: Index
    /// Leaves out the item whose peer is the actor.
    public var skipsOwn: Bool
    /// Where the peer's position counts, when not in the phase's view.
    public var view: View?

    /// Makes an operand; one item unless `from` and `to` say otherwise.
    public init(
        _ peer: Peer,
        _ buffer: Buffer,
        _ chunks: ChunkSet,
        slot: Index = 0,
        byChunk: Bool = false,
        from: Index = 0,
        to: Index = 1,
        skipsOwn: Bool = false,
        view: View? = nil
    ) {
        self.peer = peer
        self.buffer = buffer
        self.chunks = chunks
        self.slot = slot
        self.byChunk = byChunk
        self.from = from
        self.to = to
        self.skipsOwn = skipsOwn
        self.view = view
    }
}

/// Which positions act in a round: those in a range that may move with the round, with given low
/// digits and digit.
public struct Actors: Hashable, Sendable {
    /// The first position.
    public var from: Index
    /// The position behind the last, nil for the end of the group.
    public var to: Index?
    /// The digits below the phase's weight must be less than this, nil for any.
    public var lowBelow: Int?
    /// The digit at the phase's weight, nil for any.
    public var digit: Int?

    /// Makes a set of actors, everyone unless said otherwise.
    public init(from: Index = 0, to: Index? = nil, lowBelow: Int? = nil, digit: Int? = nil) {
        precondition(
            [from, to ?? from].allSatisfy { $0.modulus == 0 || $0.byRound == 0 },
            "a range that moves with the round moves one way"
        )
        self.from = from
        self.to = to
        self.lowBelow = lowBelow
        self.digit = digit
    }

    /// Everyone in the view.
    public static let all = Actors()
}

/// A step that many endpoints take in many rounds: each actor combines its sources, in order, and
/// writes the result to all targets.
///
/// One source is a copy.
public struct Pattern: Hashable, Sendable {
    /// How the actors are numbered.
    public var view: View
    /// The weight of the digit by which positions are read.
    public var weight: Int
    /// How many values that digit has.
    public var radix: Int
    /// Who acts.
    public var actors: Actors
    /// What is read and combined.
    public var sources: [Operand]
    /// What is written.
    public var targets: [Operand]

    /// Makes a pattern.
    public init(
        view: View,
        weight: Int = 1,
        radix: Int = 1,
        actors: Actors = .all,
        sources: [Operand],
        targets: [Operand]
    ) {
        precondition(weight > 0 && radix > 0, "weight and radix count from 1")
        self.view = view
        self.weight = weight
        self.radix = radix
        self.actors = actors
        self.sources = sources
        self.targets = targets
    }
}

/// A pattern that is repeated a number of rounds, or a table of single steps.
public struct Phase: Hashable, Sendable {
    /// What the phase does, for people.
    public var name: String
    /// How often the pattern is repeated, or the rounds that the table spans.
    public var rounds: Int
    /// The first round from which what is combined holds every contribution, nil for none.
    ///
    /// These are results, no partial sums: an average is divided there.
    public var completeFrom: Int?
    /// What happens in a round.
    public var form: Form

    /// A closed form, or steps one by one.
    public enum Form: Hashable, Sendable {
        /// Arithmetic: takes no memory that grows with ranks.
        indirect case pattern(Pattern)
        /// Explicit steps, for what was imported.
        case table(StepTable)
    }

    /// A regular phase.
    public init(
        _ name: String,
        rounds: Int = 1,
        completeFrom: Int? = nil,
        _ pattern: Pattern
    ) {
        self.name = name
        self.rounds = rounds
        self.completeFrom = completeFrom
        self.form = .pattern(pattern)
    }

    /// A phase of explicit steps.
    public init(_ name: String, table: StepTable) {
        self.name = name
        self.rounds = table.rounds
        self.completeFrom = nil
        self.form = .table(table)
    }
}

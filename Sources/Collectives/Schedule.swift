/// Phases that one part of the data goes through, independently of the other tracks: a channel, or
/// one of the two trees of a double tree.
public struct Track: Hashable, Sendable {
    /// One after the other, as far as data demands it.
    public let phases: [Phase]
    /// The round in which each phase begins, and behind them the number of rounds.
    let starts: [Int]

    /// Makes a track.
    public init(_ phases: [Phase]) {
        self.phases = phases
        var starts = [0]
        for phase in phases { starts.append(starts[starts.count - 1] + phase.rounds) }
        self.starts = starts
    }

    /// Rounds of all phases.
    public var rounds: Int { starts[starts.count - 1] }

    /// The phase that a round of the track belongs to.
    func phase(ofRound round: Int) -> Int {
        var low = 0
        var high = phases.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if starts[middle] <= round { low = middle } else { high = middle }
        }
        return low
    }
}

/// Memory of the schedule's own, at each endpoint and for each lane.
public struct Scratch: Hashable, Sendable {
    /// Slots, of which each holds one chunk, whichever.
    public var slots: Int
    /// Small pieces travel as lines that carry data and flag together (the "LL" of NCCL), so that
    /// one exchange of a cache line brings both.
    public var lines: Bool
    /// How many slices of a track have slots at the same time, nil for all of them.
    ///
    /// Slice s has the slots that slice s - window had, so it waits until that one has done with
    /// them: this is how little memory serves data of any size.
    public var window: Int?

    /// Up to this size data and flag travel in one cache line; above it a line's 56 of 64 bytes and
    /// its unpacking cost more than a separate flag.
    ///
    /// Measured with two ranks on Zen 3, 2026-11: docs/MEASUREMENT.md has the figures.
    static let linesLimit = 512

    /// Makes scratch memory; none by default.
    public init(slots: Int = 0, lines: Bool = false, window: Int? = nil) {
        precondition(window ?? 1 > 0, "one slice at least has slots")
        self.slots = slots
        self.lines = lines
        self.window = window
    }
}

/// An algorithm as a value: who combines what, from where, to where, and after what.
///
/// Nothing here grows with ranks: a repeated round is described once, and a rank's own program is
/// arithmetic. The data is cut twice: into *lanes* (tracks × slices, which never meet) and each
/// lane into chunks. Rounds are logical time: a step reads what steps of earlier rounds wrote, and
/// within a round no step may touch what another writes. Steps wait for data, not for rounds.
/// Slices share nothing but, where there is a window, the slots that they have in turn.
public struct Schedule: Hashable, Sendable {
    /// What is computed.
    public var collective: Collective
    /// The algorithm's name.
    public var algorithm: String
    /// How many ranks take part; they are endpoints 0..<ranks.
    public var ranks: Int
    /// Aggregators of reduction trees: the endpoints behind the ranks.
    public var aggregators: Int
    /// The root, where the collective has one.
    public var root: Int
    /// Elements of the vector, or of each block where the collective has blocks.
    public var elements: Int
    /// The elements of each block where blocks differ, nil where they are all alike.
    public var counts: BlockCounts?
    /// Bytes of an element.
    public var elementSize: Int
    /// Whether input and output are the same memory.
    public var inPlace: Bool
    /// Into how many chunks a lane is cut.
    public var chunks: Int
    /// Parallel parts.
    public var tracks: [Track]
    /// Into how many slices a track's data is cut to pipeline it.
    public var slices: Int
    /// How many rounds a slice runs behind the one before: 0 is round by round, all slices of it.
    public var stride: Int
    /// Memory of the schedule's own.
    public var scratch: Scratch

    /// Makes a schedule; see the properties.
    public init(
        collective: Collective,
        algorithm: String,
        ranks: Int,
        aggregators: Int = 0,
        root: Int = 0,
        elements: Int,
        counts: BlockCounts? = nil,
        elementSize: Int,
        inPlace: Bool,
        chunks: Int,
        tracks: [Track],
        slices: Int = 1,
        stride: Int = 0,
        scratch: Scratch = Scratch()
    ) {
        precondition(ranks > 0 && chunks > 0 && slices > 0 && stride >= 0 && elements >= 0)
        self.collective = collective
        self.algorithm = algorithm
        self.ranks = ranks
        self.aggregators = aggregators
        self.root = root
        precondition(counts == nil || counts?.ranks == ranks, "a count for each rank")
        self.elements = elements
        self.counts = counts
        self.elementSize = elementSize
        self.inPlace = inPlace
        self.chunks = chunks
        self.tracks = tracks
        self.slices = slices
        self.stride = stride
        self.scratch = scratch
    }

    /// Whether results lie where the input is already: one rank's, in place.
    public var movesNothing: Bool { ranks == 1 && inPlace }
    /// Ranks and aggregators.
    public var endpoints: Int { ranks + aggregators }
    /// Parts of the data that never meet.
    public var lanes: Int { tracks.count * slices }
}

/// What an algorithm is asked for.
public struct Request: Hashable, Sendable {
    /// How many ranks.
    public var ranks: Int
    /// Elements of the vector, or of a block where the collective has blocks.
    public var elements: Int
    /// Bytes of an element.
    public var elementSize: Int
    /// Whether input and output are the same memory.
    public var inPlace: Bool
    /// Parallel parts of the data.
    public var channels: Int
    /// Pipelined parts of each channel's data.
    public var slices: Int

    /// Makes a request.
    public init(
        ranks: Int,
        elements: Int,
        elementSize: Int = 4,
        inPlace: Bool = false,
        channels: Int = 1,
        slices: Int = 1
    ) {
        precondition(ranks > 0 && elements >= 0 && elementSize > 0 && channels > 0 && slices > 0)
        self.ranks = ranks
        self.elements = elements
        self.elementSize = elementSize
        self.inPlace = inPlace
        self.channels = channels
        self.slices = slices
    }
}

/// A named way to compute a collective: a pure function from a request to a schedule.
public struct Algorithm: Sendable {
    /// What users call it.
    public let name: String
    /// What it computes.
    public let collective: Collective
    /// One line on when to use it.
    public let summary: String
    /// The schedule for a request.
    public let schedule: @Sendable (Request) -> Schedule

    /// Every algorithm, in the order in which they are listed.
    public static let all = [
        RingAllReduce.algorithm, OneShotAllReduce.algorithm, TwoShotAllReduce.algorithm,
    ]

    /// Those that compute a collective.
    public static func all(for collective: Collective) -> [Algorithm] {
        all.filter { $0.collective == collective }
    }
}

extension Phase {
    /// What is left of any algorithm when there is only one rank.
    static func copyOfInput(_ request: Request) -> [Phase] {
        if request.inPlace { return [] }
        let all = ChunkSet(first: 0, count: Int(Int32.max))
        let copy = Pattern(
            view: View(size: 1),
            sources: [Operand(.own, .input, all)],
            targets: [Operand(.own, .output, all)]
        )
        return [Phase("copy", copy)]
    }
}

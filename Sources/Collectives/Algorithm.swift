/// A named way to compute a collective: a pure function from a request to a schedule.
public struct Algorithm: Sendable {
    /// What users call it.
    public let name: String
    /// What it computes.
    public let collective: Collective
    /// One line on when to use it.
    public let summary: String
    /// The numbers of ranks for which it exists.
    public let ranks: RankCounts
    /// Whether input and output may be the same memory.
    public let allowsInPlace: Bool
    /// The parameters that it heeds, beside channels and slices.
    public let parameters: Set<Parameter>
    /// How many blocks a vector is cut into for a team of so many; the team's size by default.
    let blocks: @Sendable (_ size: Int) -> Int
    /// Independent parts of each channel, of which each has its own phases.
    let parts: Int
    /// How many rounds a slice runs behind the one before, unless the request says otherwise.
    let stride: Int
    /// What an algorithm of two levels uses, unless the request says otherwise.
    let levels: LevelNames?
    /// The phases for some work.
    let stage: @Sendable (Work) -> Stage

    /// What can be asked of an algorithm.
    public enum Parameter: String, CaseIterable, Sendable {
        /// The digits of a rank's number, or the children of a switch.
        case radix
        /// Blocks that travel together at most.
        case aggregation
        /// Bytes of an operation in a switch.
        case buffer
        /// Operations that a tree of switches has room for.
        case outstanding
        /// Ranks of a node.
        case node
        /// The algorithm inside a node.
        case inner
        /// The algorithm across nodes.
        case outer
        /// The order of ranks around a ring.
        case order
    }

    /// The algorithms of two levels by name.
    struct LevelNames: Hashable, Sendable {
        let inner: String
        let outer: String
    }

    init(
        _ name: String,
        _ collective: Collective,
        _ summary: String,
        ranks: RankCounts = .any,
        allowsInPlace: Bool = true,
        parameters: Set<Parameter> = [],
        blocks: @escaping @Sendable (_ size: Int) -> Int = { $0 },
        parts: Int = 1,
        levels: LevelNames? = nil,
        stride: Int = 0,
        stage: @escaping @Sendable (Work) -> Stage
    ) {
        self.name = name
        self.collective = collective
        self.summary = summary
        self.ranks = ranks
        self.allowsInPlace = allowsInPlace
        self.parameters = parameters
        self.blocks = blocks
        self.parts = parts
        self.levels = levels
        self.stride = stride
        self.stage = stage
    }

    /// Whether the data is a vector that the algorithm may cut as it likes.
    var isVector: Bool {
        if case .vector = collective.layout(of: .input) { true } else { false }
    }

    /// Those that compute a collective.
    public static func all(for collective: Collective) -> [Algorithm] {
        all.filter { $0.collective == collective }
    }

    /// The algorithm of that name, nil if there is none.
    public static func named(_ name: String, for collective: Collective) -> Algorithm? {
        all.first { $0.name == name && $0.collective == collective }
    }
}

/// The numbers of ranks for which an algorithm exists.
public enum RankCounts: Hashable, Sendable {
    /// From 1 on.
    case any
    /// 1, 2, 4, 8 and so on.
    case powersOfTwo

    /// Whether a number is among them.
    public func contains(_ count: Int) -> Bool {
        switch self {
        case .any: count > 0
        case .powersOfTwo: count > 0 && count.nonzeroBitCount == 1
        }
    }

    /// In words.
    public var description: String {
        switch self {
        case .any: "any number of ranks"
        case .powersOfTwo: "powers of two (1, 2, 4, 8, 16, …)"
        }
    }
}

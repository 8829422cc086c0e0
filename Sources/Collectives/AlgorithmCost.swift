/// What an algorithm costs, as formulae.
///
/// They are for out of place, one channel and one slice, and at least two ranks: with one rank
/// nothing goes anywhere. Their letters are those of `AlgorithmCost.legend`.
public struct AlgorithmCost: Hashable, Sendable {
    /// Steps behind each other that carry something from one endpoint to another: the depth of the
    /// schedule.
    public let steps: CostFormula
    /// The most bytes that any rank sends.
    public let bytes: CostFormula
    /// Bytes of scratch at each endpoint.
    public let memory: CostFormula

    init(_ steps: CostFormula, _ bytes: CostFormula, _ memory: CostFormula) {
        self.steps = steps
        self.bytes = bytes
        self.memory = memory
    }

    /// What the letters of the formulae stand for, each with its meaning.
    public static let legend: [(name: String, meaning: String)] = [
        ("n", "ranks"),
        (
            "S",
            "bytes of a rank's vector, of one block where there are blocks, of a barrier's token"
        ),
        ("k", "the radix: 2 unless given, and 32 for switches of a network"),
        ("p, q", "the largest powers of k that are at most n, and less than n"),
        ("g, m", "ranks of a node, and nodes: n/g"),
        ("B", "what a switch has room for: the buffer times the outstanding operations"),
        ("a", "the aggregation of PAT, in blocks; what fits 512 KiB unless given"),
        ("w, c", "the least power of two from 2 on with ceil(n/w) ≤ a, and ceil(n/w)"),
        ("[a > b]", "1 where that holds, 0 where it does not"),
        ("≤", "at most so much, depending on the number of ranks"),
    ]
}

/// A formula of an algorithm's cost.
public struct CostFormula: Hashable, Sendable, ExpressibleByStringInterpolation {
    /// The formula, without what it is good for.
    public let text: String
    /// Whether it is only an upper bound.
    public let isBound: Bool

    /// A formula that is exact.
    public init(stringLiteral value: String) {
        text = value
        isBound = false
    }

    private init(_ text: String, isBound: Bool) {
        self.text = text
        self.isBound = isBound
    }

    /// A formula that bounds from above.
    static func atMost(_ text: String) -> CostFormula { CostFormula(text, isBound: true) }

    /// The formula, with `≤` before a bound.
    public var description: String { (isBound ? "≤ " : "") + text }
}

/// What happened to a flow when a second one joined it on its way and left again.
public struct StepResponse: Equatable, Sendable {
    /// Bytes a second of the first flow before the second one joined.
    public let alone: Double
    /// Bytes a second of both while they shared, once it had settled.
    public let shares: [Double]
    /// Seconds until the second flow had 90 % of its share, nil if it never had.
    public let joined: Double?
    /// Seconds from the second one's leaving until the first had 90 % of what it then had, nil if
    /// never.
    public let recovered: Double?

    /// How much of a level counts as having reached it.
    public static let reach = 0.9
    /// Pieces that are taken together.
    static let window = 5

    /// Looks at the series of both flows, each on the clock of who received it; nil when they are
    /// too short to say anything.
    ///
    /// - Parameters:
    ///   - join: when the second one was started.
    ///   - leave: when it was stopped.
    ///   - end: when the first one was stopped.
    public init?(
        first: RateSeries,
        second: RateSeries,
        join: Double,
        leave: Double,
        end: Double
    ) {
        // The second half of each part is taken to be settled.
        let shared = (join + leave) / 2
        let after = (leave + end) / 2
        guard let alone = first.rate(from: join / 2, to: join),
            let one = first.rate(from: shared, to: leave),
            let other = second.rate(from: shared, to: leave),
            let later = first.rate(from: after, to: end)
        else { return nil }
        self.alone = alone
        shares = [one, other]
        joined = second.time(
            toReach: Self.reach * other,
            from: join,
            before: leave,
            over: Self.window
        )
        recovered = first.time(
            toReach: Self.reach * later,
            from: leave,
            before: end,
            over: Self.window
        )
    }

    /// How evenly the two shared, from 1/2 to 1.
    public var fairness: Double { jain(shares) }

    /// What both had together over what the first one had alone.
    public var used: Double { alone > 0 ? shares.reduce(0, +) / alone : 0 }
}

/// How evenly things are shared: 1 when all are equal, 1/n when one has all.
///
/// Source: R. Jain, D. Chiu, W. Hawe, A Quantitative Measure of Fairness and Discrimination, DEC
/// TR-301, 1984. Of nothing it is 1.
public func jain(_ shares: [Double]) -> Double {
    let sum = shares.reduce(0, +)
    let squares = shares.reduce(0) { $0 + $1 * $1 }
    return squares > 0 ? sum * sum / (Double(shares.count) * squares) : 1
}

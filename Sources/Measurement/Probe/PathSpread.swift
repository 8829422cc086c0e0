internal import Glibc
internal import Units

/// What the rates of many flows between the same two nodes say of the paths between them.
///
/// Where a hash chooses a path for each flow (ECMP), flows that share one get less, and it stays
/// so. Where switches choose for each packet (adaptive routing, spraying), or there is only one
/// path, all flows get about the same, and what differs comes and goes.
public struct PathSpread: Equatable, Sendable {
    /// What the spread tells.
    public enum Verdict: String, Sendable {
        /// Flows have the same rates, as far as can be told.
        case even
        /// Some flows have less all the time.
        case lasting
        /// Rates differ, but not the same flows all the time.
        case passing
    }

    /// How evenly flows shared over all the time.
    public let fairness: Estimate
    /// The standard deviation of flows' rates over their mean.
    public let variation: Double
    /// The share of the variance that is between flows, rather than within them over time: 1 where
    /// each flow has a rate of its own, 0 where differences do not last.
    public let lasting: Estimate
    /// The mean rate of each flow, bytes a second.
    public let rates: [Double]

    /// A variation of less is none: paths that are shared by one more flow than others make more.
    static let evenVariation = 0.1

    /// Takes the rates of each flow over the same times; nil with fewer than four flows, or two
    /// times.
    public init?(_ flows: [[Double]]) {
        let times = flows.map(\.count).min() ?? 0
        guard flows.count >= 4, times >= 2 else { return nil }
        let flows = flows.map { Array($0.prefix(times)) }
        // Whole times are drawn, since flows that share a path are not independent.
        let columns = (0..<times).map { Double($0) }
        func at(_ drawn: [[Double]]) -> [[Double]] {
            flows.map { flow in drawn[0].map { flow[Int($0)] } }
        }
        guard let fairness = Bootstrap.estimate([columns], { jain(at($0).map(mean)) }),
            let lasting = Bootstrap.estimate([columns], { Self.between(at($0)) })
        else { return nil }
        self.fairness = fairness
        self.lasting = lasting
        rates = flows.map(mean)
        let average = mean(rates)
        let variance = rates.reduce(0) { $0 + ($1 - average) * ($1 - average) }
        variation = average > 0 ? sqrt(variance / Double(rates.count - 1)) / average : 0
    }

    /// What it tells of the paths.
    public var verdict: Verdict {
        if variation < Self.evenVariation { return .even }
        return lasting.low > 0.5 ? .lasting : .passing
    }

    /// The intraclass correlation of a one-way analysis of variance, not below 0.
    ///
    /// Source: P. Shrout, J. Fleiss, Intraclass Correlations, Psychological Bulletin 86 (1979):
    /// ICC(1, 1).
    static func between(_ flows: [[Double]]) -> Double? {
        let times = Double(flows[0].count)
        let means = flows.map(mean)
        let all = mean(means)
        let outer = means.reduce(0) { $0 + ($1 - all) * ($1 - all) }
        let inner = zip(flows, means).reduce(0.0) { sum, flow in
            sum + flow.0.reduce(0) { $0 + ($1 - flow.1) * ($1 - flow.1) }
        }
        let betweenSquare = times * outer / Double(flows.count - 1)
        let withinSquare = inner / (Double(flows.count) * (times - 1))
        let whole = betweenSquare + (times - 1) * withinSquare
        guard whole > 0 else { return 0 }
        return max(0, (betweenSquare - withinSquare) / whole)
    }

    /// The fairness that so many flows have on average when a hash puts each on one of so many
    /// equal paths, by drawing.
    ///
    /// Each path's rate is shared evenly by its flows.
    public static func hashed(flows: Int, paths: Int) -> Double {
        guard flows > 0, paths > 0 else { return 1 }
        var random = Draws(seed: 2)
        let draws = 500
        var sum = 0.0
        for _ in 0..<draws {
            let chosen = (0..<flows).map { _ in random.below(paths) }
            var counts = [Int](repeating: 0, count: paths)
            for path in chosen { counts[path] += 1 }
            sum += jain(chosen.map { 1 / Double(counts[$0]) })
        }
        return sum / Double(draws)
    }
}

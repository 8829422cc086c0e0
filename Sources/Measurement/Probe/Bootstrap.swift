internal import Units

/// Intervals of whatever can be computed from samples, by drawing from them again and again.
///
/// The interval is from the 2.5th to the 97.5th percentile of what the statistic is of samples that
/// were drawn from the given ones with repetition. Source: B. Efron, R. Tibshirani, An Introduction
/// to the Bootstrap, 1993, chapter 13. The draws are the same each time, so that one recording has
/// one answer.
public enum Bootstrap {
    /// How often samples are drawn: the ends of the interval then lie within a percentile.
    public static let draws = 1000

    /// A statistic of groups of samples, each of which is drawn from by itself.
    ///
    /// Nil when there is nothing to compute it from; draws of which it is nil are left out.
    public static func estimate(
        _ groups: [[Double]],
        draws: Int = draws,
        _ statistic: ([[Double]]) -> Double?
    ) -> Estimate? {
        estimates(groups, draws: draws) { statistic($0).map { [$0] } }?.first
    }

    /// Several statistics of the same draws, as many each time.
    public static func estimates(
        _ groups: [[Double]],
        draws: Int = draws,
        _ statistics: ([[Double]]) -> [Double]?
    ) -> [Estimate]? {
        guard groups.allSatisfy({ !$0.isEmpty }), let middles = statistics(groups),
            middles.allSatisfy(\.isFinite)
        else { return nil }
        var random = Draws(seed: 1)
        var all: [[Double]] = middles.map { _ in [] }
        for _ in 0..<draws {
            let drawn = groups.map { group in group.map { _ in group[random.below(group.count)] } }
            guard let values = statistics(drawn), values.allSatisfy(\.isFinite) else { continue }
            for (index, value) in values.enumerated() { all[index].append(value) }
        }
        let count = groups.reduce(0) { $0 + $1.count }
        return zip(middles, all).map { interval(around: $0, $1.sorted(), count) }
    }

    private static func interval(
        around middle: Double,
        _ values: [Double],
        _ count: Int
    ) -> Estimate {
        guard let least = values.first, let most = values.last else {
            return Estimate(median: middle, low: middle, high: middle, count: count)
        }
        let outside = values.count / 40
        let low = outside < values.count ? values[outside] : least
        let high = outside < values.count ? values[values.count - 1 - outside] : most
        // What was measured lies in its interval, whatever the draws' bias.
        return Estimate(
            median: middle,
            low: min(low, middle),
            high: max(high, middle),
            count: count
        )
    }
}

/// The middle of numbers, 0 of none.
func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.last else { return 0 }
    let half = sorted.count / 2
    return sorted.count % 2 == 1
        ? sorted[half]
        : sorted.count > 1
            ? (sorted[half - 1] + sorted[half]) / 2 : last
}

/// The average of numbers, 0 of none.
func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
}

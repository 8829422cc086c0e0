internal import Glibc

/// A median and the interval that holds it with 95 % confidence.
public struct Estimate: Equatable, Sendable {
    /// The middle value.
    public var median: Double
    /// The lower end of the interval.
    public var low: Double
    /// The upper end.
    public var high: Double
    /// How many samples.
    public var count: Int

    /// Makes an estimate that is known.
    public init(median: Double, low: Double, high: Double, count: Int) {
        self.median = median
        self.low = low
        self.high = high
        self.count = count
    }

    /// From samples, at least one.
    ///
    /// The interval is made of order statistics, with no assumption about the distribution (times
    /// are skewed): the k-th smallest and k-th largest value, for the largest k for which at most
    /// 2.5 % of a binomial(n, 1/2) lie below k. Fewer than 6 samples can't give 95 %: then it is
    /// the whole range. Source: H. A. David, H. N. Nagaraja, Order Statistics, 3rd ed., section
    /// 7.1.
    public init(of samples: [Double]) {
        precondition(!samples.isEmpty, "an estimate needs a sample")
        let sorted = samples.sorted()
        let n = sorted.count
        median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2
        let rank = Self.rank(n)
        low = sorted[rank]
        high = sorted[n - 1 - rank]
        count = n
    }

    /// How many samples lie outside at each end.
    private static func rank(_ n: Int) -> Int {
        // Terms of the binomial by their logarithm, since 2^n leaves a double's range soon.
        var term = -Double(n) * log(2)
        var below = 0.0
        for k in 0..<(n / 2) {
            below += exp(term)
            if below > 0.025 { return max(0, k - 1) }
            term += log(Double(n - k)) - log(Double(k + 1))
        }
        return max(0, n / 2 - 1)
    }

    /// The estimate in another unit.
    public func scaled(by factor: Double) -> Estimate {
        Estimate(median: median * factor, low: low * factor, high: high * factor, count: count)
    }
}

/// The upper end of a distribution.
public struct Tails: Equatable, Sendable {
    /// The 95th percentile, by nearest rank.
    public var p95: Double
    /// The 99th.
    public var p99: Double
    /// The largest sample.
    public var max: Double
    /// How many samples.
    public var count: Int

    /// Makes tails that are known.
    public init(p95: Double, p99: Double, max: Double, count: Int) {
        self.p95 = p95
        self.p99 = p99
        self.max = max
        self.count = count
    }

    /// From samples, at least one.
    public init(of samples: [Double]) {
        let sorted = samples.sorted()
        func percentile(_ share: Int) -> Double {
            // Nearest rank: the smallest sample that at least this share does not exceed.
            sorted[Swift.max(0, (sorted.count * share + 99) / 100 - 1)]
        }
        p95 = percentile(95)
        p99 = percentile(99)
        max = percentile(100)
        count = sorted.count
    }
}

internal import Glibc

extension Estimate {
    /// With fewer samples no order statistics hold a median with 95 % confidence, and the interval
    /// is only their range.
    public static let fewest = 6

    /// A quantile of samples, and the order statistics that hold it with 95 % confidence; nil of
    /// no samples.
    ///
    /// Of n samples a binomial(n, q) number lies below the quantile; the ends are its 2.5th and
    /// 97.5th percentiles, by the normal approximation with a sample more at each end (David and
    /// Nagaraja, Order Statistics, 3rd ed., 7.1). Where there are too few samples beyond it, the
    /// upper end is the largest one, and says less.
    public init?(quantile: Double, of samples: [Double]) {
        guard !samples.isEmpty, quantile > 0, quantile < 1 else { return nil }
        if quantile == 0.5 {
            self.init(of: samples)
            return
        }
        let sorted = samples.sorted()
        let n = Double(sorted.count)
        func at(_ rank: Double) -> Double {
            sorted[min(sorted.count - 1, max(0, Int(rank)))]
        }
        let spread = 1.96 * sqrt(n * quantile * (1 - quantile))
        self.init(
            median: at((n * quantile).rounded(.up) - 1),
            low: at((n * quantile - spread).rounded(.down) - 1),
            high: at((n * quantile + spread).rounded(.up)),
            count: sorted.count
        )
    }
}

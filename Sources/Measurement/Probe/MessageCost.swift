internal import Glibc

/// What a message costs: a time of its own, and a time for each byte.
///
/// Messages of m bytes that follow each other take `perMessage + m / rate` each, so that half the
/// rate is reached at `rate * perMessage` bytes, which R. Hockney called n1/2 (The Science of
/// Computer Benchmarking, 1996, 2.2).
public struct MessageCost: Equatable, Sendable {
    /// Seconds that each message takes however short it is.
    public let perMessage: Estimate
    /// Bytes a second of messages that are long.
    public let rate: Estimate
    /// Bytes of a message at which half that rate is reached.
    public let half: Estimate

    /// Rates of messages of one size.
    public struct Size: Equatable, Sendable {
        /// Bytes of a message.
        public var bytes: Double
        /// Messages a second, sample by sample.
        public var rates: [Double]

        /// Makes a size.
        public init(bytes: Double, rates: [Double]) {
            self.bytes = bytes
            self.rates = rates
        }
    }

    /// Fits messages a second at three sizes at least.
    ///
    /// The squares of relative errors of the time of a message are made least.
    public init?(_ sizes: [Size]) {
        let sizes = sizes.filter { size in
            size.bytes > 0 && !size.rates.isEmpty && size.rates.contains { $0 > 0 }
        }
        guard Set(sizes.map(\.bytes)).count >= 3 else { return nil }
        let bytes = sizes.map(\.bytes)
        let groups = sizes.map { size in size.rates.filter { $0 > 0 } }
        let found = Bootstrap.estimates(groups) { groups in
            let times = groups.map { 1 / median($0) }
            guard let line = Bend.line(bytes, times), line.slope > 0 else { return nil }
            let perMessage = max(0, line.start)
            return [perMessage, 1 / line.slope, perMessage / line.slope]
        }
        guard let found else { return nil }
        perMessage = found[0]
        rate = found[1]
        half = found[2]
    }
}

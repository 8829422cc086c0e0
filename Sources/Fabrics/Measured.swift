public import Units

/// A value that was measured, with the interval that holds it with 95 % confidence.
public struct Interval<Value: Hashable & Sendable & Comparable>: Hashable, Sendable {
    /// The value.
    public let value: Value
    /// The lower end.
    public let low: Value
    /// The upper end.
    public let high: Value
    /// How it was measured, in words; empty where the whole says it.
    public let method: String

    /// Makes an interval, nil unless the value lies in it.
    public init?(_ value: Value, low: Value, high: Value, method: String) {
        guard low <= value, value <= high else { return nil }
        self.value = value
        self.low = low
        self.high = high
        self.method = method
    }
}

/// What a probe found on a live network, for a simulator to start from and to be held against.
///
/// Each figure is there only if it was measured. docs/PROBE.md says how each is.
public struct Measured: Hashable, Sendable {
    /// A burst of so many senders to one receiver, each with so many bytes, and how long it took.
    public struct Burst: Hashable, Sendable {
        /// How many send at the same time.
        public let senders: Int
        /// What each sends.
        public let bytes: ByteCount
        /// From the request to the last byte of the last sender.
        public let latency: Interval<Picoseconds>

        /// Describes a burst.
        public init(senders: Int, bytes: ByteCount, latency: Interval<Picoseconds>) {
            self.senders = senders
            self.bytes = bytes
            self.latency = latency
        }
    }

    /// From how many senders on a burst takes more time than those before made expect.
    public struct Onset: Hashable, Sendable {
        /// What each sends.
        public let bytes: ByteCount
        /// How many senders, which need not be whole.
        public let senders: Interval<Double>

        /// Describes an onset.
        public init(bytes: ByteCount, senders: Interval<Double>) {
            self.bytes = bytes
            self.senders = senders
        }
    }

    /// How flows that share a link settle.
    public struct Step: Hashable, Sendable {
        /// Until a flow that joins has 90 % of its share.
        public var joined: Interval<Picoseconds>?
        /// Until the one that stays has 90 % of its rate when the other has left.
        public var recovered: Interval<Picoseconds>?
        /// Jain's index of the two shares.
        public var fairness: Interval<Double>?

        /// Nothing yet.
        public init() {}

        var isEmpty: Bool { joined == nil && recovered == nil && fairness == nil }
    }

    /// When, in UTC.
    public var date: String
    /// What messages went over.
    public var transport: String
    /// How many nodes took part.
    public var nodes: Int
    /// How many ranks.
    public var ranks: Int
    /// What one flow of long messages gets, each way.
    public var rate: Interval<BitsPerSecond>?
    /// Half of the time of a short message there and back, with nothing else on the way.
    public var latency: Interval<Picoseconds>?
    /// The 99th percentile of the same, with a flow beside it that takes all it can get.
    public var loadedLatency: Interval<Picoseconds>?
    /// What each message costs whoever sends it, however short it is.
    public var perMessage: Interval<Picoseconds>?
    /// How flows that share a link settle.
    public var step: Step?
    /// Bursts of several senders.
    public var incast: [Burst] = []
    /// Where bursts take more time than expected; a size that is missing has no such place.
    public var onsets: [Onset] = []

    /// Describes a measurement without figures.
    public init(date: String, transport: String, nodes: Int, ranks: Int) {
        self.date = date
        self.transport = transport
        self.nodes = nodes
        self.ranks = ranks
    }
}

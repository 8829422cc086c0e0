internal import CWeft

/// One endpoint's part of a flow of messages to another node.
public struct Flow: Equatable, Sendable {
    /// What an endpoint does in it.
    public enum Role: Int, Sendable {
        /// Sends messages.
        case initiates
        /// Tells how many have landed, or sends something back for each.
        case answers
    }

    /// The endpoint at the other end.
    public var peer: Int
    /// What this one does.
    public var role: Role
    /// Bytes of a message.
    public var bytes: Int
    /// Bytes of its answer; 0 for an answer that may be for several messages.
    public var replyBytes = 0
    /// Messages outstanding.
    public var window = 1
    /// Seconds after the start from which on messages are sent.
    public var start = 0.0
    /// Seconds after the start from which on none is sent any more.
    public var stop: Double
    /// Bytes a second that are asked for, nil for as many as there is room for.
    public var pace: Double?
    /// Whether it goes in rounds with all others of its endpoint that do.
    public var isTogether = false
    /// Messages at most, nil for as many as there is time for.
    public var most: Int?
    /// Samples that are kept, one each interval.
    public var samples = 0
    /// Delays that are kept.
    public var delays = 0

    /// Makes a part.
    public init(peer: Int, role: Role, bytes: Int, stop: Double) {
        self.peer = peer
        self.role = role
        self.bytes = bytes
        self.stop = stop
    }

    /// The largest message.
    public static let bytesMost = 1 << 20
    /// The most messages outstanding.
    public static let windowMost = Int(WEFT_FLOW_WINDOW_MOST)
}

/// What came of an endpoint's part of a flow, in nanoseconds of its own clock.
public struct FlowTrace: Equatable, Sendable {
    /// How far it was at a time.
    public struct Sample: Equatable, Sendable {
        /// Since the start.
        public var nanoseconds: Int
        /// Bytes that were answered, or landed where the endpoint answers.
        public var bytes: Int
        /// Segments of this process that arrived with a mark of congestion.
        public var marks: Int

        /// Makes a sample.
        public init(nanoseconds: Int, bytes: Int, marks: Int) {
            self.nanoseconds = nanoseconds
            self.bytes = bytes
            self.marks = marks
        }
    }

    /// The endpoint at the other end.
    public var peer: Int
    /// What this one did.
    public var role: Flow.Role
    /// Bytes of a message.
    public var bytes: Int
    /// Messages that were sent, or landed.
    public var messages: Int
    /// When the first was sent or landed.
    public var first: Int
    /// When the last was answered or landed.
    public var last: Int
    /// The longest delay.
    public var longest: Int
    /// Bytes a second that were asked for, 0 for any number.
    public var pace: Int
    /// How far it was over time.
    public var samples: [Sample]
    /// From when messages were due to their answers.
    public var delays: [Int]

    /// Makes a trace.
    public init(
        peer: Int,
        role: Flow.Role,
        bytes: Int,
        messages: Int,
        first: Int,
        last: Int,
        longest: Int,
        pace: Int,
        samples: [Sample],
        delays: [Int]
    ) {
        self.peer = peer
        self.role = role
        self.bytes = bytes
        self.messages = messages
        self.first = first
        self.last = last
        self.longest = longest
        self.pace = pace
        self.samples = samples
        self.delays = delays
    }
}

/// What the kernel counted on an endpoint's TCP connections together while flows ran.
public struct TransportCounts: Equatable, Sendable {
    /// Connections, 0 where messages do not go over TCP.
    public var connections = 0
    /// Those that agreed on explicit congestion notification.
    public var withECN = 0
    /// Segments that were sent.
    public var segments = 0
    /// Those that were sent again.
    public var retransmitted = 0
    /// Those that arrived with a mark of congestion.
    public var marked = 0
    /// How often it was noticed that segments overtook each other.
    public var reordered = 0
    /// Segments that came before others that were sent earlier.
    public var outOfOrder = 0

    /// Nothing.
    public init() {}

    /// What its connections have counted so far.
    static var current: TransportCounts {
        var sockets = [Int32](repeating: -1, count: 256)
        let count = weft_tcp_sockets(&sockets, UInt32(sockets.count))
        let totals = weft_tcp_total(sockets, count)
        var counts = TransportCounts()
        counts.connections = Int(totals.connections)
        counts.withECN = Int(totals.with_ecn)
        counts.segments = Int(totals.segments)
        counts.retransmitted = Int(totals.retransmitted)
        counts.marked = Int(totals.marked)
        counts.reordered = Int(totals.reordered)
        counts.outOfOrder = Int(totals.out_of_order)
        return counts
    }

    /// What came to earlier ones.
    func since(_ earlier: TransportCounts) -> TransportCounts {
        var counts = self
        counts.segments = max(0, segments - earlier.segments)
        counts.retransmitted = max(0, retransmitted - earlier.retransmitted)
        counts.marked = max(0, marked - earlier.marked)
        counts.reordered = max(0, reordered - earlier.reordered)
        counts.outOfOrder = max(0, outOfOrder - earlier.outOfOrder)
        return counts
    }
}

/// How long one kind of operation took, and the bandwidths that follow.
public struct Figure: Equatable, Sendable {
    /// Microseconds of an operation: the median over batches of the slowest rank, and the ends of
    /// its 95 % interval; of a prediction its range.
    public var microseconds: Double
    /// The lower end of the interval.
    public var low: Double
    /// The upper end.
    public var high: Double
    /// Bytes over time, in 10^9 bytes a second.
    public var algorithmBandwidth: Double
    /// The same times the collective's bus factor.
    public var busBandwidth: Double
    /// Elements that were wrong on any rank in any checked operation; nil when nothing was checked.
    public var wrong: Int?
    /// Tails, when operations were timed one by one.
    public var tails: Tails?

    /// A figure from times in microseconds.
    public init(
        _ time: Estimate,
        bytes: Int,
        busFactor: Double,
        wrong: Int? = nil,
        tails: Tails? = nil
    ) {
        microseconds = time.median
        low = time.low
        high = time.high
        algorithmBandwidth = time.median > 0 ? Double(bytes) / time.median / 1e3 : 0
        busBandwidth = algorithmBandwidth * busFactor
        self.wrong = wrong
        self.tails = tails
    }
}

/// One row of a table: a collective of one size, measured, predicted, or both.
public struct Row: Equatable, Sendable {
    /// What ran.
    public var collective: String
    /// By which algorithm.
    public var algorithm: String
    /// Over what.
    public var transport: String
    /// How many ranks.
    public var ranks: Int
    /// The type of an element.
    public var type: String
    /// How two contributions become one.
    public var operation: String
    /// The rank that gives or gets what the others do not, nil where there is none.
    public var root: Int?
    /// Bytes of a rank's buffer.
    public var bytes: Int
    /// Its elements.
    public var count: Int
    /// Operations in a batch; 0 when nothing ran.
    public var iterations: Int
    /// Batches.
    public var batches: Int
    /// Parallel parts of the data.
    public var channels = 1
    /// Pipelined parts of each channel.
    public var slices = 1
    /// What was measured with separate buffers.
    public var outOfPlace: Figure?
    /// What was measured with one buffer for input and output.
    public var inPlace: Figure?
    /// What the model expects out of place.
    public var model: Figure?
    /// Nanoseconds that a cache line took from rank 0 to rank 1 just before; nil when not measured.
    public var exchangeNanoseconds: Double?
    /// What the busiest host's link carried; nil when not measured.
    public var link: Link?
    /// How far the counters of RDMA ports have grown, those of all ports together; nil where none
    /// were used.
    public var counters: [String: Int]?

    /// Bytes on a host's link in an operation: those that its ranks sent to other hosts and
    /// switches or received from there, whichever are more, with what goes along with the data.
    public struct Link: Equatable, Sendable {
        /// How many.
        public var bytes: Double
        /// The same as a share of what a ring puts there; nil where there is no ring.
        public var ofRing: Double?

        /// Makes the figures of a link.
        public init(bytes: Double, ofRing: Double?) {
            self.bytes = bytes
            self.ofRing = ofRing
        }
    }

    /// Makes a row without figures.
    public init(
        collective: String,
        algorithm: String,
        transport: String,
        ranks: Int,
        type: String,
        operation: String,
        root: Int? = nil,
        bytes: Int,
        count: Int,
        iterations: Int = 0,
        batches: Int = 0
    ) {
        self.collective = collective
        self.algorithm = algorithm
        self.transport = transport
        self.ranks = ranks
        self.type = type
        self.operation = operation
        self.root = root
        self.bytes = bytes
        self.count = count
        self.iterations = iterations
        self.batches = batches
    }

    /// The algorithm with its parts, in one word: `ring`, or `ring/2x4` with two channels of four
    /// slices.
    public var variant: String {
        channels == 1 && slices == 1 ? algorithm : "\(algorithm)/\(channels)x\(slices)"
    }

    /// How far the measured time is from the model's, in percent of the measured: positive when the
    /// model expects more.
    ///
    /// Nil unless both are there.
    public var modelError: Double? {
        guard let measured = outOfPlace?.microseconds, let expected = model?.microseconds,
            measured > 0
        else { return nil }
        return (expected - measured) / measured * 100
    }
}

/// What a run leaves behind: its rows and what they were measured on.
public struct Record: Equatable, Sendable {
    /// The format's name and version; a reader refuses others.
    public static let schema = "weft-result-1"

    /// What was run, as it was typed.
    public var command: [String]
    /// When, in UTC, as 2026-11-21T08:00:00Z.
    public var date: String
    /// Where.
    public var machine: MachineContext
    /// What was measured about measuring.
    public var timing: Timing?
    /// On what grounds algorithms were chosen, nil where the user named them.
    public var selection: String?
    /// The rows.
    public var rows: [Row]
    /// Sentences for what went wrong in the network meanwhile.
    public var warnings: [String] = []

    /// What timing itself cost, and what bounds it.
    public struct Timing: Equatable, Sendable {
        /// The clock.
        public var clock: String
        /// Nanoseconds of reading it.
        public var readNanoseconds: Double
        /// Nanoseconds that a cache line takes from rank to rank, nil when not measured.
        public var exchangeNanoseconds: Double?
        /// The largest share of a batch that reading the clock took, in percent, over all rows.
        public var overheadPercent: Double

        /// Makes the figures of a run.
        public init(
            clock: String,
            readNanoseconds: Double,
            exchangeNanoseconds: Double?,
            overheadPercent: Double
        ) {
            self.clock = clock
            self.readNanoseconds = readNanoseconds
            self.exchangeNanoseconds = exchangeNanoseconds
            self.overheadPercent = overheadPercent
        }
    }

    /// Makes a record.
    public init(
        command: [String],
        date: String,
        machine: MachineContext,
        timing: Timing?,
        selection: String? = nil,
        rows: [Row]
    ) {
        self.command = command
        self.date = date
        self.machine = machine
        self.timing = timing
        self.selection = selection
        self.rows = rows
    }
}

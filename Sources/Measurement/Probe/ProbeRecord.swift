/// A question that `weft probe` answers.
public enum Probe: String, CaseIterable, Sendable {
    /// How flows share when a second one joins and leaves.
    case step
    /// From how many senders on a burst to one receiver takes more time than expected.
    case incast
    /// How exactly a flow keeps to a rate that was asked for.
    case limit
    /// Messages a second against their size.
    case messages
    /// The time of a short message, idle and beside a flow that takes all it can get.
    case latency
    /// Whether many flows between two nodes get the same.
    case paths
    /// When congestion is told to who causes it.
    case ecn
    /// From when on the network stops senders.
    case pause
    /// Whether packets overtake each other.
    case order

    /// What it asks, in words.
    public var question: String {
        switch self {
        case .step: "a second flow joins and leaves"
        case .incast: "several senders, one receiver"
        case .limit: "a flow that is asked to keep to a rate"
        case .messages: "messages of all sizes, one after the other"
        case .latency: "a short message there and back"
        case .paths: "many flows between two nodes"
        case .ecn: "marks of congestion"
        case .pause: "pause frames"
        case .order: "packets that overtake each other"
        }
    }
}

/// What a number of a probe counts.
public enum ProbeUnit: String, Sendable {
    case seconds
    case bytes
    case bytesPerSecond
    case perSecond
    case count
    case ratio
    case percent
}

/// One answer of a probe with its interval.
public struct ProbeAnswer: Equatable, Sendable {
    /// What it is.
    public var name: String
    /// What it counts.
    public var unit: ProbeUnit
    /// The value, nil where nothing can be said; then `method` says why.
    public var value: Estimate?
    /// How it was found, in words.
    public var method: String

    /// Makes an answer.
    public init(_ name: String, _ unit: ProbeUnit, _ value: Estimate?, method: String) {
        self.name = name
        self.unit = unit
        self.value = value
        self.method = method
    }
}

/// A table of numbers, some of which may be missing.
public struct ProbeTable: Equatable, Sendable {
    /// A column.
    public struct Column: Equatable, Sendable {
        /// What stands above it.
        public var name: String
        /// What its numbers count.
        public var unit: ProbeUnit

        /// Makes a column.
        public init(_ name: String, _ unit: ProbeUnit) {
            self.name = name
            self.unit = unit
        }
    }

    /// From left to right.
    public var columns: [Column]
    /// From top to bottom, each as long as there are columns.
    public var rows: [[Double?]]

    /// Makes a table.
    public init(columns: [Column], rows: [[Double?]] = []) {
        self.columns = columns
        self.rows = rows
    }
}

/// Lines over two axes.
public struct ProbePlot: Equatable, Sendable {
    /// One direction.
    public struct Axis: Equatable, Sendable {
        /// The name of the quantity.
        public var label: String
        /// What it counts.
        public var unit: ProbeUnit
        /// Whether tenfolds, or doublings of bytes, are equal distances.
        public var isLogarithmic: Bool

        /// Makes an axis.
        public init(_ label: String, _ unit: ProbeUnit, isLogarithmic: Bool = false) {
            self.label = label
            self.unit = unit
            self.isLogarithmic = isLogarithmic
        }
    }

    /// A value, with its interval where there is one.
    public struct Point: Equatable, Sendable {
        /// Along the horizontal axis.
        public var x: Double
        /// Along the vertical one.
        public var y: Double
        /// The lower end of the interval.
        public var low: Double?
        /// The upper end.
        public var high: Double?

        /// Makes a point.
        public init(x: Double, y: Double, low: Double? = nil, high: Double? = nil) {
            self.x = x
            self.y = y
            self.low = low
            self.high = high
        }
    }

    /// How a line is drawn.
    public enum Style: Equatable, Sendable {
        /// What was measured.
        case line
        /// What was to be expected.
        case expected
        /// Points that are not joined.
        case points
    }

    /// Points that belong together.
    public struct Line: Equatable, Sendable {
        /// What the legend says.
        public var name: String
        /// How it is drawn.
        public var style: Style
        /// From left to right.
        public var points: [Point]

        /// Makes a line.
        public init(_ name: String, style: Style = .line, _ points: [Point]) {
            self.name = name
            self.style = style
            self.points = points
        }
    }

    /// What it shows.
    public var title: String
    /// How to read it.
    public var subtitle: String
    /// The horizontal axis.
    public var x: Axis
    /// The vertical one.
    public var y: Axis
    /// What is drawn.
    public var lines: [Line]

    /// Makes a plot.
    public init(title: String, subtitle: String, x: Axis, y: Axis, lines: [Line]) {
        self.title = title
        self.subtitle = subtitle
        self.x = x
        self.y = y
        self.lines = lines
    }
}

/// What one probe found.
public struct ProbeFinding: Equatable, Sendable {
    /// Which probe.
    public var probe: Probe
    /// What it comes to.
    public var answers: [ProbeAnswer]
    /// What was measured, line by line; nil where there is nothing to list.
    public var table: ProbeTable?
    /// The same to look at.
    public var plots: [ProbePlot]
    /// What else is to be known, such as what could not be shown and why.
    public var notes: [String]

    /// Makes a finding.
    public init(
        _ probe: Probe,
        answers: [ProbeAnswer] = [],
        table: ProbeTable? = nil,
        plots: [ProbePlot] = [],
        notes: [String] = []
    ) {
        self.probe = probe
        self.answers = answers
        self.table = table
        self.plots = plots
        self.notes = notes
    }
}

/// All that a run of `weft probe` found, and on what.
public struct ProbeRecord: Equatable, Sendable {
    /// The format of its JSON; it changes when a reader would have to.
    public static let schema = "weft-probe-1"

    /// The command line.
    public var command: [String]
    /// When, in UTC.
    public var date: String
    /// Where the head ran.
    public var machine: MachineContext
    /// What messages went over.
    public var transport: String
    /// How many nodes.
    public var nodes: Int
    /// How many ranks.
    public var ranks: Int
    /// Seconds that each probe was given.
    public var seconds: Double
    /// Whether ranks shared cores, so that the kernel's scheduler is in all times.
    public var sharesCores: Bool
    /// What was found, probe by probe.
    public var findings: [ProbeFinding]

    /// Makes a record.
    public init(
        command: [String],
        date: String,
        machine: MachineContext,
        transport: String,
        nodes: Int,
        ranks: Int,
        seconds: Double,
        sharesCores: Bool,
        findings: [ProbeFinding] = []
    ) {
        self.command = command
        self.date = date
        self.machine = machine
        self.transport = transport
        self.nodes = nodes
        self.ranks = ranks
        self.seconds = seconds
        self.sharesCores = sharesCores
        self.findings = findings
    }
}

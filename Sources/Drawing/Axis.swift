/// What one direction of a chart shows, and how.
public struct Axis: Sendable {
    /// How values become distances.
    public enum Scale: Sendable {
        /// Equal differences are equal distances.
        case linear
        /// Doublings are equal distances; only positive values can be shown.
        case log2
        /// Tenfolds are equal distances; only positive values can be shown.
        case log10
    }

    /// The name of the quantity and its unit.
    public var label: String
    /// How values become distances.
    public var scale: Scale
    /// How values read.
    public var format: ValueFormat

    /// Creates an axis.
    public init(label: String, scale: Scale = .linear, format: ValueFormat = .plain) {
        self.label = label
        self.scale = scale
        self.format = format
    }

    /// Whether the axis has a place for a value.
    func shows(_ value: Double) -> Bool {
        value.isFinite && (scale == .linear || value > 0)
    }
}

/// The extent of an axis and its marks.
public struct Ticks: Equatable, Sendable {
    /// A mark with its text.
    public struct Tick: Equatable, Sendable {
        /// Where the mark stands.
        public var value: Double
        /// The text beside it.
        public var label: String
    }

    /// The value at the start of the axis.
    public var lower: Double
    /// The value at the end of the axis.
    public var upper: Double
    /// The marks with text.
    public var major: [Tick]
    /// The values of marks without text.
    public var minor: [Double]
}

/// The values that an axis has to cover.
struct Extent {
    private(set) var lower = Double.infinity
    private(set) var upper = -Double.infinity

    /// Differences beyond this are no longer finite.
    private static let limit = 1e300

    var isEmpty: Bool { lower > upper }

    mutating func include(_ value: Double) {
        let value = min(max(value, -Self.limit), Self.limit)
        lower = min(lower, value)
        upper = max(upper, value)
    }
}

/// The places of an axis' values along a line of pixels.
struct Projection {
    private let scale: Axis.Scale
    private let origin: Double
    private let span: Double
    private let start: Double
    private let end: Double

    init(_ scale: Axis.Scale, _ ticks: Ticks, from start: Double, to end: Double) {
        self.scale = scale
        self.start = start
        self.end = end
        origin = scale.position(ticks.lower)
        span = scale.position(ticks.upper) - origin
    }

    /// The pixel of a value; values outside the axis stand at its ends.
    func callAsFunction(_ value: Double) -> Double {
        let share = (scale.position(value) - origin) / span
        guard !share.isNaN else { return start }
        return start + min(max(share, 0), 1) * (end - start)
    }
}

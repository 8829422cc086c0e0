/// Lines or points over two axes.
public struct LineChart: Sendable {
    /// One value, with the interval around it.
    public struct Point: Sendable {
        /// The place along the x axis.
        public var x: Double
        /// The place along the y axis.
        public var y: Double
        /// The lower end of the interval.
        public var low: Double?
        /// The upper end of the interval.
        public var high: Double?
        /// What shows while the pointer rests on the point; made from the values where empty.
        public var label: String

        /// Creates a point.
        public init(
            x: Double,
            y: Double,
            low: Double? = nil,
            high: Double? = nil,
            label: String = ""
        ) {
            self.x = x
            self.y = y
            self.low = low
            self.high = high
            self.label = label
        }
    }

    /// How a series is drawn.
    public enum Style: Sendable {
        /// A line with markers.
        case solid
        /// A dashed line without markers.
        case dashed
        /// Markers only.
        case pointsOnly
    }

    /// How the intervals of a series are drawn.
    public enum Interval: Sendable {
        /// A translucent band along the line.
        case band
        /// A bar at each point.
        case bars
    }

    /// Points that belong together, joined in the given order.
    ///
    /// Points that the axes cannot show are left out, and the line breaks there.
    public struct Series: Sendable {
        /// The name in the legend.
        public var name: String
        /// How the series is drawn.
        public var style: Style
        /// How intervals are drawn.
        public var interval: Interval
        /// Which of the theme's colours, markers and dashes; the series' place where nil.
        public var color: Int?
        /// The values.
        public var points: [Point]

        /// Creates a series.
        public init(
            name: String,
            style: Style = .solid,
            interval: Interval = .band,
            color: Int? = nil,
            points: [Point]
        ) {
            self.name = name
            self.style = style
            self.interval = interval
            self.color = color
            self.points = points
        }
    }

    /// A horizontal line at a known value, with a label beside the plot.
    public struct Reference: Sendable {
        /// The place along the y axis.
        public var value: Double
        /// The text.
        public var label: String

        /// Creates a reference line.
        public init(value: Double, label: String) {
            self.value = value
            self.label = label
        }
    }

    /// The title.
    public var title: String
    /// The line under the title.
    public var subtitle: String
    /// The horizontal axis.
    public var x: Axis
    /// The vertical axis.
    public var y: Axis
    /// What is drawn.
    public var series: [Series]
    /// Horizontal lines at known values.
    public var references: [Reference]
    /// The description for screen readers; made from the axes and series where empty.
    public var summary = ""
    /// The width of the drawing, which is also the largest width in a page.
    public var width = 860.0
    /// The height of the plot, without heading, legend and axis labels.
    public var plotHeight = 300.0

    /// Creates a chart.
    public init(
        title: String,
        subtitle: String = "",
        x: Axis,
        y: Axis,
        series: [Series],
        references: [Reference] = []
    ) {
        self.title = title
        self.subtitle = subtitle
        self.x = x
        self.y = y
        self.series = series
        self.references = references
    }

    /// The chart as an SVG element: for a page that includes `Theme.stylesheet`, or as a file.
    public func svg(standalone: Bool = false) -> String {
        let entries = series.indices.map { index in
            let symbol: Frame.Entry.Symbol =
                switch series[index].style {
                case .solid: .line(marker: true)
                case .dashed: .dashed
                case .pointsOnly: .marker
                }
            return Frame.Entry(name: series[index].name, series: color(index), symbol: symbol)
        }
        let frame = Frame(title: title, subtitle: subtitle, entries: entries, width: width)
        let plot = Plot(chart: self, frame: frame)
        return frame.document(
            height: plot.bottom + 54 + (x.label.isEmpty ? -16 : 0),
            description: summary.isEmpty ? defaultSummary : summary,
            standalone: standalone
        ) { svg in
            plot.drawAxes(&svg)
            plot.drawReferences(&svg)
            plot.drawNote(&svg)
            for index in series.indices { plot.drawInterval(index, &svg) }
            // Measured lines lie above models, and everything under the pointer above all lines.
            let order =
                series.indices.filter { series[$0].style == .dashed }
                + series.indices.filter { series[$0].style != .dashed }
            for index in order { plot.drawSeries(index, &svg) }
            for index in order { plot.drawHoverAreas(index, &svg) }
        }
    }

    func color(_ index: Int) -> Int { series[index].color ?? index }

    func shows(_ point: Point) -> Bool { x.shows(point.x) && y.shows(point.y) }

    private var defaultSummary: String {
        let names = series.prefix(20).map(\.name).joined(separator: ", ")
        return "Line chart of \(y.label) against \(x.label). Series: \(names)."
    }
}

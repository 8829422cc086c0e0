/// Horizontal bars, one below the other.
public struct BarChart: Sendable {
    /// One bar.
    public struct Bar: Sendable {
        /// The name beside the bar.
        public var label: String
        /// The length of the bar.
        public var value: Double
        /// Which of the theme's colours.
        public var color: Int
        /// What shows while the pointer rests on the bar; the name and value where empty.
        public var hover: String

        /// Creates a bar.
        public init(label: String, value: Double, color: Int = 0, hover: String = "") {
            self.label = label
            self.value = value
            self.color = color
            self.hover = hover
        }
    }

    /// The title.
    public var title: String
    /// The line under the title.
    public var subtitle: String
    /// What the bars show; bars begin at zero, so the scale is linear.
    public var value: Axis
    /// The bars from top to bottom.
    public var bars: [Bar]
    /// The description for screen readers; made from the bars where empty.
    public var summary = ""
    /// The width of the drawing, which is also the largest width in a page.
    public var width = 860.0

    private static let pitch = 30.0
    private static let thickness = 20.0
    private static let textSize = 12.0

    /// Creates a chart.
    public init(title: String, subtitle: String = "", value: Axis, bars: [Bar]) {
        self.title = title
        self.subtitle = subtitle
        self.value = value
        self.value.scale = .linear
        self.bars = bars
    }

    /// The chart as an SVG element: for a page that includes `Theme.stylesheet`, or as a file.
    public func svg(standalone: Bool = false) -> String {
        let frame = Frame(title: title, subtitle: subtitle, width: width)
        var extent = Extent()
        extent.include(0)
        for bar in bars where bar.value.isFinite { extent.include(bar.value) }
        if extent.lower == extent.upper { extent.include(1) }
        let labels = bars.map { TextMetrics.width($0.label, size: Self.textSize) }.max() ?? 0
        let values = bars.map { TextMetrics.width(text($0), size: Self.textSize) }.max() ?? 0
        let left = Frame.margin + min(labels, frame.width * 0.35) + 12
        let right = frame.width - Frame.margin - min(values, frame.width * 0.25) - 8
        let ends = Ticks(lower: extent.lower, upper: extent.upper, major: [], minor: [])
        let place = Projection(.linear, ends, from: left, to: right)
        let top = frame.top + (value.label.isEmpty ? 4 : 20)
        let bottom = top + Self.pitch * Double(bars.count)
        return frame.document(
            height: bottom + Frame.margin,
            description: summary.isEmpty ? defaultSummary : summary,
            standalone: standalone
        ) { svg in
            let room = frame.width - left - Frame.margin
            svg.label(value.label, left, top - 6, style: "d-note", limit: room)
            for (index, bar) in bars.enumerated() {
                draw(bar, top + Self.pitch * (Double(index) + 0.5), left, place, &svg)
            }
            svg.line("d-axis", place(0), top, place(0), bottom)
        }
    }

    private func draw(
        _ bar: Bar,
        _ y: Double,
        _ left: Double,
        _ place: Projection,
        _ svg: inout SVG
    ) {
        svg.label(
            bar.label,
            left - 10,
            y + 4,
            style: "d-text",
            anchor: .end,
            size: Self.textSize,
            limit: left - 10 - Frame.margin
        )
        let zero = place(0)
        let end = bar.value.isFinite ? place(bar.value) : zero
        let hover = bar.hover.isEmpty ? "\(bar.label): \(text(bar))" : bar.hover
        if end != zero {
            let box = SVG.box(
                "d-fill d-bar \(Theme.seriesClass(bar.color))",
                min(zero, end),
                y - Self.thickness / 2,
                abs(end - zero),
                Self.thickness,
                radius: 2
            )
            svg.element("rect", box) { $0.hover(hover) }
        }
        svg.label(
            text(bar),
            max(zero, end) + 6,
            y + 4,
            style: "d-text",
            size: Self.textSize,
            limit: width * 0.25
        )
    }

    private func text(_ bar: Bar) -> String { value.format.text(bar.value) }

    private var defaultSummary: String {
        let rows = bars.prefix(20).map { "\($0.label) \(text($0))" }.joined(separator: ", ")
        return "Bar chart of \(value.label): \(rows)."
    }
}

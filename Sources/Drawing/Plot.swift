/// The plot of a line chart: the axes and the pixels between them.
struct Plot {
    let chart: LineChart
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    let px: Projection
    let py: Projection
    private let width: Double
    private let xTicks: Ticks
    private let yTicks: Ticks
    private let referenceRoom: Double

    static let textSize = 12.0

    init(chart: LineChart, frame: Frame) {
        self.chart = chart
        width = frame.width
        top = frame.top + (chart.y.label.isEmpty ? 8 : 28)
        bottom = top + Frame.sane(chart.plotHeight, least: 80)
        let (xs, ys) = Self.extents(chart)
        yTicks = chart.y.ticks(ys, count: max(2, Int((bottom - top) / 50)))
        let labels = yTicks.major.map { TextMetrics.width($0.label, size: Self.textSize) }
        left = Frame.margin + min(max(labels.max() ?? 0, 16), frame.width / 4) + 10
        let shown = chart.references.filter { chart.y.shows($0.value) }
        let room = shown.map { TextMetrics.width($0.label, size: Self.textSize) + 8 }.max() ?? 0
        referenceRoom = min(room, frame.width / 4)
        right = frame.width - Frame.margin - max(referenceRoom, 8)
        let span = right - left
        // Room for the markers of the first and the last point.
        let inset = 8.0
        let ends = (left + inset, right - inset)
        let axis = chart.x
        xTicks = TickFitting.fitted(axis: axis, xs, span, within: frame.width) { ticks in
            Projection(axis.scale, ticks, from: ends.0, to: ends.1)
        }
        px = Projection(axis.scale, xTicks, from: ends.0, to: ends.1)
        py = Projection(chart.y.scale, yTicks, from: bottom, to: top)
    }

    private static func extents(_ chart: LineChart) -> (Extent, Extent) {
        var xs = Extent()
        var ys = Extent()
        for series in chart.series {
            for point in series.points where chart.shows(point) {
                xs.include(point.x)
                ys.include(point.y)
                for bound in [point.low, point.high] {
                    if let bound, chart.y.shows(bound) { ys.include(bound) }
                }
            }
        }
        for reference in chart.references where chart.y.shows(reference.value) {
            ys.include(reference.value)
        }
        if chart.y.scale == .linear, !ys.isEmpty { ys.include(0) }
        return (xs, ys)
    }

    func drawAxes(_ svg: inout SVG) {
        for value in yTicks.minor { svg.line("d-minor", left, py(value), right, py(value)) }
        for value in xTicks.minor { svg.line("d-axis", px(value), bottom, px(value), bottom + 3) }
        for tick in yTicks.major {
            let y = py(tick.value)
            let isBase = chart.y.scale == .linear && tick.value == 0
            svg.line(isBase ? "d-axis" : "d-grid", left, y, right, y)
            svg.label(
                tick.label,
                left - 8,
                y + 4,
                style: "d-note",
                anchor: .end,
                size: Self.textSize,
                limit: left - 8
            )
        }
        svg.line("d-axis", left, bottom, right, bottom)
        TickFitting.draw(xTicks, px, top: top, bottom: bottom, within: width, &svg)
        svg.label(
            chart.y.label,
            Frame.margin,
            top - 14,
            style: "d-note",
            limit: width - 2 * Frame.margin
        )
        svg.label(
            chart.x.label,
            (left + right) / 2,
            bottom + 40,
            style: "d-note",
            anchor: .middle,
            limit: right - left
        )
    }

    /// Says so where there is nothing to draw, so that an empty plot is not taken for a fault.
    func drawNote(_ svg: inout SVG) {
        guard !chart.series.contains(where: { $0.points.contains(where: chart.shows) }) else {
            return
        }
        let middle = (x: (left + right) / 2, y: (top + bottom) / 2)
        svg.label("No data", middle.x, middle.y, style: "d-note d-halo", anchor: .middle)
    }

    func drawReferences(_ svg: inout SVG) {
        let shown = chart.references.filter { chart.y.shows($0.value) }
        let lowest = shown.sorted { py($0.value) < py($1.value) }
        // Labels of near lines move down, so that none covers another.
        var next = -Double.infinity
        for reference in lowest {
            let y = py(reference.value)
            svg.line("d-reference", left, y, right, y)
            let place = max(y, next)
            next = place + 15
            svg.label(
                reference.label,
                right + 6,
                place + 4,
                style: "d-note",
                size: Self.textSize,
                limit: referenceRoom
            )
        }
    }
}

/// The marks of a horizontal axis, with labels that do not touch.
enum TickFitting {
    static let textSize = 12.0

    /// The finest marks whose labels have room.
    static func fitted(
        axis: Axis,
        _ extent: Extent,
        _ span: Double,
        within width: Double,
        projection: (Ticks) -> Projection
    ) -> Ticks {
        // Decimal fractions between powers add little; more powers are easier to read from.
        let pitch = axis.scale == .linear ? 64.0 : 40
        var ticks = axis.ticks(extent, count: 1)
        for count in stride(from: max(2, Int(span / pitch)), through: 1, by: -1) {
            ticks = axis.ticks(extent, count: count)
            if fitting(ticks, projection(ticks), within: width).count == ticks.major.count { break }
        }
        ticks.major = fitting(ticks, projection(ticks), within: width)
        return ticks
    }

    private static func fitting(
        _ ticks: Ticks,
        _ place: Projection,
        within width: Double
    ) -> [Ticks.Tick] {
        var end = -Double.infinity
        return ticks.major.filter { tick in
            let half = TextMetrics.width(tick.label, size: textSize) / 2
            let center = center(place(tick.value), half, within: width)
            guard center - half >= end, 2 * half <= width else { return false }
            end = center + half + 10
            return true
        }
    }

    /// The middle of a label, which stays within the drawing at its ends.
    private static func center(_ x: Double, _ half: Double, within width: Double) -> Double {
        max(min(x, width - 4 - half), 4 + half)
    }

    static func draw(
        _ ticks: Ticks,
        _ place: Projection,
        top: Double,
        bottom: Double,
        within width: Double,
        _ svg: inout SVG
    ) {
        for tick in ticks.major {
            let x = place(tick.value)
            svg.line("d-minor", x, top, x, bottom)
            svg.line("d-axis", x, bottom, x, bottom + 5)
            let half = TextMetrics.width(tick.label, size: textSize) / 2
            let center = center(x, half, within: width)
            svg.label(
                tick.label,
                center,
                bottom + 20,
                style: "d-note",
                anchor: .middle,
                size: textSize
            )
        }
    }
}

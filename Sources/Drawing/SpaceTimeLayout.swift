import Glibc

/// The places of a space-time diagram.
struct SpaceTimeLayout {
    /// A box in the row of its lane that it has to itself.
    struct PlacedBox {
        var box: SpaceTimeDiagram.Box
        var row: Int
    }

    private struct Segment {
        var x1: Double
        var y1: Double
        var x2: Double
        var y2: Double
    }

    let diagram: SpaceTimeDiagram
    let boxes: [PlacedBox]
    let bottom: Double
    private let left: Double
    private let right: Double
    private let top: Double
    private let width: Double
    private let ticks: Ticks
    private let px: Projection
    private let laneTops: [Double]
    private let laneBottoms: [Double]
    private let boxesByLane: [[PlacedBox]]

    private static let textSize = 11.0
    private static let rowGap = 3.0
    /// Boxes beyond so many at one time share the last row.
    private static let rowLimit = 4

    init(diagram: SpaceTimeDiagram, frame: Frame) {
        self.diagram = diagram
        width = frame.width
        let names = diagram.lanes.map { TextMetrics.width($0, size: 12) }.max() ?? 0
        left = Frame.margin + min(names, frame.width * 0.2) + 10
        right = frame.width - Frame.margin
        top = frame.top + 4
        let extent = Self.extent(diagram)
        let (start, end) = (left + 2, right - 2)
        var ticks = TickFitting.fitted(
            axis: diagram.time,
            extent,
            right - left,
            within: frame.width
        ) { Projection(.linear, $0, from: start, to: end) }
        // A time without a name is between two that have one.
        ticks.major.removeAll { $0.label.isEmpty }
        self.ticks = ticks
        px = Projection(.linear, ticks, from: start, to: end)
        boxesByLane = Self.placed(diagram)
        boxes = boxesByLane.flatMap { $0 }
        var y = top
        var tops: [Double] = []
        var bottoms: [Double] = []
        for lane in diagram.lanes.indices {
            let rows = Double((boxesByLane[lane].map(\.row).max() ?? 0) + 1)
            let height = Self.rowHeight(diagram)
            y += Self.laneGap(diagram) / 2
            tops.append(y)
            y += rows * height + (rows - 1) * Self.rowGap
            bottoms.append(y)
            y += Self.laneGap(diagram) / 2
        }
        laneTops = tops
        laneBottoms = bottoms
        bottom = max(y, top + 24)
    }

    private static func rowHeight(_ diagram: SpaceTimeDiagram) -> Double {
        diagram.lanes.count > 8 ? 18 : 22
    }

    private static func laneGap(_ diagram: SpaceTimeDiagram) -> Double {
        diagram.lanes.count > 8 ? 22 : 30
    }

    private static func isShown(_ box: SpaceTimeDiagram.Box, _ lanes: Int) -> Bool {
        (0..<lanes).contains(box.lane) && box.from.isFinite && box.to.isFinite
    }

    private func isShown(_ arrow: SpaceTimeDiagram.Arrow) -> Bool {
        Self.isShown(arrow, diagram.lanes.count)
    }

    private static func isShown(_ arrow: SpaceTimeDiagram.Arrow, _ lanes: Int) -> Bool {
        (0..<lanes).contains(arrow.fromLane) && (0..<lanes).contains(arrow.toLane)
            && arrow.fromTime.isFinite && arrow.toTime.isFinite
    }

    private static func extent(_ diagram: SpaceTimeDiagram) -> Extent {
        var extent = Extent()
        let lanes = diagram.lanes.count
        for box in diagram.boxes where isShown(box, lanes) {
            extent.include(box.from)
            extent.include(box.to)
        }
        for arrow in diagram.arrows where isShown(arrow, lanes) {
            extent.include(arrow.fromTime)
            extent.include(arrow.toTime)
        }
        return extent
    }

    /// Gives each box the first row of its lane that is free when the box begins.
    private static func placed(_ diagram: SpaceTimeDiagram) -> [[PlacedBox]] {
        var result: [[PlacedBox]] = diagram.lanes.map { _ in [] }
        var ends: [[Double]] = diagram.lanes.map { _ in [] }
        let shown = diagram.boxes.filter { isShown($0, diagram.lanes.count) }
        for box in shown.sorted(by: { min($0.from, $0.to) < min($1.from, $1.to) }) {
            var box = box
            (box.from, box.to) = (min(box.from, box.to), max(box.from, box.to))
            var row = ends[box.lane].firstIndex { $0 <= box.from } ?? ends[box.lane].count
            row = min(row, rowLimit - 1)
            if row == ends[box.lane].count {
                ends[box.lane].append(box.to)
            } else {
                ends[box.lane][row] = max(ends[box.lane][row], box.to)
            }
            result[box.lane].append(PlacedBox(box: box, row: row))
        }
        return result
    }

    func drawLanes(_ svg: inout SVG) {
        TickFitting.draw(ticks, px, top: top, bottom: bottom, within: width, &svg)
        for lane in diagram.lanes.indices {
            let y = (laneTops[lane] + laneBottoms[lane]) / 2
            svg.line("d-grid", left, y, right, y)
            svg.label(
                diagram.lanes[lane],
                left - 10,
                y + 4,
                style: "d-text",
                anchor: .end,
                limit: left - 10 - Frame.margin
            )
        }
        svg.line("d-axis", left, bottom, right, bottom)
        let middle = (left + right) / 2
        svg.label(
            diagram.time.label,
            middle,
            bottom + 40,
            style: "d-note",
            anchor: .middle,
            limit: right - left
        )
    }

    func draw(_ placed: PlacedBox, _ svg: inout SVG) {
        let box = placed.box
        let height = Self.rowHeight(diagram)
        let y = laneTops[box.lane] + Double(placed.row) * (height + Self.rowGap)
        let x = px(box.from)
        // What takes no time is still seen.
        let width = max(px(box.to) - x, 2)
        let time = diagram.time.format
        let times = "\(time.text(box.from)) to \(time.text(box.to))"
        let hover = box.hover.isEmpty ? "\(box.label)\n\(times)" : box.hover
        svg.element("g") { svg in
            svg.hover(hover)
            svg.rect("d-surface", x, y, width, height, radius: 3)
            svg.rect("d-box \(Theme.seriesClass(box.color))", x, y, width, height, radius: 3)
            let shown = TextMetrics.clipped(box.label, to: width - 6, size: Self.textSize)
            // A letter or two of a longer text tell nothing.
            guard shown == box.label ? !shown.isEmpty : shown.count >= 4 else { return }
            svg.element(
                "text",
                [
                    "class": "d-text", "x": .number(x + width / 2),
                    "y": .number(y + height / 2 + 4),
                    "text-anchor": "middle", "font-size": .number(Self.textSize),
                ]
            ) { $0.text(shown) }
        }
    }

    /// Arrows touch the edge of a box where there is one, and the lane's line where there is none.
    private func segment(_ arrow: SpaceTimeDiagram.Arrow) -> Segment {
        let isDown = arrow.toLane > arrow.fromLane
        let isLevel = arrow.toLane == arrow.fromLane
        let from = edge(arrow.fromLane, arrow.fromTime, lower: isDown, level: isLevel)
        let to = edge(arrow.toLane, arrow.toTime, lower: !isDown, level: isLevel)
        return Segment(x1: px(arrow.fromTime), y1: from, x2: px(arrow.toTime), y2: to)
    }

    private func edge(_ lane: Int, _ time: Double, lower: Bool, level: Bool) -> Double {
        let middle = (laneTops[lane] + laneBottoms[lane]) / 2
        guard !level else { return laneBottoms[lane] + 6 }
        let slack = (ticks.upper - ticks.lower) * 1e-9
        let height = Self.rowHeight(diagram)
        let rows = boxesByLane[lane].lazy.filter {
            $0.box.from - slack <= time && time <= $0.box.to + slack
        }.map(\.row)
        guard let row = lower ? rows.max() : rows.min() else { return middle }
        let top = laneTops[lane] + Double(row) * (height + Self.rowGap)
        return lower ? top + height : top
    }

    func draw(_ arrow: SpaceTimeDiagram.Arrow, _ svg: inout SVG) {
        guard isShown(arrow) else { return }
        let line = segment(arrow)
        let color = arrow.color.map { Theme.seriesClass($0) } ?? "d-plain"
        let length = hypot(line.x2 - line.x1, line.y2 - line.y1)
        svg.element("g", ["class": .text(color)]) { svg in
            svg.hover(arrow.hover.isEmpty ? hover(arrow) : arrow.hover)
            svg.line("d-reach", line.x1, line.y1, line.x2, line.y2)
            guard length > 0 else { return }
            let unit = (x: (line.x2 - line.x1) / length, y: (line.y2 - line.y1) / length)
            let size = min(8, length)
            let base = (x: line.x2 - size * unit.x, y: line.y2 - size * unit.y)
            svg.line("d-thin", line.x1, line.y1, base.x, base.y)
            var head = SVG.Path()
            head.move(line.x2, line.y2)
            head.line(base.x - unit.y * size * 0.4, base.y + unit.x * size * 0.4)
            head.line(base.x + unit.y * size * 0.4, base.y - unit.x * size * 0.4)
            head.close()
            svg.element("path", ["class": "d-fill", "d": .path(head)])
        }
    }

    private func hover(_ arrow: SpaceTimeDiagram.Arrow) -> String {
        let time = diagram.time.format
        let lanes = "\(diagram.lanes[arrow.fromLane]) → \(diagram.lanes[arrow.toLane])"
        let times = "\(time.text(arrow.fromTime)) to \(time.text(arrow.toTime))"
        return (arrow.label.isEmpty ? "" : arrow.label + "\n") + "\(lanes)\n\(times)"
    }

    /// Writes the labels that cover neither boxes nor one another; the others show on hover.
    func drawArrowLabels(_ svg: inout SVG) {
        var taken: [[(from: Double, to: Double)]] = diagram.lanes.map { _ in [] }
        for arrow in diagram.arrows where isShown(arrow) && !arrow.label.isEmpty {
            guard arrow.fromLane != arrow.toLane else { continue }
            // The gap between lanes next to the sender.
            let isDown = arrow.toLane > arrow.fromLane
            let gap = isDown ? arrow.fromLane : arrow.fromLane - 1
            let y = (laneBottoms[gap] + laneTops[gap + 1]) / 2
            let line = segment(arrow)
            let share = (y - line.y1) / (line.y2 - line.y1)
            let x = line.x1 + (line.x2 - line.x1) * share
            let text = TextMetrics.clipped(arrow.label, to: 90, size: Self.textSize)
            let half = TextMetrics.width(text, size: Self.textSize) / 2 + 3
            let place = (from: x - half, to: x + half)
            guard share.isFinite, place.from > left, place.to < right else { continue }
            let isFree = taken[gap].allSatisfy { $0.to < place.from || place.to < $0.from }
            guard isFree else { continue }
            taken[gap].append(place)
            svg.element(
                "text",
                [
                    "class": "d-text d-halo", "x": .number(x), "y": .number(y + 4),
                    "text-anchor": "middle", "font-size": .number(Self.textSize),
                ]
            ) { $0.text(text) }
        }
    }
}

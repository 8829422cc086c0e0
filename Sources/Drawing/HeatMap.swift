/// A matrix of cells whose depth of colour is their value.
///
/// Values below zero have a colour of their own, so that errors around zero read well.
public struct HeatMap: Sendable {
    /// The title.
    public var title: String
    /// The line under the title.
    public var subtitle: String
    /// The names of the rows, from top to bottom.
    public var rows: [String]
    /// The names of the columns, from left to right.
    public var columns: [String]
    /// What the rows are.
    public var rowLabel: String
    /// What the columns are.
    public var columnLabel: String
    /// How values read.
    public var format: ValueFormat
    /// The values, row by row; what is absent or not finite leaves its cell empty.
    public var values: [[Double]]
    /// The description for screen readers; made from the labels where empty.
    public var summary = ""
    /// The width of the drawing, which is also the largest width in a page.
    public var width = 860.0

    private static let textSize = 12.0

    /// Creates a heat map.
    public init(
        title: String,
        subtitle: String = "",
        rows: [String],
        columns: [String],
        rowLabel: String = "",
        columnLabel: String = "",
        format: ValueFormat = .plain,
        values: [[Double]]
    ) {
        self.title = title
        self.subtitle = subtitle
        self.rows = rows
        self.columns = columns
        self.rowLabel = rowLabel
        self.columnLabel = columnLabel
        self.format = format
        self.values = values
    }

    /// The map as an SVG element: for a page that includes `Theme.stylesheet`, or as a file.
    public func svg(standalone: Bool = false) -> String {
        let frame = Frame(title: title, subtitle: subtitle, width: width)
        let grid = Grid(map: self, frame: frame)
        let about =
            "Heat map of \(rows.count) by \(columns.count) cells. "
            + "Rows: \(rowLabel). Columns: \(columnLabel)."
        return frame.document(
            height: grid.bottom + 56,
            description: summary.isEmpty ? about : summary,
            standalone: standalone
        ) { svg in
            grid.drawLabels(&svg)
            for row in rows.indices {
                for column in columns.indices { grid.drawCell(row, column, &svg) }
            }
            grid.drawScale(&svg)
        }
    }

    func value(_ row: Int, _ column: Int) -> Double? {
        guard row < values.count, column < values[row].count else { return nil }
        let value = values[row][column]
        return value.isFinite ? value : nil
    }

    /// The places of the cells.
    private struct Grid {
        let map: HeatMap
        let left: Double
        let top: Double
        let cell: (width: Double, height: Double)
        let bottom: Double
        private let room: (rows: Double, columns: Double)
        private let turned: Bool
        private let extent: Extent
        private let largest: Double
        private let showsText: Bool

        init(map: HeatMap, frame: Frame) {
            self.map = map
            let size = HeatMap.textSize
            let names = map.rows + [map.rowLabel]
            let rowText = names.map { TextMetrics.width($0, size: size) }.max() ?? 0
            let columnText = map.columns.map { TextMetrics.width($0, size: size) }.max() ?? 0
            // Whole pixels keep neighbouring cells from showing seams.
            left = (Frame.margin + max(min(rowText, frame.width * 0.25) + 8, 40)).rounded(.up)
            room = (left - 8 - Frame.margin, frame.width - left - Frame.margin)
            let width = min(room.columns / Double(max(map.columns.count, 1)), 64)
            turned = columnText + 6 > width
            cell = (width, min(max(width, 8), 32))
            let notes = map.columnLabel.isEmpty && map.rowLabel.isEmpty ? 0.0 : 20
            top = frame.top + notes + (turned ? min(columnText, 90) + 8 : 20)
            bottom = top + cell.height * Double(map.rows.count)
            var extent = Extent()
            var widest = 0.0
            for row in map.rows.indices {
                for column in map.columns.indices {
                    guard let value = map.value(row, column) else { continue }
                    extent.include(value)
                    let text = map.format.text(value)
                    widest = max(widest, TextMetrics.width(text, size: HeatMap.textSize))
                }
            }
            // Some cells with text and some without would look like a difference in the data.
            showsText = widest + 4 <= width && cell.height >= 15
            self.extent = extent
            largest = extent.isEmpty ? 1 : max(abs(extent.lower), abs(extent.upper))
        }

        func drawLabels(_ svg: inout SVG) {
            let size = HeatMap.textSize
            svg.label(
                map.rowLabel,
                left - 8,
                top - 6,
                style: "d-note",
                anchor: .end,
                limit: room.rows
            )
            let y = turned ? top - longest - 14 : top - 26
            svg.label(map.columnLabel, left, y, style: "d-note", limit: room.columns)
            // Where cells are smaller than text, some of the labels stand for all.
            let rowStride = max(1, Int((14 / cell.height).rounded(.up)))
            for row in stride(from: 0, to: map.rows.count, by: rowStride) {
                let y = top + cell.height * (Double(row) + 0.5) + 4
                svg.label(
                    map.rows[row],
                    left - 8,
                    y,
                    style: "d-text",
                    anchor: .end,
                    size: size,
                    limit: room.rows
                )
            }
            let columnStride = turned ? max(1, Int((14 / cell.width).rounded(.up))) : 1
            for column in stride(from: 0, to: map.columns.count, by: columnStride) {
                drawColumnLabel(column, &svg)
            }
        }

        private var longest: Double {
            let widths = map.columns.map { TextMetrics.width($0, size: HeatMap.textSize) }
            return min(widths.max() ?? 0, 90)
        }

        private func drawColumnLabel(_ column: Int, _ svg: inout SVG) {
            let x = left + cell.width * (Double(column) + 0.5)
            let name = map.columns[column]
            let size = HeatMap.textSize
            guard turned else {
                svg.label(name, x, top - 6, style: "d-text", anchor: .middle, size: size)
                return
            }
            let place = Int((x + 4).rounded())
            svg.element("g", ["transform": "translate(\(place) \(Int(top) - 6)) rotate(-90)"]) {
                $0.label(name, 0, 0, style: "d-text", size: size, limit: 90)
            }
        }

        private func strength(_ value: Double) -> Double {
            largest > 0 ? 0.06 + 0.94 * min(abs(value) / largest, 1) : 0.06
        }

        private func style(_ value: Double) -> String { Theme.seriesClass(value < 0 ? 1 : 0) }

        func drawCell(_ row: Int, _ column: Int, _ svg: inout SVG) {
            let place = (x: left + cell.width * Double(column), y: top + cell.height * Double(row))
            let gap = cell.width > 6 ? 1.0 : 0
            let value = map.value(row, column)
            let text = value.map { map.format.text($0) } ?? "no value"
            let color = value.map { "d-fill d-cell " + style($0) } ?? "d-surface"
            let depth = value.map(strength) ?? 1
            svg.element(
                "rect",
                [
                    "class": .text(color), "fill-opacity": .number(depth), "x": .number(place.x),
                    "y": .number(place.y), "width": .number(cell.width - gap),
                    "height": .number(cell.height - gap),
                ]
            ) { $0.hover("\(map.rows[row]), \(map.columns[column]): \(text)") }
            // From these depths on, text in the colour of the ground has more contrast.
            guard let value, showsText else { return }
            svg.label(
                text,
                place.x + cell.width / 2,
                place.y + cell.height / 2 + 4,
                style: depth > (value < 0 ? 0.9 : 0.75) ? "d-inverse" : "d-text",
                anchor: .middle,
                size: HeatMap.textSize
            )
        }

        /// The colours of the values from the least to the largest.
        func drawScale(_ svg: inout SVG) {
            guard !extent.isEmpty else { return }
            let lower = min(extent.lower, 0)
            let upper = max(extent.upper, 0)
            let steps = 32
            let width = 160.0
            let y = (bottom + 18).rounded()
            for step in 0..<steps {
                let share = (Double(step) + 0.5) / Double(steps)
                let value = lower * (1 - share) + upper * share
                svg.element(
                    "rect",
                    [
                        "class": "d-fill \(style(value))", "x": .number(left + width * share - 2.5),
                        "y": .number(y), "width": 5, "height": 10,
                        "fill-opacity": .number(strength(value)),
                    ]
                )
            }
            svg.label(map.format.text(lower), left, y + 25, style: "d-note")
            let end = map.format.text(upper)
            svg.label(end, left + width, y + 25, style: "d-note", anchor: .end)
        }
    }
}

/// What surrounds every drawing: the root element, the heading and the legend.
struct Frame {
    static let margin = 16.0

    /// A name in the legend with what stands for it.
    struct Entry {
        enum Symbol {
            case line(marker: Bool)
            case dashed
            case marker
            case box
        }

        var name: String
        var series: Int
        var symbol: Symbol
    }

    let width: Double
    private let title: String
    private let titleLines: [String]
    private let subtitleLines: [String]
    private var legend: [(x: Double, y: Double, entry: Entry)] = []

    /// The height of the heading and the legend.
    private(set) var top: Double

    private static let textSize = 12.0
    private static let symbolWidth = 30.0
    private static let rowHeight = 20.0

    init(title: String, subtitle: String, entries: [Entry] = [], width: Double) {
        self.width = Self.sane(width, least: 240)
        self.title = title
        let room = self.width - 2 * Self.margin
        titleLines = TextMetrics.wrapped(title, to: room, size: 17, lines: 2)
        subtitleLines = TextMetrics.wrapped(subtitle, to: room, size: 13, lines: 3)
        top = Self.margin + 21 * Double(titleLines.count) + 18 * Double(subtitleLines.count)
        if !titleLines.isEmpty || !subtitleLines.isEmpty { top += 6 }
        place(entries, room: room)
    }

    /// A length that a caller gave, kept within what can be drawn.
    static func sane(_ length: Double, least: Double) -> Double {
        length.isFinite ? min(max(length, least), 10_000) : least
    }

    private mutating func place(_ entries: [Entry], room: Double) {
        guard !entries.isEmpty else { return }
        var x = Self.margin
        top += 4
        for entry in entries {
            let text = TextMetrics.width(entry.name, size: Self.textSize)
            let needed = min(Self.symbolWidth + text, room)
            if x > Self.margin, x + needed > Self.margin + room {
                x = Self.margin
                top += Self.rowHeight
            }
            legend.append((x, top + Self.rowHeight / 2, entry))
            x += needed + 18
        }
        top += Self.rowHeight + 8
    }

    /// The finished drawing of a given height.
    func document(
        height: Double,
        description: String,
        standalone: Bool,
        content: (inout SVG) -> Void
    ) -> String {
        var svg = SVG()
        let size = (width: Int(width.rounded(.up)), height: Int(height.rounded(.up)))
        let name = title.isEmpty ? description : title
        let body: (inout SVG) -> Void = { svg in
            svg.element("title") { $0.text(name) }
            svg.element("desc") { $0.text(description) }
            if standalone { svg.element("style") { $0.text(Theme.stylesheet) } }
            svg.rect("d-surface", 0, 0, Double(size.width), Double(size.height), radius: 6)
            drawHeading(&svg)
            for (x, y, entry) in legend { draw(entry, x, y, &svg) }
            content(&svg)
        }
        let attributes: KeyValuePairs<String, SVG.Value> = [
            "xmlns": "http://www.w3.org/2000/svg", "class": "drawing", "role": "img",
            "aria-label": .text(name), "viewBox": "0 0 \(size.width) \(size.height)",
            "width": .number(Double(size.width)), "height": .number(Double(size.height)),
        ]
        svg.element("svg", attributes, content: body)
        return svg.text
    }

    private func drawHeading(_ svg: inout SVG) {
        var y = Self.margin
        for line in titleLines {
            y += 21
            svg.label(line, Self.margin, y - 6, style: "d-title")
        }
        for line in subtitleLines {
            y += 18
            svg.label(line, Self.margin, y - 4, style: "d-subtitle")
        }
    }

    private func draw(_ entry: Entry, _ x: Double, _ y: Double, _ svg: inout SVG) {
        let color = Theme.seriesClass(entry.series)
        var path = SVG.Path()
        Marker.append(entry.series, x + 11, y, to: &path)
        let marker: KeyValuePairs<String, SVG.Value> = [
            "class": "d-marker \(color)", "d": .path(path),
        ]
        switch entry.symbol {
        case .line(let isMarked):
            svg.line("d-line \(color)", x, y, x + 22, y)
            if isMarked { svg.element("path", marker) }
        case .dashed:
            svg.dashedLine(entry.series, x, y, x + 24, y)
        case .marker:
            svg.element("path", marker)
        case .box:
            svg.rect("d-box \(color)", x, y - 5.5, 22, 11, radius: 2)
        }
        let room = width - Self.margin - x - Self.symbolWidth
        svg.label(
            entry.name,
            x + Self.symbolWidth,
            y + 4,
            style: "d-text",
            size: Self.textSize,
            limit: room
        )
    }
}

extension SVG {
    /// Appends a rectangle.
    mutating func rect(
        _ style: String,
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double,
        radius: Double = 0
    ) {
        element("rect", Self.box(style, x, y, width, height, radius: radius))
    }

    /// The attributes of a rectangle.
    static func box(
        _ style: String,
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double,
        radius: Double
    ) -> KeyValuePairs<String, Value> {
        [
            "class": .text(style), "x": .number(x), "y": .number(y),
            "width": .number(max(0, width)), "height": .number(max(0, height)),
            "rx": .number(radius),
        ]
    }

    /// Appends a line with the dashes of a series.
    mutating func dashedLine(
        _ series: Int,
        _ x1: Double,
        _ y1: Double,
        _ x2: Double,
        _ y2: Double
    ) {
        element(
            "line",
            [
                "class": "d-dashed \(Theme.seriesClass(series))",
                "x1": .number(x1), "y1": .number(y1), "x2": .number(x2), "y2": .number(y2),
                "stroke-dasharray": .text(Marker.dashes(series)),
            ]
        )
    }
}

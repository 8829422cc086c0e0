/// A drawing of boxes, lines and words, each where its maker has put it.
///
/// It knows the fonts and colours, and keeps words within the room that they are given.
public struct Schematic: Sendable {
    /// What a box looks like.
    public enum Fill: Sendable {
        /// A tint with an outline.
        case tint
        /// Full colour.
        case solid
        /// Only an outline, a faint one.
        case frame
        /// Only an outline, dashed, for what is not known.
        case unknown
    }

    /// What a line of words looks like.
    public enum Words: Sendable {
        /// A figure that is to be seen from afar.
        case figure
        /// The name of something.
        case name
        /// What is said of it.
        case note
        /// A caption inside a small box.
        case caption
        /// The name of something, on a box of full colour.
        case inverse
        /// The same, smaller.
        case smallInverse

        /// The size of its letters.
        public var size: Double {
            switch self {
            case .figure: 17
            case .name, .note, .inverse: 12
            case .caption, .smallInverse: 10
            }
        }

        fileprivate var style: String {
            switch self {
            case .figure: "d-title"
            case .name: "d-text"
            case .note, .caption: "d-note"
            case .inverse, .smallInverse: "d-inverse"
            }
        }
    }

    /// Where words stand relative to their point.
    public enum Anchor: Sendable {
        /// They begin there.
        case start
        /// It is their middle.
        case middle
    }

    /// A rectangle.
    public struct Area: Equatable, Sendable {
        /// Its left side.
        public var x: Double
        /// Its upper side.
        public var y: Double
        /// How wide it is.
        public var width: Double
        /// How high it is.
        public var height: Double

        /// Makes a rectangle.
        public init(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
            self.x = x
            self.y = y
            self.width = width
            self.height = height
        }

        /// The right side.
        public var right: Double { x + width }
        /// The lower side.
        public var bottom: Double { y + height }
        /// The middle between left and right.
        public var middle: Double { x + width / 2 }
        /// The middle between top and bottom.
        public var centre: Double { y + height / 2 }

        /// What is left without a border.
        public func inset(_ border: Double) -> Area {
            Area(x + border, y + border, width - 2 * border, height - 2 * border)
        }
    }

    private enum Item: Sendable {
        case box(Area, Fill, color: Int?, radius: Double, hover: String)
        case fill(SVG.Path, color: Int?)
        case stroke(SVG.Path, color: Int?, width: Double, opacity: Double, isDashed: Bool)
        case words(String, Words, x: Double, y: Double, Anchor, limit: Double)
    }

    /// How much is left free around a drawing.
    public static let margin = Frame.margin

    private let frame: Frame
    private var items: [Item] = []
    /// The height of the whole.
    public var height = 0.0
    /// What a screen reader says of it.
    public var description = ""

    /// Begins a drawing.
    public init(title: String, subtitle: String, width: Double) {
        frame = Frame(title: title, subtitle: subtitle, width: width)
    }

    /// Where the room below the heading begins.
    public var top: Double { frame.top }
    /// How wide it is.
    public var width: Double { frame.width }

    /// The width of words, as estimated for a wide face.
    public static func width(of text: String, size: Double) -> Double {
        TextMetrics.width(text, size: size)
    }

    /// Words in lines that are no wider than a limit; the last of these lines is cut.
    public static func wrapped(_ text: String, to limit: Double, lines: Int) -> [String] {
        TextMetrics.wrapped(text, to: limit, size: Words.note.size, lines: lines)
    }

    /// Adds a box; its colour is one of the theme's series, or plain.
    public mutating func box(
        _ area: Area,
        _ fill: Fill,
        color: Int? = nil,
        radius: Double = 3,
        hover: String = ""
    ) {
        items.append(.box(area, fill, color: color, radius: radius, hover: hover))
    }

    /// Adds lines.
    public mutating func stroke(
        _ path: SVG.Path,
        color: Int? = nil,
        width: Double = 1,
        opacity: Double = 1,
        isDashed: Bool = false
    ) {
        if path.isEmpty { return }
        items.append(
            .stroke(path, color: color, width: width, opacity: opacity, isDashed: isDashed)
        )
    }

    /// Adds areas of full colour.
    public mutating func fill(_ path: SVG.Path, color: Int? = nil) {
        if !path.isEmpty { items.append(.fill(path, color: color)) }
    }

    /// Adds words, cut to a limit; `y` is where they stand on.
    public mutating func words(
        _ text: String,
        _ words: Words,
        x: Double,
        y: Double,
        _ anchor: Anchor = .start,
        limit: Double
    ) {
        items.append(.words(text, words, x: x, y: y, anchor, limit: limit))
    }

    /// The drawing as an SVG element: for a page that includes `Theme.stylesheet`, or as a file.
    public func svg(standalone: Bool = false) -> String {
        frame.document(height: height, description: description, standalone: standalone) { svg in
            for item in items { Self.draw(item, &svg) }
        }
    }

    private static func style(_ color: Int?) -> String {
        color.map { Theme.seriesClass($0) } ?? "d-plain"
    }

    private static func draw(_ item: Item, _ svg: inout SVG) {
        switch item {
        case .box(let area, let fill, let color, let radius, let hover):
            draw(area, fill, color, radius, hover, &svg)
        case .fill(let path, let color):
            svg.element("path", ["class": "d-fill \(style(color))", "d": .path(path)])
        case .stroke(let path, let color, let width, let opacity, let isDashed):
            svg.element(
                "path",
                [
                    "class": "d-thin \(style(color))", "d": .path(path),
                    "stroke-opacity": .number(opacity),
                    "stroke-dasharray": isDashed ? "4 3" : "none",
                    // The class has a width of its own, which only a style overrides.
                    "style": "stroke-width:\(NumberText.decimal(width, digits: 3))px",
                ]
            )
        case .words(let text, let words, let x, let y, let anchor, let limit):
            let shown = TextMetrics.clipped(text, to: limit, size: words.size)
            if shown.isEmpty { return }
            var look = "font-size:\(NumberText.decimal(words.size, digits: 3))px"
            if case .name = words { look += ";font-weight:600" }
            let place = anchor == .middle ? TextAnchor.middle : .start
            svg.element(
                "text",
                [
                    "class": .text(words.style), "x": .number(x), "y": .number(y),
                    "text-anchor": .text(place.rawValue), "style": .text(look),
                ]
            ) { svg in
                if shown != text { svg.hover(text) }
                svg.text(shown)
            }
        }
    }

    private static func draw(
        _ area: Area,
        _ fill: Fill,
        _ color: Int?,
        _ radius: Double,
        _ hover: String,
        _ svg: inout SVG
    ) {
        let name =
            switch fill {
            case .tint: "d-box \(style(color))"
            case .solid: "d-fill \(style(color))"
            case .frame, .unknown: "d-axis"
            }
        let box = SVG.box(name, area.x, area.y, area.width, area.height, radius: radius)
        let outline =
            switch fill {
            case .tint, .solid: ""
            case .frame: "stroke-opacity:.55"
            case .unknown: "stroke-dasharray:4 3"
            }
        if outline.isEmpty && hover.isEmpty { return svg.element("rect", box) }
        svg.element("g", ["style": .text(outline)]) { svg in
            svg.hover(hover)
            svg.element("rect", box)
        }
    }
}

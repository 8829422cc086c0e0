/// The colours of drawings in light and in dark surroundings.
///
/// Every colour is a CSS custom property, so that a page can replace it; each is also given
/// directly before, for viewers that know no custom properties.
public struct Theme: Sendable {
    /// The ground of a drawing.
    public var surface: String
    /// Titles and values.
    public var ink: String
    /// Axis labels and notes.
    public var muted: String
    /// Grid lines.
    public var grid: String
    /// Axis lines.
    public var axis: String
    /// Text on a cell of full colour.
    public var inverse: String
    /// The colours of series: told apart with the common kinds of colour blindness.
    public var series: [String]

    /// The number of series colours.
    public static let seriesCount = 8

    /// Colours on white.
    public static let light = Theme(
        surface: "#ffffff",
        ink: "#1a1d21",
        muted: "#59616b",
        grid: "#e7e9ec",
        axis: "#98a0a9",
        inverse: "#ffffff",
        series: [
            "#0954a0", "#d94800", "#008567", "#bf5aa5", "#82801b", "#3c97cf", "#3a3640", "#822e35",
        ]
    )

    /// Colours on near black.
    public static let dark = Theme(
        surface: "#15181c",
        ink: "#e8eaed",
        muted: "#a6aeb8",
        grid: "#2a2f36",
        axis: "#6f7882",
        inverse: "#101215",
        series: [
            "#4a92f5", "#e8692f", "#27bc78", "#c79bdd", "#d5bf25", "#94e2ee", "#f0f2e8", "#f5ec6b",
        ]
    )

    /// The style sheet that a page with drawings includes once.
    public static let stylesheet = """
        .drawing{\(light.properties)}
        @media (prefers-color-scheme:dark){.drawing{\(dark.properties)}}
        .drawing{display:block;max-width:100%;height:auto;\
        font-family:system-ui,-apple-system,BlinkMacSystemFont,Roboto,Helvetica,Arial,sans-serif;\
        font-size:12px;font-variant-numeric:tabular-nums}
        \(paint("d-surface", "fill", "surface", light.surface))
        \(paint("d-title", "fill", "ink", light.ink, "font-size:16px;font-weight:600"))
        \(paint("d-subtitle", "fill", "muted", light.muted, "font-size:13px"))
        \(paint("d-text", "fill", "ink", light.ink))
        \(paint("d-note", "fill", "muted", light.muted))
        \(paint("d-inverse", "fill", "inverse", light.inverse))
        \(paint("d-grid", "stroke", "grid", light.grid, "fill:none"))
        \(paint("d-minor", "stroke", "grid", light.grid, "fill:none;stroke-opacity:.55"))
        \(paint("d-axis", "stroke", "axis", light.axis, "fill:none"))
        \(paint("d-reference", "stroke", "muted", light.muted, "stroke-dasharray:6 3"))
        \(paint("d-halo", "stroke", "surface", light.surface, """
            stroke-width:4px;stroke-linejoin:round;paint-order:stroke;font-size:11px
            """))
        \(paint("d-marker", "stroke", "surface", light.surface, """
            fill:currentColor;stroke-width:1.2px;paint-order:stroke
            """))
        .drawing .d-line{fill:none;stroke:currentColor;stroke-width:2px;\
        stroke-linejoin:round;stroke-linecap:round}
        .drawing .d-dashed{fill:none;stroke:currentColor;stroke-width:1.75px}
        .drawing .d-thin{fill:none;stroke:currentColor;stroke-width:1.25px}
        \(paint("d-plain", "color", "muted", light.muted))
        .drawing .d-fill{fill:currentColor}
        .drawing .d-band{fill:currentColor;fill-opacity:.16}
        .drawing .d-box{fill:currentColor;fill-opacity:.2;stroke:currentColor}
        .drawing .d-hit{fill:currentColor;fill-opacity:0}
        .drawing .d-hit:hover{fill-opacity:.28}
        .drawing .d-reach{stroke:currentColor;stroke-opacity:0;stroke-width:11px}
        .drawing .d-reach:hover{stroke-opacity:.28}
        .drawing .d-bar:hover,.drawing .d-cell:hover{opacity:.8}
        .drawing text{pointer-events:none}
        .drawing text:has(title){pointer-events:auto}
        \(seriesRules)

        """

    /// The class that sets the current colour to that of a series.
    static func seriesClass(_ index: Int) -> String {
        "d-s\(slot(index) + 1)"
    }

    /// The place of any index in a cycle of eight.
    static func slot(_ index: Int) -> Int {
        let remainder = index % seriesCount
        return remainder < 0 ? remainder + seriesCount : remainder
    }

    private var properties: String {
        var result = "--d-surface:\(surface);--d-ink:\(ink);--d-muted:\(muted);--d-grid:\(grid);"
        result += "--d-axis:\(axis);--d-inverse:\(inverse)"
        for (index, color) in series.enumerated() { result += ";--d-s\(index + 1):\(color)" }
        return result
    }

    private static var seriesRules: String {
        var rules: [String] = []
        for (index, color) in light.series.enumerated() {
            let name = "s\(index + 1)"
            rules.append(paint("d-" + name, "color", name, color))
        }
        return rules.joined(separator: "\n")
    }

    private static func paint(
        _ style: String,
        _ property: String,
        _ variable: String,
        _ color: String,
        _ more: String = ""
    ) -> String {
        let rest = more.isEmpty ? "" : ";" + more
        return ".drawing .\(style){\(property):\(color);\(property):var(--d-\(variable))\(rest)}"
    }
}

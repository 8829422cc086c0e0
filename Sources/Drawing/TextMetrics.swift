/// Estimated widths of text.
///
/// No font is at hand when a chart is written, so widths are those of a wide face: text that
/// fits by this estimate fits in the usual system fonts.
enum TextMetrics {
    static func width(_ text: String, size: Double) -> Double {
        var ems = 0.0
        for character in text { ems += emWidth(character) }
        return ems * size
    }

    /// The text cut to a width, with an ellipsis where it was cut.
    static func clipped(_ text: String, to limit: Double, size: Double) -> String {
        // A text measured for this very limit fits in spite of rounding.
        let limit = limit + 0.01
        var ems = 0.0
        var kept = text.startIndex
        for index in text.indices {
            ems += emWidth(text[index])
            // One em is kept for the ellipsis.
            if (ems + 1) * size <= limit { kept = text.index(after: index) }
            if ems * size > limit {
                return limit < 1.5 * size ? "" : String(text[..<kept]) + "…"
            }
        }
        return text
    }

    /// Lines of words no wider than a width; the last of the allowed lines is cut.
    static func wrapped(_ text: String, to limit: Double, size: Double, lines: Int) -> [String] {
        let words = text.split(whereSeparator: \.isWhitespace)
        var result: [String] = []
        for (index, word) in words.enumerated() {
            guard let last = result.last else {
                result.append(String(word))
                continue
            }
            let longer = last + " " + word
            if width(longer, size: size) <= limit {
                result[result.count - 1] = longer
            } else if result.count < lines {
                result.append(String(word))
            } else {
                result[result.count - 1] = last + " " + words[index...].joined(separator: " ")
                break
            }
        }
        return result.map { clipped($0, to: limit, size: size) }
    }

    private static func emWidth(_ character: Character) -> Double {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar {
        case "i", "j", "l", "I", "|", "!", ".", ",", ":", ";", "'", " ", "(", ")", "[", "]":
            return 0.38
        case "f", "t", "r", "/", "-": return 0.42
        case "m", "w", "M", "W", "@", "%", "…", "—": return 1
        case "A"..."Z", "+", "=", "<", ">", "~", "×", "−": return 0.76
        case "⁰", "¹", "²", "³", "⁴"..."⁹", "⁻": return 0.45
        default: return scalar.value < 0x1100 ? 0.64 : 1.1
        }
    }
}

/// Where a text stands relative to its point.
enum TextAnchor: String {
    case start
    case middle
    case end
}

extension SVG {
    /// Appends a text cut to a width; what was cut shows on hover.
    mutating func label(
        _ text: String,
        _ x: Double,
        _ y: Double,
        style: String,
        anchor: TextAnchor = .start,
        size: Double = 12,
        limit: Double = .infinity
    ) {
        let shown = TextMetrics.clipped(text, to: limit, size: size)
        guard !shown.isEmpty else { return }
        let attributes: KeyValuePairs<String, Value> = [
            "class": .text(style), "x": .number(x), "y": .number(y),
            "text-anchor": .text(anchor.rawValue),
        ]
        element("text", attributes) { svg in
            if shown != text { svg.hover(text) }
            svg.text(shown)
        }
    }

    /// Appends the text that shows while the pointer rests on the enclosing element.
    mutating func hover(_ text: String) {
        guard !text.isEmpty else { return }
        element("title") { $0.text(text) }
    }

    /// Appends a straight line.
    mutating func line(_ style: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
        element(
            "line",
            [
                "class": .text(style), "x1": .number(x1), "y1": .number(y1), "x2": .number(x2),
                "y2": .number(y2),
            ]
        )
    }
}

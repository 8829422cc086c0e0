/// A writer of SVG elements into one byte buffer.
///
/// Elements nest through closures, so that every element that was opened is closed. Text and
/// attribute values are escaped; element and attribute names are constants of the program.
public struct SVG: Sendable {
    /// The value of an attribute.
    public enum Value: Sendable {
        /// Any text, escaped when written.
        case text(String)
        /// A coordinate or length, written with at most two decimals.
        case number(Double)
        /// Path data.
        case path(Path)
    }

    private var bytes: [UInt8] = []

    /// Creates an empty document.
    public init() {}

    /// The document so far.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Appends an element without content.
    public mutating func element(_ name: String, _ attributes: KeyValuePairs<String, Value> = [:]) {
        start(name, attributes)
        bytes.append(contentsOf: "/>".utf8)
    }

    /// Appends an element whose content the closure writes.
    public mutating func element(
        _ name: String,
        _ attributes: KeyValuePairs<String, Value> = [:],
        content: (inout SVG) -> Void
    ) {
        start(name, attributes)
        bytes.append(UInt8(ascii: ">"))
        content(&self)
        bytes.append(contentsOf: "</".utf8)
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: ">"))
    }

    /// Appends text content.
    public mutating func text(_ text: String) {
        appendEscaped(text, inAttribute: false)
    }

    private mutating func start(_ name: String, _ attributes: KeyValuePairs<String, Value>) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: name.utf8)
        for (key, value) in attributes {
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: key.utf8)
            bytes.append(contentsOf: "=\"".utf8)
            switch value {
            case .text(let text): appendEscaped(text, inAttribute: true)
            case .number(let number): bytes.appendCoordinate(number)
            case .path(let path): bytes.append(contentsOf: path.bytes)
            }
            bytes.append(UInt8(ascii: "\""))
        }
    }

    /// Appends text with references for the characters that mean something in XML.
    ///
    /// XML forbids most control characters and U+FFFE and U+FFFF even as references, so those
    /// become the replacement character. Attributes lose line breaks and tabs to normalisation
    /// unless they are references, and text loses carriage returns.
    private mutating func appendEscaped(_ text: String, inAttribute: Bool) {
        let source = Array(text.utf8)
        for (index, byte) in source.enumerated() {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\"") where inAttribute: bytes.append(contentsOf: "&quot;".utf8)
            case 0x0D: bytes.append(contentsOf: "&#13;".utf8)
            case 0x09 where inAttribute: bytes.append(contentsOf: "&#9;".utf8)
            case 0x0A where inAttribute: bytes.append(contentsOf: "&#10;".utf8)
            case 0x09, 0x0A: bytes.append(byte)
            case 0..<0x20: bytes.append(contentsOf: "\u{FFFD}".utf8)
            case 0xBE, 0xBF:
                let isForbidden =
                    index >= 2 && source[index - 1] == 0xBF && source[index - 2] == 0xEF
                bytes.append(isForbidden ? 0xBD : byte)
            default: bytes.append(byte)
            }
        }
    }
}

extension SVG.Value: ExpressibleByStringInterpolation, ExpressibleByFloatLiteral {
    /// Makes a text value from a literal.
    public init(stringLiteral value: String) { self = .text(value) }

    /// Makes a number from a literal.
    public init(floatLiteral value: Double) { self = .number(value) }
}

extension SVG.Value: ExpressibleByIntegerLiteral {
    /// Makes a number from a literal.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
}

extension SVG {
    /// Path data: moves and lines between points.
    public struct Path: Sendable {
        fileprivate(set) var bytes: [UInt8] = []

        /// Creates an empty path.
        public init() {}

        /// Whether nothing was added.
        public var isEmpty: Bool { bytes.isEmpty }

        /// Starts a new line at a point.
        public mutating func move(_ x: Double, _ y: Double) { add("M", x, y) }

        /// Draws a line to a point.
        public mutating func line(_ x: Double, _ y: Double) { add("L", x, y) }

        /// Draws a line by an offset.
        public mutating func lineBy(_ x: Double, _ y: Double) { add("l", x, y) }

        /// Draws a curve to a point, which leaves and comes in the direction of another one.
        public mutating func curve(_ x: Double, _ y: Double, towards bend: (x: Double, y: Double)) {
            add("Q", bend.x, bend.y)
            bytes.append(UInt8(ascii: " "))
            bytes.appendCoordinate(x)
            bytes.append(UInt8(ascii: " "))
            bytes.appendCoordinate(y)
        }

        /// Closes the current line.
        public mutating func close() { bytes.append(UInt8(ascii: "z")) }

        /// Draws a circle.
        public mutating func circle(_ x: Double, _ y: Double, radius: Double) {
            move(x - radius, y)
            for width in [2 * radius, -2 * radius] {
                bytes.append(UInt8(ascii: "a"))
                bytes.appendCoordinate(radius)
                bytes.append(UInt8(ascii: " "))
                bytes.appendCoordinate(radius)
                bytes.append(contentsOf: " 0 1 0 ".utf8)
                bytes.appendCoordinate(width)
                bytes.append(contentsOf: " 0".utf8)
            }
            close()
        }

        private mutating func add(_ command: Unicode.Scalar, _ x: Double, _ y: Double) {
            bytes.append(UInt8(ascii: command))
            bytes.appendCoordinate(x)
            bytes.append(UInt8(ascii: " "))
            bytes.appendCoordinate(y)
        }
    }
}

extension [UInt8] {
    /// Appends a coordinate with at most two decimals.
    ///
    /// Nothing that can be drawn lies beyond ten million, and a value that is not a number must
    /// not reach a document: it would void the whole attribute.
    fileprivate mutating func appendCoordinate(_ value: Double) {
        guard value.isFinite else { return append(UInt8(ascii: "0")) }
        let hundredths = Int((Swift.min(Swift.max(value, -1e7), 1e7) * 100).rounded())
        if hundredths < 0 { append(UInt8(ascii: "-")) }
        let magnitude = hundredths.magnitude
        appendInteger(magnitude / 100)
        let fraction = UInt8(magnitude % 100)
        guard fraction > 0 else { return }
        append(UInt8(ascii: "."))
        append(UInt8(ascii: "0") + fraction / 10)
        if !fraction.isMultiple(of: 10) { append(UInt8(ascii: "0") + fraction % 10) }
    }

    private mutating func appendInteger(_ value: UInt) {
        if value >= 10 { appendInteger(value / 10) }
        append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}

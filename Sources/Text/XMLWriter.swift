/// Writes XML 1.0, one element a line and indented by two blanks for each around it.
public struct XMLWriter: Sendable {
    private var bytes: [UInt8] = []
    private var open: [String] = []

    /// Makes a writer that has written nothing, not even a declaration: UTF-8 needs none.
    public init() {}

    /// Whether an XML text can hold all characters of a text, if escaped; control characters it
    /// can't.
    public static func canHold(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy(XMLText.isCharacter)
    }

    /// What has been written.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Opens an element.
    public mutating func open(_ name: String, _ attributes: [(String, String)] = []) {
        begin(name, attributes)
        append(">\n")
        open.append(name)
    }

    /// Closes the element that was opened last.
    public mutating func close() {
        guard let name = open.popLast() else { return }
        indent()
        append("</\(name)>\n")
    }

    /// Writes an element that holds only a text, or nothing.
    public mutating func element(
        _ name: String,
        _ attributes: [(String, String)] = [],
        text: String = ""
    ) {
        begin(name, attributes)
        if text.isEmpty {
            append("/>\n")
        } else {
            append(">")
            appendEscaped(text, isValue: false)
            append("</\(name)>\n")
        }
    }

    private mutating func begin(_ name: String, _ attributes: [(String, String)]) {
        indent()
        append("<\(name)")
        for (key, value) in attributes {
            append(" \(key)=\"")
            appendEscaped(value, isValue: true)
            append("\"")
        }
    }

    private mutating func indent() {
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * open.count))
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends characters so that they are read as they are.
    ///
    /// What no XML text may hold becomes the replacement character.
    private mutating func appendEscaped(_ text: String, isValue: Bool) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": append("&amp;")
            case "<": append("&lt;")
            case ">": append("&gt;")
            case "\"" where isValue: append("&quot;")
            // A reader makes blanks of these in a value, and LF of CR everywhere.
            case "\n" where isValue, "\t" where isValue, "\r": append("&#\(scalar.value);")
            case _ where !XMLText.isCharacter(scalar): append("\u{FFFD}")
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
            }
        }
    }
}

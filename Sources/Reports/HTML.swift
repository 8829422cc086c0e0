/// A writer of HTML elements into one byte buffer.
///
/// Elements nest through closures, so that every element that was opened is closed. Text and
/// attribute values are escaped; names are constants of the program.
struct HTML {
    private var bytes: [UInt8] = []

    /// What was written so far.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Appends an element whose content the closure writes.
    mutating func element(
        _ name: StaticString,
        _ attributes: KeyValuePairs<StaticString, String> = [:],
        content: (inout HTML) -> Void
    ) {
        start(name, attributes)
        content(&self)
        append("</")
        append(name)
        append(">")
    }

    /// Appends an element that holds text only.
    mutating func element(_ name: StaticString, _ text: String) {
        element(name) { $0.text(text) }
    }

    /// Appends an element with attributes that holds text only.
    mutating func element(
        _ name: StaticString,
        _ attributes: KeyValuePairs<StaticString, String>,
        _ text: String
    ) {
        element(name, attributes) { $0.text(text) }
    }

    /// Appends one of the elements that have no content and no end.
    mutating func void(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) {
        start(name, attributes)
    }

    /// Appends text content.
    mutating func text(_ text: String) { appendEscaped(text) }

    /// Appends markup of our own as it is: drawings and the style sheet.
    mutating func markup(_ markup: String) { bytes.append(contentsOf: markup.utf8) }

    private mutating func start(
        _ name: StaticString,
        _ attributes: KeyValuePairs<StaticString, String>
    ) {
        append("<")
        append(name)
        for (key, value) in attributes {
            append(" ")
            append(key)
            append("=\"")
            appendEscaped(value)
            append("\"")
        }
        append(">")
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        )
    }

    /// HTML has no way to say most control characters; the replacement character shows that there
    /// was one.
    private mutating func appendEscaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): append("&amp;")
            case UInt8(ascii: "<"): append("&lt;")
            case UInt8(ascii: ">"): append("&gt;")
            case UInt8(ascii: "\""): append("&quot;")
            case 0x09, 0x0A, 0x20...0x7E, 0x80...: bytes.append(byte)
            default: append("\u{FFFD}")
            }
        }
    }
}

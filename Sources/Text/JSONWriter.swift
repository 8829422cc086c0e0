/// Appends JSON to one buffer of bytes, so that a large document costs no strings of its parts.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    /// An array of scalars stays on one line while that line is at most this many bytes long.
    private static let lineLimit = 80

    /// Writes without any blanks.
    mutating func write(_ value: JSON) {
        switch value {
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                separate(&isFirst)
                write(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for (key, value) in object {
                separate(&isFirst)
                write(key)
                bytes.append(UInt8(ascii: ":"))
                write(value)
            }
            bytes.append(UInt8(ascii: "}"))
        default:
            writeScalar(value)
        }
    }

    /// Writes with one member or element per line, indented by two spaces per level.
    mutating func writePretty(_ value: JSON, depth: Int) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            if writeOnOneLine(elements) { return }
            bytes.append(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                separate(&isFirst)
                breakLine(depth + 1)
                writePretty(element, depth: depth + 1)
            }
            breakLine(depth)
            bytes.append(UInt8(ascii: "]"))
        case .object(let object) where !object.isEmpty:
            bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for (key, value) in object {
                separate(&isFirst)
                breakLine(depth + 1)
                write(key)
                append(": ")
                writePretty(value, depth: depth + 1)
            }
            breakLine(depth)
            bytes.append(UInt8(ascii: "}"))
        default:
            write(value)
        }
    }

    /// Writes an array of scalars on the current line, or nothing when it is no such array or
    /// the line would become too long.
    private mutating func writeOnOneLine(_ elements: [JSON]) -> Bool {
        // Two bytes per element is the least that one can take with its comma.
        guard elements.count < Self.lineLimit / 2, elements.allSatisfy(\.isScalar) else {
            return false
        }
        let start = bytes.count
        let lineStart = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 {
                append(", ")
            }
            writeScalar(element)
            if bytes.count - lineStart >= Self.lineLimit {
                bytes.removeSubrange(start...)
                return false
            }
        }
        bytes.append(UInt8(ascii: "]"))
        return true
    }

    private mutating func separate(_ isFirst: inout Bool) {
        if !isFirst {
            bytes.append(UInt8(ascii: ","))
        }
        isFirst = false
    }

    private mutating func breakLine(_ depth: Int) {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes a scalar; a container is written by the callers.
    private mutating func writeScalar(_ value: JSON) {
        switch value {
        case .bool(let flag):
            append(flag ? "true" : "false")
        case .integer(let number):
            write(number)
        case .number(let number) where number.isFinite:
            append(number.description)
        case .string(let text):
            write(text)
        case .null, .number, .array, .object:
            append("null")
        }
    }

    private mutating func write(_ number: Int64) {
        let end = bytes.count
        var rest = number.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        if number < 0 {
            bytes.append(UInt8(ascii: "-"))
        }
        bytes[end...].reverse()
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { source in
            var runStart = 0
            for index in source.indices {
                let byte = source[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                else { continue }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[runStart..<index]))
                writeEscape(byte)
                runStart = index + 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[runStart...]))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0..<0x10: append("u000" + String(byte, radix: 16))
        case 0..<0x20: append("u00" + String(byte, radix: 16))
        default: bytes.append(byte)
        }
    }
}

extension JSON {
    fileprivate var isScalar: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }
}

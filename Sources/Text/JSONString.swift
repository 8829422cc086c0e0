/// The strings and keys of JSON5: their escapes and their characters.
enum JSONString {
    /// What a backslash and the bytes after it say.
    enum Escape {
        case scalar(Unicode.Scalar)
        /// A line continuation, which says nothing.
        case nothing
        case wrong(String)
    }

    /// The bytes of a string or key without its quotes.
    static func content(
        of node: JSONNode,
        in bytes: UnsafeBufferPointer<UInt8>
    ) -> Slice<UnsafeBufferPointer<UInt8>> {
        let first = bytes[node.start]
        let isQuoted = first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
        return bytes[(isQuoted ? node.start + 1 : node.start)..<node.value]
    }

    /// The characters of a string or key, whose escapes the parser has found good.
    static func text(of node: JSONNode, in bytes: UnsafeBufferPointer<UInt8>) -> String {
        let content = content(of: node, in: bytes)
        guard node.form == .escaped else {
            return String(decoding: UnsafeBufferPointer(rebasing: content), as: UTF8.self)
        }
        var text = String.UnicodeScalarView()
        var index = content.startIndex
        while index < content.endIndex {
            if bytes[index] == UInt8(ascii: "\\") {
                if case .scalar(let scalar) = readEscape(in: bytes, at: &index) {
                    text.append(scalar)
                }
            } else {
                let (scalar, length) = scalar(in: bytes, at: index)
                text.append(scalar)
                index += length
            }
        }
        return String(text)
    }

    /// Reads the escape that begins with the backslash at `index`, and moves `index` behind it.
    static func readEscape(
        in bytes: UnsafeBufferPointer<UInt8>,
        at index: inout Int
    ) -> Escape {
        guard index + 1 < bytes.count else {
            index += 1
            return .wrong("the text ends after a backslash")
        }
        let byte = bytes[index + 1]
        index += 2
        switch byte {
        case UInt8(ascii: "b"): return .scalar("\u{08}")
        case UInt8(ascii: "t"): return .scalar("\t")
        case UInt8(ascii: "n"): return .scalar("\n")
        case UInt8(ascii: "v"): return .scalar("\u{0B}")
        case UInt8(ascii: "f"): return .scalar("\u{0C}")
        case UInt8(ascii: "r"): return .scalar("\r")
        case UInt8(ascii: "x"): return readHexEscape(in: bytes, at: &index)
        case UInt8(ascii: "u"): return readUnicodeEscape(in: bytes, at: &index)
        case UInt8(ascii: "0"):
            let isLonger = index < bytes.count && isDigit(bytes[index])
            return isLonger ? .wrong("octal escapes are not JSON5") : .scalar("\0")
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            return .wrong("octal escapes are not JSON5")
        case UInt8(ascii: "\n"):
            return .nothing
        case UInt8(ascii: "\r"):
            if index < bytes.count, bytes[index] == UInt8(ascii: "\n") { index += 1 }
            return .nothing
        case 0x00...0x7F:
            return .scalar(Unicode.Scalar(byte))
        default:
            let (scalar, length) = scalar(in: bytes, at: index - 1)
            index += length - 1
            return scalar == "\u{2028}" || scalar == "\u{2029}" ? .nothing : .scalar(scalar)
        }
    }

    private static func readHexEscape(
        in bytes: UnsafeBufferPointer<UInt8>,
        at index: inout Int
    ) -> Escape {
        guard let code = readHexDigits(2, in: bytes, at: &index),
            let scalar = Unicode.Scalar(code)
        else { return .wrong("\\x needs two hexadecimal digits") }
        return .scalar(scalar)
    }

    /// Reads what follows `\u`, and the second half of a surrogate pair with it.
    private static func readUnicodeEscape(
        in bytes: UnsafeBufferPointer<UInt8>,
        at index: inout Int
    ) -> Escape {
        guard let code = readHexDigits(4, in: bytes, at: &index) else {
            return .wrong("\\u needs four hexadecimal digits")
        }
        if let scalar = Unicode.Scalar(code) {
            return .scalar(scalar)
        }
        guard code < 0xDC00, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { return .wrong("half a surrogate pair is no character") }
        index += 2
        guard let low = readHexDigits(4, in: bytes, at: &index), 0xDC00...0xDFFF ~= low,
            let scalar = Unicode.Scalar(0x10000 + (code - 0xD800) << 10 + (low - 0xDC00))
        else { return .wrong("half a surrogate pair is no character") }
        return .scalar(scalar)
    }

    private static func readHexDigits(
        _ count: Int,
        in bytes: UnsafeBufferPointer<UInt8>,
        at index: inout Int
    ) -> UInt32? {
        guard index + count <= bytes.count else { return nil }
        var code: UInt32 = 0
        for place in index..<(index + count) {
            guard let digit = hexDigit(bytes[place]) else { return nil }
            code = code << 4 | UInt32(digit)
        }
        index += count
        return code
    }

    /// Whether an identifier may begin with the scalar (ECMAScript 5.1, 7.6).
    static func isIdentifierStart(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "$" || scalar == "_" { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .letterNumber:
            return true
        default:
            return false
        }
    }

    /// Whether an identifier may go on with the scalar.
    static func isIdentifierPart(_ scalar: Unicode.Scalar) -> Bool {
        // The zero-width joiners are allowed by name.
        if scalar == "\u{200C}" || scalar == "\u{200D}" { return true }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation:
            return true
        default:
            return isIdentifierStart(scalar)
        }
    }
}

/// Whether a byte is an ASCII digit.
func isDigit(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") < 10
}

/// The value of a hexadecimal digit.
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}

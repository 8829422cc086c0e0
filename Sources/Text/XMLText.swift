/// The characters of XML 1.0: which may stand where, and what references say.
enum XMLText {
    /// What an ampersand and the bytes behind it say.
    enum Reference {
        case scalar(Unicode.Scalar)
        case wrong(String)
    }

    /// Reads the reference that begins with the ampersand at `index`, and moves `index` behind it.
    static func readReference(
        in bytes: UnsafeBufferPointer<UInt8>,
        at index: inout Int
    ) -> Reference {
        let start = index + 1
        // The longest good one is a number with leading zeros; nobody writes sixty of them.
        let limit = min(bytes.count, start + 64)
        let isNumber = start < limit && bytes[start] == UInt8(ascii: "#")
        let nameStart = isNumber ? start + 1 : start
        let end = bytes[nameStart..<max(nameStart, limit)].firstIndex { !isNamePart($0) }
        guard let end, end > nameStart, bytes[end] == UInt8(ascii: ";") else {
            return .wrong("an '&' begins a reference, which ends with ';'; write &amp; for itself")
        }
        let content = bytes[start..<end]
        index = end + 1
        if isNumber {
            guard let scalar = character(ofDigits: content.dropFirst()) else {
                let text = String(decoding: content, as: UTF8.self)
                return .wrong("&\(text); is no character that XML may hold")
            }
            return .scalar(scalar)
        }
        let name = String(decoding: content, as: UTF8.self)
        switch name {
        case "amp": return .scalar("&")
        case "lt": return .scalar("<")
        case "gt": return .scalar(">")
        case "quot": return .scalar("\"")
        case "apos": return .scalar("'")
        default:
            return .wrong("the entity &\(name); is unknown; XML knows amp, lt, gt, quot and apos")
        }
    }

    /// The character of a reference's number, decimal or behind an 'x' hexadecimal.
    private static func character(ofDigits content: Slice<UnsafeBufferPointer<UInt8>>)
        -> Unicode.Scalar?
    {
        let isHexadecimal = content.first == UInt8(ascii: "x")
        let digits = isHexadecimal ? content.dropFirst() : content
        guard !digits.isEmpty else { return nil }
        var code: UInt32 = 0
        for byte in digits {
            guard let digit = hexDigit(byte), isHexadecimal || digit < 10 else { return nil }
            code = code * (isHexadecimal ? 16 : 10) + UInt32(digit)
            if code > 0x10_FFFF { return nil }
        }
        guard let scalar = Unicode.Scalar(code), isCharacter(scalar) else { return nil }
        return scalar
    }

    /// The characters that bytes say; the parser has found their references good.
    static func decoded(
        _ range: Range<Int>,
        of bytes: UnsafeBufferPointer<UInt8>,
        lineEnd: Unicode.Scalar,
        hasReferences: Bool = true
    ) -> String {
        var text = String.UnicodeScalarView()
        var index = range.lowerBound
        while index < range.upperBound {
            switch bytes[index] {
            case UInt8(ascii: "&") where hasReferences:
                if case .scalar(let scalar) = readReference(in: bytes, at: &index) {
                    text.append(scalar)
                }
            case 0x0D:
                index += 1
                if index < range.upperBound, bytes[index] == 0x0A { index += 1 }
                text.append(lineEnd)
            case 0x0A:
                index += 1
                text.append(lineEnd)
            case 0x09 where lineEnd == " ":
                index += 1
                text.append(" ")
            default:
                let (scalar, length) = scalar(in: bytes, at: index)
                text.append(scalar)
                index += length
            }
        }
        return String(text)
    }

    /// Whether a scalar may stand in an XML text at all (XML 1.0, production 2).
    static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x1_0000...0x10_FFFF: true
        default: false
        }
    }

    /// Whether a byte is a blank.
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// Whether a name may begin with an ASCII byte.
    static func isNameStart(_ byte: UInt8) -> Bool {
        // Folding the case of letters changes no other byte into a letter.
        byte | 0x20 &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ":")
    }

    /// Whether a name may go on with an ASCII byte.
    static func isNamePart(_ byte: UInt8) -> Bool {
        isNameStart(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    /// Whether a name may begin with a scalar that is not ASCII (production 4).
    static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D, 0x37F...0x1FFF,
            0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF,
            0xFDF0...0xFFFD, 0x1_0000...0xE_FFFF:
            true
        default: false
        }
    }

    /// Whether a name may go on with a scalar that is not ASCII (production 4a).
    static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xB7, 0x300...0x36F, 0x203F...0x2040: true
        default: isNameStart(scalar)
        }
    }
}

extension JSONParser {
    // MARK: Blanks and comments

    /// Moves behind blanks and comments.
    mutating func skipBlanks() throws(TextError) {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
                position += 1
            } else if byte > 0x20 && byte < 0x80 && byte != UInt8(ascii: "/") {
                return
            } else if try !skipRareBlank() {
                return
            }
        }
    }

    /// Moves behind a comment or one of the blanks that are rare; false when there is none.
    private mutating func skipRareBlank() throws(TextError) -> Bool {
        let byte = bytes[position]
        if byte == UInt8(ascii: "/") {
            return try skipComment()
        }
        if byte == 0x0B || byte == 0x0C {
            position += 1
            return true
        }
        guard byte >= 0x80 else { return false }
        let (scalar, length) = scalar(in: bytes, at: position)
        switch scalar.properties.generalCategory {
        case .spaceSeparator, .lineSeparator, .paragraphSeparator:
            break
        default:
            // The byte order mark is a blank to JSON5 wherever it stands.
            guard scalar == "\u{FEFF}" else { return false }
        }
        position += length
        return true
    }

    private mutating func skipComment() throws(TextError) -> Bool {
        let start = position
        let next = position + 1 < bytes.count ? bytes[position + 1] : 0
        if next == UInt8(ascii: "/") {
            position += 2
            while position < bytes.count, !isLineEnd(at: position) {
                position += 1
            }
            return true
        }
        guard next == UInt8(ascii: "*") else { return false }
        position += 2
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
                position += 2
                return true
            }
            position += 1
        }
        throw error("this comment has no end", at: start)
    }

    private func isLineEnd(at offset: Int) -> Bool {
        let byte = bytes[offset]
        guard byte >= 0x80 else { return byte == 0x0A || byte == 0x0D }
        guard byte == 0xE2 else { return false }
        let (scalar, _) = scalar(in: bytes, at: offset)
        return scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    // MARK: Strings and keys

    /// Parses a string in either quotes.
    mutating func parseString() throws(TextError) {
        let start = position
        let quote = bytes[start]
        var form = JSONNode.Form.ascii
        var index = start + 1
        while index < bytes.count {
            let byte = bytes[index]
            if byte == quote {
                nodes.append(JSONNode(kind: .string, form: form, start: start, value: index))
                position = index + 1
                return
            } else if byte == UInt8(ascii: "\\") {
                form = .escaped
                let escape = index
                if case .wrong(let message) = JSONString.readEscape(in: bytes, at: &index) {
                    throw error(message, at: escape)
                }
            } else if byte >= 0x80 {
                form = max(form, .verbatim)
                index += 1
            } else if byte == 0x0A || byte == 0x0D {
                throw error(
                    "the line ends within a string; write \\n, or end the line with a backslash",
                    at: index
                )
            } else {
                index += 1
            }
        }
        throw error("this string has no closing quote", at: start)
    }

    /// Parses a key, quoted or not.
    mutating func parseKey(of container: Int) throws(TextError) {
        if current == UInt8(ascii: "\"") || current == UInt8(ascii: "'") {
            return try parseString()
        }
        let start = position
        var form = JSONNode.Form.ascii
        while position < bytes.count {
            let byte = bytes[position]
            if isASCIIIdentifierPart(byte) && !(position == start && isDigit(byte)) {
                position += 1
            } else if byte < 0x80 && byte != UInt8(ascii: "\\") {
                break
            } else if try !skipRareIdentifierPart(isFirst: position == start, &form) {
                break
            }
        }
        guard position > start else { throw expected("a key or '}'", in: container) }
        nodes.append(JSONNode(kind: .string, form: form, start: start, value: position))
    }

    /// Moves behind a scalar of an identifier that is an escape or not ASCII; false when there
    /// is none.
    private mutating func skipRareIdentifierPart(
        isFirst: Bool,
        _ form: inout JSONNode.Form
    ) throws(TextError) -> Bool {
        let fits = isFirst ? JSONString.isIdentifierStart : JSONString.isIdentifierPart
        guard bytes[position] == UInt8(ascii: "\\") else {
            let (scalar, length) = scalar(in: bytes, at: position)
            guard fits(scalar) else { return false }
            form = max(form, .verbatim)
            position += length
            return true
        }
        let escape = position
        let isUnicode = position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "u")
        guard isUnicode else {
            throw error("a key without quotes may hold only \\u escapes", at: escape)
        }
        switch JSONString.readEscape(in: bytes, at: &position) {
        case .wrong(let message):
            throw error(message, at: escape)
        case .scalar(let scalar) where fits(scalar):
            form = .escaped
            return true
        case .scalar, .nothing:
            throw error("this character needs quotes around the key", at: escape)
        }
    }

    private func isASCIIIdentifierPart(_ byte: UInt8) -> Bool {
        // Folding the case of letters changes no other byte into a letter.
        byte | 0x20 &- UInt8(ascii: "a") < 26 || isDigit(byte) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "$")
    }

    // MARK: Words

    /// Parses a word that stands for a value.
    mutating func parseWord() throws(TextError) {
        let start = position
        let word = scanWord()
        switch word {
        case "null": nodes.append(JSONNode(kind: .null, start: start, value: 0))
        case "true": nodes.append(JSONNode(kind: .bool, start: start, value: 1))
        case "false": nodes.append(JSONNode(kind: .bool, start: start, value: 0))
        case "Infinity": appendNumber(.infinity, start: start)
        case "NaN": appendNumber(.nan, start: start)
        default:
            position = start
            guard !word.isEmpty else { throw expected("a value") }
            throw error("expected a value, found \(word); a string needs quotes", at: start)
        }
    }

    /// Moves behind a word of ASCII letters and digits, and returns it.
    mutating func scanWord() -> String {
        let start = position
        while position < bytes.count, isASCIIIdentifierPart(bytes[position]) {
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Appends the node of a number that is no integer.
    mutating func appendNumber(_ number: Double, start: Int) {
        let bits = Int(Int64(bitPattern: number.bitPattern))
        nodes.append(JSONNode(kind: .number, start: start, value: bits))
    }
}

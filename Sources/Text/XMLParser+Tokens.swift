extension XMLParser {
    /// Moves behind blanks; false when there are none.
    mutating func skipBlanks() -> Bool {
        let start = position
        while position < bytes.count, XMLText.isBlank(bytes[position]) { position += 1 }
        return position > start
    }

    /// Moves behind a name.
    mutating func skipName(_ what: String) throws(TextError) {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte < 0x80 {
                let fits =
                    position == start ? XMLText.isNameStart(byte) : XMLText.isNamePart(byte)
                guard fits else { break }
                position += 1
            } else {
                let (scalar, length) = scalar(in: bytes, at: position)
                let fits =
                    position == start ? XMLText.isNameStart(scalar) : XMLText.isNamePart(scalar)
                guard fits else { break }
                position += length
            }
        }
        guard position > start else { throw expected(what) }
    }

    /// Moves behind one character of a text or value, or behind a reference.
    mutating func takeCharacter() throws(TextError) {
        if current == UInt8(ascii: "&") {
            let start = position
            if case .wrong(let message) = XMLText.readReference(in: bytes, at: &position) {
                throw error(message, at: start)
            }
        } else {
            try takeLiteral()
        }
    }

    /// Moves behind one character that means itself.
    mutating func takeLiteral() throws(TextError) {
        let byte = bytes[position]
        if byte >= 0x20 && byte < 0x80 || XMLText.isBlank(byte) {
            position += 1
            return
        }
        let (scalar, length) = scalar(in: bytes, at: position)
        guard XMLText.isCharacter(scalar) else {
            throw error("XML may not hold \(describe(scalar))", at: position)
        }
        position += length
    }

    // MARK: Declarations and comments

    /// Parses `<?xml version="1.0" encoding="UTF-8"?>` where the text begins with it.
    mutating func parseDeclaration() throws(TextError) {
        let mark = Array("<?xml".utf8)
        guard bytes.dropFirst(position).starts(with: mark), XMLText.isBlank(byte(mark.count)) else {
            return
        }
        position += mark.count
        // The three in the order in which they must come, with what they may say.
        let known: [(name: String, values: [String])] = [
            ("version", ["1.0"]), ("encoding", ["utf-8", "us-ascii"]),
            ("standalone", ["yes", "no"]),
        ]
        var next = 0
        while true {
            let isApart = skipBlanks()
            if current == UInt8(ascii: "?") { break }
            guard isApart else { throw expected("a blank or '?>'") }
            let start = position
            try skipName("'?>'")
            let name = text(start, position)
            guard let found = known[next...].firstIndex(where: { $0.name == name }) else {
                throw error("a declaration has no \(name) here", at: start)
            }
            try parseDeclared(known[found])
            next = found + 1
        }
        guard next > 0 else { throw expected("version=\"1.0\"") }
        guard byte(1) == UInt8(ascii: ">") else { throw expected("'?>'") }
        position += 2
    }

    private mutating func parseDeclared(
        _ known: (name: String, values: [String])
    ) throws(TextError) {
        _ = skipBlanks()
        guard current == UInt8(ascii: "=") else { throw expected("'='") }
        position += 1
        _ = skipBlanks()
        let quote = current
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            throw expected("a value in quotes")
        }
        let start = position
        position += 1
        while current != quote {
            guard position < bytes.count, current >= 0x20, current < 0x80 else {
                throw error("this value has no closing quote", at: start)
            }
            position += 1
        }
        let value = text(start + 1, position)
        position += 1
        guard known.values.contains(value.lowercased()) else {
            let values = known.values.joined(separator: " or ")
            throw error("the \(known.name) must be \(values), not '\(value)'", at: start)
        }
    }

    /// Parses what begins with `<!`: a comment or characters that mean themselves.
    mutating func parseDeclared() throws(TextError) {
        let start = position
        let rest = bytes.dropFirst(position)
        if rest.starts(with: Array("<!--".utf8)) {
            try parseComment()
        } else if rest.starts(with: Array("<![CDATA[".utf8)) {
            guard isInside else { throw error("CDATA lies outside of all elements", at: start) }
            position += 9
            try skip(to: "]]>", what: "this CDATA", from: start)
            appendCharacters(.literal, start + 9, position - 3)
        } else if rest.starts(with: Array("<!DOCTYPE".utf8)) {
            throw error("a document type is not read here; take the <!DOCTYPE> away", at: start)
        } else {
            throw error("expected a comment or CDATA behind '<!'", at: start)
        }
    }

    private mutating func parseComment() throws(TextError) {
        let start = position
        position += 4
        try skip(to: "--", what: "this comment", from: start)
        guard current == UInt8(ascii: ">") else {
            throw error("a comment may not hold '--'", at: position - 2)
        }
        position += 1
    }

    /// Moves behind an instruction to some other program.
    mutating func parseInstruction() throws(TextError) {
        let start = position
        position += 2
        try skipName("an instruction's name")
        guard text(start + 2, position).lowercased() != "xml" else {
            throw error("the declaration <?xml ?> stands only where the text begins", at: start)
        }
        guard XMLText.isBlank(current) || current == UInt8(ascii: "?") else {
            throw expected("a blank or '?>'")
        }
        try skip(to: "?>", what: "this instruction", from: start)
    }

    /// Moves behind the next `end`.
    private mutating func skip(
        to end: String,
        what: String,
        from start: Int
    ) throws(TextError) {
        let end = Array(end.utf8)
        while position < bytes.count {
            if bytes[position] == end[0], bytes.dropFirst(position).starts(with: end) {
                position += end.count
                return
            }
            try takeLiteral()
        }
        throw error("\(what) has no end", at: start)
    }
}

// MARK: - Errors

extension XMLParser {
    /// An error at a byte of the text.
    @inline(never)
    func error(_ message: String, at offset: Int) -> TextError {
        TextError(message, at: offset, in: bytes, file: file)
    }

    /// The error that the grammar wants something else at the position.
    @inline(never)
    func expected(_ what: String) -> TextError {
        var found = "the end of the text"
        if position < bytes.count { found = describe(scalar(in: bytes, at: position).scalar) }
        return error("expected \(what), found \(found)", at: position)
    }

    /// A character in words, by its number where it can't be seen.
    private func describe(_ scalar: Unicode.Scalar) -> String {
        if scalar == "\n" || scalar == "\r" { return "the end of the line" }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .unassigned,
            .privateUse, .nonspacingMark, .enclosingMark:
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        default:
            return "'\(scalar)'"
        }
    }

    /// Where an element was opened, for an error far behind it.
    func opening(of element: Int) -> String {
        let line = LineTable(bytes).line(at: nodes[element].start)
        return "<\(name(of: element))> is on line \(line)"
    }

    func name(of element: Int) -> String {
        text(nodes[element].name.lowerBound, nodes[element].name.upperBound)
    }

    func text(_ start: Int, _ end: Int) -> String {
        String(decoding: bytes[start..<end], as: UTF8.self)
    }
}

/// A parser of XML 1.0 from UTF-8 bytes into nodes.
///
/// Grammar: https://www.w3.org/TR/xml, without a document type: no declarations of entities or
/// attributes, so nothing can grow while it is read. One pass; open elements lie in a list, so the
/// depth of the text costs no stack.
struct XMLParser {
    /// The most elements within each other.
    static let depthLimit = 128
    /// The most bytes of a text.
    static let sizeLimit = 1 << 30

    let file: String
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    var nodes: [XMLNode] = []
    var attributes: [XMLAttributeNode] = []
    /// The elements that have not been closed yet.
    private var open: [Int] = []

    /// Makes a parser of bytes that are known to be UTF-8.
    init(file: String, bytes: UnsafeBufferPointer<UInt8>) {
        self.file = file
        self.bytes = bytes
        nodes.reserveCapacity(bytes.count / 64)
        attributes.reserveCapacity(bytes.count / 16)
    }

    /// Parses the one element that the text holds, and what may lie around it.
    mutating func parseText() throws(TextError) {
        guard bytes.count <= Self.sizeLimit else {
            throw error("the text is longer than \(Self.sizeLimit) bytes", at: 0)
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        try parseDeclaration()
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "<") {
                try parseMarkup()
            } else {
                try parseCharacters()
            }
        }
        if let element = open.last {
            throw error(
                "the text ends before </\(name(of: element))>; \(opening(of: element))",
                at: position
            )
        }
        guard !nodes.isEmpty else { throw expected("an element") }
    }

    /// The byte at the position, and 0 at the end: no rule takes a zero byte.
    var current: UInt8 { byte(0) }

    /// The byte some bytes behind the position.
    func byte(_ distance: Int) -> UInt8 {
        position + distance < bytes.count ? bytes[position + distance] : 0
    }

    /// Whether an element is open.
    var isInside: Bool { !open.isEmpty }

    private mutating func parseMarkup() throws(TextError) {
        switch byte(1) {
        case UInt8(ascii: "/"): try parseEnd()
        case UInt8(ascii: "!"): try parseDeclared()
        case UInt8(ascii: "?"): try parseInstruction()
        default: try parseStart()
        }
    }

    // MARK: Elements

    private mutating func parseStart() throws(TextError) {
        let start = position
        if !isInside && !nodes.isEmpty {
            throw error("a second element beside the first; XML has one around all", at: start)
        }
        guard open.count < Self.depthLimit else {
            throw error("elements nest deeper than \(Self.depthLimit)", at: start)
        }
        position += 1
        try skipName("an element's name")
        let first = attributes.count
        var node = XMLNode(kind: .element, start: start, stop: position, next: 0)
        while true {
            let isApart = skipBlanks()
            if current == UInt8(ascii: ">") { break }
            if current == UInt8(ascii: "/") {
                guard byte(1) == UInt8(ascii: ">") else {
                    position += 1
                    throw expected("'>' behind the '/'")
                }
                break
            }
            guard isApart else { throw expected("a blank, '>' or '/>'") }
            try parseAttribute()
        }
        node.attributes = first..<attributes.count
        if node.attributes.count > 1 { try refuseDuplicates(node.attributes) }
        nodes.append(node)
        if current == UInt8(ascii: "/") {
            position += 2
            nodes[nodes.count - 1].next = nodes.count
        } else {
            position += 1
            open.append(nodes.count - 1)
        }
    }

    private mutating func parseEnd() throws(TextError) {
        let start = position
        position += 2
        try skipName("an element's name")
        guard let element = open.last else {
            throw error("</\(text(start + 2, position))> closes nothing", at: start)
        }
        let name = nodes[element].name
        guard bytes[name].elementsEqual(bytes[(start + 2)..<position]) else {
            throw error(
                "expected </\(self.name(of: element))>, found </\(text(start + 2, position))>; "
                    + opening(of: element),
                at: start
            )
        }
        _ = skipBlanks()
        guard current == UInt8(ascii: ">") else { throw expected("'>'") }
        position += 1
        open.removeLast()
        nodes[element].next = nodes.count
    }

    // MARK: Attributes

    private mutating func parseAttribute() throws(TextError) {
        let start = position
        try skipName("an attribute's name, '>' or '/>'")
        let name = start..<position
        _ = skipBlanks()
        guard current == UInt8(ascii: "=") else { throw expected("'=' behind the attribute") }
        position += 1
        _ = skipBlanks()
        let quote = current
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            throw expected("a value in quotes")
        }
        position += 1
        let valueStart = position
        var isPlain = true
        while current != quote {
            guard position < bytes.count else {
                throw error("this value has no closing quote", at: valueStart - 1)
            }
            let byte = bytes[position]
            if byte == UInt8(ascii: "<") {
                throw error("a '<' in a value is written &lt;", at: position)
            }
            if byte < 0x20 || byte == UInt8(ascii: "&") { isPlain = false }
            try takeCharacter()
        }
        attributes.append(
            XMLAttributeNode(name: name, value: valueStart..<position, isPlain: isPlain)
        )
        position += 1
    }

    private func refuseDuplicates(_ range: Range<Int>) throws(TextError) {
        // Comparing all pairs is the faster way as long as they are few.
        guard range.count <= 16 else { return try refuseDuplicatesByHash(range) }
        for later in range {
            for earlier in range.lowerBound..<later {
                let (left, right) = (attributes[earlier].name, attributes[later].name)
                if left.count == right.count && bytes[left].elementsEqual(bytes[right]) {
                    throw duplicate(attributes[later])
                }
            }
        }
    }

    private func refuseDuplicatesByHash(_ range: Range<Int>) throws(TextError) {
        // Bytes, since two strings are equal too where accents are composed otherwise.
        var names = Set<[UInt8]>(minimumCapacity: range.count)
        for attribute in attributes[range] {
            if !names.insert(Array(bytes[attribute.name])).inserted { throw duplicate(attribute) }
        }
    }

    private func duplicate(_ attribute: XMLAttributeNode) -> TextError {
        let name = text(attribute.name.lowerBound, attribute.name.upperBound)
        return error("the attribute '\(name)' is given twice", at: attribute.name.lowerBound)
    }

    // MARK: Characters

    private mutating func parseCharacters() throws(TextError) {
        let start = position
        var isBlank = true
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            let byte = bytes[position]
            if !XMLText.isBlank(byte) {
                if !isInside { throw expected("an element, a comment or the end of the text") }
                isBlank = false
            }
            if byte == UInt8(ascii: "]"), self.byte(1) == byte, self.byte(2) == UInt8(ascii: ">") {
                throw error("']]>' in text is written ]]&gt;", at: position)
            }
            try takeCharacter()
        }
        // Blanks between elements only make the text look good.
        guard !isBlank else { return }
        appendCharacters(.characters, start, position)
    }

    /// Appends a node of characters.
    mutating func appendCharacters(_ kind: XMLNode.Kind, _ start: Int, _ stop: Int) {
        nodes.append(XMLNode(kind: kind, start: start, stop: stop, next: nodes.count + 1))
    }
}

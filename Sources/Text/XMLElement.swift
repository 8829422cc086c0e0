/// A cursor on one element of a parsed XML text.
///
/// It knows its place, so that whoever reads a file can say where the file is wrong: accessors
/// throw errors with file, line and column. Copies are cheap.
///
/// Read is XML 1.0 in UTF-8 without a document type. Names are taken as they are written, a prefix
/// with its colon included.
public struct XMLElement: Sendable {
    private let document: XMLDocument
    private let index: Int

    private init(document: XMLDocument, index: Int) {
        self.document = document
        self.index = index
    }

    private var node: XMLNode { document.nodes[index] }

    // MARK: Parsing

    /// Parses an XML text and returns its outermost element; `file` is the file's path, or what
    /// else to call it in errors.
    public static func parse(_ text: String, file: String) throws(TextError) -> XMLElement {
        try parse(Array(text.utf8), file: file)
    }

    /// Parses the bytes of an XML text and returns its outermost element; `file` is the file's
    /// path, or what else to call it in errors.
    public static func parse(_ bytes: [UInt8], file: String) throws(TextError) -> XMLElement {
        let document = try bytes.withUnsafeBufferPointer { buffer throws(TextError) in
            if let refusal = TextError(invalidUTF8In: buffer, file: file) { throw refusal }
            var parser = XMLParser(file: file, bytes: buffer)
            try parser.parseText()
            return XMLDocument(
                file: file,
                bytes: bytes,
                nodes: parser.nodes,
                attributes: parser.attributes
            )
        }
        return XMLElement(document: document, index: 0)
    }

    // MARK: The place

    /// The name that the text was parsed under.
    public var file: String { document.file }

    /// The line of the element's '<', from 1.
    public var line: Int { document.line(at: node.start) }

    /// The column of the element's '<' in Unicode scalars, from 1.
    public var column: Int { document.column(at: node.start) }

    /// An error about this element.
    public func error(_ message: String) -> TextError {
        document.error(message, at: node.start)
    }

    // MARK: The element

    /// The element's name.
    public var name: String { document.verbatim(node.name) }

    /// Whether the element has this name.
    public func isNamed(_ name: String) -> Bool { document.equals(node.name, name) }

    /// The attributes in the order of the text.
    public var attributes: [XMLAttribute] {
        node.attributes.map { XMLAttribute(document: document, index: $0) }
    }

    /// The attribute of a name, nil when the element lacks it.
    public func optional(_ name: String) -> XMLAttribute? {
        for place in node.attributes where document.equals(document.attributes[place].name, name) {
            return XMLAttribute(document: document, index: place)
        }
        return nil
    }

    /// The attribute of a name, or an error when the element lacks it.
    public func required(_ name: String) throws(TextError) -> XMLAttribute {
        guard let attribute = optional(name) else {
            throw error("<\(self.name)> lacks the attribute '\(name)'")
        }
        return attribute
    }

    /// The elements directly within this one, in the order of the text.
    public var children: [XMLElement] {
        var children: [XMLElement] = []
        var place = index + 1
        while place < node.next {
            if document.nodes[place].kind == .element {
                children.append(XMLElement(document: document, index: place))
            }
            place = document.nodes[place].next
        }
        return children
    }

    /// The elements directly within this one, or an error at one that is named otherwise.
    public func children(named name: String) throws(TextError) -> [XMLElement] {
        let children = children
        for child in children where !child.isNamed(name) {
            throw child.error("<\(self.name)> holds <\(name)>, found <\(child.name)>")
        }
        return children
    }

    /// The characters directly within this element, without those between its elements that are
    /// all blanks.
    public var text: String {
        var text = ""
        var place = index + 1
        while place < node.next {
            let child = document.nodes[place]
            if child.kind != .element { text += document.characters(of: child) }
            place = child.next
        }
        return text
    }
}

/// One attribute of an element, with its place.
public struct XMLAttribute: Sendable {
    private let document: XMLDocument
    private let node: XMLAttributeNode

    init(document: XMLDocument, index: Int) {
        self.document = document
        node = document.attributes[index]
    }

    /// The attribute's name.
    public var name: String { document.verbatim(node.name) }

    /// The characters between its quotes, references read.
    public var value: String { document.value(of: node) }

    /// The line of the attribute's name, from 1.
    public var line: Int { document.line(at: node.name.lowerBound) }

    /// The column of the attribute's name in Unicode scalars, from 1.
    public var column: Int { document.column(at: node.name.lowerBound) }

    /// An error about this attribute.
    public func error(_ message: String) -> TextError {
        document.error(message, at: node.name.lowerBound)
    }

    /// Whether the value is this.
    public func equals(_ text: String) -> Bool {
        node.isPlain
            ? document.equals(node.value, text) : value.utf8.elementsEqual(text.utf8)
    }

    /// The decimal integer that the value says, or an error when it says none within the range.
    public func integer(
        in range: ClosedRange<Int> = Int.min...Int.max
    ) throws(TextError) -> Int {
        guard let number = Int(value), value.utf8.first != UInt8(ascii: "+") else {
            throw error("expected an integer for \(name), found '\(value)'")
        }
        guard range.contains(number) else {
            let limit =
                number < range.lowerBound
                ? "at least \(range.lowerBound)" : "at most \(range.upperBound)"
            throw error("\(name) must be \(limit), not \(number)")
        }
        return number
    }
}

/// An element, or characters, of a parsed XML text.
///
/// Nodes lie in the order of the text, an element before its contents, so that a subtree is a range
/// of nodes.
struct XMLNode {
    enum Kind: UInt8 {
        case element
        /// Characters in which references and line ends may have to be read.
        case characters
        /// Characters that mean themselves.
        case literal
    }

    let kind: Kind
    /// The offset of the first byte: of an element its '<'.
    let start: Int
    /// The offset behind an element's name, or behind the last character.
    let stop: Int
    /// The index of the node after this one and its contents.
    var next: Int
    /// Where an element's attributes lie in the document's list.
    var attributes: Range<Int> = 0..<0

    /// The offsets of an element's name.
    var name: Range<Int> { (start + 1)..<stop }
}

/// An attribute of an element, as offsets into the text.
struct XMLAttributeNode {
    let name: Range<Int>
    /// What lies between the quotes.
    let value: Range<Int>
    /// Whether the value's bytes are its characters.
    let isPlain: Bool
}

/// A parsed XML text: its bytes and its nodes.
///
/// A class, so that the many cursors into it share it for the price of a reference.
final class XMLDocument: Sendable {
    let file: String
    let bytes: [UInt8]
    let nodes: [XMLNode]
    let attributes: [XMLAttributeNode]
    let lines: LineTable

    init(file: String, bytes: [UInt8], nodes: [XMLNode], attributes: [XMLAttributeNode]) {
        self.file = file
        self.bytes = bytes
        self.nodes = nodes
        self.attributes = attributes
        lines = bytes.withUnsafeBufferPointer { LineTable($0) }
    }

    /// The bytes of a range as they are.
    func verbatim(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// Whether the bytes of a range say a name.
    func equals(_ range: Range<Int>, _ name: String) -> Bool {
        let name = name.utf8
        return range.count == name.count && bytes[range].elementsEqual(name)
    }

    /// The characters of an attribute's value, in which a line end is a blank.
    func value(of attribute: XMLAttributeNode) -> String {
        guard !attribute.isPlain else { return verbatim(attribute.value) }
        return bytes.withUnsafeBufferPointer {
            XMLText.decoded(attribute.value, of: $0, lineEnd: " ")
        }
    }

    /// The characters of a node that has some.
    func characters(of node: XMLNode) -> String {
        bytes.withUnsafeBufferPointer {
            XMLText.decoded(
                node.start..<node.stop,
                of: $0,
                lineEnd: "\n",
                hasReferences: node.kind == .characters
            )
        }
    }

    func line(at offset: Int) -> Int { lines.line(at: offset) }

    func column(at offset: Int) -> Int {
        bytes.withUnsafeBufferPointer { lines.column(at: offset, in: $0) }
    }

    /// An error at a byte of the text.
    func error(_ message: String, at offset: Int) -> TextError {
        TextError(
            file: file,
            line: line(at: offset),
            column: column(at: offset),
            message: message
        )
    }
}

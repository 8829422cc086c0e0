/// One key or value of a parsed text.
///
/// Nodes lie in the order of the text: a container is followed by its contents, and within an
/// object each value follows its key. So a subtree is a range of nodes, and parsing allocates
/// nothing but the one array.
struct JSONNode {
    /// What the node is.
    enum Kind: UInt8 {
        case null
        case bool
        case integer
        case number
        case string
        case array
        case object
    }

    /// How the bytes of a string or key say its characters.
    enum Form: UInt8, Comparable {
        /// As they are, all ASCII.
        case ascii
        /// As they are.
        case verbatim
        /// With escapes.
        case escaped

        static func < (left: Form, right: Form) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    let kind: Kind
    var form = Form.ascii
    /// The offset of the first byte.
    let start: Int
    /// Of a scalar its value or the bits of it, of a string the offset after its last byte
    /// (before the closing quote), of a container the index of the node after its contents.
    var value: Int
}

/// A parsed text: its bytes and its nodes.
///
/// A class, so that the many cursors into it share it for the price of a reference.
final class JSONDocument: Sendable {
    let name: String
    let bytes: [UInt8]
    let nodes: [JSONNode]
    let lines: LineTable

    init(name: String, bytes: [UInt8], nodes: [JSONNode]) {
        self.name = name
        self.bytes = bytes
        self.nodes = nodes
        lines = bytes.withUnsafeBufferPointer { LineTable($0) }
    }

    /// The index of the node after a node and its contents.
    func end(of index: Int) -> Int {
        let node = nodes[index]
        return node.kind == .array || node.kind == .object ? node.value : index + 1
    }

    func line(of index: Int) -> Int {
        lines.line(at: nodes[index].start)
    }

    func column(of index: Int) -> Int {
        bytes.withUnsafeBufferPointer { lines.column(at: nodes[index].start, in: $0) }
    }

    /// The characters of a string or key.
    func text(of index: Int) -> String {
        bytes.withUnsafeBufferPointer { JSONString.text(of: nodes[index], in: $0) }
    }

    /// Whether a key says `text`.
    func key(_ index: Int, equals text: String) -> Bool {
        let node = nodes[index]
        guard node.form == .ascii else { return self.text(of: index) == text }
        return bytes.withUnsafeBufferPointer { bytes in
            JSONString.content(of: node, in: bytes).elementsEqual(text.utf8)
        }
    }

    /// The plain value of a node; the parser has bounded the depth of this recursion.
    func value(of index: Int) -> JSON {
        let node = nodes[index]
        switch node.kind {
        case .null:
            return .null
        case .bool:
            return .bool(node.value != 0)
        case .integer:
            return .integer(Int64(node.value))
        case .number:
            return .number(number(of: node))
        case .string:
            return .string(text(of: index))
        case .array:
            var elements: [JSON] = []
            var place = index + 1
            while place < node.value {
                elements.append(value(of: place))
                place = end(of: place)
            }
            return .array(elements)
        case .object:
            var object = JSONObject()
            var place = index + 1
            while place < node.value {
                object.append(text(of: place), value(of: place + 1))
                place = end(of: place + 1)
            }
            return .object(object)
        }
    }

    func number(of node: JSONNode) -> Double {
        Double(bitPattern: UInt64(bitPattern: Int64(node.value)))
    }

    /// The way from the root to a node, as `links[2].rate`; empty for the root.
    ///
    /// Walked anew each time: only errors ask for it.
    func path(of index: Int) -> String {
        var path = ""
        var container = 0
        while container != index {
            let isObject = nodes[container].kind == .object
            var place = container + 1
            var ordinal = 0
            while true {
                let value = isObject ? place + 1 : place
                if index < end(of: value) {
                    path += isObject ? Self.step(text(of: place), afterPath: path) : "[\(ordinal)]"
                    // A key stands for its member.
                    if index < value { return path }
                    container = value
                    break
                }
                place = end(of: value)
                ordinal += 1
            }
        }
        return path
    }

    private static func step(_ key: String, afterPath path: String) -> String {
        let isPlain = key.unicodeScalars.allSatisfy { scalar in
            scalar == "_" || scalar == "-" || scalar.properties.isAlphabetic
                || scalar.properties.numericType != nil
        }
        guard isPlain, !key.isEmpty else { return "[\(JSON.string(key).serialized())]" }
        return path.isEmpty ? key : "." + key
    }
}

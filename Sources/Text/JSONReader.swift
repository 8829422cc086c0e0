/// A cursor on one value of a parsed JSON5 text.
///
/// It knows its place, so that whoever reads a file can say where the file is wrong: every
/// accessor throws an error with file, line, column and path (`links[2].rate`). Copies are cheap.
public struct JSONReader: Sendable {
    private let document: JSONDocument
    private let index: Int

    private init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
    }

    private var node: JSONNode { document.nodes[index] }

    // MARK: Parsing

    /// Parses a JSON5 text; `name` is the file's path, or what else to call it in errors.
    public static func parse(_ text: String, name: String) throws(TextError) -> JSONReader {
        try parseValid(Array(text.utf8), name: name)
    }

    /// Parses the bytes of a JSON5 text; `name` is the file's path, or what else to call it.
    public static func parse(_ bytes: [UInt8], name: String) throws(TextError) -> JSONReader {
        let refusal = bytes.withUnsafeBufferPointer { TextError(invalidUTF8In: $0, file: name) }
        if let refusal {
            throw refusal
        }
        return try parseValid(bytes, name: name)
    }

    private static func parseValid(
        _ bytes: [UInt8],
        name: String
    ) throws(TextError) -> JSONReader {
        let nodes = try bytes.withUnsafeBufferPointer { buffer throws(TextError) in
            var parser = JSONParser(name: name, bytes: buffer)
            try parser.parseText()
            return parser.nodes
        }
        let document = JSONDocument(name: name, bytes: bytes, nodes: nodes)
        return JSONReader(document: document, index: 0)
    }

    // MARK: The place

    /// The name that the text was parsed under.
    public var file: String { document.name }

    /// The line of the value's first character, from 1.
    public var line: Int { document.line(of: index) }

    /// The column of the value's first character in Unicode scalars, from 1.
    public var column: Int { document.column(of: index) }

    /// The way from the root to the value, as `links[2].rate`; empty at the root.
    public var path: String { document.path(of: index) }

    /// An error about this value; the message is put behind its path.
    public func error(_ message: String) -> TextError {
        error(message, at: self)
    }

    // MARK: Scalars

    /// The value and all that it contains, without places.
    public var json: JSON { document.value(of: index) }

    /// Whether the value is `null`.
    public var isNull: Bool { node.kind == .null }

    /// The string, or an error when the value is none.
    public func string() throws(TextError) -> String {
        guard node.kind == .string else { throw mismatch("a string") }
        return document.text(of: index)
    }

    /// The integer, or an error when the value is none that fits 64 bits.
    ///
    /// A number without fraction is an integer however it is written: `1e9`, `4.0`.
    public func integer() throws(TextError) -> Int64 {
        if node.kind == .integer {
            return Int64(node.value)
        }
        guard node.kind == .number, let integer = Int64(exactly: document.number(of: node)) else {
            throw mismatch("an integer")
        }
        return integer
    }

    /// The number, or an error when the value is none; an integer is rounded to the nearest.
    public func number() throws(TextError) -> Double {
        switch node.kind {
        case .integer: return Double(node.value)
        case .number: return document.number(of: node)
        default: throw mismatch("a number")
        }
    }

    /// The boolean, or an error when the value is none.
    public func bool() throws(TextError) -> Bool {
        guard node.kind == .bool else { throw mismatch("true or false") }
        return node.value != 0
    }

    // MARK: Containers

    /// The elements, or an error when the value is no array.
    public func array() throws(TextError) -> [JSONReader] {
        guard node.kind == .array else { throw mismatch("an array") }
        var elements: [JSONReader] = []
        var place = index + 1
        while place < node.value {
            elements.append(reader(at: place))
            place = document.end(of: place)
        }
        return elements
    }

    /// The members in the order of the text, or an error when the value is no object.
    public func members() throws(TextError) -> [(key: String, value: JSONReader)] {
        try keys().map { (document.text(of: $0), reader(at: $0 + 1)) }
    }

    /// The value of a key, or an error when the object lacks it or the value is no object.
    public func required(_ key: String) throws(TextError) -> JSONReader {
        guard let value = try optional(key) else { throw error("the key '\(key)' is missing") }
        return value
    }

    /// The value of a key, nil when the object lacks it, or an error when the value is no object.
    ///
    /// A `null` is a value like any other: see `isNull`. The keys are searched in order; go
    /// through `members()` to read a large object.
    public func optional(_ key: String) throws(TextError) -> JSONReader? {
        guard node.kind == .object else { throw mismatch("an object") }
        var place = index + 1
        while place < node.value {
            if document.key(place, equals: key) {
                return reader(at: place + 1)
            }
            place = document.end(of: place + 1)
        }
        return nil
    }

    /// Refuses an object with any other key than these, naming the known key that is nearest.
    public func allow(only known: [String]) throws(TextError) {
        for place in try keys() {
            let key = document.text(of: place)
            guard !known.contains(key) else { continue }
            let hint: String
            if let near = nearest(key, in: known) {
                hint = "; did you mean '\(near)'?"
            } else if known.isEmpty {
                hint = "; this object takes none"
            } else {
                hint = "; the known keys are \(known.joined(separator: ", "))"
            }
            throw error("unknown key '\(key)'\(hint)", at: reader(at: place))
        }
    }

    // MARK: Parts

    /// The nodes of the keys of the object.
    private func keys() throws(TextError) -> [Int] {
        guard node.kind == .object else { throw mismatch("an object") }
        var keys: [Int] = []
        var place = index + 1
        while place < node.value {
            keys.append(place)
            place = document.end(of: place + 1)
        }
        return keys
    }

    private func reader(at index: Int) -> JSONReader {
        JSONReader(document: document, index: index)
    }

    /// An error about this value at the place of another.
    private func error(_ message: String, at place: JSONReader) -> TextError {
        let path = path
        return TextError(
            file: file,
            line: place.line,
            column: place.column,
            message: path.isEmpty ? message : "\(path): \(message)"
        )
    }

    private func mismatch(_ wanted: String) -> TextError {
        let found =
            switch node.kind {
            case .null: "null"
            case .bool: node.value != 0 ? "true" : "false"
            case .integer: node.value.description
            case .number: document.number(of: node).description
            case .string: "a string"
            case .array: "an array"
            case .object: "an object"
            }
        return error("expected \(wanted), found \(found)")
    }
}

/// A parser of JSON5 from UTF-8 bytes into nodes.
///
/// Grammar: https://spec.json5.org. One pass, no backtracking; a container recurses, to a bounded
/// depth.
struct JSONParser {
    static let depthLimit = 128

    let name: String
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    var nodes: [JSONNode] = []
    /// The keys of the object that was just closed, kept to save an allocation per object.
    private var keys: [Int] = []

    /// Makes a parser of bytes that are known to be UTF-8.
    init(name: String, bytes: UnsafeBufferPointer<UInt8>) {
        self.name = name
        self.bytes = bytes
        nodes.reserveCapacity(bytes.count / 8)
    }

    /// Parses the one value that the text holds.
    mutating func parseText() throws(TextError) {
        try skipBlanks()
        try parseValue(depth: 0)
        try skipBlanks()
        if position < bytes.count {
            throw expected("the end of the text")
        }
    }

    /// The byte at the position, and 0 at the end: no rule takes a zero byte.
    var current: UInt8 {
        position < bytes.count ? bytes[position] : 0
    }

    private mutating func parseValue(depth: Int) throws(TextError) {
        switch current {
        case UInt8(ascii: "{"):
            try parseObject(depth: depth)
        case UInt8(ascii: "["):
            try parseArray(depth: depth)
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            try parseString()
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "."):
            try parseNumber()
        default:
            try parseWord()
        }
    }

    private mutating func parseObject(depth: Int) throws(TextError) {
        let container = try open(.object, depth: depth)
        var count = 0
        while true {
            try skipBlanks()
            if current == UInt8(ascii: "}") { break }
            try parseKey(of: container)
            try skipBlanks()
            guard current == UInt8(ascii: ":") else { throw expected("':' after the key") }
            position += 1
            try skipBlanks()
            try parseValue(depth: depth + 1)
            count += 1
            try skipBlanks()
            if current == UInt8(ascii: ",") {
                position += 1
            } else if current != UInt8(ascii: "}") {
                throw expected("',' or '}'", in: container)
            }
        }
        position += 1
        nodes[container].value = nodes.count
        if count > 1 {
            try refuseDuplicates(in: container)
        }
    }

    private mutating func parseArray(depth: Int) throws(TextError) {
        let container = try open(.array, depth: depth)
        while true {
            try skipBlanks()
            if current == UInt8(ascii: "]") { break }
            try parseValue(depth: depth + 1)
            try skipBlanks()
            if current == UInt8(ascii: ",") {
                position += 1
            } else if current != UInt8(ascii: "]") {
                throw expected("',' or ']'", in: container)
            }
        }
        position += 1
        nodes[container].value = nodes.count
    }

    /// Takes the opening bracket; the caller sets the end of the contents.
    private mutating func open(_ kind: JSONNode.Kind, depth: Int) throws(TextError) -> Int {
        guard depth < Self.depthLimit else {
            throw error("arrays and objects nest deeper than \(Self.depthLimit)", at: position)
        }
        nodes.append(JSONNode(kind: kind, start: position, value: 0))
        position += 1
        return nodes.count - 1
    }

    // MARK: Duplicate keys

    private mutating func refuseDuplicates(in container: Int) throws(TextError) {
        keys.removeAll(keepingCapacity: true)
        var place = container + 1
        while place < nodes.count {
            keys.append(place)
            let value = nodes[place + 1]
            let isContainer = value.kind == .array || value.kind == .object
            place = isContainer ? value.value : place + 2
        }
        // Comparing all pairs is the faster way as long as they are few.
        guard keys.count <= 12 else { return try refuseDuplicatesByHash() }
        for later in keys.indices {
            for earlier in 0..<later where areEqualKeys(keys[earlier], keys[later]) {
                throw duplicate(keys[later], of: keys[earlier])
            }
        }
    }

    private func refuseDuplicatesByHash() throws(TextError) {
        var places = [String: Int](minimumCapacity: keys.count)
        for key in keys {
            let text = JSONString.text(of: nodes[key], in: bytes)
            if let earlier = places.updateValue(key, forKey: text) {
                throw duplicate(key, of: earlier)
            }
        }
    }

    private func areEqualKeys(_ left: Int, _ right: Int) -> Bool {
        let (left, right) = (nodes[left], nodes[right])
        guard left.form == .ascii, right.form == .ascii else {
            return JSONString.text(of: left, in: bytes) == JSONString.text(of: right, in: bytes)
        }
        let leftBytes = JSONString.content(of: left, in: bytes)
        let rightBytes = JSONString.content(of: right, in: bytes)
        return leftBytes.count == rightBytes.count && leftBytes.elementsEqual(rightBytes)
    }

    private func duplicate(_ key: Int, of earlier: Int) -> TextError {
        let lines = LineTable(bytes)
        let text = JSONString.text(of: nodes[key], in: bytes)
        let first = lines.line(at: nodes[earlier].start)
        let second = lines.line(at: nodes[key].start)
        return error(
            "the key '\(text)' is given twice, on line \(first) and on line \(second)",
            at: nodes[key].start
        )
    }
}

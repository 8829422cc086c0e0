public import Text
internal import Units

extension ASTRANetwork {
    /// Bits in a second of ASTRA-sim's GB/s, whose gigabyte has 2^30 bytes
    /// (astra-network-analytical, common/NetworkFunction.cc).
    static let bitsPerGigabyte = 8.0 * Double(1 << 30)

    /// Reads a network of the analytical back end: YAML, or the JSON of newer and older releases.
    ///
    /// - Parameters:
    ///   - text: the file's text.
    ///   - name: the file's path, or what else to call it.
    public init(parsing text: String, name: String) throws(TextError) {
        try self.init(parsing: Array(text.utf8), name: name)
    }

    init(parsing bytes: [UInt8], name: String) throws(TextError) {
        let lists: [String: ASTRAList]
        let isJSON = bytes.first { $0 > 32 } == UInt8(ascii: "{")
        lists = try isJSON ? ASTRAList.json(bytes, name) : ASTRAList.yaml(bytes, name)
        func list(_ keys: String...) throws(TextError) -> ASTRAList {
            for key in keys { if let list = lists[key] { return list } }
            throw TextError(
                file: name,
                line: 1,
                column: 1,
                message: "the list '\(keys[0])' is missing; a network has topology, npus_count, "
                    + "bandwidth (GB/s) and latency (ns)"
            )
        }
        let shapes = try list("topology", "topologies-per-dim")
        let sizes = try list("npus_count", "units-count")
        let rates = try list("bandwidth", "link-bandwidth")
        let latencies = try list("latency", "link-latency")
        guard !shapes.words.isEmpty else { throw shapes.error(0, "a network has a dimension") }
        for other in [sizes, rates, latencies] where other.words.count != shapes.words.count {
            throw other.error(
                0,
                "\(other.words.count) values for \(shapes.words.count) dimensions of 'topology'"
            )
        }
        var dimensions: [Dimension] = []
        for index in shapes.words.indices {
            dimensions.append(
                Dimension(
                    shape: try shapes.shape(index),
                    size: try sizes.size(index),
                    rate: try rates.rate(index),
                    latency: try latencies.latency(index)
                )
            )
        }
        self.init(name: name, dimensions: dimensions)
    }
}

/// The values of one key, each with its place.
private struct ASTRAList {
    let file: String
    var place: (line: Int, column: Int)
    var words: [(text: String, line: Int, column: Int)] = []

    func error(_ index: Int, _ message: String) -> TextError {
        let at = words.indices.contains(index) ? (words[index].line, words[index].column) : place
        return TextError(file: file, line: at.0, column: at.1, message: message)
    }

    // MARK: Values

    func shape(_ index: Int) throws(TextError) -> ASTRANetwork.Shape {
        let word = words[index].text
        if let shape = ASTRANetwork.Shape(rawValue: word) { return shape }
        // What older releases called it.
        if word == "AllToAll" { return .fullyConnected }
        let names = ASTRANetwork.Shape.allCases.map(\.rawValue)
        let hint =
            nearest(word, in: names).map { "did you mean '\($0)'?" }
            ?? "there are \(names.joined(separator: ", "))"
        throw error(index, "unknown topology '\(word)'; \(hint)")
    }

    func size(_ index: Int) throws(TextError) -> Int {
        guard let size = Int(words[index].text), (2...1 << 40).contains(size) else {
            throw error(index, "expected at least 2 NPUs, found '\(words[index].text)'")
        }
        return size
    }

    private func number(_ index: Int, _ what: String) throws(TextError) -> Double {
        guard let value = Double(words[index].text), value >= 0, value <= 1e9 else {
            throw error(index, "expected \(what), found '\(words[index].text)'")
        }
        return value
    }

    func rate(_ index: Int) throws(TextError) -> BitsPerSecond {
        let value = try number(index, "a bandwidth in GB/s")
        // At most 10^9 times 2^33 bits.
        let bits = Int(min(value * ASTRANetwork.bitsPerGigabyte, 9e18).rounded())
        if bits < 1 { throw error(index, "nothing moves at bandwidth zero") }
        return BitsPerSecond(bits)
    }

    func latency(_ index: Int) throws(TextError) -> Picoseconds {
        Picoseconds(Int((try number(index, "a latency in ns") * 1e3).rounded()))
    }

    // MARK: Texts

    static func json(
        _ bytes: [UInt8],
        _ name: String
    ) throws(TextError) -> [String: ASTRAList] {
        var lists: [String: ASTRAList] = [:]
        for (key, value) in try JSONReader.parse(bytes, name: name).members() {
            guard case .array = value.json else { continue }
            var list = ASTRAList(file: name, place: (value.line, value.column))
            for element in try value.array() {
                let text: String =
                    switch element.json {
                    case .string(let text): text
                    case let other: other.serialized()
                    }
                list.words.append((text, element.line, element.column))
            }
            lists[key] = list
        }
        return lists
    }

    /// As much of YAML as such files are written in: `key: [ a, b ]` in one line or several, and
    /// `key:` with lines `- a` below it.
    static func yaml(
        _ bytes: [UInt8],
        _ name: String
    ) throws(TextError) -> [String: ASTRAList] {
        var lists: [String: ASTRAList] = [:]
        var scanner = LineScanner(bytes, file: name)
        var key = ""
        var isOpen = false
        while scanner.nextSaying() {
            if scanner.take("---") { continue }
            if !isOpen, scanner.take("- ") {
                guard !key.isEmpty else { throw scanner.error("a value before the first key") }
                try readWords(&scanner, &lists[key], isFlow: false)
                continue
            }
            if !isOpen {
                let place = scanner.position
                let (line, column) = (scanner.line, scanner.error("").column)
                guard scanner.find(":") else {
                    throw scanner.expected("'key: [values]', as topology: [ Ring ]")
                }
                key = scanner.text(place..<(scanner.position - 1))
                guard lists[key] == nil else {
                    throw scanner.error("the key '\(key)' is there a second time", at: place)
                }
                lists[key] = ASTRAList(file: name, place: (line, column))
                scanner.skipBlanks()
                isOpen = scanner.take("[")
                if !isOpen {
                    try readWords(&scanner, &lists[key], isFlow: false)
                    continue
                }
            }
            isOpen = try !readWords(&scanner, &lists[key], isFlow: true)
        }
        if isOpen { throw scanner.error("the list of '\(key)' has no ']'") }
        return lists
    }

    /// Reads values up to a ']', a comment or the end of the line; whether the list is closed.
    @discardableResult
    private static func readWords(
        _ scanner: inout LineScanner,
        _ list: inout ASTRAList?,
        isFlow: Bool
    ) throws(TextError) -> Bool {
        while true {
            while scanner.byte == 32 || scanner.byte == 9 || scanner.byte == UInt8(ascii: ",") {
                scanner.position += 1
            }
            if scanner.isAtEnd || scanner.byte == UInt8(ascii: "#") { return false }
            if isFlow, scanner.take("]") { return true }
            let first = scanner.position
            let stops = Array(",] \t#".utf8)
            while !scanner.isAtEnd, !stops.contains(scanner.byte) { scanner.position += 1 }
            if scanner.position == first { throw scanner.expected("a value") }
            let column = scanner.error("", at: first).column
            let text = scanner.text(first..<scanner.position).filter { $0 != "\"" && $0 != "'" }
            list?.words.append((text, scanner.line, column))
        }
    }
}

extension ASTRANetwork {
    /// The network as YAML for ASTRA-sim's analytical back end.
    public var yaml: String {
        func list(_ values: [String]) -> String { "[ \(values.joined(separator: ", ")) ]" }
        let rates = dimensions.map { "\(Double($0.rate.bits) / Self.bitsPerGigabyte)" }
        let latencies = dimensions.map { "\(Double($0.latency.count) / 1e3)" }
        return """
            # \(name.map { $0.isNewline ? " " : String($0) }.joined())
            topology: \(list(dimensions.map(\.shape.rawValue)))
            npus_count: \(list(dimensions.map { "\($0.size)" }))
            # GB/s each way of a link, in gigabytes of 2^30 bytes, as ASTRA-sim counts
            bandwidth: \(list(rates))
            # ns of a link, of which there are two through a switch
            latency: \(list(latencies))

            """
    }
}

internal import Text
internal import Units

/// What `ibnetdiscover` prints, and the net files of ibsim, which are written like it.
///
/// A record for each node: ids, a header `Switch 36 "S-0002…" # "name" … lid 6 lmc 0`, and a line
/// for each port with a cable: `[1] "H-0002…"[1](2c9…) # "name" lid 4 4xEDR`. Records of adapters
/// have both descriptions the other way round. (infiniband-diags, ibnetdiscover.c.)
extension Wiring {
    static func readingIBNetDiscover(_ bytes: [UInt8], name: String) throws(TextError) -> Wiring {
        var reader = IBNetDiscoverReader(bytes, name: name)
        return try reader.read()
    }
}

private struct IBNetDiscoverReader {
    private var scanner: LineScanner
    private var nodes = InfiniBandNodes()
    /// The node whose ports come next.
    private var current: Int32?
    private let name: String

    init(_ bytes: [UInt8], name: String) {
        scanner = LineScanner(bytes, file: name)
        self.name = name
    }

    mutating func read() throws(TextError) -> Wiring {
        while scanner.nextSaying() {
            if scanner.byte == UInt8(ascii: "[") {
                try readPort()
            } else {
                try readOther()
            }
        }
        guard !nodes.nodes.isEmpty else {
            throw scanner.error("no node is in it: a record starts with 'Switch', 'Ca' or 'Rt'")
        }
        return nodes.wiring(name)
    }

    private static let ids: [StaticString] = [
        "vendid=", "devid=", "sysimgguid=", "switchguid=", "caguid=", "rtguid=", "Chassis ",
        "Non-Chassis Nodes", "Hostname:", "DR path", "module=",
    ]

    private mutating func readOther() throws(TextError) {
        for id in Self.ids where scanner.take(id) { return }
        let start = scanner.position
        guard let word = scanner.word(), let kind = Self.kinds[word.lowercased()] else {
            scanner.position = start
            throw scanner.expected("a node ('Switch', 'Ca' or 'Rt'), a port ('[1]') or an id")
        }
        try readNode(kind)
    }

    private static let kinds: [String: Device.Kind] = [
        "switch": .networkSwitch, "ca": .nic, "hca": .nic, "rt": .networkSwitch,
        "router": .networkSwitch,
    ]

    private typealias Device = Wiring.Device

    private mutating func readNode(_ kind: Device.Kind) throws(TextError) {
        scanner.skipBlanks()
        guard let ports = scanner.integer(below: 256), ports > 0 else {
            throw scanner.expected("the number of its ports, 1 to 255")
        }
        scanner.skipBlanks()
        guard let id = scanner.quoted() else {
            throw scanner.expected("the node's id in quotes, as \"S-0002c90300a1b2c3\"")
        }
        let node = try nodes.node(id, kind, scanner)
        current = node
        nodes.update(node) {
            $0.kind = kind
            $0.guid = Self.guid(id)
        }
        guard scanner.find("#") else {
            nodes.describe(node, id)
            return
        }
        scanner.skipBlanks()
        if let (description, lid) = readDescription() {
            nodes.describe(node, description)
            if let lid, kind == .networkSwitch { nodes.update(node) { $0.lid = lid } }
        }
    }

    /// The 64 bits of `S-0002c90300a1b2c3`; ids of ibsim may be any word.
    private static func guid(_ id: String) -> UInt64? {
        let parts = id.utf8
        guard parts.count == 18, parts.dropFirst().first == UInt8(ascii: "-") else { return nil }
        return UInt64(id.dropFirst(2), radix: 16)
    }

    /// `"name" … lid 6 …`: the name goes up to the last quote, since it may hold some.
    private mutating func readDescription() -> (name: String, lid: Int?)? {
        guard scanner.byte == UInt8(ascii: "\"") else { return nil }
        let first = scanner.position + 1
        guard
            let last = scanner.bytes[first..<max(first, scanner.end)].lastIndex(
                of: UInt8(ascii: "\"")
            )
        else { return nil }
        scanner.position = last + 1
        var lid: Int?
        let before = scanner.position
        if scanner.find(" lid ") { lid = scanner.integer(below: 1 << 16) }
        if lid == nil { scanner.position = before }
        return (scanner.text(first..<last), lid)
    }

    private mutating func readPort() throws(TextError) {
        guard let node = current else {
            throw scanner.error("a port before the first node; each node's ports follow its header")
        }
        let port = try readPortNumber()
        skipParentheses()
        scanner.skipBlanks()
        let place = scanner.position
        guard let id = scanner.quoted() else {
            throw scanner.expected("the id of the node at the other end, in quotes")
        }
        let kind: Device.Kind = id.hasPrefix("S-") || id.hasPrefix("R-") ? .networkSwitch : .nic
        let far = try nodes.node(id, kind, scanner)
        nodes.update(far) { if $0.guid == nil { $0.guid = Self.guid(id) } }
        let farPort = try readPortNumber()
        skipParentheses()
        let rate = readComment(near: node, far: far)
        scanner.position = place
        try nodes.connect((node, port), (far, farPort), rate, scanner)
    }

    /// `[1]`, of nodes in a chassis with the number on its outside: `[1][ext 5]`.
    private mutating func readPortNumber() throws(TextError) -> Int {
        scanner.skipBlanks()
        guard scanner.take("["), let port = scanner.integer(below: 256), scanner.take("]") else {
            throw scanner.expected("a port, as [1]")
        }
        if scanner.take("[ext ") { _ = scanner.find("]") }
        return port
    }

    private mutating func skipParentheses() {
        scanner.skipBlanks()
        if scanner.take("(") { _ = scanner.find(")") }
    }

    /// What follows a port: of a switch `# "far" lid 4 4xEDR`, of an adapter `# lid 4 lmc 0 "far"
    /// lid 6 4xEDR`, of ibsim nothing or `w=4`.
    private mutating func readComment(near: Int32, far: Int32) -> InfiniBandNodes.Rate {
        guard scanner.find("#") else { return .init() }
        scanner.skipBlanks()
        if scanner.take("lid ") {
            if let lid = scanner.integer(below: 1 << 16) {
                nodes.update(near) { if $0.lid == nil { $0.lid = lid } }
            }
            guard scanner.find("\"") else { return .init() }
            scanner.position -= 1
        }
        if let (description, lid) = readDescription() {
            nodes.describe(far, description)
            if let lid { nodes.update(far) { if $0.lid == nil { $0.lid = lid } } }
        }
        scanner.skipBlanks()
        guard let lanes = scanner.integer(below: 13), scanner.take("x"), let word = scanner.word()
        else { return .init() }
        return .init(word, lanes: lanes)
    }
}

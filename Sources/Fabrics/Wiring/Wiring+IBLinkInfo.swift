internal import Text
internal import Units

/// What `iblinkinfo` prints, with or without `-l`.
///
/// Without it, headers `Switch: 0x0002… name:` and `CA: name:`, and below them a line a port:
/// `6 1[  ] ==( 4X 25.78125 Gbps Active/ LinkUp)==> 4 1[  ] "name" ( )`, of adapters with the
/// port's GUID before it. With it, every line starts with the port's GUID and the node's name in
/// quotes, and has the other port's GUID too. (infiniband-diags, iblinkinfo.c.)
extension Wiring {
    static func readingIBLinkInfo(_ bytes: [UInt8], name: String) throws(TextError) -> Wiring {
        var first = IBLinkInfoReader(bytes, name: name)
        try first.readNodes()
        return try first.readLinks(bytes)
    }
}

private struct IBLinkInfoReader {
    /// A line about a port, as far as it tells of this end.
    private struct Port {
        var guid: UInt64?
        var name: String?
        var lid: Int
        var number: Int
    }

    private var scanner: LineScanner
    private var nodes = InfiniBandNodes()
    private let name: String
    /// The node of the last header.
    private var current: Int32?

    init(_ bytes: [UInt8], name: String) {
        scanner = LineScanner(bytes, file: name)
        self.name = name
    }

    // MARK: Nodes

    /// Goes through all lines for the nodes and their LIDs, by which links name the other end.
    mutating func readNodes() throws(TextError) {
        while scanner.nextSaying() {
            if try readHeader(isFirst: true) { continue }
            let place = scanner.position
            let port = try readNear()
            if let guid = port.guid, let name = port.name {
                let id = "0x\(String(guid, radix: 16))"
                // Of an adapter every port has a GUID of its own, of a switch all have the same.
                let isSwitch = nodes.place(of: id) != nil
                let node = try nodes.node(id, .nic, scanner)
                if isSwitch { nodes.update(node) { $0.kind = .networkSwitch } }
                nodes.describe(node, name)
                nodes.update(node) {
                    $0.guid = guid
                    $0.lid = port.lid
                }
                nodes.alias("lid \(port.lid)", node)
            } else {
                guard let node = current else {
                    scanner.position = place
                    throw scanner.error("a port before the first header ('CA: ' or 'Switch: ')")
                }
                if port.lid > 0 { nodes.alias("lid \(port.lid)", node) }
                nodes.update(node) {
                    if $0.guid == nil { $0.guid = port.guid }
                    if $0.lid == nil { $0.lid = port.lid }
                }
            }
        }
        guard !nodes.nodes.isEmpty else {
            throw scanner.error("there is no port in it: a line has '==( 4X … )==>' in it")
        }
    }

    /// Reads `Switch: 0x0002… name:`; false where the line is about a port.
    private mutating func readHeader(isFirst: Bool) throws(TextError) -> Bool {
        let isSwitch = scanner.take("Switch: ")
        let isRouter = !isSwitch && scanner.take("Router: ")
        guard isSwitch || isRouter || scanner.take("CA: ") else { return false }
        let place = scanner.position
        let guid = isSwitch ? scanner.hexadecimal() : nil
        if isSwitch && guid == nil { throw scanner.expected("the GUID of the switch") }
        var stop = scanner.end
        if stop > scanner.position, scanner.bytes[stop - 1] == UInt8(ascii: ":") { stop -= 1 }
        let description = scanner.text(scanner.position..<max(scanner.position, stop))
        // Adapters have no id of their own in a header, so that its line is its id.
        let id = "line \(scanner.line)"
        let node = try nodes.node(id, isSwitch || isRouter ? .networkSwitch : .nic, scanner)
        current = node
        if isFirst {
            nodes.describe(node, description)
            nodes.update(node) { $0.guid = guid }
        }
        scanner.position = place
        return true
    }

    /// The part of a line before its first arrow.
    private mutating func readNear() throws(TextError) -> Port {
        var port = Port(lid: 0, number: 0)
        if scanner.byte == UInt8(ascii: "0"), let guid = scanner.hexadecimal() {
            port.guid = guid
            scanner.skipBlanks()
            port.name = scanner.quoted()
            scanner.skipBlanks()
        }
        guard let lid = scanner.integer(below: 1 << 16) else { throw scanner.expected("a LID") }
        port.lid = lid
        port.number = try readPortNumber()
        scanner.skipBlanks()
        guard scanner.take("==(") else { throw scanner.expected("'==(' before the port's state") }
        return port
    }

    /// ` 1[  ]`: the number in brackets is that on the outside of a chassis.
    private mutating func readPortNumber() throws(TextError) -> Int {
        scanner.skipBlanks()
        guard let number = scanner.integer(below: 256), scanner.take("["), scanner.find("]") else {
            throw scanner.expected("a port, as 1[  ]")
        }
        return number
    }

    // MARK: Links

    mutating func readLinks(_ bytes: [UInt8]) throws(TextError) -> Wiring {
        scanner = LineScanner(bytes, file: name)
        while scanner.nextSaying() {
            if try !readHeader(isFirst: false) { try readLink() }
        }
        return nodes.wiring(name)
    }

    private mutating func readLink() throws(TextError) {
        let place = scanner.position
        let port = try readNear()
        let id = port.name == nil ? nil : port.guid.map { "0x\(String($0, radix: 16))" }
        guard let near = id.flatMap({ nodes.place(of: $0) }) ?? current else { return }
        var rate = readRate()
        guard scanner.find(")==>") else { throw scanner.expected("')==>' behind the port's state") }
        scanner.skipBlanks()
        // A port without a cable has nothing before its brackets.
        if scanner.byte == UInt8(ascii: "[") || scanner.byte == UInt8(ascii: "\"") {
            nodes.idle += 1
            return
        }
        var guid: UInt64?
        if port.name != nil {
            guard let other = scanner.hexadecimal() else {
                throw scanner.expected("the GUID of the port at the other end")
            }
            guid = other
            scanner.skipBlanks()
        }
        guard let lid = scanner.integer(below: 1 << 16) else {
            throw scanner.expected("the LID of the port at the other end")
        }
        let number = try readPortNumber()
        scanner.skipBlanks()
        let description = scanner.quoted() ?? ""
        rate.best = readBest(rate)
        let farID = guid.map { "0x\(String($0, radix: 16))" } ?? "lid \(lid)"
        let far = try nodes.node(farID, Self.kind(description), scanner)
        nodes.describe(far, description)
        nodes.update(far) {
            if $0.guid == nil { $0.guid = guid }
            if $0.lid == nil { $0.lid = lid }
        }
        scanner.position = place
        try nodes.connect((near, port.number), (far, number), rate, scanner)
    }

    /// What a name tells of what has it: adapters are called `host HCA-1` or `host mlx5_0`.
    private static func kind(_ description: String) -> Wiring.Device.Kind {
        let last = description.split(separator: " ").last ?? ""
        return last.hasPrefix("HCA-") || last.hasPrefix("mlx") || last.hasPrefix("ibp")
            ? .nic : .networkSwitch
    }

    /// ` 4X 25.78125 Gbps Active/ LinkUp`; ports that are down have neither width nor speed.
    private mutating func readRate() -> InfiniBandNodes.Rate {
        scanner.skipBlanks()
        guard let lanes = scanner.integer(below: 13), scanner.take("X") else { return .init() }
        guard let signal = scanner.word() else { return .init() }
        scanner.skipBlanks()
        guard scanner.take("Gbps") else { return .init() }
        if scanner.take(" (FDR10)") { return .init("FDR10", lanes: lanes) }
        return .init(LinkRates.generation(signal: signal), lanes: lanes)
    }

    /// `(Could be 4X Could be 25.78125 Gbps)`, of what the ends could do and don't.
    private mutating func readBest(_ rate: InfiniBandNodes.Rate) -> BitsPerSecond? {
        var lanes: Int?
        var generation: String?
        while scanner.find("Could be ") {
            if scanner.take("FDR10") {
                generation = "FDR10"
            } else if let word = scanner.word() {
                if word.hasSuffix("X") || word.hasSuffix("x") {
                    lanes = Int(word.dropLast())
                } else {
                    generation = LinkRates.generation(signal: word)
                }
            }
        }
        guard lanes != nil || generation != nil else { return nil }
        return rate.with(generation: generation, lanes: lanes)
    }
}

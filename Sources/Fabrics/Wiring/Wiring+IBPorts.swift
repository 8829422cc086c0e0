internal import Text
internal import Units

/// Two listings of InfiniBand networks that have a line for each cable: `ibnetdiscover -p` and the
/// `.lst` files that `ibdiagnet` leaves.
extension Wiring {
    /// Lines such as `SW 17 10 0x7cfe… 4x EDR - CA 134 1 0x7cfe… ( 'switch' - 'host HCA-1' )`;
    /// those of ports without a cable end after the speed and the node's name.
    static func readingIBPorts(_ bytes: [UInt8], name: String) throws(TextError) -> Wiring {
        var scanner = LineScanner(bytes, file: name)
        var nodes = InfiniBandNodes()
        while scanner.nextSaying() {
            let start = scanner.position
            let near = try IBPort(&scanner)
            let rate = try readRate(&scanner)
            scanner.skipBlanks()
            guard scanner.take("- ") else {
                let node = try near.node(&nodes, scanner)
                let first = scanner.position
                nodes.describe(node, quotedName(scanner.text(first..<scanner.end)))
                nodes.idle += 1
                continue
            }
            let far = try IBPort(&scanner)
            let ends = (try near.node(&nodes, scanner), try far.node(&nodes, scanner))
            if scanner.find("( '") {
                let first = scanner.position
                if scanner.find("' - '") {
                    let middle = scanner.position
                    nodes.describe(ends.0, scanner.text(first..<(middle - 5)))
                    nodes.describe(ends.1, quotedName(scanner.text(middle..<scanner.end)))
                }
            }
            scanner.position = start
            try nodes.connect((ends.0, near.number), (ends.1, far.number), rate, scanner)
        }
        guard !nodes.nodes.isEmpty else {
            throw scanner.error("there is no port in it: a line starts with 'CA', 'SW' or 'RT'")
        }
        return nodes.wiring(name)
    }

    /// `4x EDR`, `?? ???`.
    private static func readRate(
        _ scanner: inout LineScanner
    ) throws(TextError) -> InfiniBandNodes.Rate {
        guard let width = scanner.word(), let speed = scanner.word() else {
            throw scanner.expected("the width and speed of the port, as 4x EDR")
        }
        guard width.hasSuffix("x"), let lanes = Int(width.dropLast()) else { return .init() }
        return .init(speed, lanes: lanes)
    }

    /// A name without the quotes, the bracket and the blanks around it.
    private static func quotedName(_ text: String) -> String {
        var text = text[...]
        if text.hasSuffix("' )") { text.removeLast(3) }
        if text.hasSuffix("'") { text.removeLast() }
        if text.hasPrefix("'") { text.removeFirst() }
        return String(text)
    }
}

/// `SW 17 10 0x7cfe9003009ce5b0`: a LID, a port, and the port's GUID.
private struct IBPort {
    let kind: Wiring.Device.Kind
    let lid: Int
    let number: Int
    let guid: UInt64

    init(_ scanner: inout LineScanner) throws(TextError) {
        let start = scanner.position
        switch scanner.word() {
        case "CA": kind = .nic
        case "SW", "RT": kind = .networkSwitch
        default:
            scanner.position = start
            throw scanner.expected("a port: 'CA', 'SW' or 'RT', its LID, number and GUID")
        }
        scanner.skipBlanks()
        guard let lid = scanner.integer(below: 1 << 16) else { throw scanner.expected("a LID") }
        scanner.skipBlanks()
        guard let number = scanner.integer(below: 256) else {
            throw scanner.expected("the number of a port")
        }
        scanner.skipBlanks()
        guard let guid = scanner.hexadecimal() else { throw scanner.expected("a GUID, as 0x7cfe…") }
        self.lid = lid
        self.number = number
        self.guid = guid
    }

    func node(
        _ nodes: inout InfiniBandNodes,
        _ scanner: LineScanner
    ) throws(TextError) -> Int32 {
        let node = try nodes.node(String(guid, radix: 16), kind, scanner)
        nodes.update(node) {
            $0.guid = guid
            $0.lid = lid
        }
        return node
    }
}

extension Wiring {
    /// Lines such as `{ CA Ports:01 … NodeGUID:… {host HCA-1} LID:0005 PN:01 } { SW … } PHY=4x
    /// LOG=ACT SPD=25`; LIDs and port numbers are hexadecimal.
    static func readingIBDiagnet(_ bytes: [UInt8], name: String) throws(TextError) -> Wiring {
        var scanner = LineScanner(bytes, file: name)
        var nodes = InfiniBandNodes()
        while scanner.nextSaying() {
            let start = scanner.position
            let near = try readEnd(&scanner, &nodes)
            let far = try readEnd(&scanner, &nodes)
            var lanes: Int?
            var generation: String?
            while let word = scanner.word() {
                if word.hasPrefix("PHY=") { lanes = Int(word.dropFirst(4).prefix { $0 != "x" }) }
                if word.hasPrefix("SPD=") {
                    generation = LinkRates.generation(signal: word.dropFirst(4))
                }
            }
            scanner.position = start
            let rate = lanes.map { InfiniBandNodes.Rate(generation, lanes: $0) } ?? .init()
            try nodes.connect(near, far, rate, scanner)
        }
        guard !nodes.nodes.isEmpty else {
            throw scanner.error("there is no cable in it: a line starts with '{ CA' or '{ SW'")
        }
        return nodes.wiring(name)
    }

    private static func readEnd(
        _ scanner: inout LineScanner,
        _ nodes: inout InfiniBandNodes
    ) throws(TextError) -> (node: Int32, port: Int) {
        scanner.skipBlanks()
        guard scanner.take("{ ") else { throw scanner.expected("'{ CA', '{ SW' or '{ RT'") }
        let kind: Device.Kind
        switch scanner.word() {
        case "CA": kind = .nic
        case "SW", "RT": kind = .networkSwitch
        default: throw scanner.error("a node is a 'CA', an 'SW' or an 'RT'")
        }
        let place = scanner.position
        guard scanner.find("NodeGUID:"), let guid = scanner.hexadecimal() else {
            scanner.position = place
            throw scanner.expected("the node's GUID after 'NodeGUID:'")
        }
        // Behind it comes the node's name in braces, where it has one, and then its LID.
        var hasLID = false
        while !scanner.isAtEnd, scanner.byte != UInt8(ascii: "{") {
            hasLID = scanner.take("LID:")
            if hasLID { break }
            scanner.position += 1
        }
        var description = ""
        if scanner.take("{") {
            let first = scanner.position
            // A name may hold a brace; what follows it can't be part of one.
            hasLID = scanner.find("} LID:")
            if hasLID { description = scanner.text(first..<(scanner.position - 6)) }
        }
        guard hasLID, let lid = scanner.hexadecimal(), lid < 1 << 16 else {
            throw scanner.expected("a LID of up to four hexadecimal digits after 'LID:'")
        }
        scanner.skipBlanks()
        guard scanner.take("PN:"), let port = scanner.hexadecimal(), port < 256 else {
            throw scanner.expected("the number of a port after 'PN:', up to FF")
        }
        scanner.skipBlanks()
        guard scanner.take("}") else { throw scanner.expected("'}' behind the port's number") }
        let node = try nodes.node(String(guid, radix: 16), kind, scanner)
        nodes.describe(node, description)
        nodes.update(node) {
            $0.guid = guid
            if $0.lid == nil { $0.lid = Int(lid) }
        }
        return (node, Int(port))
    }
}

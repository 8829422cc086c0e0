internal import Text
internal import Units

/// The nodes and cables of an InfiniBand listing while it is read.
///
/// Listings tell most cables twice, from either end, and often name a node before they describe
/// it.
struct InfiniBandNodes {
    struct Node {
        var kind: Wiring.Device.Kind
        var description: String
        var guid: UInt64?
        var lid: Int?
    }

    /// What is said of a cable at one of its ends.
    struct Rate {
        var now: BitsPerSecond?
        var best: BitsPerSecond?
        var kind: LinkKind?
        private var generation: String?
        private var lanes = 0

        init() {}

        /// So many lanes of a generation.
        init(_ generation: String?, lanes: Int) {
            self.generation = generation
            self.lanes = lanes
            guard let generation else { return }
            now = LinkRates.infiniband(generation, lanes: lanes)
            kind = LinkRates.infinibandKind(generation, lanes: lanes)
        }

        /// What the cable would carry with these in the place of what it has.
        func with(generation other: String?, lanes more: Int?) -> BitsPerSecond? {
            guard let generation = other ?? generation else { return nil }
            return LinkRates.infiniband(generation, lanes: more ?? lanes)
        }
    }

    private(set) var nodes: [Node] = []
    private var places: [String: Int32] = [:]
    private var ports: [UInt64: Int32] = [:]
    private(set) var links: [Wiring.Link] = []
    /// How many ports were told of that have no cable.
    var idle = 0

    /// The node that a listing calls so, if it has been told of.
    func place(of id: String) -> Int32? { places[id] }

    /// The node that a listing calls so, told of for the first time or not.
    mutating func node(
        _ id: String,
        _ kind: Wiring.Device.Kind,
        _ scanner: LineScanner
    ) throws(TextError) -> Int32 {
        if let place = places[id] { return place }
        guard nodes.count < Wiring.deviceLimit else {
            throw scanner.error("the network has more than \(Wiring.deviceLimit) nodes")
        }
        let place = Int32(nodes.count)
        nodes.append(Node(kind: kind, description: ""))
        places[id] = place
        return place
    }

    /// Lets another name mean a node.
    mutating func alias(_ id: String, _ place: Int32) { places[id] = place }

    mutating func update(_ place: Int32, _ change: (inout Node) -> Void) {
        change(&nodes[Int(place)])
    }

    /// Describes a node that has no description yet.
    mutating func describe(_ place: Int32, _ description: String) {
        if nodes[Int(place)].description.isEmpty { nodes[Int(place)].description = description }
    }

    /// A cable as it is told of at one end.
    mutating func connect(
        _ near: (node: Int32, port: Int),
        _ far: (node: Int32, port: Int),
        _ rate: Rate,
        _ scanner: LineScanner
    ) throws(TextError) {
        let nearKey = Self.key(near)
        let farKey = Self.key(far)
        if let known = ports[nearKey] {
            let link = links[Int(known)]
            let isOther =
                link.to == near.node && link.toPort == Int32(near.port)
                && link.from == far.node && link.fromPort == Int32(far.port)
            guard isOther else {
                throw scanner.error(
                    "port \(near.port) of '\(label(near.node))' was told of before, with another "
                        + "cable or in another line; leave out one of the two"
                )
            }
            if rate.now != link.rate {
                if link.rate == nil { links[Int(known)].rate = rate.now }
                if link.rate != nil { links[Int(known)].rateBack = rate.now }
            }
            if let best = rate.best { links[Int(known)].best = max(best, link.best ?? best) }
            return
        }
        if ports[farKey] != nil {
            throw scanner.error(
                "port \(far.port) of '\(label(far.node))' has another cable already"
            )
        }
        guard links.count < Wiring.linkLimit else {
            throw scanner.error("the network has more than \(Wiring.linkLimit) links")
        }
        let place = Int32(links.count)
        ports[nearKey] = place
        ports[farKey] = place
        var link = Wiring.Link(near.node, far.node, .infiniband)
        link.fromPort = Int32(near.port)
        link.toPort = Int32(far.port)
        link.rate = rate.now
        link.best = rate.best
        link.kind = rate.kind
        links.append(link)
    }

    private static func key(_ end: (node: Int32, port: Int)) -> UInt64 {
        UInt64(end.node) << 32 | UInt64(end.port)
    }

    private func label(_ place: Int32) -> String {
        let node = nodes[Int(place)]
        if !node.description.isEmpty { return node.description }
        return node.guid.map { "0x\(String($0, radix: 16))" } ?? "a node"
    }

    /// All that was told.
    func wiring(_ name: String) -> Wiring {
        var builder = WiringBuilder(name: name)
        for node in nodes {
            let fallback = node.guid.map { "0x\(String($0, radix: 16))" } ?? "node"
            let name = node.description.isEmpty ? fallback : node.description
            var device = Wiring.Device(node.kind, name)
            device.guid = node.guid
            device.lid = node.lid
            // What hosts call their adapters: the host's name, and which of its adapters it is.
            let words = node.description.split(separator: " ")
            if node.kind == .nic, words.count == 2 { device.host = String(words[0]) }
            _ = builder.add(device)
        }
        builder.links = links
        if idle > 0 { builder.notes.append("\(idle) ports that were listed have no cable") }
        if links.contains(where: { $0.rate == nil }) {
            builder.notes.append("the rate of some links is not listed, or not known by name")
        }
        return builder.finish()
    }
}

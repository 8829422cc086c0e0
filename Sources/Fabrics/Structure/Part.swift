internal import Text
public import Units

/// A device that can be bought: a switch, a chip that switches, a network interface.
public struct Part: Hashable, Sendable {
    /// What a part is for.
    public enum Kind: String, CaseIterable, Sendable {
        /// A switch with a box of its own.
        case `switch`
        /// A chip that switches inside a server or rack.
        case chip
        /// A network interface of an endpoint.
        case nic
    }

    /// What fabric files call it.
    public let name: String
    /// What it is for.
    public let kind: Kind
    /// One line on what it is.
    public let summary: String
    /// How many ports it has.
    public let ports: Figure<Int>
    /// What one carries, each way.
    public let rate: BitsPerSecond
    /// What it takes without what is plugged in; nil where nobody says.
    public let power: Figure<Milliwatts>?
    /// Bytes of packets that it can hold.
    public let buffer: Figure<ByteCount>?
    /// From port to port.
    public let latency: Figure<Picoseconds>?
    /// What each port's optics take where they are part of it; nil where they are plugged in.
    public let optics: Figure<Milliwatts>?
    /// What it costs.
    public let price: Figure<Cents>?
    /// How many aggregation trees can lead through it, of low latency and streaming ones each, or
    /// how many multicast groups; nil where nobody says.
    public let trees: Figure<Int>?
    /// How many streaming aggregation trees it can serve at a time.
    public let streams: Figure<Int>?
    /// How many streaming aggregation trees each of its ports can serve at a time.
    public let portStreams: Figure<Int>?
}

extension Part {
    /// The part of a name, nil when there is none.
    public static func named(_ name: String) -> Part? { all.first { $0.name == name } }

    private static let figures = [
        "ports", "power", "buffer", "latency", "optics", "price", "trees", "streams", "portStreams",
    ]

    /// Reads a part from a parsed text.
    init(reading reader: JSONReader) throws(TextError) {
        let figures = try FigureReader(
            LayeredReader([reader]),
            plain: ["name", "kind", "summary", "rate"],
            figures: Self.figures
        )
        name = try reader.required("name").words()
        let kind = try reader.required("kind")
        let text = try kind.string()
        guard let known = Kind(rawValue: text) else {
            let names = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw kind.error("unknown kind '\(text)'; the known kinds are \(names)")
        }
        self.kind = known
        summary = try reader.required("summary").words()
        rate = try reader.required("rate").rate()
        let count = { (reader: JSONReader) throws(TextError) in try reader.count(from: 1) }
        ports = try figures.required("ports", count)
        let power = { (reader: JSONReader) throws(TextError) in
            try reader.quantity(Milliwatts.init(parsing:))
        }
        self.power = try figures.optional("power", power)
        optics = try figures.optional("optics", power)
        buffer = try figures.optional("buffer") { reader throws(TextError) in
            try reader.quantity(ByteCount.init(parsing:))
        }
        latency = try figures.optional("latency") { reader throws(TextError) in
            try reader.quantity(Picoseconds.init(parsing:))
        }
        price = try figures.optional("price") { reader throws(TextError) in
            try reader.quantity(Cents.init(parsing:))
        }
        trees = try figures.optional("trees", count)
        streams = try figures.optional("streams", count)
        portStreams = try figures.optional("portStreams", count)
    }
}

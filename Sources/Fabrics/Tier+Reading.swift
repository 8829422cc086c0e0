internal import Text
internal import Units

/// Reads one tier of a fabric file.
struct TierReader {
    /// The keys whose values are figures, which have a source or are unverified.
    static let figures = [
        "perEndpoint", "rate", "latency", "holds", "oversubscription", "reduces", "switches",
        "uplinks", "length", "torus", "dragonfly", "mesh", "pairs",
    ]
    private static let plain = [
        "name", "link", "nic", "switch", "uplink",
    ]

    let figures: FigureReader
    var reader: LayeredReader { figures.reader }

    init(_ reader: LayeredReader) throws(TextError) {
        figures = try FigureReader(reader, plain: Self.plain, figures: Self.figures)
    }

    func tier(above inner: [Tier]) throws(TextError) -> Tier {
        let name = try self.name(unlike: inner)
        if let reader = try reader.optional("torus") {
            return try torus(reader, name, inner)
        }
        if let reader = try reader.optional("dragonfly") {
            return try dragonfly(reader, name, inner)
        }
        let mesh = try reader.optional("mesh")
        let pairs = try reader.optional("pairs")
        return mesh == nil && pairs == nil ? try switched(name, inner) : try direct(name, inner)
    }

    /// A tier, but for what its structure decides.
    func tier(
        _ name: String,
        _ links: Links,
        holds: Figure<Int>,
        groupSize: Int,
        sustained: BitsPerSecond,
        uniform: BitsPerSecond? = nil,
        over: Figure<Oversubscription>? = nil,
        _ structure: Structure
    ) throws(TextError) -> Tier {
        if sustained.bits == 0 {
            throw reader.error("the oversubscription leaves less than a bit a second")
        }
        return Tier(
            name: name,
            network: links.network,
            link: links.kind,
            linksPerEndpoint: links.count,
            rate: links.rate,
            sustainedRate: sustained,
            uniformRate: uniform,
            latency: try figures.required("latency") { reader throws(TextError) in
                try reader.quantity(Picoseconds.init(parsing:))
            },
            holds: holds,
            groupSize: groupSize,
            oversubscription: over,
            reduction: try figures.optional("reduces") { reader throws(TextError) in
                try reader.bool()
            },
            structure: structure,
            nic: try reader.optional("nic").map { part throws(TextError) in try part.part() },
            length: try figures.optional("length") { reader throws(TextError) in
                try reader.quantity(Millimetres.init(parsing:))
            }
        )
    }

    private func name(unlike inner: [Tier]) throws(TextError) -> String {
        let value = try reader.required("name")
        let name = try value.words()
        if inner.contains(where: { $0.name == name }) {
            throw value.error("a tier '\(name)' lies further in; each has a name of its own")
        }
        return name
    }

    /// Groups of the tier below in a group, and endpoints.
    func holds(_ inner: [Tier]) throws(TextError) -> (Figure<Int>, groupSize: Int) {
        let holds = try figures.required("holds") { reader throws(TextError) in
            try reader.count(from: 2)
        }
        let below = inner.last?.groupSize ?? 1
        let (size, overflow) = below.multipliedReportingOverflow(by: holds.value)
        if overflow || size > Fabric.endpointLimit {
            throw try reader.required("holds")
                .error("a group would hold more than \(Fabric.endpointLimit) endpoints")
        }
        return (holds, size)
    }

    // MARK: - Links

    typealias Links = (
        kind: LinkKind?, count: Int, rate: Figure<BitsPerSecond>, network: Int
    )

    /// The links of the endpoint: of a kind, of a given rate, or else those of the tier below.
    func links(above inner: Tier?) throws(TextError) -> Links {
        let perEndpoint = try figures.optional("perEndpoint") { reader throws(TextError) in
            try reader.count(from: 1)
        }
        if let links = try ownLinks(above: inner, times: perEndpoint) { return links }
        if perEndpoint != nil {
            throw try reader.required("perEndpoint")
                .error("it counts links; 'link' must say of which kind")
        }
        guard let inner else {
            throw reader.error("the innermost tier needs a 'link' or a 'rate'")
        }
        return (nil, inner.linksPerEndpoint, inner.rate, inner.network)
    }

    /// So many links of a kind, or one of a given rate; nil where neither is written.
    func ownLinks(above inner: Tier?, times count: Figure<Int>?) throws(TextError) -> Links? {
        let network = (inner?.network ?? -1) + 1
        if let link = try reader.optional("link") {
            if let rate = try reader.optional("rate") {
                throw rate.error("the link kind says the rate; write one of 'link' and 'rate'")
            }
            let kind = try link.linkKind()
            return (kind, count?.value ?? 1, try rate(of: kind, times: count), network)
        }
        if count != nil { return nil }
        return try figures.optional("rate") { reader throws(TextError) in try reader.rate() }
            .map { (nil, 1, $0, network) }
    }

    private func rate(
        of kind: LinkKind,
        times count: Figure<Int>?
    ) throws(TextError) -> Figure<BitsPerSecond> {
        guard let count else { return kind.rate }
        let (bits, overflow) = kind.rate.value.bits.multipliedReportingOverflow(by: count.value)
        if overflow {
            let message = "the rate of the links is too large"
            throw try reader.optional("perEndpoint")?.error(message) ?? reader.error(message)
        }
        var source: String?
        if let ofKind = kind.rate.source, let ofCount = count.source {
            source = ofKind == ofCount ? ofKind : "\(ofKind); \(ofCount)"
        }
        return Figure(BitsPerSecond(bits), source: source)
    }
}

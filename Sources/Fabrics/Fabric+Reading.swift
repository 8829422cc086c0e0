public import Text
internal import Units

extension Fabric {
    /// Reads a fabric from a JSON5 text; `name` is the file's path, or what else to call it.
    public init(parsing text: String, name: String) throws(TextError) {
        try self.init(reading: JSONReader.parse(text, name: name))
    }

    /// Reads a fabric from a parsed text.
    public init(reading reader: JSONReader) throws(TextError) {
        try reader.allow(only: [
            "name", "summary", "family", "endpoint", "tiers", "measured",
        ])
        name = try reader.required("name").words()
        summary = try reader.required("summary").words()
        family = try reader.required("family").words()
        endpoint = try reader.required("endpoint").words()
        let list = try reader.required("tiers")
        var tiers: [Tier] = []
        for element in try list.array() {
            tiers.append(try TierReader(element).tier(above: tiers))
        }
        if tiers.isEmpty { throw list.error("a fabric has at least one tier") }
        self.tiers = tiers
        measured = try reader.optional("measured").map { part throws(TextError) in
            try Measured(reading: part)
        }
    }
}

/// Reads one tier of a fabric file.
private struct TierReader {
    /// The keys whose values are figures, which have a source or are unverified.
    static let figures = [
        "perEndpoint", "rate", "latency", "holds", "oversubscription", "reduces",
    ]

    let reader: JSONReader
    /// The document for each figure that has one.
    private let sources: [String: String]

    init(_ reader: JSONReader) throws(TextError) {
        try reader.allow(only: ["name", "link"] + Self.figures + ["source"])
        self.reader = reader
        var stated: [String] = []
        for key in Self.figures where try reader.optional(key) != nil { stated.append(key) }
        sources = try Self.sources(reader, for: stated)
    }

    /// One document for all figures of the tier, or one for each that is named.
    private static func sources(
        _ reader: JSONReader,
        for stated: [String]
    ) throws(TextError) -> [String: String] {
        guard let source = try reader.optional("source") else { return [:] }
        var sources: [String: String] = [:]
        if case .string = source.json {
            for key in stated { sources[key] = try source.words() }
        } else {
            try source.allow(only: stated)
            for (key, value) in try source.members() { sources[key] = try value.words() }
        }
        return sources
    }

    private func figure<Value>(
        _ key: String,
        _ read: (JSONReader) throws(TextError) -> Value
    ) throws(TextError) -> Figure<Value>? {
        guard let value = try reader.optional(key) else { return nil }
        return Figure(try read(value), source: sources[key])
    }

    private func required<Value>(
        _ key: String,
        _ read: (JSONReader) throws(TextError) -> Value
    ) throws(TextError) -> Figure<Value> {
        Figure(try read(try reader.required(key)), source: sources[key])
    }

    func tier(above inner: [Tier]) throws(TextError) -> Tier {
        let name = try self.name(unlike: inner)
        let links = try self.links(above: inner.last)
        let isOwn = links.network != inner.last?.network
        let over = try figure("oversubscription") { reader throws(TextError) in
            try reader.oversubscription()
        }
        let below = isOwn ? links.rate.value : inner[inner.count - 1].sustainedRate
        let sustained = over?.value.share(of: below) ?? below
        if sustained.bits == 0 {
            throw reader.error("the oversubscription leaves less than a bit a second")
        }
        let holds = try required("holds") { reader throws(TextError) in
            try reader.count(from: 2)
        }
        return Tier(
            name: name,
            network: links.network,
            link: links.kind,
            linksPerEndpoint: links.count,
            rate: links.rate,
            sustainedRate: sustained,
            latency: try required("latency") { reader throws(TextError) in
                try reader.quantity(Picoseconds.init(parsing:))
            },
            holds: holds,
            groupSize: try groupSize(of: holds.value, times: inner.last?.groupSize ?? 1),
            oversubscription: over,
            reduction: try figure("reduces") { reader throws(TextError) in try reader.bool() }
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

    private func groupSize(of count: Int, times below: Int) throws(TextError) -> Int {
        let (size, overflow) = below.multipliedReportingOverflow(by: count)
        if overflow || size > Fabric.endpointLimit {
            throw try reader.required("holds")
                .error("a group would hold more than \(Fabric.endpointLimit) endpoints")
        }
        return size
    }

    private typealias Links = (
        kind: LinkKind?, count: Int, rate: Figure<BitsPerSecond>, network: Int
    )

    /// The links of the endpoint: of a kind, of a given rate, or else those of the tier below.
    private func links(above inner: Tier?) throws(TextError) -> Links {
        let network = (inner?.network ?? -1) + 1
        let perEndpoint = try figure("perEndpoint") { reader throws(TextError) in
            try reader.count(from: 1)
        }
        if let link = try reader.optional("link") {
            if let rate = try reader.optional("rate") {
                throw rate.error("the link kind says the rate; write one of 'link' and 'rate'")
            }
            let kind = try link.linkKind()
            let rate = try self.rate(of: kind, times: perEndpoint)
            return (kind, perEndpoint?.value ?? 1, rate, network)
        }
        if perEndpoint != nil {
            throw try reader.required("perEndpoint")
                .error("it counts links; 'link' must say of which kind")
        }
        if let rate = try figure("rate", { reader throws(TextError) in try reader.rate() }) {
            return (nil, 1, rate, network)
        }
        guard let inner else {
            throw reader.error("the innermost tier needs a 'link' or a 'rate'")
        }
        return (nil, inner.linksPerEndpoint, inner.rate, inner.network)
    }

    private func rate(
        of kind: LinkKind,
        times perEndpoint: Figure<Int>?
    ) throws(TextError) -> Figure<BitsPerSecond> {
        guard let perEndpoint else { return kind.rate }
        let (bits, overflow) = kind.rate.value.bits.multipliedReportingOverflow(
            by: perEndpoint.value
        )
        if overflow {
            throw try reader.required("perEndpoint").error("the rate of the links is too large")
        }
        var source: String?
        if let ofKind = kind.rate.source, let ofCount = perEndpoint.source {
            source = ofKind == ofCount ? ofKind : "\(ofKind); \(ofCount)"
        }
        return Figure(BitsPerSecond(bits), source: source)
    }
}

extension JSONReader {
    /// A string that says something.
    func words() throws(TextError) -> String {
        let text = try string()
        if text.allSatisfy(\.isWhitespace) { throw error("a text is missing") }
        return text
    }

    /// A string with a number and its unit.
    func quantity<Value>(
        _ parse: (String) throws(UnitError) -> Value
    ) throws(TextError) -> Value {
        let isNumber =
            switch json {
            case .integer, .number: true
            default: false
            }
        // The commonest slip has an answer of its own: what the unit may be.
        let text = isNumber ? json.serialized() : try string()
        do {
            return try parse(text)
        } catch {
            throw self.error(error.description)
        }
    }

    func rate() throws(TextError) -> BitsPerSecond {
        let rate = try quantity(BitsPerSecond.init(parsing:))
        if rate.bits == 0 { throw error("nothing moves at rate zero") }
        return rate
    }

    func count(from least: Int) throws(TextError) -> Int {
        let count = try integer()
        guard count >= least else { throw error("expected at least \(least), found \(count)") }
        return Int(count)
    }

    fileprivate func linkKind() throws(TextError) -> LinkKind {
        let name = try string()
        if let kind = LinkKind.named(name) { return kind }
        let names = LinkKind.all.map(\.name)
        let hint =
            nearest(name, in: names).map { "did you mean '\($0)'?" }
            ?? "the known kinds are \(names.joined(separator: ", "))"
        throw error("unknown link kind '\(name)'; \(hint)")
    }

    fileprivate func oversubscription() throws(TextError) -> Oversubscription {
        let parts = try string().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let below = Int(parts[0]), let carried = Int(parts[1]),
            let ratio = Oversubscription(below: below, carried: carried)
        else {
            throw error("expected \"1:1\", \"2:1\" or more: what is sent, and what is carried")
        }
        return ratio
    }
}

internal import Text
internal import Units

/// Tiers whose endpoints are joined without switches, or by a Dragonfly's routers.
extension TierReader {
    /// Refuses what the structure already says.
    private func refuse(_ keys: [String], _ why: String) throws(TextError) {
        for key in keys {
            if let value = try reader.optional(key) { throw value.error(why) }
        }
    }

    private static let ofSwitches = ["switches", "uplink", "uplinks", "oversubscription"]

    func torus(_ sides: JSONReader, _ name: String, _ inner: [Tier]) throws(TextError) -> Tier {
        guard inner.isEmpty else { throw sides.error("only the innermost tier can be a torus") }
        try refuse(Self.ofSwitches + ["switch"], "a torus has no switches")
        try refuse(["holds", "perEndpoint"], "the sides of a torus say it")
        var wraps = true
        var list = sides
        if case .object = sides.json {
            try sides.allow(only: ["sides", "wraps"])
            list = try sides.required("sides")
            wraps = try sides.optional("wraps")?.bool() ?? true
        }
        var lengths: [Int] = []
        var size = 1
        for side in try list.array() {
            lengths.append(try side.count(from: 2))
            let (product, overflow) = size.multipliedReportingOverflow(by: lengths.last ?? 1)
            if overflow || product > Fabric.endpointLimit {
                throw side.error("the torus would hold more than \(Fabric.endpointLimit) endpoints")
            }
            size = product
        }
        guard (1...6).contains(lengths.count) else {
            throw list.error("a torus has 1 to 6 dimensions")
        }
        let torus = Torus(sides: lengths, wraps: wraps)
        let links = try linksOfPairs(Figure(torus.links, source: figures.sources["torus"]))
        let one = BitsPerSecond(links.rate.value.bits / links.count)
        return try tier(
            name,
            links,
            holds: Figure(size, source: figures.sources["torus"]),
            groupSize: size,
            sustained: min(links.rate.value, torus.cut.of(one)),
            uniform: min(links.rate.value, torus.uniform.of(one)),
            .torus(torus)
        )
    }

    func dragonfly(
        _ shape: JSONReader,
        _ name: String,
        _ inner: [Tier]
    ) throws(TextError) -> Tier {
        try refuse(Self.ofSwitches, "the shape of a Dragonfly says it")
        try refuse(["holds"], "the shape of a Dragonfly says how many it holds")
        try shape.allow(only: ["groups", "routers", "endpoints", "global"])
        let links = try self.links(above: inner.last)
        guard links.network != inner.last?.network else {
            throw shape.error("a Dragonfly is the innermost tier of its network; write its 'link'")
        }
        let dragonfly = Dragonfly(
            groups: try shape.required("groups").count(from: 1),
            routers: try shape.required("routers").count(from: 2),
            endpoints: try shape.required("endpoints").count(from: 1),
            global: try shape.required("global").count(from: 0),
            device: try reader.optional("switch").map { part throws(TextError) in try part.part() }
        )
        let most = 1 << 16
        guard
            max(dragonfly.groups, dragonfly.routers, dragonfly.endpoints, dragonfly.global) < most,
            dragonfly.count <= Fabric.endpointLimit
        else { throw shape.error("it would hold more than \(Fabric.endpointLimit) endpoints") }
        guard dragonfly.groups == 1 || dragonfly.ports >= dragonfly.groups - 1 else {
            throw shape.error(
                "a group's \(dragonfly.ports) ports can't lead to \(dragonfly.groups - 1) others"
            )
        }
        let below = inner.last?.groupSize ?? 1
        guard dragonfly.count.isMultiple(of: below), dragonfly.count > below else {
            throw shape.error("its \(dragonfly.count) endpoints are no whole groups of \(below)")
        }
        let one = BitsPerSecond(links.rate.value.bits / links.count)
        let uniform = dragonfly.uniform.map { $0.of(one) }.min() ?? one
        return try tier(
            name,
            links,
            holds: Figure(dragonfly.count / below, source: figures.sources["dragonfly"]),
            groupSize: dragonfly.count,
            sustained: min(links.rate.value, dragonfly.cut.of(one)),
            uniform: min(links.rate.value, uniform),
            .dragonfly(dragonfly)
        )
    }

    func direct(_ name: String, _ inner: [Tier]) throws(TextError) -> Tier {
        guard inner.isEmpty else {
            throw reader.error("only the innermost tier can have links between endpoints")
        }
        try refuse(Self.ofSwitches + ["switch"], "a tier of links between endpoints has none")
        let (holds, count) = try holds(inner)
        guard count <= DirectLinks.most else {
            throw try reader.required("holds")
                .error("a tier of links between endpoints has \(DirectLinks.most) at most")
        }
        var matrix = [Int](repeating: 0, count: count * count)
        if let mesh = try reader.optional("mesh") {
            if let pairs = try reader.optional("pairs") {
                throw pairs.error("'mesh' joins all pairs; write one of the two")
            }
            let each = try mesh.count(from: 1)
            for place in matrix.indices where place / count != place % count {
                matrix[place] = each
            }
        } else {
            for pair in try reader.required("pairs").array() {
                let parts = try pair.array()
                guard (2...3).contains(parts.count) else {
                    throw pair.error("expected two endpoints and how many links: [0, 3, 2]")
                }
                let (first, second) = (try parts[0].count(from: 0), try parts[1].count(from: 0))
                guard first < count, second < count, first != second else {
                    throw pair.error("endpoints are 0 to \(count - 1), and two in a pair")
                }
                let each = parts.count == 3 ? try parts[2].count(from: 1) : 1
                guard matrix[first * count + second] == 0, each < 1 << 16 else {
                    throw pair.error("the pair was written before, or has too many links")
                }
                matrix[first * count + second] = each
                matrix[second * count + first] = each
            }
        }
        try refuse(["perEndpoint"], "the links of the pairs say it")
        let direct = DirectLinks(count: count, links: matrix)
        if !direct.isConnected { throw reader.error("not all endpoints are joined") }
        let source = figures.sources["mesh"] ?? figures.sources["pairs"]
        let links = try linksOfPairs(Figure(direct.degree, source: source))
        let one = BitsPerSecond(links.rate.value.bits / links.count)
        return try tier(
            name,
            links,
            holds: holds,
            groupSize: count,
            sustained: min(links.rate.value, direct.cut.of(one)),
            uniform: min(links.rate.value, direct.uniform.of(one)),
            .direct(direct)
        )
    }

    /// So many links of an endpoint, each of the kind or rate that is written.
    private func linksOfPairs(_ count: Figure<Int>) throws(TextError) -> Links {
        if let links = try ownLinks(above: nil, times: count) { return links }
        guard
            let rate = try figures.optional(
                "rate",
                { reader throws(TextError) in try reader.rate() }
            )
        else { throw reader.error("the innermost tier needs a 'link' or a 'rate'") }
        let (bits, overflow) = rate.value.bits.multipliedReportingOverflow(by: count.value)
        if overflow { throw reader.error("the rate of the links is too large") }
        return (nil, count.value, Figure(BitsPerSecond(bits), source: rate.source), 0)
    }
}

extension Share {
    /// The part of a rate, rounded down.
    func of(_ rate: BitsPerSecond) -> BitsPerSecond {
        let product = rate.bits.multipliedFullWidth(by: numerator)
        let most = denominator.dividingFullWidth
        return product.high >= denominator ? rate : BitsPerSecond(most(product).quotient)
    }
}

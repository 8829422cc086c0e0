internal import Text
internal import Units

/// Tiers whose groups are joined by switches.
extension TierReader {
    /// The most switches of a group, and cables up from one: beyond, cables of the largest fabrics
    /// could not be numbered.
    private static let most = 1 << 24

    func switched(_ name: String, _ inner: [Tier]) throws(TextError) -> Tier {
        let links = try self.links(above: inner.last)
        let (holds, groupSize) = try holds(inner)
        let isOwn = links.network != inner.last?.network
        var over = try figures.optional("oversubscription") { reader throws(TextError) in
            try reader.oversubscription()
        }
        let switches = try figures.optional("switches") { reader throws(TextError) in
            try reader.count(from: 1)
        }
        let device = try reader.optional("switch").map { part throws(TextError) in
            try part.part()
        }
        if isOwn {
            for key in ["uplink", "uplinks"] {
                guard let value = try reader.optional(key) else { continue }
                throw value.error(
                    "the tier is the innermost of its network: 'link' says what leads up"
                )
            }
        }
        if let switches, switches.value > Self.most {
            throw try reader.required("switches").error("a group has at most \(Self.most) switches")
        }
        let below = isOwn ? links.rate.value : inner[inner.count - 1].sustainedRate
        let up: Uplinks
        if isOwn {
            up = Uplinks(
                units: 1,
                cables: links.count,
                rate: BitsPerSecond(links.rate.value.bits / links.count),
                kind: links.kind
            )
        } else {
            up = try uplinks(from: inner[inner.count - 1], switches != nil, over)
            over = over ?? up.oversubscription(of: inner[inner.count - 1])
        }
        if up.cables > Self.most / up.units {
            throw reader.error("a group below has more than \(Self.most) cables up")
        }
        return try tier(
            name,
            links,
            holds: holds,
            groupSize: groupSize,
            sustained: over?.value.share(of: below) ?? below,
            over: over,
            .switched(
                Switching(
                    switches: switches?.value ?? 1,
                    isDescribed: switches != nil,
                    device: device,
                    unitsBelow: up.units,
                    cables: up.cables,
                    cableRate: up.rate,
                    cable: up.kind
                )
            )
        )
    }

    /// What leads up to a tier from a group of the one below.
    private struct Uplinks {
        let units: Int
        let cables: Int
        let rate: BitsPerSecond
        let kind: LinkKind?

        /// What the group could send over what it has, nil where it can send all.
        func oversubscription(of inner: Tier) -> Figure<Oversubscription>? {
            let carried = units * cables * rate.bits
            let (sent, overflow) = inner.groupSize.multipliedReportingOverflow(
                by: inner.sustainedRate.bits
            )
            if overflow || sent <= carried { return nil }
            let divisor = greatestCommonDivisor(sent, carried)
            return Oversubscription(below: sent / divisor, carried: carried / divisor)
                .map { Figure($0, source: "from the number of uplinks") }
        }
    }

    /// The cables from a group below, which are said, or follow from what they must carry.
    private func uplinks(
        from inner: Tier,
        _ isDescribed: Bool,
        _ over: Figure<Oversubscription>?
    ) throws(TextError) -> Uplinks {
        guard case .switched(let lower) = inner.structure else {
            throw reader.error("tier '\(inner.name)' has no switches that this one could join")
        }
        // Of more than nine exabits a second it is no matter how much more.
        let (sum, overflow) = inner.sustainedRate.bits
            .multipliedReportingOverflow(by: inner.groupSize)
        let sent = overflow ? Int.max : sum
        let carried = over?.value.share(of: BitsPerSecond(sent)).bits ?? sent
        if !isDescribed && !lower.isDescribed {
            for key in ["uplink", "uplinks"] {
                guard let value = try reader.optional(key) else { continue }
                throw value.error("'\(key)' needs 'switches', here and in tier '\(inner.name)'")
            }
            return Uplinks(units: 1, cables: 1, rate: BitsPerSecond(max(1, carried)), kind: nil)
        }
        guard lower.isDescribed && isDescribed else {
            throw reader.error("a network says 'switches' in all its tiers or in none")
        }
        let kind =
            try reader.optional("uplink").map { link throws(TextError) in
                try link.linkKind()
            } ?? lower.cable
        let rate = kind?.rate.value ?? lower.cableRate
        let written = try figures.optional("uplinks") { reader throws(TextError) in
            try reader.count(from: 1)
        }
        if let written {
            if written.value > Self.most {
                throw try reader.required("uplinks").error("at most \(Self.most)")
            }
            if over != nil {
                throw try reader.required("oversubscription")
                    .error("it follows from 'uplinks'; write one of the two")
            }
            let (all, over) = rate.bits.multipliedReportingOverflow(
                by: written.value * lower.switches
            )
            if over || all > 1 << 62 {
                throw reader.error("the uplinks carry too much to be counted")
            }
            return Uplinks(units: lower.switches, cables: written.value, rate: rate, kind: kind)
        }
        let (each, tooMuch) = rate.bits.multipliedReportingOverflow(by: lower.switches)
        guard !tooMuch, !overflow, carried >= each, carried.isMultiple(of: each) else {
            throw reader.error(
                "the uplinks of a switch of '\(inner.name)' are no whole number; write 'uplinks'"
            )
        }
        return Uplinks(units: lower.switches, cables: carried / each, rate: rate, kind: kind)
    }
}

/// Of two positive numbers.
private func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    var (first, second) = (first, second)
    while second > 0 { (first, second) = (second, first % second) }
    return first
}

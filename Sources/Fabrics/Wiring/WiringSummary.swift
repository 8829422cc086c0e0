internal import Text
public import Units

/// What there is to say about a wiring: what it has, and what looks wrong.
public struct WiringSummary: Equatable, Sendable {
    /// Links of the same medium, kind and rate.
    public struct LinkGroup: Hashable, Sendable {
        /// What they go over.
        public let medium: Wiring.Link.Medium
        /// The kind's name, where it is known.
        public let kind: String?
        /// What each carries, nil where that is not known.
        public let rate: BitsPerSecond?
        /// What kinds of devices they connect, such as `gpu - nvswitch`.
        public let ends: String
    }

    /// How many devices of each kind there are, of kinds that are there.
    public let devices: [(kind: Wiring.Device.Kind, count: Int)]
    /// How many links there are of each group, the largest first.
    public let links: [(group: LinkGroup, count: Int)]
    /// How many parts there are that no link connects.
    public let components: Int
    /// Sentences about what looks wrong.
    public let findings: [String]

    /// Sums up a wiring.
    public init(of wiring: Wiring) {
        var kinds: [Wiring.Device.Kind: Int] = [:]
        for device in wiring.devices { kinds[device.kind, default: 0] += 1 }
        devices = Wiring.Device.Kind.allCases.compactMap { kind in
            kinds[kind].map { (kind, $0) }
        }
        var groups: [LinkGroup: Int] = [:]
        for link in wiring.links {
            let ends = [link.from, link.to].map { wiring.devices[Int($0)].kind }
            let order = Wiring.Device.Kind.allCases
            let sorted = ends.sorted {
                order.firstIndex(of: $0) ?? 0 < order.firstIndex(of: $1) ?? 0
            }
            let group = LinkGroup(
                medium: link.medium,
                kind: link.kind?.name,
                rate: link.rate,
                ends: sorted.map(\.rawValue).joined(separator: " - ")
            )
            groups[group, default: 0] += Int(link.count)
        }
        links = groups.map { ($0.key, $0.value) }.sorted { one, other in
            one.1 != other.1 ? one.1 > other.1 : Self.key(one.0) < Self.key(other.0)
        }
        let parts = WiringParts(wiring)
        components = parts.count
        findings = WiringFindings(wiring, parts).sentences
    }

    private static func key(_ group: LinkGroup) -> String {
        "\(group.ends) \(group.medium.rawValue) \(group.rate?.bits ?? 0)"
    }

    /// Whether two summaries say the same.
    public static func == (left: WiringSummary, right: WiringSummary) -> Bool {
        left.devices.elementsEqual(right.devices, by: ==)
            && left.links.elementsEqual(right.links, by: ==)
            && left.components == right.components && left.findings == right.findings
    }
}

extension WiringSummary {
    /// Rows under titles, as a command prints them.
    public var sections: [(title: String, rows: [(label: String, value: String)])] {
        var sections: [(title: String, rows: [(label: String, value: String)])] = []
        sections.append(("devices", devices.map { ($0.kind.rawValue, "\($0.count)") }))
        let rows = links.map { group, count in
            let medium = group.kind ?? group.medium.rawValue
            let rate = group.rate.map { "\($0.short) each way" } ?? "rate unknown"
            return (group.ends, "\(count) x \(medium), \(rate)")
        }
        sections.append(("links", rows))
        sections.append(("whole", [("components", "\(components)")]))
        return sections
    }
}

/// The parts of a wiring that no link connects.
struct WiringParts {
    /// The first device of the part that each device is in.
    private(set) var leader: [Int32]
    /// How many parts there are.
    private(set) var count: Int

    init(_ wiring: Wiring) {
        leader = Array(0..<Int32(wiring.devices.count))
        count = wiring.devices.count
        for link in wiring.links {
            let one = root(link.from)
            let other = root(link.to)
            guard one != other else { continue }
            leader[Int(max(one, other))] = min(one, other)
            count -= 1
        }
        for place in leader.indices { leader[place] = root(Int32(place)) }
    }

    private mutating func root(_ place: Int32) -> Int32 {
        var place = place
        while leader[Int(place)] != place {
            leader[Int(place)] = leader[Int(leader[Int(place)])]
            place = leader[Int(place)]
        }
        return place
    }
}

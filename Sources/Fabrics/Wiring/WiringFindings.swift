internal import Units

/// Looks for what is probably wrong in a network: cables that came up slower than their twins,
/// devices that have lost a link, parts that nothing connects.
struct WiringFindings {
    /// The most sentences of one sort; the rest is counted.
    private static let most = 10

    private let wiring: Wiring
    private let parts: WiringParts
    private(set) var sentences: [String] = []

    init(_ wiring: Wiring, _ parts: WiringParts) {
        self.wiring = wiring
        self.parts = parts
        findSlowLinks()
        findSlowerThanPossible()
        findNarrowSlots()
        findFewerLinks()
        findParts()
    }

    private mutating func tell(_ found: [String], _ what: String) {
        sentences += found.prefix(Self.most)
        if found.count > Self.most {
            sentences.append("and \(found.count - Self.most) more \(what)")
        }
    }

    private func name(_ place: Int32, _ port: Int32?) -> String {
        wiring.devices[Int(place)].name + (port.map { " port \($0)" } ?? "")
    }

    private func ends(_ link: Wiring.Link) -> String {
        "\(name(link.from, link.fromPort)) to \(name(link.to, link.toPort))"
    }

    // MARK: Slow links

    /// Links of one device that lead to devices of one kind.
    private struct Twins: Hashable {
        let device: Int32
        let medium: Wiring.Link.Medium
        let far: Wiring.Device.Kind
    }

    /// A link is slow where more than half of its twins have one rate, and it a lower one.
    private mutating func findSlowLinks() {
        var rates: [Twins: [Int: Int]] = [:]
        for link in wiring.links {
            guard let rate = link.rate else { continue }
            for twins in self.twins(link) { rates[twins, default: [:]][rate.bits, default: 0] += 1 }
        }
        var usual: [Twins: Int] = [:]
        for (twins, counts) in rates {
            let all = counts.values.reduce(0, +)
            guard let most = counts.max(by: { $0.value < $1.value }), 2 * most.value > all else {
                continue
            }
            usual[twins] = most.key
        }
        var found: [String] = []
        for link in wiring.links {
            guard let rate = link.rate else { continue }
            let others = twins(link).compactMap { usual[$0] }.filter { $0 > rate.bits }
            guard let other = others.max() else { continue }
            found.append(
                "\(ends(link)) runs at \(rate.short), and most of its twins at "
                    + "\(BitsPerSecond(other).short)"
            )
        }
        tell(found, "slow links")
    }

    private func twins(_ link: Wiring.Link) -> [Twins] {
        // What sits in different slots of a server differs for good reasons.
        if link.medium == .pcie || link.medium == .smp || link.medium == .path { return [] }
        let kinds = [link.from, link.to].map { wiring.devices[Int($0)].kind }
        return [
            Twins(device: link.from, medium: link.medium, far: kinds[1]),
            Twins(device: link.to, medium: link.medium, far: kinds[0]),
        ]
    }

    private mutating func findSlowerThanPossible() {
        var found: [String] = []
        for link in wiring.links {
            guard let rate = link.rate, let best = link.best, rate < best else { continue }
            found.append("\(ends(link)) runs at \(rate.short) and could at \(best.short)")
        }
        tell(found, "links that could be faster")
        var back: [String] = []
        for link in wiring.links {
            guard let rate = link.rate, let other = link.rateBack, rate != other else { continue }
            back.append("\(ends(link)) carries \(rate.short) there and \(other.short) back")
        }
        tell(back, "links whose directions differ")
    }

    /// Adapters whose ports carry more than their slot.
    private mutating func findNarrowSlots() {
        var found: [String] = []
        for link in wiring.links where link.medium == .pcie {
            let device = wiring.devices[Int(link.from)]
            guard let ports = device.networkRate, let slot = link.rate, slot < ports else {
                continue
            }
            found.append(
                "\(device.name) has ports of \(ports.short) in a slot of \(slot.short)"
            )
        }
        tell(found, "adapters in narrow slots")
    }

    // MARK: Missing links

    /// Endpoints that have fewer links of a medium than most of their kind.
    private mutating func findFewerLinks() {
        var found: [String] = []
        for kind in [Wiring.Device.Kind.gpu, .nic, .host] {
            let members = wiring.devices.indices.filter { wiring.devices[$0].kind == kind }
            guard members.count > 2 else { continue }
            var counts: [Wiring.Link.Medium: [Int32: Int]] = [:]
            for link in wiring.links where link.medium != .path && link.medium != .smp {
                for place in Set([link.from, link.to])
                where wiring.devices[Int(place)].kind == kind {
                    counts[link.medium, default: [:]][place, default: 0] += Int(link.count)
                }
            }
            for (medium, counts) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                var votes: [Int: Int] = [:]
                for place in members { votes[counts[Int32(place)] ?? 0, default: 0] += 1 }
                guard let most = votes.max(by: { $0.value < $1.value }),
                    2 * most.value > members.count
                else { continue }
                for place in members {
                    let count = counts[Int32(place)] ?? 0
                    guard count < most.key else { continue }
                    found.append(
                        "\(wiring.devices[place].name) has \(count) links of \(medium.rawValue), "
                            + "where most have \(most.key)"
                    )
                }
            }
        }
        tell(found, "devices with fewer links")
    }

    private mutating func findParts() {
        guard wiring.devices.count > 1, parts.count > 1 else { return }
        var linked = [Bool](repeating: false, count: wiring.devices.count)
        for link in wiring.links where link.from != link.to {
            linked[Int(link.from)] = true
            linked[Int(link.to)] = true
        }
        let alone = wiring.devices.indices.filter { !linked[$0] }
        tell(alone.map { "\(wiring.devices[$0].name) has no link" }, "devices without a link")
        let others = parts.count - alone.count
        if others > 1 {
            var sizes: [Int32: Int] = [:]
            for leader in parts.leader { sizes[leader, default: 0] += 1 }
            let texts = sizes.filter { $0.value > 1 }.sorted { $0.key < $1.key }.prefix(4).map {
                "\($0.value) devices around \(wiring.devices[Int($0.key)].name)"
            }
            let more = others > texts.count ? " and others" : ""
            sentences.append(
                "nothing connects \(others) parts: \(texts.joined(separator: ", "))\(more)"
            )
        }
    }
}

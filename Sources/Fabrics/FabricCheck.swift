internal import Text
internal import Units

/// What is wrong with a fabric, or might not be what its owner believes.
public struct FabricCheck: Sendable {
    /// How bad it is.
    public enum Level: String, Sendable {
        /// It can't be built, or does not do what it says.
        case wrong
        /// It may be meant, and costs something.
        case suspicious
        /// Good to know.
        case note
    }

    /// A sentence on one thing.
    public struct Finding: Hashable, Sendable {
        /// How bad it is.
        public let level: Level
        /// The tier that it is about.
        public let tier: String
        /// What there is.
        public let text: String
    }

    /// All that was found, tier by tier.
    public private(set) var findings: [Finding] = []

    private let fabric: Fabric

    /// Looks at a fabric.
    public init(of fabric: Fabric) {
        self.fabric = fabric
        for index in fabric.tiers.indices {
            checkRates(index)
            if case .switched(let switching) = fabric.tiers[index].structure {
                checkSwitches(switching, index)
            }
            checkFailures(index)
        }
        checkRoutes()
        let unverified = fabric.tiers.reduce(0) { $0 + $1.unverifiedFigures }
        if unverified > 0 {
            add(.note, fabric.tiers[0], "\(unverified) figures have no source: 'show' marks them")
        }
    }

    private mutating func add(_ level: Level, _ tier: Tier, _ text: String) {
        findings.append(Finding(level: level, tier: tier.name, text: text))
    }

    private mutating func checkRates(_ index: Int) {
        let tier = fabric.tiers[index]
        if let over = tier.oversubscription {
            add(
                .suspicious,
                tier,
                "oversubscribed \(over.value): when all send through it each has "
                    + "\(significant(tier.sustainedRate.gigabits, 4)) of "
                    + "\(significant(tier.rate.value.gigabits, 4)) Gb/s"
            )
        }
        let each = tier.rate.value.bits / tier.linksPerEndpoint
        if let nic = tier.nic, nic.rate.bits != each {
            add(
                nic.rate.bits < each ? .wrong : .suspicious,
                tier,
                "the link carries \(significant(Double(each) / 1e9, 4)) Gb/s, and \(nic.name) "
                    + "\(significant(nic.rate.gigabits, 4))"
            )
        }
    }

    private mutating func checkSwitches(_ switching: Switching, _ index: Int) {
        let tier = fabric.tiers[index]
        guard switching.isDescribed else { return }
        let isFirst = index == 0 || fabric.tiers[index - 1].network != tier.network
        let units = isFirst ? tier.groupSize : tier.holds.value * switching.unitsBelow
        let (down, rest) = (units * switching.cables)
            .quotientAndRemainder(dividingBy: switching.switches)
        if rest > 0 {
            add(
                .suspicious,
                tier,
                "\(units * switching.cables) cables are no equal number for each of its "
                    + "\(switching.switches) switches"
            )
        }
        var up = 0
        let next = index + 1
        if next < fabric.tiers.count, fabric.tiers[next].network == tier.network,
            case .switched(let outer) = fabric.tiers[next].structure
        {
            up = outer.cables
        }
        guard let device = switching.device else { return }
        let used = down + (rest > 0 ? 1 : 0) + up
        if used > device.ports.value {
            add(
                .wrong,
                tier,
                "a \(device.name) has \(device.ports.value) ports, and \(used) are used: "
                    + "\(down) down and \(up) up"
            )
        } else if used * 4 < device.ports.value * 3 {
            add(
                .note,
                tier,
                "of the \(device.ports.value) ports of a \(device.name) \(used) are used"
            )
        }
        if switching.cableRate > device.rate {
            add(
                .wrong,
                tier,
                "a cable carries \(significant(switching.cableRate.gigabits, 4)) Gb/s, and a port "
                    + "of \(device.name) \(significant(device.rate.gigabits, 4))"
            )
        }
    }

    /// What one switch or link takes along when it fails.
    private mutating func checkFailures(_ index: Int) {
        let tier = fabric.tiers[index]
        guard case .switched(let switching) = tier.structure, switching.isDescribed else { return }
        let isFirst = index == 0 || fabric.tiers[index - 1].network != tier.network
        if isFirst && switching.cables == 1 {
            let below = tier.groupSize / switching.switches
            add(
                .note,
                tier,
                "an endpoint has one link into this network: a switch that fails cuts off \(below)"
            )
        } else if !isFirst && min(switching.cables, switching.switches) == 1 {
            let what = switching.unitsBelow == 1 ? "a group below" : "a switch of a group below"
            add(.suspicious, tier, "one cable or switch that fails cuts off \(what)")
        }
    }

    /// Neighbours in a node that no way joins in an outer network: separate rails or planes.
    private mutating func checkRoutes() {
        let router = Router(fabric)
        for network in fabric.networks.dropFirst() {
            let outer = network.tiers.upperBound - 1
            let size = fabric.sizeBelow(outer)
            let node = fabric.sizeBelow(network.tiers.lowerBound)
            guard node > 1, fabric.tiers[outer].groupSize > size else { continue }
            var path: [Int] = []
            let isJoined = (0..<min(node, 64)).allSatisfy {
                router.route(from: 0, to: size + $0, into: &path) { _, _ in 0 }
            }
            if !isJoined {
                add(
                    .suspicious,
                    fabric.tiers[outer],
                    "its rails are apart: from an endpoint to another place of another node there "
                        + "is a way only through a neighbour in the node"
                )
            }
        }
    }
}

extension Tier {
    /// Figures without a source.
    fileprivate var unverifiedFigures: Int {
        [
            rate.isVerified, latency.isVerified, holds.isVerified,
            oversubscription?.isVerified ?? true, reduction?.isVerified ?? true,
            length?.isVerified ?? true,
        ].count { !$0 }
    }
}

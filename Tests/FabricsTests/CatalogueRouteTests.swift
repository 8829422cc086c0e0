import Fabrics
import Testing
import Units

/// What the entries say of their cables can be built, and leads everywhere.
@Suite struct CatalogueRouteTests {
    private static let names = Catalogue.all.map(\.name)

    /// Draws the same numbers each time.
    private struct Draw: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 32) | (state << 32)
        }
    }

    /// Pairs that meet in every tier, and others.
    private func pairs(of fabric: Fabric, _ draw: inout Draw) -> [(Int, Int)] {
        var pairs: [(Int, Int)] = []
        for tier in fabric.tiers.indices {
            let (below, size) = (fabric.sizeBelow(tier), fabric.tiers[tier].groupSize)
            pairs.append((0, below))
            pairs.append((fabric.endpoints - 1, fabric.endpoints - size))
            for _ in 0..<20 {
                let group = Int.random(in: 0..<fabric.endpoints / size, using: &draw) * size
                let place = { (draw: inout Draw) in group + Int.random(in: 0..<size, using: &draw) }
                pairs.append((place(&draw), place(&draw)))
            }
        }
        return pairs
    }

    @Test(arguments: names)
    func everySampledPairIsJoined(name: String) throws {
        let fabric = try Catalogue.named(name)
        let router = Router(fabric)
        var draw = Draw(state: 7)
        for (first, second) in pairs(of: fabric, &draw) {
            var path: [Int] = []
            var turns = draw
            let isThere = router.route(from: first, to: second, into: &path) { ways, _ in
                Int.random(in: 0..<ways, using: &turns)
            }
            draw = turns
            let comment: Comment = "\(name): \(first) to \(second)"
            // The planes of the entry do not meet: each place of a node has its own.
            let isApart = name == "multi-plane" && first / 8 != second / 8
            #expect(isThere == (!isApart || first % 8 == second % 8), comment)
            guard isThere else { continue }
            var here = Vertex.endpoint(first)
            for number in path {
                let channel = router.channel(number)
                #expect(channel.from == here, comment)
                here = channel.to
            }
            #expect(here == .endpoint(second), comment)
        }
    }

    /// By tier, the cables from below at each switch of a group.
    private func portsDown(_ fabric: Fabric, _ index: Int, _ switching: Switching) -> [Int] {
        let tier = fabric.tiers[index]
        let isFirst = index == 0 || fabric.tiers[index - 1].network != tier.network
        // Endpoints are counted in their node, switches in their group.
        let groups = isFirst && index == 0 ? 1 : tier.holds.value
        let units = isFirst ? tier.groupSize / groups : switching.unitsBelow
        var ports = [Int](repeating: 0, count: switching.switches)
        for cable in 0..<units * switching.cables {
            ports[cable % switching.switches] += groups
        }
        return ports
    }

    @Test(arguments: names)
    func nothingIsWrong(name: String) throws {
        let findings = FabricCheck(of: try Catalogue.named(name)).findings
        #expect(findings.filter { $0.level == .wrong }.isEmpty)
        // What costs something is meant: uplinks that carry less, planes that do not meet.
        let suspicious = findings.filter { $0.level == .suspicious }
        let meant: Set = [
            "gb200-nvl4", "hpn", "multi-plane", "million-gpu", "spectrum-xgs", "long-haul",
            "leaf-spine", "tcp-10gbe", "tcp-25gbe",
        ]
        #expect(suspicious.isEmpty != meant.contains(name), "\(suspicious)")
    }

    @Test(arguments: names)
    func switchesHaveTheirPorts(name: String) throws {
        let fabric = try Catalogue.named(name)
        for (index, tier) in fabric.tiers.enumerated() {
            guard case .switched(let switching) = tier.structure, switching.isDescribed else {
                continue
            }
            var up = 0
            if index + 1 < fabric.tiers.count, fabric.tiers[index + 1].network == tier.network,
                case .switched(let outer) = fabric.tiers[index + 1].structure
            {
                up = outer.cables
            }
            let down = portsDown(fabric, index, switching)
            let comment: Comment = "\(name) \(tier.name): \(down[0]) down, \(up) up"
            #expect(Set(down).count == 1, comment)
            guard let device = switching.device else { continue }
            #expect(down[0] + up <= device.ports.value, comment)
            #expect(switching.cableRate <= device.rate, comment)
        }
        for tier in fabric.tiers {
            guard let nic = tier.nic else { continue }
            #expect(tier.rate.value.bits / tier.linksPerEndpoint == nic.rate.bits, "\(name)")
        }
    }

    /// The ports as counted above are those that the router's cables come to.
    @Test func portsAreThoseOfTheRouter() throws {
        for name in ["hgx-h100", "gb200-nvl72", "dgx-2", "rubin-ultra-nvl576", "h100-superpod"] {
            let fabric = try Catalogue.named(name)
            let router = Router(fabric)
            var ports: [Vertex: Int] = [:]
            for number in 0..<router.channels { ports[router.channel(number).to, default: 0] += 1 }
            for (index, tier) in fabric.tiers.enumerated() {
                guard case .switched(let switching) = tier.structure else { continue }
                let down = portsDown(fabric, index, switching)
                var up = 0
                if index + 1 < fabric.tiers.count, fabric.tiers[index + 1].network == tier.network,
                    case .switched(let outer) = fabric.tiers[index + 1].structure
                {
                    up = outer.cables
                }
                for number in 0..<switching.switches {
                    let vertex = Vertex.switch(tier: index, group: 0, number: number)
                    #expect(ports[vertex] == down[number] + up, "\(name) \(tier.name) \(number)")
                }
            }
        }
    }
}

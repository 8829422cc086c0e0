import Collectives
import Fabrics
import Placement
import Testing
import Units

/// What schedules put on cables, by routing.
@Suite struct CableLoadTests {
    private static func fabric(_ tiers: String) throws -> Fabric {
        try Fabric(
            parsing: """
                { name: "x", summary: "x", family: "x", endpoint: "x", tiers: [\(tiers)] }
                """,
            name: "x"
        )
    }

    /// A fat tree of three levels: 4 endpoints and 4 cables up at each of 64 leaves.
    private static let fatTree = """
        { name: "leaf", link: "ib-ndr", holds: 4, latency: "1us", switches: 1 },
        { name: "pod", holds: 4, latency: "1us", switches: 4 },
        { name: "core", holds: 16, latency: "1us", switches: 16 }
        """
    private static let dragonfly = """
        { name: "d", link: "slingshot-11", latency: "1us",
          dragonfly: { endpoints: 4, routers: 4, groups: 9, global: 2 } }
        """

    private func loads(
        _ fabric: Fabric,
        _ schedule: Schedule,
        _ routing: Routing,
        flows: Int = 1
    ) throws -> CableLoads {
        let placement = try Placement(ranks: schedule.ranks, on: fabric)
        let router = Router(fabric)
        return try placement.cableLoads(of: schedule, on: router, routing, flows: flows)
    }

    /// Everybody sends to the one so many further on.
    private func shift(_ ranks: Int, by distance: Int, bytes: Int = 1 << 20) -> Schedule {
        let steps = (0..<ranks).map { rank in
            StepTable.Step(
                round: 0,
                actor: rank,
                sources: [Place(endpoint: rank, buffer: .input, first: 0)],
                targets: [
                    Place(endpoint: (rank + distance) % ranks, buffer: .output, first: 0)
                ]
            )
        }
        return Schedule(
            collective: .sendReceive,
            algorithm: "shift",
            ranks: ranks,
            elements: bytes / 4,
            elementSize: 4,
            inPlace: false,
            chunks: 1,
            tracks: [Track([Phase("shift", table: StepTable(steps))])],
            scratch: Scratch(slots: 0)
        )
    }

    /// GPUs divide what they send over all of their links, so nothing collides in a rack.
    @Test(arguments: Routing.allCases)
    func inARackNothingCollides(routing: Routing) throws {
        let rack = try Catalogue.named("gb200-nvl72")
        // Each of 18 links has the same share.
        let ring = try schedule("ring", ranks: 72, elements: 72 * 18 * 1024)
        let loads = try loads(rack, ring, routing)
        #expect(loads.time.count - loads.best.count <= 2 * 71)
        #expect(loads.unjoined.bytes == 0)
        #expect(loads.tiers.map(\.tier) == [0])
        #expect(loads.tiers[0].channels == 72 * 2 * 18)
        // Each byte goes up once and down once.
        #expect(loads.tiers[0].total.bytes == 2 * ring.totals.bytes)
    }

    /// Where destinations go round over all ways, shifts do not collide.
    ///
    /// That is a theorem (E. Zahavi, D-Mod-K routing, 2010).
    @Test(arguments: [1, 4, 7, 16, 100, 255])
    func tablesByDestinationDoNotCollideInShifts(distance: Int) throws {
        let tree = try Self.fabric(Self.fatTree)
        let shift = shift(256, by: distance)
        let ftree = try loads(tree, shift, .ftree)
        #expect(ftree.time == ftree.best)
        let hashed = try loads(tree, shift, .ecmp)
        if (16...240).contains(distance) { #expect(hashed.time > ftree.time) }
        #expect(hashed.best == ftree.best)
    }

    /// Where all switches have the same hash, a switch of the middle uses one of its ways up.
    @Test func oneHashLeavesWaysUnused() throws {
        let tree = try Self.fabric(Self.fatTree)
        let shift = shift(256, by: 16)
        func used(_ routing: Routing) throws -> [Int] {
            try loads(tree, shift, routing, flows: 64).tiers.map(\.channels)
        }
        // Leaves to middle switches: 64 x 4, both ways; these to the core: as many.
        #expect(try used(.ecmp) == [512, 512, 512])
        #expect(try used(.polarised) == [512, 512, 128])
        #expect(try used(.minhop)[2] <= 128)
        let one = try loads(tree, shift, .polarised, flows: 64)
        let many = try loads(tree, shift, .ecmp, flows: 64)
        #expect(one.time.count > 3 * many.time.count)
        // Cables to the core hold up, by as much as they are fewer.
        let delays = one.tiers.map(\.delay.count)
        #expect(delays == [0, 0, one.time.count - one.best.count])
        #expect(one.worst.map { $0.times > 3 } == true)
    }

    /// The more finely flows are divided, the more evenly cables are used.
    @Test func dividedFlowsAreEven() throws {
        let tree = try Self.fabric(Self.fatTree)
        let shift = shift(256, by: 37)
        let hashed = try loads(tree, shift, .ecmp)
        let several = try loads(tree, shift, .ecmp, flows: 16)
        let sprayed = try loads(tree, shift, .spray)
        let adapted = try loads(tree, shift, .adaptive)
        #expect(hashed.time > several.time)
        #expect(several.time > sprayed.time)
        #expect(sprayed.time >= adapted.time)
        // Up, who adapts divides evenly; down, there is one way, and others are not seen.
        #expect(adapted.time.count < 2 * adapted.best.count)
        #expect(adapted.time >= adapted.best)
    }

    /// Neighbouring groups of a Dragonfly have one cable for 16 endpoints: shortest ways make all
    /// wait for these, and ways by other groups do not.
    @Test func detoursHelpDragonflies() throws {
        let dragonfly = try Self.fabric(Self.dragonfly)
        #expect(dragonfly.endpoints == 144)
        let shift = shift(144, by: 16)
        let shortest = try loads(dragonfly, shift, .spray)
        let detoured = try loads(dragonfly, shift, .valiant)
        let adapted = try loads(dragonfly, shift, .adaptive)
        #expect(2 * detoured.time.count < shortest.time.count)
        #expect(2 * adapted.time.count < shortest.time.count)
        // Where few collide few are led round, and less is carried than where all are.
        let near = self.shift(144, by: 1)
        let (kept, sent) = try (loads(dragonfly, near, .adaptive), loads(dragonfly, near, .valiant))
        let straight = try loads(dragonfly, near, .spray)
        #expect(kept.time < straight.time)
        #expect(kept.tiers[0].total < sent.tiers[0].total)
        #expect(kept.tiers[0].total > straight.tiers[0].total)
    }

    @Test func endpointsWithoutAWayAreCounted() throws {
        let planes = try Catalogue.named("multi-plane")
        let shift = shift(16, by: 9)
        let loads = try loads(planes, shift, .ecmp)
        #expect(loads.unjoined.bytes > 0)
    }

    @Test func resultsRepeat() throws {
        let tree = try Self.fabric(Self.fatTree)
        let pairs = try schedule("pairwise", ranks: 32, elements: 1024)
        for routing in Routing.allCases {
            let first = try loads(tree, pairs, routing)
            let second = try loads(tree, pairs, routing)
            #expect(first.tiers == second.tiers && first.time == second.time)
        }
    }
}

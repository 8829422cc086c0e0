import Fabrics
import Testing
import Text
import Units

/// What is derived from how a tier is joined.
@Suite struct StructureTests {
    private static func fabric(_ tiers: String) throws(TextError) -> Fabric {
        try Fabric(
            parsing: """
                { name: "x", summary: "x", family: "x", endpoint: "x", tiers: [\(tiers)] }
                """,
            name: "x"
        )
    }

    private func gigabits(_ rate: BitsPerSecond) -> Double { rate.gigabits }

    /// Half of a row crosses its middle to the other half: of 16 in a ring, 8 over two links.
    @Test func aTorusIsAsFastAsItsMiddle() throws {
        let tier = try Self.fabric(
            """
            { name: "t", rate: "100Gb/s", torus: [16, 16, 16], latency: "1us" }
            """
        ).tiers[0]
        #expect(tier.groupSize == 4096)
        #expect(gigabits(tier.rate.value) == 600)
        #expect(gigabits(tier.sustainedRate) == 25)
        #expect(tier.uniformRate.map(gigabits) == 50)
        let mesh = try Self.fabric(
            """
            { name: "t", rate: "100Gb/s", torus: { sides: [8], wraps: false }, latency: "1us" }
            """
        ).tiers[0]
        #expect(gigabits(mesh.sustainedRate) == 25)
        #expect(mesh.uniformRate.map(gigabits) == 50)
        // Small ones are limited by what an endpoint has.
        let small = try Self.fabric(
            """
            { name: "t", rate: "100Gb/s", torus: [2], latency: "1us" }
            """
        ).tiers[0]
        #expect(small.uniformRate.map(gigabits) == 200)
    }

    /// What all send alike over shortest ways is measured by walking all ways.
    @Test(arguments: [
        #"{ name: "t", rate: "1Gb/s", torus: [5, 3], latency: "1us" }"#,
        #"{ name: "t", rate: "1Gb/s", torus: { sides: [6, 2], wraps: false }, latency: "1us" }"#,
        #"{ name: "t", rate: "1Gb/s", holds: 8, mesh: 1, latency: "1us" }"#,
        """
        { name: "t", rate: "1Gb/s", holds: 6, latency: "1us",
          pairs: [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 0], [0, 3]] }
        """,
        """
        { name: "t", rate: "1Gb/s", latency: "1us",
          dragonfly: { groups: 9, routers: 4, endpoints: 2, global: 2 } }
        """,
        """
        { name: "t", rate: "1Gb/s", latency: "1us",
          dragonfly: { groups: 3, routers: 4, endpoints: 4, global: 2 } }
        """,
    ])
    func whatAllSendAlikeIsWhatTheFullestLinkCarries(_ tier: String) throws {
        let fabric = try Self.fabric(tier)
        let router = Router(fabric)
        var loads = [Double](repeating: 0, count: router.channels)
        let turns = 30
        var seed: UInt64 = 1
        for first in 0..<fabric.endpoints {
            for second in 0..<fabric.endpoints where first != second {
                for _ in 0..<turns {
                    var path: [Int] = []
                    _ = router.route(from: first, to: second, into: &path) { ways, _ in
                        // Knuth's, of 64 bits; its upper ones are good enough here.
                        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        return Int(seed >> 33) % ways
                    }
                    let share = 1 / Double((fabric.endpoints - 1) * turns)
                    for channel in path {
                        loads[channel] += share / router.channel(channel).rate.gigabits
                    }
                }
            }
        }
        let fullest = try #require(loads.max())
        let told = try #require(fabric.tiers[0].uniformRate).gigabits
        // The formulae count an endpoint among its own destinations, and a Dragonfly's average
        // over its routers' ports, which are not all alike.
        #expect(told < 1.25 / fullest && told > 0.7 / fullest, "\(told) against \(1 / fullest)")
    }

    @Test func uplinksSayTheOversubscription() throws {
        let fabric = try Self.fabric(
            """
            { name: "leaf", link: "ethernet-25", holds: 48, latency: "1us", switches: 1 },
            { name: "spine", holds: 20, latency: "1us", switches: 6, uplink: "ethernet-100",
              uplinks: 6 }
            """
        )
        #expect(fabric.tiers[1].oversubscription?.value.description == "2:1")
        #expect(gigabits(fabric.tiers[1].sustainedRate) == 12.5)
    }

    /// Racks of a catalogue entry, joined otherwise.
    @Test func filesAreLikeOthers() throws {
        let text = """
            {
              like: "gb200-nvl72", name: "mine",
              tiers: { rack: { latency: "1us", source: "me" } },
              around: [
                { name: "leaf", link: "ib-xdr", holds: 8, latency: "3us" },
                { name: "spine", holds: 4, latency: "4us" },
              ],
            }
            """
        let fabric = try Fabric(parsing: text, name: "f.json5")
        let base = try Catalogue.named("gb200-nvl72")
        #expect(fabric.endpoints == 72 * 8 * 4)
        #expect(fabric.summary == base.summary)
        #expect(fabric.tiers[0].rate == base.tiers[0].rate)
        #expect(fabric.tiers[0].latency == Figure(Picoseconds(1_000_000), source: "me"))
        #expect(fabric.tiers[0].holds == base.tiers[0].holds)
    }

    @Test(arguments: [
        (#"{ like: "gb200-nvl73", name: "x" }"#, "did you mean 'gb200-nvl72'?"),
        (#"{ like: "gb200-nvl72", name: "x", tiers: { row: {} } }"#, "there is no tier 'row'"),
        (#"{ like: "gb200-nvl72", name: "x", tiers: { rack: { sped: 1 } } }"#, "unknown key"),
        (#"{ like: "gb200-nvl72" }"#, "the key 'name' is missing"),
    ])
    func whatAFileIsLikeMustExist(_ text: String, _ message: String) {
        let error = #expect(throws: TextError.self) { try Fabric(parsing: text, name: "f.json5") }
        #expect(error?.description.contains(message) ?? false, "\(error as Any)")
    }

    @Test(arguments: [
        (#"{ name: "t", rate: "1Gb/s", torus: [1], latency: "1us" }"#, "expected at least 2"),
        (#"{ name: "t", rate: "1Gb/s", torus: [2], holds: 2, latency: "1us" }"#, "torus say it"),
        (#"{ name: "t", torus: [4], latency: "1us" }"#, "needs a 'link' or a 'rate'"),
        (#"{ name: "t", rate: "1Gb/s", torus: [65536, 65536, 2], latency: "1us" }"#, "more than"),
        (#"{ name: "t", rate: "1Gb/s", holds: 4, pairs: [[0, 1]], latency: "1us" }"#, "not all"),
        (#"{ name: "t", rate: "1Gb/s", holds: 4, pairs: [[0, 4]], latency: "1us" }"#, "0 to 3"),
        (#"{ name: "t", rate: "1Gb/s", holds: 99, mesh: 1, latency: "1us" }"#, "64 at most"),
        (
            """
            { name: "t", rate: "1Gb/s", latency: "1us",
              dragonfly: { groups: 9, routers: 2, endpoints: 2, global: 2 } }
            """, "can't lead to 8 others"
        ),
        (
            """
            { name: "a", rate: "1Gb/s", holds: 4, switches: 1, latency: "1us" },
            { name: "b", holds: 4, latency: "1us" }
            """, "in all its tiers or in none"
        ),
        (
            """
            { name: "a", rate: "1Gb/s", holds: 3, switches: 2, latency: "1us" },
            { name: "b", holds: 4, switches: 1, latency: "1us" }
            """, "no whole number"
        ),
        (
            #"{ name: "a", rate: "1Gb/s", holds: 4, switches: 999999999999, latency: "1us" }"#,
            "at most 16777216 switches"
        ),
        (
            """
            { name: "a", rate: "1Gb/s", holds: 4, switches: 4, latency: "1us" },
            { name: "b", holds: 4, switches: 4, uplinks: 99999999999, latency: "1us" }
            """, "at most 16777216"
        ),
        (
            #"{ name: "a", link: "ib-ndr", perEndpoint: 20000000, holds: 4, latency: "1us" }"#,
            "more than 16777216 cables"
        ),
        (
            """
            { name: "a", rate: "1Gb/s", holds: 4, switch: "qm9701", latency: "1us" }
            """, "did you mean 'qm9700'?"
        ),
        (
            """
            { name: "a", rate: "1Gb/s", holds: 4, torus: [2], length: "3", latency: "1us" }
            """, "torus say it"
        ),
    ])
    func refusals(_ tiers: String, _ message: String) {
        let error = #expect(throws: TextError.self) { try Self.fabric(tiers) }
        #expect(error?.description.contains(message) ?? false, "\(error as Any)")
    }
}

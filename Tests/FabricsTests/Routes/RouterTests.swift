import Fabrics
import Testing
import Text
import Units

/// Routes lead where they should, over cables that there are.
@Suite struct RouterTests {
    static func fabric(_ tiers: String) throws -> Fabric {
        try Fabric(
            parsing: """
                { name: "x", summary: "x", family: "x", endpoint: "x", tiers: [\(tiers)] }
                """,
            name: "x"
        )
    }

    private static let node = """
        { name: "node", link: "nvlink4", perEndpoint: 18, holds: 8, latency: "1us", switches: 4 },
        """
    static let shapes = [
        "one switch": """
        { name: "a", link: "ib-ndr", holds: 6, latency: "1us" }
        """,
        "nothing said of switches": """
        { name: "a", link: "ib-ndr", holds: 3, latency: "1us" },
        { name: "b", holds: 4, latency: "1us", oversubscription: "3:1" }
        """,
        "leaf and spine": """
        { name: "leaf", link: "ib-ndr", holds: 8, latency: "1us", switches: 1 },
        { name: "spine", holds: 4, latency: "1us", switches: 4 }
        """,
        "three levels": """
        { name: "leaf", link: "ib-ndr", holds: 4, latency: "1us", switches: 1 },
        { name: "pod", holds: 4, latency: "1us", switches: 4 },
        { name: "core", holds: 3, latency: "1us", switches: 16 }
        """,
        "rails": node + """
            { name: "leaf", link: "ib-ndr", holds: 4, latency: "1us", switches: 8 },
            { name: "spine", holds: 2, latency: "1us", switches: 4, uplinks: 8 }
            """,
        "rails that share few spines": node + """
            { name: "leaf", link: "ib-ndr", holds: 4, latency: "1us", switches: 8 },
            { name: "spine", holds: 3, latency: "1us", switches: 12, uplinks: 9 }
            """,
        "planes": """
        { name: "leaf", link: "ib-ndr", perEndpoint: 2, holds: 8, latency: "1us", switches: 2 },
        { name: "spine", holds: 3, latency: "1us", switches: 16 }
        """,
        "rails with two planes": node + """
            { name: "leaf", link: "ib-ndr", perEndpoint: 2, holds: 4, latency: "1us",
              switches: 16 },
            { name: "spine", holds: 3, latency: "1us", switches: 8, uplinks: 4 }
            """,
        "a torus": """
        { name: "t", link: "ib-ndr", torus: [4, 3, 2], latency: "1us" }
        """,
        "a mesh": """
        { name: "t", link: "ib-ndr", torus: { sides: [5, 3], wraps: false }, latency: "1us" }
        """,
        "a cube": """
        { name: "t", link: "nvlink1", holds: 8, latency: "1us",
          pairs: [[0, 1], [1, 2], [2, 3], [3, 0], [4, 5], [5, 6], [6, 7], [7, 4],
                  [0, 4, 2], [1, 5], [2, 6], [3, 7]] },
        { name: "leaf", link: "ib-ndr", holds: 2, latency: "1us" }
        """,
        "all to all": """
        { name: "t", link: "nvlink1", holds: 8, latency: "1us", mesh: 1 }
        """,
        "a Dragonfly": """
        { name: "d", link: "ib-hdr", perEndpoint: 2, latency: "1us",
          dragonfly: { groups: 9, routers: 4, endpoints: 2, global: 2 } }
        """,
        "a Dragonfly with cables to spare": node + """
            { name: "d", link: "ib-hdr", latency: "1us",
              dragonfly: { groups: 4, routers: 4, endpoints: 4, global: 3 } }
            """,
    ]

    @Test(arguments: shapes.keys.sorted())
    func everyPairIsJoined(_ name: String) throws {
        let fabric = try Self.fabric(try #require(Self.shapes[name]))
        let router = Router(fabric)
        var used = Set<Int>()
        for first in 0..<fabric.endpoints {
            for second in 0..<fabric.endpoints {
                for turn in 0..<7 {
                    var path: [Int] = []
                    var choices = 0
                    var begun: [Int] = []
                    let isThere = router.route(from: first, to: second, into: &path) {
                        ways,
                        channel in
                        #expect(ways > 0)
                        choices += 1
                        let way = (turn * 5 + choices * 3) % ways
                        begun.append(channel(way))
                        #expect(Set((0..<ways).map(channel)).count == ways)
                        return way
                    }
                    #expect(isThere)
                    // A way that was picked begins as was said.
                    #expect(Set(begun).isSubset(of: path))
                    var here = Vertex.endpoint(first)
                    for number in path {
                        let channel = router.channel(number)
                        #expect(channel.from == here, "\(first) to \(second): \(path)")
                        #expect(channel.rate.bits > 0)
                        here = channel.to
                        used.insert(number)
                    }
                    #expect(here == .endpoint(second), "\(first) to \(second): \(path)")
                    #expect(Set(path).count == path.count)
                }
            }
        }
        // What no way leads over need not be there: a router has no cable to itself, nor does a
        // pair that is not joined, and some of many cables are not drawn in so few turns.
        #expect(used.count <= router.channels)
        #expect(used.max().map { $0 < router.channels } ?? false)
    }

    /// Both directions of a cable are two channels of one pair.
    @Test(arguments: shapes.keys.sorted())
    func cablesHaveTwoDirections(_ name: String) throws {
        let router = Router(try Self.fabric(try #require(Self.shapes[name])))
        var pairs: [[Vertex]: Int] = [:]
        for number in 0..<router.channels {
            let channel = router.channel(number)
            if channel.from != channel.to { pairs[[channel.from, channel.to], default: 0] += 1 }
        }
        for (pair, count) in pairs {
            #expect(pairs[[pair[1], pair[0]]] == count, "\(pair)")
        }
    }

    /// A rail of its own for each place in the node, and no spine that joins them.
    @Test func separateRailsAreNotJoined() throws {
        let fabric = try Self.fabric(
            Self.node + """
                { name: "leaf", link: "ib-ndr", holds: 4, latency: "1us", switches: 8 },
                { name: "spine", holds: 2, latency: "1us", switches: 32 }
                """
        )
        let router = Router(fabric)
        var path = [7]
        #expect(router.route(from: 3, to: 8 * 5 + 3, into: &path) { ways, _ in ways - 1 })
        #expect(path.count == 5)
        #expect(!router.route(from: 3, to: 8 * 5 + 4, into: &path) { _, _ in 0 })
        #expect(path.count == 5)
        #expect(router.route(from: 3, to: 3, into: &path) { _, _ in 0 })
        #expect(path.count == 5)
    }

    @Test func pathsAreShortest() throws {
        let three = Router(try Self.fabric(try #require(Self.shapes["three levels"])))
        let lengths = [(0, 1, 2), (0, 4, 4), (0, 15, 4), (0, 16, 6), (47, 0, 6)]
        for (first, second, hops) in lengths {
            var path: [Int] = []
            #expect(three.route(from: first, to: second, into: &path) { _, _ in 0 })
            #expect(path.count == hops, "\(first) to \(second)")
        }
        let torus = Router(try Self.fabric(try #require(Self.shapes["a torus"])))
        for second in 0..<24 {
            var path: [Int] = []
            #expect(torus.route(from: 0, to: second, into: &path) { _, _ in 0 })
            let (x, y, z) = (second % 4, second / 4 % 3, second / 12)
            #expect(path.count == min(x, 4 - x) + min(y, 3 - y) + z)
        }
        let dragonfly = Router(try Self.fabric(try #require(Self.shapes["a Dragonfly"])))
        for second in 1..<72 {
            var path: [Int] = []
            #expect(dragonfly.route(from: 0, to: second, into: &path) { _, _ in 0 })
            #expect(path.count <= 5)
        }
    }
}

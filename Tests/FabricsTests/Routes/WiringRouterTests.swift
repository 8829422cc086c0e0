import Fabrics
import Testing
import Units

/// Routes on networks that are given link by link.
@Suite struct WiringRouterTests {
    static func wiring(_ text: String) throws -> Wiring {
        try Wiring.reading("{ name: 'n', \(text) }", name: "n")
    }

    /// A route as its words, always by the last of several ways.
    private func words<Network: Routes>(
        _ network: inout Network,
        _ first: Int,
        _ second: Int
    ) -> [String]? {
        var path: [Int] = []
        guard network.route(from: first, to: second, into: &path, choose: { ways, _ in ways - 1 })
        else {
            #expect(path.isEmpty)
            return nil
        }
        return path.map { network.words(for: $0) }
    }

    /// What a way costs: devices on it that don't forward, then hops.
    struct Cost: Comparable {
        var passed: Int
        var hops: Int

        static func < (left: Cost, right: Cost) -> Bool {
            (left.passed, left.hops) < (right.passed, right.hops)
        }
    }

    /// The least costs of all devices to one, by going over all links until nothing changes.
    private func costs(_ wiring: Wiring, to goal: Int) -> [Cost?] {
        var costs = [Cost?](repeating: nil, count: wiring.devices.count)
        costs[goal] = Cost(passed: 0, hops: 0)
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for link in wiring.links {
                for (here, there) in [(link.from, link.to), (link.to, link.from)] {
                    guard var cost = costs[Int(there)] else { continue }
                    let isGate = there != goal && !wiring.devices[Int(there)].kind.forwards
                    cost.hops += 1
                    cost.passed += isGate ? 1 : 0
                    if let known = costs[Int(here)], known <= cost { continue }
                    costs[Int(here)] = cost
                    hasChanged = true
                }
            }
        }
        return costs
    }

    /// All pairs are joined where there is a way, by one that costs least, over links that follow
    /// on each other.
    private func check(_ wiring: Wiring, _ compare: (Int, Int, [Int]) -> Void = { _, _, _ in })
        throws
    {
        var router = try WiringRouter(wiring)
        let devices = (0..<router.endpoints).compactMap { number in
            wiring.devices.firstIndex { $0.name == router.name(of: number) }
        }
        try #require(devices.count == router.endpoints)
        for second in 0..<router.endpoints {
            let costs = costs(wiring, to: devices[second])
            for first in 0..<router.endpoints {
                for turn in 0..<3 {
                    var path: [Int] = []
                    var choices = 0
                    var begun: [Int] = []
                    let isThere = router.route(from: first, to: second, into: &path) {
                        ways,
                        channel in
                        choices += 1
                        let way = (turn * 5 + choices * 3) % ways
                        begun.append(channel(way))
                        return way
                    }
                    #expect(Set(begun).isSubset(of: path))
                    #expect(isThere == (costs[devices[first]] != nil))
                    guard isThere else { continue }
                    var here = devices[first]
                    var passed = 0
                    for (step, channel) in path.enumerated() {
                        let ends = router.ends(of: channel)
                        #expect(ends.from == here && channel < router.channels)
                        if step > 0 && !wiring.devices[here].kind.forwards { passed += 1 }
                        here = ends.to
                    }
                    #expect(here == devices[second])
                    #expect(costs[devices[first]] == Cost(passed: passed, hops: path.count))
                    compare(first, second, path)
                }
            }
        }
    }

    /// Shapes in which the graph has ways that the structure's own routes don't take: over the
    /// network beside a cube of links, or over two cables between groups and none inside.
    private static let haveShorterWays: Set = [
        "a cube", "a Dragonfly", "a Dragonfly with cables to spare",
    ]

    @Test(arguments: RouterTests.shapes.keys.sorted())
    func waysAreAsLongAsTheFabrics(_ name: String) throws {
        let fabric = try RouterTests.fabric(try #require(RouterTests.shapes[name]))
        let structure = Router(fabric)
        var shorter = 0
        try check(try Wiring(expanding: fabric)) { first, second, path in
            var other: [Int] = []
            #expect(structure.route(from: first, to: second, into: &other) { _, _ in 0 })
            #expect(path.count <= other.count, "\(first) to \(second)")
            if path.count < other.count { shorter += 1 }
        }
        #expect((shorter > 0) == Self.haveShorterWays.contains(name))
    }

    @Test(arguments: WiringSamples.all.indices)
    func samples(_ place: Int) throws {
        let (format, text) = WiringSamples.all[place]
        try check(try Wiring.reading(text, name: format.rawValue))
    }

    @Test func infiniBand() throws {
        let wiring = try Wiring.reading(WiringSamples.ibnetdiscover, name: "n")
        var router = try WiringRouter(wiring)
        #expect(router.kind == .nic && router.endpoints == 2 && router.channels == 8)
        let first = try #require(router.endpoint(named: "node1 mlx5_0"))
        let second = try #require(router.endpoint(named: "node2 mlx5_0"))
        let way = try #require(words(&router, first, second))
        #expect(way.map { $0.hasPrefix("MF0;leaf1") } == [false, true])
        #expect(way.map { $0.hasSuffix("port 1") } == [true, true])
        #expect(router.endpoint(named: "leaf1") == nil)
    }

    @Test func insideAComputer() throws {
        // NVLink is taken though PCIe's way is as short; without it the PCIe switch is.
        let devices = """
            devices: [
              { name: "gpu", count: 3, kind: "gpu" }, { name: "nv", kind: "nvswitch" },
              { name: "plx", kind: "pcie" },
            ], links: [{ from: "gpu", to: "plx", medium: "pcie", rate: "63GB/s" },
            """
        var both = try WiringRouter(
            try Self.wiring(
                devices + """
                      { from: "gpu0", to: "nv", count: 18, medium: "nvlink" },
                      { from: "gpu1", to: "nv", count: 18, medium: "nvlink" } ],
                    """
            )
        )
        #expect(both.kind == .gpu)
        #expect(words(&both, 0, 1) == ["gpu0 → nv (18 of 18)", "nv → gpu1 (18 of 18)"])
        #expect(words(&both, 0, 2) == ["gpu0 → plx", "plx → gpu2"])
        // A GPU doesn't pass on what PCIe can carry, but does where nothing else can.
        let ring = """
              { from: "gpu0", to: "gpu1", medium: "xgmi" },
              { from: "gpu1", to: "gpu2", medium: "xgmi" } ],
            """
        var chain = try WiringRouter(try Self.wiring(devices + ring))
        #expect(words(&chain, 0, 1) == ["gpu0 → gpu1"])
        #expect(words(&chain, 0, 2) == ["gpu0 → plx", "plx → gpu2"])
        var bare = try WiringRouter(
            try Self.wiring("devices: [{ name: 'gpu', count: 3, kind: 'gpu' }], links: [" + ring)
        )
        #expect(words(&bare, 2, 0) == ["gpu2 → gpu1", "gpu1 → gpu0"])
    }

    /// Between computers ways go through adapters, by the nearest ones; inside one they don't.
    @Test func betweenComputers() throws {
        var router = try WiringRouter(
            try Self.wiring(
                """
                devices: [
                  { name: "a", count: 2, kind: "gpu" }, { name: "ap", count: 2, kind: "pcie" },
                  { name: "an", count: 2, kind: "nic" }, { name: "ac", kind: "cpu" },
                  { name: "b", kind: "gpu" }, { name: "bn", kind: "nic" },
                  { name: "sw", kind: "switch" },
                ], links: [
                  { from: "a0", to: "ap0", medium: "pcie" },
                  { from: "a1", to: "ap1", medium: "pcie" },
                  { from: "an0", to: "ap0", medium: "pcie" },
                  { from: "an1", to: "ap1", medium: "pcie" },
                  { from: "ac", to: "ap", medium: "pcie" },
                  { from: "b", to: "bn", medium: "pcie" },
                  { from: "an", to: "sw", medium: "infiniband" },
                  { from: "sw", to: "bn", medium: "infiniband" },
                ]
                """
            )
        )
        #expect(words(&router, 0, 1) == ["a0 → ap0", "ap0 → ac", "ac → ap1", "ap1 → a1"])
        #expect(
            words(&router, 1, 2)
                == ["a1 → ap1", "ap1 → an1", "an1 → sw", "sw → bn", "bn → b"]
        )
    }

    /// Each cable of a link, and each of equally near switches, can be chosen.
    @Test func cablesAreChosenBetween() throws {
        var router = try WiringRouter(
            try Self.wiring(
                """
                devices: [{ name: "h", count: 3, kind: "host" },
                  { name: "leaf", count: 2, kind: "switch" },
                  { name: "spine", count: 2, kind: "switch" }],
                links: [{ from: "h0", to: "leaf0", medium: "ethernet", rate: "100Gb/s" },
                  { from: "leaf1", to: "h1", rate: "100Gb/s", rateBack: "25Gb/s" },
                  { from: "leaf0", to: "spine0", count: 3 },
                  { from: "leaf0", to: "spine1", count: 2, rate: "10Gb/s" },
                  { from: "spine", to: "leaf1" }]
                """
            )
        )
        #expect(router.kind == .host && router.endpoints == 3 && router.channels == 18)
        var taken = Set<[String]>()
        for choice in 0..<5 {
            var path: [Int] = []
            var asked: [Int] = []
            #expect(
                router.route(from: 0, to: 1, into: &path) { ways, _ in
                    asked.append(ways)
                    return choice
                }
            )
            #expect(asked == [5] && path.count == 4)
            taken.insert(path.map { router.words(for: $0) })
            #expect(router.rate(of: path[3]).bits == 100_000_000_000)
            #expect(router.rate(of: path[3] ^ 1).bits == 25_000_000_000)
            #expect(router.rate(of: path[1]).bits == (choice < 3 ? 0 : 10_000_000_000))
        }
        #expect(taken.count == 5)
        #expect(taken.contains { $0[1] == "leaf0 → spine0 (2 of 3)" })
        // Directions of a cable are neighbours.
        for channel in 0..<router.channels {
            let (ends, back) = (router.ends(of: channel), router.ends(of: channel ^ 1))
            #expect(ends.from == back.to && ends.to == back.from)
        }
        // A host without a link is an endpoint all the same, which nothing reaches.
        #expect(words(&router, 0, 2) == nil && words(&router, 2, 1) == nil)
        #expect(words(&router, 2, 2) == [])
    }

    @Test func refusals() throws {
        let alone = try Self.wiring("devices: [{ name: 'gpu', count: 2, kind: 'gpu' }]")
        #expect(throws: WiringError.self) { try WiringRouter(alone) }
        let many = try Self.wiring(
            """
            devices: [{ name: "h", count: 2, kind: "host" }],
            links: [{ from: "h", to: "h", count: 2147483647 }]
            """
        )
        #expect(throws: WiringError.self) { try WiringRouter(many) }
    }

    @Test func channelsOfFabricsHaveWords() throws {
        var rails = Router(try RouterTests.fabric(try #require(RouterTests.shapes["rails"])))
        #expect(words(&rails, 3, 11) == ["endpoint 3 → leaf 0.3", "leaf 0.3 → endpoint 11"])
        var tree = Router(try RouterTests.fabric(try #require(RouterTests.shapes["three levels"])))
        #expect(words(&tree, 5, 6) == ["endpoint 5 → leaf 1", "leaf 1 → endpoint 6"])
        #expect(words(&tree, 5, 0)?[1] == "leaf 1 → pod 0.3")
        #expect(tree.endpoints == 48 && tree.rate(of: 0) == tree.channel(0).rate)
    }

    /// 65,536 endpoints, three levels, 1,000 destinations.
    @Test func manyEndpoints() throws {
        let fabric = try RouterTests.fabric(
            """
            { name: "leaf", link: "ib-ndr", holds: 32, latency: "1us", switches: 1 },
            { name: "pod", holds: 32, latency: "1us", switches: 32 },
            { name: "core", holds: 64, latency: "1us", switches: 1024 }
            """
        )
        let structure = Router(fabric)
        var router = try WiringRouter(try Wiring(expanding: fabric))
        #expect(router.endpoints == 65_536 && router.channels == structure.channels)
        for turn in 0..<1000 {
            let second = turn * 7919 % 65_536
            for first in [second ^ 1, second ^ 40, (second + turn * turn + 2048) % 65_536] {
                var path: [Int] = []
                var other: [Int] = []
                #expect(
                    router.route(from: first, to: second, into: &path) { ways, _ in turn % ways }
                )
                #expect(
                    structure.route(from: first, to: second, into: &other) { ways, _ in turn % ways
                    }
                )
                #expect(path.count == other.count, "\(first) to \(second)")
            }
        }
    }
}

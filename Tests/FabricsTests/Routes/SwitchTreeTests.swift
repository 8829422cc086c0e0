import Fabrics
import Testing
import Text

/// Trees of switches lie on cables that there are, and meet wherever anything meets.
@Suite struct SwitchTreeTests {
    static func fabric(_ tiers: String) throws -> Fabric {
        try Fabric(
            parsing: """
                { name: "x", summary: "x", family: "x", endpoint: "x", tiers: [\(tiers)] }
                """,
            name: "x"
        )
    }

    private static let node = """
        { name: "node", link: "nvlink4", perEndpoint: 18, holds: 8, latency: "1us", switches: 4,
          switch: "nvswitch3", reduces: true },
        """
    private static let shapes = [
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
        "rails of three levels": node + """
            { name: "leaf", link: "ib-ndr", holds: 4, latency: "1us", switches: 8 },
            { name: "spine", holds: 2, latency: "1us", switches: 4 },
            { name: "core", holds: 2, latency: "1us", switches: 16, uplinks: 4 }
            """,
        "rails that share few spines": node + """
            { name: "leaf", link: "ib-ndr", holds: 4, latency: "1us", switches: 8 },
            { name: "spine", holds: 3, latency: "1us", switches: 12, uplinks: 9 }
            """,
        "rails that share spines with some": node + """
            { name: "leaf", link: "ib-ndr", holds: 4, latency: "1us", switches: 8 },
            { name: "spine", holds: 3, latency: "1us", switches: 12, uplinks: 4 }
            """,
        "rails that share few spines below cores": node + """
            { name: "leaf", link: "ib-ndr", holds: 4, latency: "1us", switches: 8 },
            { name: "spine", holds: 3, latency: "1us", switches: 12, uplinks: 9 },
            { name: "core", holds: 2, latency: "1us", switches: 2, uplinks: 2 }
            """,
        "rails with spines of their own": node + """
            { name: "leaf", link: "ib-ndr", holds: 4, latency: "1us", switches: 8 },
            { name: "spine", holds: 2, latency: "1us", switches: 32 }
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
        "a torus in a tree": """
        { name: "t", rate: "45GB/s", torus: [2, 2], latency: "1us" },
        { name: "leaf", link: "ib-ndr", holds: 3, latency: "1us", switches: 4 },
        { name: "spine", holds: 2, latency: "1us", switches: 2, uplinks: 2 }
        """,
    ]

    /// What can be told of any tree, by the channels' own ends.
    private func check(_ tree: SwitchTree, in router: Router, _ comment: Comment) {
        let places = tree.switches.indices
        #expect(Set(tree.switches).count == tree.switches.count, comment)
        #expect(tree.parents.count == tree.switches.count - 1, comment)
        #expect(tree.channels.count == tree.parents.count, comment)
        #expect(tree.levels.flatMap(\.self) == Array(places), comment)
        #expect(tree.levels.last?.count == 1, comment)
        var children = [Int](repeating: 0, count: tree.switches.count)
        var isRight = tree.memberParents.count == tree.members.count
        for (place, member) in tree.members.enumerated() {
            let channel = router.channel(tree.memberChannels[place])
            isRight = isRight && channel.from == .endpoint(member)
            isRight = isRight && channel.to == tree.switches[tree.memberParents[place]]
            isRight = isRight && tree.levels[0].contains(tree.memberParents[place])
            children[tree.memberParents[place]] += 1
        }
        for (depth, level) in tree.levels.dropLast().enumerated() {
            for place in level {
                let channel = router.channel(tree.channels[place])
                isRight = isRight && channel.from == tree.switches[place]
                isRight = isRight && channel.to == tree.switches[tree.parents[place]]
                isRight = isRight && tree.levels[depth + 1].contains(tree.parents[place])
                children[tree.parents[place]] += 1
            }
        }
        #expect(isRight, comment)
        #expect(children == tree.children && !children.contains(0), comment)
        #expect(Set(tree.memberChannels + tree.channels).count == children.reduce(0, +), comment)
        #expect(tree.radixes.max() == tree.radix && tree.radix == children.max(), comment)
        for (vertex, children) in zip(tree.switches, tree.children) {
            guard case .switch(let tier, _, _) = vertex,
                case .switched(let switching) = router.fabric.tiers[tier].structure,
                let device = switching.device
            else { continue }
            let isRoot = vertex == tree.switches.last
            #expect(children + (isRoot ? 0 : 1) <= device.ports.value, comment)
        }
    }

    /// Where members meet, by following every cable up: the innermost tier, and its switches.
    private func meeting(_ members: [Int], in router: Router) -> Set<Vertex> {
        var above: [Vertex: Set<Vertex>] = [:]
        for number in 0..<router.channels {
            let channel = router.channel(number)
            guard case .switch(let tier, _, _) = channel.to, tier == channel.tier else { continue }
            if case .switch(let below, _, _) = channel.from, below >= tier { continue }
            above[channel.from, default: []].insert(channel.to)
        }
        var fewest: Set<Vertex> = []
        for tier in router.fabric.tiers.indices.reversed() {
            let network = router.fabric.tiers[tier].network
            let start = router.fabric.networks[network].tiers.lowerBound
            var common: Set<Vertex>?
            for member in members {
                var reached: Set<Vertex> = [.endpoint(member)]
                for step in start...tier {
                    let next = reached.flatMap { above[$0] ?? [] }.filter {
                        if case .switch(step, _, _) = $0 { true } else { false }
                    }
                    reached = Set(next)
                }
                common = common?.intersection(reached) ?? reached
            }
            if let common, !common.isEmpty { fewest = common }
        }
        return fewest
    }

    /// Some of the endpoints: within one group of a tier, on one rail, or anywhere.
    private func samples(of fabric: Fabric, _ draw: inout Draw) -> [[Int]] {
        var samples = [[0], Array(0..<min(fabric.endpoints, 4096))]
        let node = fabric.sizeBelow(min(1, fabric.tiers.count - 1))
        for tier in fabric.tiers.indices {
            let size = fabric.tiers[tier].groupSize
            let base = draw.below(fabric.endpoints / size) * size
            for count in [2, 5, 17] {
                let places = (0..<count).map { _ in draw.below(size) }
                samples.append(Set(places.map { base + $0 }).sorted())
                let rail = draw.below(node)
                samples.append(Set(places.map { base + $0 / node * node + rail % size }).sorted())
            }
        }
        return samples.filter { ($0.last ?? 0) < fabric.endpoints }
    }

    /// Every root that following all cables finds has a tree, and no other has.
    @Test(arguments: shapes.keys.sorted())
    func treesMeetWhereAnythingMeets(_ name: String) throws {
        let fabric = try Self.fabric(try #require(Self.shapes[name]))
        let router = Router(fabric)
        var draw = Draw(state: 3)
        for members in samples(of: fabric, &draw) {
            let comment: Comment = "\(name): \(members)"
            let goals = meeting(members, in: router)
            if goals.isEmpty {
                let error = #expect(throws: SwitchTreeError.self) {
                    try SwitchTree(over: members, in: router, reduces: false)
                }
                #expect(
                    [.apart(tier: "spine"), .notSwitched(tier: "t")].contains(error),
                    comment
                )
                continue
            }
            let first = try SwitchTree(over: members, in: router, reduces: false)
            var roots: Set<Vertex> = []
            var tops: Set<Int> = []
            for number in 0..<first.variants + 3 {
                let tree = try SwitchTree(over: members, number: number, in: router, reduces: false)
                check(tree, in: router, comment)
                #expect(tree.roots == first.roots && tree.variants >= tree.roots, comment)
                guard number < tree.roots else { continue }
                roots.insert(try #require(tree.switches.last))
                // What leads to the top is of this tree alone.
                let top = tree.depth == 1 ? tree.memberChannels : lastChannels(tree)
                #expect(tops.isDisjoint(with: top), comment)
                tops.formUnion(top)
            }
            #expect(roots == goals, comment)
        }
    }

    private func lastChannels(_ tree: SwitchTree) -> [Int] {
        tree.levels[tree.depth - 2].map { tree.channels[$0] }
    }

    @Test(arguments: Catalogue.all.map(\.name))
    func treesOfTheCatalogue(name: String) throws {
        let fabric = try Catalogue.named(name)
        let router = Router(fabric)
        var draw = Draw(state: 5)
        var found = 0
        for members in samples(of: fabric, &draw) {
            guard let first = try? SwitchTree(over: members, in: router, reduces: false) else {
                continue
            }
            found += 1
            for number in [0, 1, 2, first.roots - 1, first.roots, first.variants - 1] {
                let tree = try SwitchTree(over: members, number: number, in: router, reduces: false)
                check(tree, in: router, "\(name), tree \(number) of \(members.prefix(20))")
            }
        }
        let isSwitched = fabric.tiers.contains {
            if case .switched = $0.structure { true } else { false }
        }
        #expect((found > 0) == isSwitched)
    }

    @Test func threeLevels() throws {
        let router = Router(try Self.fabric(try #require(Self.shapes["three levels"])))
        let tree = try SwitchTree(
            over: Array(0..<48),
            number: 6,
            in: router,
            reduces: false
        )
        #expect(tree.levels == [0..<12, 12..<15, 15..<16])
        #expect(tree.radixes == [4, 4, 3])
        #expect(tree.roots == 16)
        // Four cores are above each switch of a pod.
        #expect(tree.switches[12] == .switch(tier: 1, group: 0, number: 1))
        #expect(tree.switches[15] == .switch(tier: 2, group: 0, number: 6))
    }

    @Test func aRailHasALeafAndRailsMeetAtTheSpine() throws {
        let router = Router(try Self.fabric(try #require(Self.shapes["rails"])))
        func tree(_ members: [Int]) throws -> SwitchTree {
            try SwitchTree(over: members, in: router, reduces: false)
        }
        // Rail 3 of the four nodes of a leaf, of all eight nodes, and all rails.
        let leaf = try tree((0..<4).map { $0 * 8 + 3 })
        #expect(leaf.switches == [.switch(tier: 1, group: 0, number: 3)])
        #expect(leaf.roots == 1)
        let rail = try tree((0..<8).map { $0 * 8 + 3 })
        #expect(rail.levels == [0..<2, 2..<3])
        #expect(rail.roots == 4 && rail.variants == 8)
        let all = try tree(Array(0..<64))
        #expect(all.levels == [0..<16, 16..<17])
        #expect(all.radixes == [4, 16])
        // Two rails under one leaf tier meet no sooner than at a spine.
        #expect(try tree([3, 12]).depth == 2)
    }

    /// Each spine has cables to three of four kinds of leaves, so two spines reach all of them.
    @Test func fewSwitchesAreTakenWhereNoneReachesAll() throws {
        let shape = Self.shapes["rails that share few spines below cores"]
        let router = Router(try Self.fabric(try #require(shape)))
        for number in 0..<24 {
            let tree = try SwitchTree(
                over: Array(0..<192),
                number: number,
                in: router,
                reduces: false
            )
            #expect(tree.levels.map(\.count) == [6 * 8, 2 * 2, 1])
        }
    }

    /// A GPU has four or five links to each of four chips: each chip is a plane.
    @Test func aPlaneOfNVLink() throws {
        let router = Router(try Catalogue.named("hgx-h100"))
        var used: Set<Int> = []
        for number in 0..<20 {
            let tree = try SwitchTree(over: Array(0..<8), number: number, in: router)
            #expect(tree.switches == [.switch(tier: 0, group: 0, number: number % 4)])
            #expect(tree.children == [8])
            #expect(tree.roots == 4 && tree.variants == 20)
            used.formUnion(tree.memberChannels)
        }
        // Every cable has its turn: 8 GPUs of 18 links.
        #expect(used.count == 8 * 18)
    }

    @Test func whatHasNoTreeIsRefused() throws {
        func error(_ name: String, _ members: [Int]) throws -> SwitchTreeError? {
            let router = Router(try Catalogue.named(name))
            return #expect(throws: SwitchTreeError.self) {
                try SwitchTree(over: members, in: router)
            }
        }
        #expect(try error("hgx-h100", []) == .noMembers)
        for members in [[3, 1], [1, 1], [-1, 2], [0, 8]] {
            #expect(try error("hgx-h100", members) == .notEndpoints(endpoints: 8))
        }
        #expect(try error("dgx-1-v100", [0, 5]) == .notSwitched(tier: "node"))
        #expect(try error("multi-plane", [0, 9]) == .apart(tier: "spine"))
        let error = try error("million-gpu", [0, 100])
        #expect(error == .doesNotReduce(tier: "leaf"))
        #expect(
            error?.description == "the switches of tier 'leaf' do not reduce; a fabric whose"
                + " switches do says 'reduces: true' there"
        )
    }

    /// A tree over a million endpoints has as many switches as lie on the way, each once.
    @Test func aMillionEndpoints() throws {
        let fabric = try Catalogue.named("million-gpu")
        let router = Router(fabric)
        let tree = try SwitchTree(
            over: Array(0..<fabric.endpoints),
            number: 1234,
            in: router,
            reduces: false
        )
        #expect(tree.memberParents.count == 1_032_192)
        // Nine leaves for 8 racks, one spine for 7 of these groups, one core a site, one between.
        #expect(tree.levels.map(\.count) == [1792 * 9, 256, 8, 1])
        #expect(tree.radixes == [64, 63, 32, 8])
        #expect(tree.children.reduce(0, +) == fabric.endpoints + tree.switches.count - 1)
        check(tree, in: router, "a million")
    }
}

/// Draws the same numbers each time.
private struct Draw: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 32) | (state << 32)
    }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
}

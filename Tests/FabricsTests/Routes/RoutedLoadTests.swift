import Fabrics
import Testing

/// What flows put on channels.
@Suite struct RoutedLoadTests {
    private static let tree = """
        { name: "x", summary: "x", family: "x", endpoint: "x", tiers: [
          { name: "leaf", link: "ib-ndr", holds: 4, latency: "1us", switches: 1 },
          { name: "pod", holds: 4, latency: "1us", switches: 4 },
          { name: "core", holds: 4, latency: "1us", switches: 16 } ] }
        """

    /// What everybody sends to everybody, a byte each.
    private func all(_ routes: some Routes, _ routing: Routing) -> RoutedLoad {
        var routes = routes
        var load = RoutedLoad(routing)
        for second in 0..<routes.endpoints {
            for first in 0..<routes.endpoints where first != second {
                #expect(load.add(bytes: 1, from: first, to: second, over: &routes))
            }
        }
        return load
    }

    /// What cables to the core carry, the most first.
    private func core(_ load: RoutedLoad, _ routes: some Routes) -> [Int] {
        load.carried.channels.filter { routes.words(for: $0).contains("core") }
            .map { load.carried[$0] }.sorted(by: >)
    }

    /// The formula for a regular tree loads cables as the tables do that OpenSM would compute.
    @Test func minimalHopsAreThoseOfTables() throws {
        let fabric = try Fabric(parsing: Self.tree, name: "x")
        let router = Router(fabric)
        let tables = try MinimalHopTables(Wiring(expanding: fabric))
        let formula = core(all(router, .minhop), router)
        #expect(formula == core(all(tables, .minhop), tables))
        // Of the 4 ways up of each switch of a pod one is used.
        #expect(formula.count == 2 * 16)
        let even = core(all(router, .ftree), router)
        #expect(even.count == 2 * 64 && even.first == even.last)
    }

    @Test func bytesAreKeptAndCleared() throws {
        let fabric = try Fabric(parsing: Self.tree, name: "x")
        var router = Router(fabric)
        for routing in Routing.allCases {
            var load = RoutedLoad(routing)
            // Parts of a flow need not be equal.
            #expect(load.add(bytes: 1_000_003, from: 1, to: 62, over: &router))
            let words = load.carried.channels.map { router.words(for: $0) }
            for (place, word) in words.enumerated() where word.contains("endpoint") {
                #expect(load.carried[load.carried.channels[place]] == 1_000_003)
            }
            #expect(words.count { $0.contains("endpoint") } == 2)
            let used = load.carried.channels
            load.clear()
            #expect(load.carried.channels.isEmpty && used.allSatisfy { load.carried[$0] == 0 })
        }
    }

    /// A table of what is used is what a dictionary is, whatever is added and taken off.
    @Test func tablesHoldWhatIsAdded() {
        var table = ChannelBytes()
        var state: UInt64 = 1
        for turn in 0..<20 {
            var known: [Int: Int] = [:]
            for _ in 0..<(turn * 100) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let channel = turn.isMultiple(of: 2) ? Int(state >> 54) : Int(state >> 2)
                table.add(turn, to: channel)
                known[channel, default: 0] += turn
            }
            #expect(Set(table.channels) == Set(known.keys))
            #expect(table.channels.count == known.count)
            #expect(known.allSatisfy { table[$0.key] == $0.value })
            #expect(table[-1 + (1 << 62)] == 0)
            table.removeAll()
            #expect(table.channels.isEmpty && known.keys.allSatisfy { table[$0] == 0 })
        }
    }

    /// Flows of a pair have ways of their own, and the same ones each time.
    @Test func flowsAreToldApart() throws {
        var router = Router(try Fabric(parsing: Self.tree, name: "x"))
        var paths: Set<[Int]> = []
        for flow in 0..<64 {
            var load = RoutedLoad(.ecmp)
            for _ in 0..<2 {
                #expect(load.add(bytes: 1, from: 0, to: 63, flow: flow, over: &router))
            }
            #expect(load.carried.channels.count == 6)
            paths.insert(load.carried.channels)
        }
        // Of 16 ways that are equally short.
        #expect(router.ways(from: 0, to: 63, upTo: 100) == 16)
        #expect((8...16).contains(paths.count))
        #expect(router.ways(from: 0, to: 1, upTo: 100) == 1)
        #expect(router.ways(from: 0, to: 63, upTo: 3) == 3)
    }
}

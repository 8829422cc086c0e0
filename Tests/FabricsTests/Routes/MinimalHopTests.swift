import Fabrics
import Testing
import Units

/// Tables as an InfiniBand network's manager fills them.
@Suite struct MinimalHopTests {
    /// By channel, the endpoints that it is the way to; all ways are walked.
    private func destinations(
        _ tables: MinimalHopTables,
        _ check: (Int, Int, [Int]) throws -> Void
    ) throws -> [Int: Set<Int>] {
        var used: [Int: Set<Int>] = [:]
        for second in 0..<tables.endpoints {
            for first in 0..<tables.endpoints where first != second {
                var path: [Int] = []
                try #require(tables.route(from: first, to: second, into: &path))
                var devices = [tables.ends(of: path[0]).from]
                for channel in path {
                    #expect(tables.ends(of: channel).from == devices[devices.count - 1])
                    devices.append(tables.ends(of: channel).to)
                    used[channel, default: []].insert(second)
                }
                #expect(Set(devices).count == devices.count, "a loop")
                try check(first, second, path)
            }
        }
        return used
    }

    private func port(_ channel: Int, _ tables: MinimalHopTables, _ wiring: Wiring)
        -> (name: String, port: Int32?)
    {
        let ends = tables.ends(of: channel)
        var cables = 0
        for link in wiring.links {
            cables += Int(link.count)
            if channel / 2 < cables {
                let isForth = Int(link.from) == ends.from
                return (wiring.devices[ends.from].name, isForth ? link.fromPort : link.toPort)
            }
        }
        return ("", nil)
    }

    @Test func tablesAreThoseOfOpenSM() throws {
        let wiring = try Wiring.reading(OpenSMSample.network, name: "n")
        let tables = try MinimalHopTables(wiring)
        #expect(tables.endpoints == 13)
        var compared = Set<String>()
        _ = try destinations(tables) { _, second, path in
            let node = try #require(Int(tables.name(of: second).dropFirst(4)))
            for channel in path.dropFirst() {
                let (name, port) = port(channel, tables, wiring)
                #expect(port == OpenSMSample.ports[name]?[node], "\(name) to node\(node)")
                compared.insert("\(name) \(node)")
            }
        }
        // Of 8 x 13 entries those that a way between adapters uses.
        #expect(compared.count == 92)
    }

    /// Every port of a switch that leads up gets as many destinations as the others.
    @Test(arguments: [(8, 4, 4), (5, 7, 3), (3, 2, 6)])
    func destinationsAreSpread(_ holds: Int, _ leaves: Int, _ spines: Int) throws {
        let fabric = try RouterTests.fabric(
            """
            { name: "leaf", link: "ib-ndr", holds: \(holds), latency: "1us", switches: 1 },
            { name: "spine", holds: \(leaves), latency: "1us", switches: \(spines),
              uplinks: \(spines) }
            """
        )
        let wiring = try Wiring(expanding: fabric)
        let tables = try MinimalHopTables(wiring)
        let structure = Router(fabric)
        #expect(tables.endpoints == fabric.endpoints && tables.channels == structure.channels)
        let used = try destinations(tables) { first, second, path in
            var other: [Int] = []
            #expect(structure.route(from: first, to: second, into: &other) { _, _ in 0 })
            #expect(path.count == other.count)
        }
        var ups: [Int: [Int]] = [:]
        for channel in 0..<tables.channels {
            let ends = tables.ends(of: channel)
            guard wiring.devices[ends.from].name.hasPrefix("leaf"),
                wiring.devices[ends.to].name.hasPrefix("spine")
            else { continue }
            ups[ends.from, default: []].append(used[channel]?.count ?? 0)
        }
        #expect(ups.count == leaves)
        for counts in ups.values {
            let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
            #expect(counts.count == spines && most - least <= 1, "\(counts)")
            #expect(counts.reduce(0, +) == holds * (leaves - 1))
        }
    }

    /// Networks that are no trees, and endpoints with several ports.
    @Test(arguments: ["three levels", "a Dragonfly", "planes", "nothing said of switches"])
    func allPairsArrive(_ name: String) throws {
        let fabric = try RouterTests.fabric(try #require(RouterTests.shapes[name]))
        let wiring = try Wiring(expanding: fabric)
        let tables = try MinimalHopTables(wiring)
        var router = try WiringRouter(wiring)
        #expect(tables.channels == router.channels)
        _ = try destinations(tables) { first, second, path in
            var shortest: [Int] = []
            #expect(router.route(from: first, to: second, into: &shortest) { _, _ in 0 })
            #expect(path.count == shortest.count, "\(first) to \(second)")
        }
    }

    /// With two planes that don't meet, both ends take the same; `choose` says which.
    @Test func planesAreChosenBetween() throws {
        let tables = try MinimalHopTables(
            try WiringRouterTests.wiring(
                """
                devices: [{ name: "h", count: 3, kind: "nic" }, { name: "lost", kind: "nic" },
                  { name: "sw", count: 3, kind: "switch" }],
                links: [{ from: "h", to: "sw0" }, { from: "h", to: "sw1" },
                  { from: "lost", to: "sw2" }]
                """
            )
        )
        var taken = Set<[String]>()
        for choice in 0..<2 {
            var path: [Int] = [99]
            var asked: [Int] = []
            #expect(
                tables.route(from: 0, to: 2, into: &path) { ways, _ in
                    asked.append(ways)
                    return choice
                }
            )
            #expect(asked == [2] && path[0] == 99)
            taken.insert(path.dropFirst().map { tables.words(for: $0) })
        }
        #expect(taken == [["h0 → sw0", "sw0 → h2"], ["h0 → sw1", "sw1 → h2"]])
        var path: [Int] = []
        let lost = try #require(tables.endpoint(named: "lost"))
        #expect(!tables.route(from: 0, to: lost, into: &path) && path.isEmpty)
        #expect(!tables.route(from: lost, to: 0, into: &path) && path.isEmpty)
        #expect(tables.route(from: lost, to: lost, into: &path) && path.isEmpty)
    }

    @Test(arguments: [
        ("{ name: 'h', count: 2, kind: 'host' }", "h", "no adapter, host or GPU"),
        (
            "{name: 'h', count: 20000, kind: 'host'}, {name: 's', count: 20000, kind: 'switch'}",
            "s0", "at most 268435456 entries"
        ),
        (
            "{ name: 'h', count: 66000, kind: 'host' }, { name: 's', count: 2, kind: 'switch' }",
            "s0", "66000 ports"
        ),
    ])
    func refusals(_ devices: String, _ to: String, _ reason: String) throws {
        let wiring = try WiringRouterTests.wiring(
            "devices: [\(devices)], links: [{ from: 'h', to: '\(to)' }]"
        )
        do throws(WiringError) {
            _ = try MinimalHopTables(wiring)
            Issue.record("accepted")
        } catch {
            #expect(error.description.contains(reason), "\(error)")
        }
    }
}

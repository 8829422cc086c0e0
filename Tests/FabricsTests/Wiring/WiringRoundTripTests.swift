import Fabrics
import TestSupport
import Testing
import Text
import Units

/// What is written reads back to the same.
@Suite struct WiringRoundTripTests {
    /// A wiring with anything in it that one can have.
    private func anyWiring(_ random: inout SeededRandom) -> Wiring {
        var builder = WiringBuilder(name: "w \"\(random.below(9))\"")
        let stems = ["gpu", "gpu0", "a b", "é", "\\\"", "", "leaf-", "0"]
        func maybe<Value>(_ value: Value) -> Value? { random.below(4) == 0 ? value : nil }
        for _ in 0..<random.below(4) {
            var device = Wiring.Device(.gpu, "")
            device.kind = Wiring.Device.Kind.allCases[random.below(8)]
            device.model = maybe("model \(random.below(3))")
            device.host = maybe("host")
            device.bus = maybe("0000:18:00.0")
            device.numa = maybe(random.below(4))
            device.guid = maybe(random.next())
            device.lid = maybe(random.below(65_536))
            device.networkRate = maybe(BitsPerSecond(1 + random.below(1 << 60)))
            let stem = stems[random.below(stems.count)]
            // Runs of numbers, from 0 or not, and single ones.
            let first = random.below(3) == 0 ? 1 : 0
            for number in 0...random.below(12) {
                device.name = random.below(9) == 0 ? stem : "\(stem)\(first + number)"
                if random.below(9) == 0 { device.numa = random.below(3) }
                _ = builder.add(device)
            }
        }
        let count = builder.devices.count
        for _ in 0..<(count == 0 ? 0 : random.below(20)) {
            var link = Wiring.Link(Int32(random.below(count)), Int32(random.below(count)), .other)
            link.medium = Wiring.Link.Medium.allCases[random.below(9)]
            link.fromPort = maybe(Int32(random.below(64)))
            link.toPort = maybe(Int32(random.below(64)))
            link.count = Int32(1 + random.below(3))
            link.rate = maybe(BitsPerSecond(1 + random.below(1 << 62)))
            link.rateBack = maybe(BitsPerSecond(1 + random.below(1 << 40)))
            link.best = maybe(BitsPerSecond(1 + random.below(1000)))
            link.latency = maybe(Picoseconds(random.below(1 << 50)))
            link.kind = maybe(LinkKind.all[random.below(LinkKind.all.count)])
            builder.links.append(link)
        }
        if random.below(3) == 0 { builder.notes.append("a note, \"quoted\"") }
        return builder.finish()
    }

    @Test func ownForm() throws {
        var random = SeededRandom(seed: 1)
        var grouped = 0
        for _ in 0..<2_000 {
            let wiring = anyWiring(&random)
            let text = wiring.json5
            if text.contains("\"count\":") { grouped += 1 }
            #expect(try Wiring.reading(text, name: "again") == wiring, "\(text)")
        }
        #expect(grouped > 500)
        for (_, text) in WiringSamples.all {
            let wiring = try Wiring.reading(text, name: "sample")
            #expect(try Wiring.reading(wiring.json5, name: "again") == wiring)
        }
    }

    @Test func equalDevicesAreOneLine() throws {
        let server = try Wiring.reading(WiringSamples.json5, name: "server")
        let lines = server.json5.split(separator: "\n")
        let line = #"    {"name":"gpu","count":4,"kind":"gpu","model":"H100","numa":0},"#
        #expect(lines.contains { $0 == line })
        #expect(lines.filter { $0.contains("\"kind\":\"nvlink4\"") }.count == 8)
    }

    /// The simulators' form keeps what matters to them: numbers, rates, latencies, who forwards.
    @Test func hpcc() throws {
        for text in [WiringSamples.hpcc, WiringSamples.simai] {
            let wiring = try Wiring.reading(text, name: "first")
            let again = try Wiring.reading(try wiring.hpcc(), name: "again")
            #expect(again.links.map(\.rate) == wiring.links.map(\.rate))
            #expect(again.links.map(\.latency) == wiring.links.map(\.latency))
            #expect(
                again.devices.map(\.kind.forwards).sorted { !$0 && $1 }
                    == wiring.devices.map(\.kind.forwards).sorted { !$0 && $1 }
            )
            #expect(try Wiring.reading(try again.hpcc(), name: "again") == again)
        }
        // Cables between the same two become one, and who says no latency is asked for it.
        let cluster = try Wiring.reading(WiringSamples.ibnetdiscover, name: "cluster")
        #expect(throws: WiringError.self) { try cluster.hpcc() }
        let text = try cluster.hpcc(latency: Picoseconds(500_000))
        #expect(text.split(separator: "\n").first == "4 2 3")
        #expect(text.contains(" 800Gbps 500ns 0\n"))
        let unknown = try Wiring.reading(WiringSamples.nvidiaSMI, name: "matrix")
        do throws(WiringError) {
            _ = try unknown.hpcc(latency: .zero)
            Issue.record("links without rates were written")
        } catch {
            #expect(
                error.description.contains("'rate'") && error.description.contains("'switch-GPU1'")
            )
        }
    }

    @Test func astra() throws {
        for text in [WiringSamples.astra, WiringSamples.astraJSON] {
            let network = try ASTRANetwork(parsing: text, name: "first")
            var again = try ASTRANetwork(parsing: network.yaml, name: "again")
            again.name = "first"
            #expect(again == network)
        }
        for fabric in Catalogue.all {
            let network = ASTRANetwork(fabric)
            #expect(network.count == fabric.endpoints)
            var again = try ASTRANetwork(parsing: network.yaml, name: fabric.name)
            again.name = fabric.name
            #expect(again == network)
        }
    }

    /// Graphviz and GraphML name every device and link once, whatever characters are in names.
    @Test func graphs() throws {
        var random = SeededRandom(seed: 2)
        for _ in 0..<200 {
            let wiring = anyWiring(&random)
            let root = try XMLElement.parse(wiring.graphML, file: "graphml")
            let graph = try #require(root.children.last)
            #expect(graph.children.filter { $0.isNamed("node") }.count == wiring.devices.count)
            #expect(graph.children.filter { $0.isNamed("edge") }.count == wiring.links.count)
            let lines = wiring.dot.split(separator: "\n")
            #expect(lines.count == 3 + wiring.devices.count + wiring.links.count)
            #expect(
                lines.allSatisfy { $0.filter { $0 == "\"" }.count % 2 == 0 || $0.contains("\\") }
            )
        }
        let server = try Wiring.reading(WiringSamples.json5, name: "server")
        #expect(
            server.dot.contains("\"gpu0\" -- \"sw1\" [label=\"9 x nvlink4, 200 Gb/s\"];")
        )
    }
}

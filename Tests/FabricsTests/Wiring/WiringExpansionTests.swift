import Fabrics
import Testing
import Units

/// Networks that are given by few figures, link by link.
@Suite struct WiringExpansionTests {
    @Test func dimensions() throws {
        let network = try ASTRANetwork(parsing: WiringSamples.astra, name: "n")
        #expect(network.dimensions.map(\.shape) == [.ring, .fullyConnected, .star])
        #expect(network.dimensions.map(\.size) == [4, 3, 2])
        // ASTRA-sim's gigabyte is 2^30 bytes.
        #expect(network.dimensions[2].rate.bits == 50 * 8 << 30)
        #expect(network.dimensions.map(\.latency.count) == [50_000, 500_000, 2_000_000])
        let wiring = try network.wiring()
        // 24 NPUs; 6 rings of 4, 8 triangles, 12 switches of 2.
        #expect(wiring.devices.count == 24 + 12)
        #expect(wiring.links.count == 24 + 8 * 3 + 24)
        #expect(WiringSummary(of: wiring).components == 1)
        #expect(wiring.links("gpu3", "gpu0").count == 1 && wiring.links("gpu3", "gpu4").isEmpty)
        #expect(wiring.links("gpu5", "gpu9").map(\.latency?.count) == [500_000])
        #expect(wiring.links("gpu13", "switch-3-1").map(\.latency?.count) == [2_000_000])
        // A ring of two is one link.
        let small = try ASTRANetwork(parsing: WiringSamples.astraJSON, name: "n").wiring()
        #expect(small.links("gpu0", "gpu1").count == 1 && small.devices.count == 8)
        #expect(small.links.count == 4 + 2 * 6)
    }

    @Test func whatIsTooLargeStaysDimensions() throws {
        let text = "topology: [FullyConnected]\nnpus_count: [8192]\nbandwidth: [1]\nlatency: [1]\n"
        let network = try ASTRANetwork(parsing: text, name: "n")
        #expect(network.count == 8192)
        #expect(throws: WiringError.self) { try network.wiring() }
        let huge = text.replacing("8192", with: "1000000000")
        let dimension = try ASTRANetwork(parsing: huge, name: "n").dimensions[0]
        #expect(
            ASTRANetwork(name: "n", dimensions: [dimension, dimension, dimension]).count == nil
        )
        for size in [-1, 0, 1] {
            let wrong = ASTRANetwork.Dimension(
                shape: .ring,
                size: size,
                rate: BitsPerSecond(1),
                latency: .zero
            )
            #expect(throws: WiringError.self) {
                try ASTRANetwork(name: "n", dimensions: [wrong]).wiring()
            }
        }
    }

    /// Every endpoint can send what its tiers say, and groups as much as they sustain.
    @Test func fabrics() throws {
        var expanded = 0
        for fabric in Catalogue.all where fabric.endpoints <= 1200 {
            expanded += 1
            let wiring = try Wiring(expanding: fabric)
            #expect(WiringSummary(of: wiring).components == 1, "\(fabric.name)")
            var sent = [TotalRate](
                repeating: TotalRate(BitsPerSecond(0), times: 1),
                count: wiring.devices.count
            )
            for link in wiring.links {
                let total = try #require(link.total)
                sent[Int(link.from)] = sent[Int(link.from)] + total
                sent[Int(link.to)] = sent[Int(link.to)] + total
            }
            // A mesh's edges have fewer neighbours, and so has the corner of a cube.
            let networks = fabric.networks.map { TotalRate($0.rate, times: 1) }
            let all = networks.dropFirst().reduce(networks[0], +)
            let most = try #require(sent.prefix(fabric.endpoints).max())
            #expect(most == all, "\(fabric.name)")
            let counts = Router(fabric).channels
            #expect(wiring.links.reduce(0) { $0 + Int($1.count) } <= counts / 2, "\(fabric.name)")
        }
        #expect(expanded > 5)
        for fabric in Catalogue.all where fabric.endpoints > Wiring.endpointLimit {
            #expect(throws: WiringError.self) { try Wiring(expanding: fabric) }
        }
    }

    /// Switches that a file may ask for are not made one by one when they are too many.
    @Test func tooManySwitchesAreRefused() throws {
        let fabric = try Fabric(
            parsing: """
                { name: "x", summary: "x", family: "x", endpoint: "x", tiers: [
                  { name: "a", rate: "1Gb/s", holds: 2, switches: 16777216, latency: "1us" } ] }
                """,
            name: "x"
        )
        #expect(throws: WiringError.self) { try Wiring(expanding: fabric) }
    }
}

import Fabrics
import Testing

/// What looks wrong in a network is told.
@Suite struct WiringFindingTests {
    private func findings(_ devices: String, _ links: String) throws -> [String] {
        let text = "{name: 'n', devices: [\(devices)], links: [\(links)]}"
        return WiringSummary(of: try Wiring.reading(text, name: "n")).findings
    }

    @Test func slowTwins() throws {
        let nics = "{name: 'nic', count: 5, kind: 'nic'}, {name: 'leaf', kind: 'switch'}"
        let fast = (0..<4).map {
            "{from: 'nic\($0)', to: 'leaf', toPort: \($0), medium: 'infiniband', rate: '400Gb/s'},"
        }
        let slow = "{from: 'nic4', to: 'leaf', toPort: 9, medium: 'infiniband', rate: '100Gb/s'}"
        #expect(
            try findings(nics, fast.joined() + slow) == [
                "nic4 to leaf port 9 runs at 100 Gb/s, and most of its twins at 400 Gb/s"
            ]
        )
        // Half and half is two generations, and no fault.
        #expect(try findings(nics, fast[0] + fast[1] + slow).contains { $0.contains("twins") })
        #expect(try !findings(nics, fast[0] + slow).contains { $0.contains("twins") })
    }

    @Test func missingLinks() throws {
        let gpus = "{name: 'gpu', count: 4, kind: 'gpu'}, {name: 'sw', kind: 'nvswitch'}"
        let links = (0..<4).map {
            "{from: 'gpu\($0)', to: 'sw', medium: 'nvlink', count: \($0 == 2 ? 17 : 18)},"
        }
        #expect(
            try findings(gpus, links.joined()) == [
                "gpu2 has 17 links of nvlink, where most have 18"
            ]
        )
        #expect(
            try findings(gpus, links[0] + links[1] + links[3]) == [
                "gpu2 has 0 links of nvlink, where most have 18", "gpu2 has no link",
            ]
        )
    }

    @Test func partsAndSlots() throws {
        let pairs = "{name: 'a', count: 2}, {name: 'b', count: 2}"
        #expect(
            try findings(pairs, "{from: 'a', to: 'a'}, {from: 'b', to: 'b'}") == [
                "nothing connects 2 parts: 2 devices around a0, 2 devices around b0"
            ]
        )
        let nic = "{name: 'nic', kind: 'nic', networkRate: '400Gb/s'}, {name: 'cpu', kind: 'cpu'}"
        let slot = "{from: 'nic', to: 'cpu', medium: 'pcie', rate: '252Gb/s', best: '504Gb/s'}"
        #expect(
            try findings(nic, slot) == [
                "nic to cpu runs at 252 Gb/s and could at 504 Gb/s",
                "nic has ports of 400 Gb/s in a slot of 252 Gb/s",
            ]
        )
        let ways = "{from: 'a0', to: 'a1', rate: '2Gb/s', rateBack: '1Gb/s'}"
        #expect(
            try findings("{name: 'a', count: 2}", ways) == [
                "a0 to a1 carries 2 Gb/s there and 1 Gb/s back"
            ]
        )
    }

    /// A thousand findings are ten, and how many more.
    @Test func manyAreCounted() throws {
        let found = try findings("{name: 'a', count: 1000}", "")
        #expect(found.count == 11 && found[10] == "and 990 more devices without a link")
    }

    @Test func samplesAsTheyAre() throws {
        let network = try Wiring.reading(WiringSamples.ibnetdiscover, name: "n")
        #expect(WiringSummary(of: network).findings.isEmpty)
        let narrow = try Wiring.reading(WiringSamples.iblinkinfo, name: "n")
        #expect(
            WiringSummary(of: narrow).findings == [
                "node2 HCA-1 port 1 to leaf1 port 2 runs at 25 Gb/s and could at 200 Gb/s"
            ]
        )
    }
}

import Fabrics
import Testing
import Text

/// Networks as large as any, in texts that programs would print of them.
@Suite struct WiringScaleTests {
    /// A fat tree: adapters at leaves, leaves at spines.
    private func listing(hosts: Int, leaves: Int, spines: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        func add(_ text: String) { bytes.append(contentsOf: text.utf8) }
        func id(_ letter: String, _ number: Int) -> String {
            let digits = String(number, radix: 16)
            return letter + "-" + String(repeating: "0", count: 16 - digits.count) + digits
        }
        let down = hosts / leaves
        for leaf in 0..<leaves {
            let node = id("S", 1 << 40 + leaf)
            add("Switch\t255 \"\(node)\"\t# \"leaf\(leaf)\" base port 0 lid 1 lmc 0\n")
            for port in 0..<down {
                let host = leaf * down + port
                add("[\(port)]\t\"\(id("H", 1 + host))\"[1]\t# \"n\(host) HCA-1\" lid 2 4xNDR\n")
            }
            for spine in 0..<spines {
                add("[\(down + spine)]\t\"\(id("S", 1 << 50 + spine * 64 + leaf / 255))\"")
                add("[\(leaf % 255)]\t# \"spine\(spine)-\(leaf / 255)\" lid 3 4xNDR\n")
            }
            add("\n")
        }
        return bytes
    }

    @Test func infiniBand() throws {
        let bytes = listing(hosts: 20_000, leaves: 500, spines: 200)
        let wiring = try Wiring.reading(bytes, name: "large")
        #expect(wiring.links.count == 20_000 + 500 * 200)
        #expect(wiring.devices.count == 20_000 + 500 + 400)
        let summary = WiringSummary(of: wiring)
        #expect(summary.components == 2 && summary.findings.count == 1)
        #expect(try Wiring.reading(wiring.json5, name: "again").links.count == 120_000)
    }

    /// Names that are all the same don't make it slow.
    @Test func equalNames() throws {
        var builder = WiringBuilder(name: "same")
        for _ in 0..<50_000 { _ = builder.add(Wiring.Device(.host, "host")) }
        #expect(Set(builder.devices.map(\.name)).count == 50_000)
        #expect(builder.devices[49_999].name == "host#50000")
    }

    /// What would not fit is refused before it takes memory.
    @Test(arguments: [
        ("{name: 'n', devices: [{name: 'a', count: 1000000000}]}", "more than 1048576 devices"),
        (
            "{name: 'n', devices: [{name: 'a', count: 1000000}], links: [{from: 'a', to: 'a'}]}",
            "more than 4194304 links"
        ),
        ("1000000000 0 0\n", "1 to 1048576 nodes"),
        ("4 0 1000000000\n", "up to 4194304 links"),
        (
            "topology: [Ring]\nnpus_count: [1000000000]\nbandwidth: [1]\nlatency: [1]\n",
            "more than 1048576 NPUs"
        ),
        (
            "topology: [FullyConnected]\nnpus_count: [100000]\nbandwidth: [1]\nlatency: [1]\n",
            "more than 4194304 links"
        ),
    ])
    func giantsAreRefused(_ text: String, _ reason: String) {
        do throws(TextError) {
            _ = try Wiring.reading(text, name: "giant")
            Issue.record("accepted")
        } catch {
            #expect(error.message.contains(reason) && error.line > 0, "\(error)")
        }
    }
}

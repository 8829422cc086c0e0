import Fabrics
import Testing
import Units

/// What fabrics are built of, what that takes, and what is wrong with it.
@Suite struct BillTests {
    private static func fabric(_ device: String, spines: Int = 16, leaves: Int = 32) throws
        -> Fabric
    {
        try Fabric(
            parsing: """
                { name: "x", summary: "x", family: "x", endpoint: "GPU", tiers: [
                  { name: "leaf", link: "ib-ndr", holds: 32, latency: "1us", switches: 1,
                    switch: "\(device)", nic: "connectx-7", length: "2m" },
                  { name: "spine", holds: \(leaves), latency: "1us", switches: \(spines),
                    switch: "\(device)", length: "30m" },
                ] }
                """,
            name: "x"
        )
    }

    private func count(_ bill: Bill, _ what: String) -> Int {
        bill.lines.filter { $0.what.hasPrefix(what) }.reduce(0) { $0 + $1.count }
    }

    /// 1,024 ports: 32 leaves and 16 spines, and as many cables up as down.
    @Test func partsAreCounted() throws {
        let bill = Bill(of: try Self.fabric("qm9700"))
        #expect(bill.lines[0].count == 1024)
        #expect(count(bill, "connectx-7") == 1024)
        #expect(count(bill, "qm9700") == 48)
        #expect(count(bill, "copper") == 1024)
        #expect(count(bill, "fibre") == 1024)
        #expect(count(bill, "transceiver") == 2048)
        // 48 switches, NICs, and transceivers at half of what 800 Gb/s takes.
        let watts = 48 * 747.0 + 1024 * 24 + 2048 * 7.5
        #expect(abs(bill.networkWatts - watts) < 1)
        #expect(bill.gaps.isEmpty)
    }

    /// 30 W against 9 W is 3.3 times; 3.5 times needs 31.5 W.
    @Test func opticsInsideTakeLess() throws {
        func watts(_ device: String, pluggable: Double) throws -> Double {
            let fabric = try Fabric(
                parsing: """
                    { name: "x", summary: "x", family: "x", endpoint: "GPU", tiers: [
                      { name: "leaf", link: "ib-xdr", holds: 72, latency: "1us", switches: 1,
                        switch: "\(device)", length: "2m" },
                      { name: "spine", holds: 144, latency: "1us", switches: 72,
                        switch: "\(device)", length: "30m" },
                    ] }
                    """,
                name: "x"
            )
            var assumptions = Bill.Assumptions()
            assumptions.pluggable = Figure(
                Milliwatts(Int(pluggable * 1000)),
                source: "the claim"
            )
            return Bill(of: fabric, assumptions).lines
                .filter { $0.what.hasPrefix("transceiver") || $0.what.hasPrefix("optics") }
                .reduce(0) { $0 + ($1.watts ?? 0) }
        }
        let inside = try watts("q3450", pluggable: 30)
        #expect(abs(try watts("q3400", pluggable: 30) / inside - 30.0 / 9) < 1e-9)
        #expect(abs(try watts("q3400", pluggable: 31.5) / inside - 3.5) < 1e-9)
        #expect(abs(try watts("q3400", pluggable: 15) / inside - 15.0 / 9) < 1e-9)
    }

    @Test func whatDoesNotFitIsFound() throws {
        let right = FabricCheck(of: try Self.fabric("qm9700")).findings
        #expect(!right.contains { $0.level == .wrong })
        let wrong = FabricCheck(of: try Self.fabric("qm8700")).findings
        #expect(wrong.contains { $0.level == .wrong && $0.text.contains("40 ports, and 64") })
        #expect(wrong.contains { $0.level == .wrong && $0.text.contains("400 Gb/s, and a port") })
        let few = FabricCheck(of: try Self.fabric("qm9700", spines: 12, leaves: 8)).findings
        #expect(few.contains { $0.text.contains("no equal number") })
    }
}

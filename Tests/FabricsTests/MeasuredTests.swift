import Fabrics
import Testing
import Text
import Units

/// What a probe measured, in fabric files.
@Suite struct MeasuredTests {
    private func time(_ count: Int, _ low: Int, _ high: Int) throws -> Interval<Picoseconds> {
        try #require(
            Interval(
                Picoseconds(count),
                low: Picoseconds(low),
                high: Picoseconds(high),
                method: "a \"test\""
            )
        )
    }

    private func whole() throws -> Measured {
        var measured = Measured(
            date: "2026-11-22T00:00:00Z",
            transport: "tcp",
            nodes: 3,
            ranks: 6
        )
        measured.rate = Interval(
            BitsPerSecond(9_876_540_000),
            low: BitsPerSecond(999_999),
            high: BitsPerSecond(1_234_560_000_000),
            method: "fitted"
        )
        measured.latency = try time(12_345_600, 999, 1_000_000_000_000)
        measured.loadedLatency = try time(123_456_000, 1_001_000, 9_999_990_000_000)
        measured.perMessage = try time(0, 0, 1)
        var step = Measured.Step()
        step.joined = try time(5_000_000_000, 4_000_000_000, 6_000_000_000)
        step.recovered = try time(7_000_000_000, 7_000_000_000, 7_000_000_000)
        step.fairness = Interval(0.97, low: 0.5, high: 1, method: "Jain's index")
        measured.step = step
        measured.incast = try [1, 2, 7].map {
            Measured.Burst(
                senders: $0,
                bytes: ByteCount(64 << 10),
                latency: try time($0 * 1_000_000, $0 * 900_000, $0 * 1_100_000)
            )
        }
        let senders = try #require(Interval(5.5, low: 4, high: 7, method: "two lines"))
        measured.onsets = [Measured.Onset(bytes: ByteCount(65_537), senders: senders)]
        return measured
    }

    @Test func whatIsWrittenReadsBack() throws {
        let measured = try whole()
        let text = try #require(measured.fabricText(name: "here"))
        let fabric = try Fabric(parsing: text, name: "fabric.json5")
        #expect(fabric.measured == measured)
        #expect(fabric.name == "here" && fabric.endpoints == 3)
        #expect(fabric.tiers[0].rate.value == measured.rate?.value)
        #expect(fabric.tiers[0].latency.value == measured.latency?.value)
        #expect(fabric.tiers[0].latency.isVerified)
        #expect(fabric.measured?.latency?.method == "a \"test\"")
        let rows = FabricSummary(of: fabric).sections.first { $0.title == "measured" }?.rows
        #expect(rows?.count == 13, "\(rows ?? [])")
    }

    /// Any rate and time is written to six digits at least, with its interval around it.
    @Test func everySizeReadsBack() throws {
        var count = 1
        while count < 1_000_000_000_000_000_000 {
            var measured = try whole()
            measured.latency = try time(count, count - count / 9, count + count / 9)
            measured.rate = Interval(
                BitsPerSecond(count),
                low: BitsPerSecond(count - count / 9),
                high: BitsPerSecond(count + count / 9),
                method: "x"
            )
            let text = try #require(measured.fabricText(name: "n"))
            let read = try #require(try Fabric(parsing: text, name: "f").measured)
            let latency = try #require(read.latency?.value.count)
            let rate = try #require(read.rate?.value.bits)
            #expect(abs(Double(latency) / Double(count) - 1) < 1e-5, "\(count)")
            #expect(abs(Double(rate) / Double(count) - 1) < 1e-5, "\(count)")
            count = count * 7 + 3
        }
    }

    @Test func withoutARateThereIsNoFabric() throws {
        var measured = try whole()
        measured.rate = nil
        #expect(measured.fabricText(name: "n") == nil)
        measured = try whole()
        measured.latency = nil
        #expect(measured.fabricText(name: "n") == nil)
        #expect(Interval(3, low: 4, high: 5, method: "") == nil)
        #expect(Interval(Double.nan, low: 0, high: 1, method: "") == nil)
    }

    private func read(_ measured: String) throws(TextError) -> Fabric {
        try Fabric(
            parsing: """
                { name: "f", summary: "s", family: "t", endpoint: "e", tiers: [
                { name: "a", rate: "1Gb/s", latency: "1us", holds: 2 }],
                measured: \(measured) }
                """,
            name: "f.json5"
        )
    }

    private static let head = #"date: "d", transport: "tcp", nodes: 2, ranks: 2"#

    @Test func littleIsEnough() throws {
        let fabric = try read("{ \(Self.head) }")
        #expect(fabric.measured?.incast.isEmpty == true && fabric.measured?.step == nil)
        let rows = FabricSummary(of: fabric).sections.first { $0.title == "measured" }?.rows
        #expect(rows?.count == 2)
    }

    @Test(arguments: [
        ("{ }", "measured: the key 'date' is missing"),
        ("[]", "measured: expected an object, found an array"),
        ("{ \(head), rtae: 1 }", "measured: unknown key 'rtae'; did you mean 'rate'?"),
        (
            #"{ \#(head), latency: { value: "3us", low: "4us", high: "5us" } }"#,
            "measured.latency: the value must lie between 'low' and 'high'"
        ),
        (
            #"{ \#(head), latency: { value: "3us", high: "5us" } }"#,
            "measured.latency: the key 'low' is missing"
        ),
        (
            #"{ \#(head), rate: { value: "0b/s", low: "0b/s", high: "1b/s" } }"#,
            "measured.rate.value: nothing moves at rate zero"
        ),
        (
            "{ \(head), step: { fairness: { value: 2, low: 0, high: 3 } } }",
            "measured.step.fairness.value: a fairness is from 0 to 1, found 2.0"
        ),
        (
            "{ \(head), onsets: [{ bytes: \"1K\", senders: { value: 0, low: 0, high: 3 } }] }",
            "measured.onsets[0].senders.value: a burst has a sender, found 0.0"
        ),
        (
            "{ \(head), incast: [{ senders: 0, bytes: \"1K\" }] }",
            "measured.incast[0].senders: expected at least 1, found 0"
        ),
        (
            "{ \(head), incast: [{ senders: 1, bytes: \"1X\" }] }",
            "measured.incast[0].bytes: \"1X\": unknown unit \"X\""
        ),
    ])
    func mistakesAreNamed(_ text: String, _ sentence: String) throws {
        do {
            _ = try read(text)
            Issue.record("\(text) was read")
        } catch {
            #expect("\(error)".contains(sentence), "\(error)")
        }
    }

    /// A file that was damaged anywhere is read, or refused; nothing else.
    @Test func damagedFilesAreNoHarm() throws {
        let text = Array(try #require(try whole().fabricText(name: "n")).utf8)
        var refused = 0
        for place in text.indices {
            for byte in [UInt8(ascii: "0"), UInt8(ascii: "\""), UInt8(ascii: "-")] {
                var damaged = text
                damaged[place] = byte
                let name = "damaged"
                let fabric = try? Fabric(reading: JSONReader.parse(damaged, name: name))
                refused += fabric == nil ? 1 : 0
                if let fabric { _ = FabricSummary(of: fabric) }
            }
        }
        #expect(refused > text.count)
    }
}

import Foundation
import Measurement
import TestSupport
import Testing
import Text

@Suite struct RecordTests {
    static func sample(isFull: Bool = true) -> Record {
        var row = Row(
            collective: "all-reduce",
            algorithm: "ring",
            transport: "shm",
            ranks: 2,
            type: "float",
            operation: "sum",
            bytes: 4096,
            count: 1024,
            iterations: 200,
            batches: 101
        )
        row.outOfPlace = Figure(
            Estimate(median: 1.5, low: 1.25, high: 2, count: 101),
            bytes: 4096,
            busFactor: 1,
            wrong: 0,
            tails: Tails(p95: 3, p99: 4, max: 5.5, count: 1000)
        )
        if isFull {
            row.slices = 4
            row.inPlace = Figure(
                Estimate(median: 1.75, low: 1.5, high: 2, count: 101),
                bytes: 4096,
                busFactor: 1,
                wrong: 3
            )
            row.model = Figure(
                Estimate(median: 1.2, low: 1, high: 1.4, count: 0),
                bytes: 4096,
                busFactor: 1
            )
            row.link = Row.Link(bytes: 6176.5, ofRing: 0.667)
            row.counters = ["hw_counters/out_of_sequence": 3, "statistics/tx_dropped": .max]
        }
        let machine = MachineContext(cores: 2, threads: 4, version: "9.9.9", revision: "abc")
        let timing = Record.Timing(
            clock: "processor counter (invariant)",
            readNanoseconds: 20.5,
            exchangeNanoseconds: isFull ? 135.25 : nil,
            overheadPercent: 0.01
        )
        var record = Record(
            command: ["weft", "bench", "all-reduce", "ä \"quoted\"\n"],
            date: "2026-11-21T08:00:00Z",
            machine: machine,
            timing: isFull ? timing : nil,
            selection: isFull ? "tuned yesterday" : nil,
            rows: [row, row]
        )
        if isFull { record.warnings = ["rxe0 port 1 of node1 lost packets", ""] }
        return record
    }

    @Test(arguments: [true, false], [true, false])
    func readsBackWhatItWrote(_ isFull: Bool, _ isPretty: Bool) throws {
        let record = Self.sample(isFull: isFull)
        let text = record.json.serialized(pretty: isPretty)
        #expect(try Record(reading: Array(text.utf8), name: "x") == record)
    }

    @Test func bandwidthsFollowFromTimes() {
        let time = Estimate(median: 2, low: 1, high: 3, count: 9)
        let figure = Figure(time, bytes: 4000, busFactor: 1.5)
        #expect(figure.algorithmBandwidth == 2)
        #expect(figure.busBandwidth == 3)
        let none = Figure(
            Estimate(median: 0, low: 0, high: 0, count: 1),
            bytes: 8,
            busFactor: 1
        )
        #expect(none.algorithmBandwidth == 0)
    }

    @Test func modelErrorIsInPercentOfTheMeasured() {
        var row = Self.sample().rows[0]
        #expect(abs((row.modelError ?? 0) - -20) < 1e-9)
        row.model = nil
        #expect(row.modelError == nil)
        row = Self.sample().rows[0]
        row.outOfPlace = nil
        #expect(row.modelError == nil)
    }

    /// A change of a good record's text, and the words it must be refused with.
    static let refusals: [(from: String, to: String, words: String)] = [
        (
            "\"weft-result-1\"", "\"weft-result-2\"",
            "r.json:1:11: schema: expected schema \"weft-result-1\", found \"weft-result-2\""
        ),
        ("\"weft-result-1\"", "1", "r.json:1:11: schema: expected a string, found 1"),
        (
            "\"schema\":", "\"sceme\":",
            "r.json:1:1: expected a result of weft: an object with \"schema\""
        ),
        ("\"date\":", "\"data\":", "r.json:1:1: the key 'date' is missing"),
        ("\"ranks\":2", "\"ranks\":-2", "expected a count, found -2"),
        ("\"ranks\":2", "\"ranks\":2.5", "rows[0].ranks: expected an integer, found 2.5"),
        ("\"ranks\":2", "\"ranks\":\"2\"", "rows[0].ranks: expected an integer, found a string"),
        (
            "\"bytes\":4096", "\"bytes\":9223372036854775808",
            "rows[0].bytes: expected an integer"
        ),
        (
            "\"microseconds\":1.5", "\"microseconds\":null",
            "rows[0].outOfPlace.microseconds: expected a number, found null"
        ),
        (
            "\"algorithm\":\"ring\"", "\"algorithm\":[]",
            "rows[0].algorithm: expected a string, found an array"
        ),
        ("\"cores\":2", "\"cores\":true", "machine.cores: expected an integer, found true"),
        ("\"wrong\":0", "\"wrong\":{}", "rows[0].outOfPlace.wrong: expected an integer"),
        ("\"p95\":3", "\"p96\":3", "rows[0].outOfPlace.tails: the key 'p95' is missing"),
    ]

    @Test(arguments: refusals.indices)
    func refuses(_ index: Int) throws {
        let (from, to, words) = Self.refusals[index]
        let good = Self.sample().json.serialized()
        let at = try #require(good.firstRange(of: from), "\(from)")
        let bad = good.replacingCharacters(in: at, with: to)
        let error = #expect(throws: TextError.self) {
            try Record(reading: Array(bad.utf8), name: "r.json")
        }
        let description = error?.description ?? ""
        #expect(description.hasPrefix("r.json:1:"), "\(description)")
        #expect(description.contains(words), "\(description)")
    }

    /// Whole files that are no records.
    @Test(arguments: [
        ("", "r.json:1:1: "), ("[]", "r.json:1:1: expected a result of weft: an object with"),
        ("null", "r.json:1:1: expected a result of weft: an object with \"schema\""),
        ("{}", "r.json:1:1: expected a result of weft: an object with \"schema\""),
        ("\n\n  {\"a\": 1}", "r.json:3:3: expected a result of weft: an object with \"schema\""),
        (
            "{\"schema\": \"other-1\"}",
            "r.json:1:12: schema: expected schema \"weft-result-1\", found \"other-1\""
        ),
        ("{\"schema\": \"weft-result-1\"}", "r.json:1:1: the key 'command' is missing"),
        ("{\"schema\"", "r.json:1:10: "),
    ])
    func refusesForeignFiles(_ text: String, _ words: String) {
        let error = #expect(throws: TextError.self) {
            try Record(reading: Array(text.utf8), name: "r.json")
        }
        #expect(error?.description.hasPrefix(words) == true, "\(error?.description ?? "")")
    }

    /// Bytes of a good record changed, cut, doubled or moved: refused or read, never a crash; and
    /// what is read can be written and read again.
    @Test func mutatedRecordsNeverCrash() throws {
        let good = Array(Self.sample().json.serialized(pretty: true).utf8)
        let tokens = ["null", "-1", "1e999", "9223372036854775807", "{}", "[", "\"", "0.5", "}"]
        var random = SeededRandom(seed: 20_000)
        var read = 0
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<(1 + random.below(3)) {
                let at = random.below(bytes.count)
                let end = min(bytes.count, at + 1 + random.below(12))
                switch random.below(5) {
                case 0: bytes[at] = UInt8(random.below(256))
                case 1: bytes.removeSubrange(at..<end)
                case 2: bytes.insert(contentsOf: bytes[at..<end], at: random.below(bytes.count))
                case 3: bytes.replaceSubrange(at..<end, with: tokens[random.below(9)].utf8)
                default: bytes.removeLast(random.below(bytes.count))
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            if let record = try? Record(reading: bytes, name: "fuzz") {
                read += 1
                let again = Array(record.json.serialized().utf8)
                _ = try? Record(reading: again, name: "fuzz")
                _ = record.rows.map(\.modelError)
            }
        }
        // Most changes hit a digit of a figure or white space now and then.
        #expect(read > 100)
    }
}

@Suite struct MachineContextTests {
    @Test func looksAtThisMachine() {
        let machine = MachineContext(cores: 3, threads: 6, version: "1", revision: "r")
        #expect(machine.cores == 3)
        #expect(machine.memoryBytes > 1 << 20)
        #expect(machine.nodes >= 1)
        #expect(!machine.kernel.isEmpty)
        #expect(!machine.boot.isEmpty)
        #expect(machine.identity.hasPrefix("\(machine.host) · "))
        #expect(machine.identity.contains("3 cores"))
    }
}

import Measurement
import Reports
import Testing
import Text

/// What `weft probe` found, in its three forms.
@Suite struct ProbeReportTests {
    private static let hostile = "<b>\u{1b}[31m, \"x\"\n=1+1"

    private var record: ProbeRecord {
        let estimate = Estimate(median: 1.5e-6, low: 1e-6, high: 2e-3, count: 7)
        let finding = ProbeFinding(
            .incast,
            answers: [
                ProbeAnswer("one way", .seconds, estimate, method: "Half of it"),
                ProbeAnswer("bends", .count, nil, method: "there is no bend"),
                ProbeAnswer(Self.hostile, .bytesPerSecond, estimate, method: Self.hostile),
            ],
            table: ProbeTable(
                columns: [.init("bytes", .bytes), .init(Self.hostile, .seconds)],
                rows: [[65536, 1.5e-6], [1000, nil], [0, .nan], [1e300, -1]]
            ),
            plots: [
                ProbePlot(
                    title: Self.hostile,
                    subtitle: "",
                    x: .init("Bytes", .bytes, isLogarithmic: true),
                    y: .init("Time", .seconds),
                    lines: [
                        .init("measured", [.init(x: 1, y: 2, low: 1, high: 3), .init(x: 8, y: 4)]),
                        .init("expected", style: .expected, [.init(x: 1, y: .infinity)]),
                        .init("none", style: .points, []),
                    ]
                )
            ],
            notes: [Self.hostile]
        )
        return ProbeRecord(
            command: ["weft", "probe", Self.hostile],
            date: "2026-11-22T00:00:00Z",
            machine: MachineContext(cores: 2, threads: 2, version: "1", revision: "r"),
            transport: "tcp",
            nodes: 2,
            ranks: 4,
            seconds: 3,
            sharesCores: true,
            findings: [finding, ProbeFinding(.pause, notes: ["No counters"])]
        )
    }

    @Test func thePageIsWellFormedAndLoadsNothing() throws {
        let page = try PageChecker(ProbeReport.page(record))
        let policies = page.all("meta").compactMap { $0.attributes["content"] }
        #expect(policies.contains { $0.hasPrefix("default-src 'none'") })
        #expect(page.all("h1").count == 1 && page.all("h2").count == 3)
        #expect(page.all("figure").count == 1)
        #expect(page.all("b").isEmpty)
        #expect(page.all("td").count == 8)
        #expect(page.all("strong").first?.text == "one way: 1.5 us, 95 % from 1 us to 2 ms")
    }

    @Test func theTextIsLinesOfOneSentence() {
        let text = ProbeReport.heading(record) + ProbeReport.text(record.findings[0])
        #expect(text.contains("# 4 ranks on 2 nodes, over tcp, 3 s for each probe"))
        #expect(text.contains("  one way: 1.5 us, 95 % from 1 us to 2 ms\n"))
        #expect(text.contains("  bends: unknown; there is no bend\n"))
        #expect(text.contains("    64K"))
        var few = record.findings[0]
        few.answers[0].value?.count = 5
        let range = "  one way: 1.5 us, 5 samples from 1 us to 2 ms\n"
        #expect(ProbeReport.text(few).contains(range))
        #expect(!text.unicodeScalars.contains("\u{1b}"))
        let bare = ProbeReport.text(record.findings[1])
        #expect(bare == "\npause: pause frames\n  # No counters")
    }

    @Test func valuesAreNotScaledInCSV() throws {
        let text = ProbeReport.csv(record)
        let lines = text.split(separator: "\n")
        #expect(lines.first?.hasPrefix("probe,row,name,unit,value,low,high,samples,") == true)
        #expect(text.contains("incast,0,one way,seconds,1.5e-06,1e-06,0.002,7,"))
        #expect(text.contains("incast,0,bends,count,,,,,"))
        #expect(text.contains("incast,1,bytes,bytes,65536.0,,,,"))
    }

    @Test func theJSONIsReadAgain() throws {
        let text = record.json.serialized(pretty: true)
        let reader = try JSONReader.parse(text, name: "probe.json")
        #expect(try reader.required("schema").string() == "weft-probe-1")
        let findings = try reader.required("findings").array()
        #expect(findings.count == 2)
        let answer = try findings[0].required("answers").array()[0]
        #expect(try answer.required("value").number() == 1.5e-6)
        #expect(try answer.required("samples").integer() == 7)
        let points = try findings[0].required("plots").array()[0].required("lines").array()[0]
            .required("points").array()
        #expect(try points[0].array().map { try $0.number() } == [1, 2, 1, 3])
        #expect(try points[1].array()[2].isNull)
    }
}

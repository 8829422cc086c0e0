import Foundation
import Measurement
import TestSupport
import Testing
import Text

@Suite(.everyCore) struct OutputTests {
    private static let quick = "--ranks 2 --iterations 20 --warmup 5"

    @Test func theProgramIsThere() throws {
        #expect(FileManager.default.isExecutableFile(atPath: Weft.path), "\(Weft.path)")
        let outcome = try Weft.run(["--version"])
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("weft "))
    }

    @Test func benchPrintsTheColumnsOfNcclTests() throws {
        let outcome = try StateFolder().run(
            "bench all-reduce \(Self.quick) --sizes 8:4K:x8 --algorithm ring,one-shot"
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.first?.hasPrefix("# weft version ") == true)
        #expect(lines.contains("# Collective test starting: all-reduce"))
        #expect(lines.contains("# Using devices"))
        #expect(lines.contains { $0.hasPrefix("#  Rank  1 Group  0 on ") })
        let names = lines.first { $0.hasPrefix("#") && $0.contains("redop") } ?? ""
        #expect(
            names.split(separator: " ") == [
                "#", "size", "count", "type", "redop", "root", "time", "algbw", "busbw", "#wrong",
                "time", "algbw", "busbw", "#wrong", "time", "busbw", "error", "ci95", "algorithm",
            ]
        )
        let rows = rows(outcome.output)
        let sizes = ["8", "64", "512", "4096"]
        #expect(rows.map { $0[0] } == sizes + sizes)
        #expect(
            rows.map { $0[$0.count - 1] } == Array(repeating: "ring", count: 4)
                + Array(repeating: "one-shot", count: 4)
        )
        for row in rows {
            #expect(row.count == 18, "\(row)")
            #expect(Int(row[1]) == (Int(row[0]) ?? 0) / 4)
            #expect(Array(row[2...4]) == ["float", "sum", "-1"])
            for column in [5, 6, 7, 9, 10, 11] { #expect((Double(row[column]) ?? -1) >= 0) }
            #expect(row[8] == "0" && row[12] == "0")
            #expect(Array(row[13...15]) == ["N/A", "N/A", "N/A"])
        }
        #expect(lines.contains("# Out of bounds values : 0 OK"))
        #expect(lines.contains { $0.hasPrefix("# Avg bus bandwidth    : ") })
        #expect(outcome.output.contains("# No model: run 'weft calibrate' first"))
    }

    @Test func sizesAreRoundedDownToElements() throws {
        let outcome = try StateFolder().run("bench all-reduce \(Self.quick) --sizes 0,3,7,1001")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(rows(outcome.output).map { $0[0] } == ["0", "0", "4", "1000"])
        #expect(rows(outcome.output).map { $0[1] } == ["0", "0", "1", "250"])
    }

    /// The keys that docs/MEASUREMENT.md promises, and figures that fit each other.
    @Test func jsonIsTheDocumentedRecord() throws {
        let outcome = try StateFolder().run("bench all-reduce \(Self.quick) --sizes 8,64K --json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let text = Data(outcome.output.utf8)
        let object = try #require(
            try JSONSerialization.jsonObject(with: text) as? [String: Any]
        )
        #expect(object["schema"] as? String == "weft-result-1")
        let machine = try #require(object["machine"] as? [String: Any])
        let keys = [
            "host", "processor", "cores", "nodes", "governor", "hugePages", "kernel", "load",
            "revision", "version",
        ]
        for key in keys { #expect(machine[key] != nil, "\(key)") }
        let rows = try #require(object["rows"] as? [[String: Any]])
        #expect(rows.compactMap { $0["bytes"] as? Int } == [8, 65_536])
        for row in rows {
            #expect(row["collective"] as? String == "all-reduce")
            #expect(row["transport"] as? String == "shm")
            #expect(row["ranks"] as? Int == 2)
            #expect(row["type"] as? String == "float")
            #expect(row["iterations"] as? Int == 20)
            #expect(row["algorithm"] is String)
            #expect(row["model"] is NSNull)
            for place in ["outOfPlace", "inPlace"] {
                let figure = try #require(row[place] as? [String: Any])
                #expect(figure["wrong"] as? Int == 0)
                let time = try #require(figure["microseconds"] as? Double)
                let low = try #require(figure["low"] as? Double)
                let high = try #require(figure["high"] as? Double)
                #expect(0 < low && low <= time && time <= high)
                let bandwidth = try #require(figure["algbw"] as? Double)
                let bytes = try #require(row["bytes"] as? Double)
                #expect(abs(bandwidth * time * 1e3 / bytes - 1) < 1e-9)
                #expect(figure["busbw"] as? Double == bandwidth)
            }
        }
        let record = try Record(reading: Array(text), name: "output")
        #expect(
            record.command == ["weft"]
                + "bench all-reduce \(Self.quick) --sizes 8,64K --json"
                .split(separator: " ").map(String.init)
        )
    }

    @Test func jsonOfSyncModeHasTails() throws {
        let outcome = try StateFolder().run(
            "bench all-reduce --ranks 2 --sizes 8 --mode sync --iterations 500 --json"
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        let record = try Record(reading: Array(outcome.output.utf8), name: "output")
        let tails = try #require(record.rows[0].outOfPlace?.tails)
        #expect(tails.count == 500)
        #expect(tails.p95 <= tails.p99 && tails.p99 <= tails.max)
    }

    @Test func csvHasAHeaderAndARowForEachSize() throws {
        let outcome = try StateFolder().run(
            "bench all-reduce \(Self.quick) --sizes 8:4K:x512 --csv"
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(whereSeparator: \.isNewline)
        #expect(lines.count == 3)
        let names = lines[0].split(separator: ",")
        #expect(names.starts(with: ["collective", "algorithm", "transport", "ranks", "type"]))
        #expect(names.contains("bytes") && names.contains("out_of_place_us"))
        #expect(lines[1].hasPrefix("all-reduce,"))
        let counts = lines.map {
            $0.split(separator: ",", omittingEmptySubsequences: false).count
        }
        #expect(Set(counts).count == 1, "\(counts)")
    }

    /// Every mode and option runs and comes out right.
    @Test(arguments: [
        "--ranks 1 --sizes 8,64K", "--ranks 3 --sizes 8,64K", "--ranks 7 --sizes 0,8,1K",
        "--ranks 2 --sizes 1M --cold", "--ranks 2 --sizes 8,1K --bind none",
        "--ranks 2 --sizes 8,1K --mode sync --cold", "--ranks 2 --sizes 64K --channels 3",
        "--ranks 2 --sizes 64K --channels 2 --slices 5 --algorithm ring",
        "--ranks 2 --sizes 8,64K --algorithm all", "--ranks 2 --sizes 8 --warmup 1",
        "--ranks 2 --sizes 48M --algorithm two-shot",
    ])
    func everyOptionGivesRightResults(_ options: String) throws {
        let outcome = try StateFolder().run("bench all-reduce \(options) --iterations 5 --json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let record = try Record(reading: Array(outcome.output.utf8), name: "output")
        for row in record.rows {
            #expect(row.outOfPlace?.wrong == 0)
            #expect(row.inPlace?.wrong == 0)
        }
    }

    /// Every collective by every algorithm; types, operators and roots take turns.
    @Test(arguments: [
        "all-reduce --ranks 4 --type fp8-e4m3 --op max",
        "all-reduce --ranks 3 --type int8 --op avg",
        "all-reduce --ranks 2 --type mxfp8", "all-reduce --ranks 2 --type double --op mulsum",
        "reduce-scatter --ranks 4 --type bfloat16", "all-gather --ranks 3 --type half",
        "all-gather-v --ranks 4", "all-to-all --ranks 4 --type uint8", "all-to-all-v --ranks 3",
        "broadcast --ranks 4 --root 2 --type int64", "reduce --ranks 4 --root 3 --op prod",
        "gather --ranks 4 --root 1", "scatter --ranks 4 --root 1 --type uint64",
        "send-receive --ranks 3", "barrier --ranks 4", "reduce --ranks 1 --op avg --type mxfp8",
        "all-reduce --ranks 2 --type fp8-e5m2 --op min --cold",
    ])
    func everyCollectiveGivesRightResults(_ line: String) throws {
        let outcome = try StateFolder().run(
            "bench \(line) --sizes 0,100,40K --algorithm all --iterations 3 --json"
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        let record = try Record(reading: Array(outcome.output.utf8), name: "output")
        #expect(!record.rows.isEmpty)
        for row in record.rows {
            #expect(row.outOfPlace?.wrong == 0, "\(row.algorithm)")
            #expect(row.inPlace == nil || row.inPlace?.wrong == 0, "\(row.algorithm)")
        }
    }

    /// n / (2(n - 1)) of the ring's bytes: what in-network reduction is for.
    @Test(arguments: [(4, "0.67"), (8, "0.57")])
    func switchesHalveWhatLinksCarry(_ ranks: Int, _ ratio: String) throws {
        let outcome = try StateFolder().run(
            "bench all-reduce --ranks \(ranks) --sizes 64K --iterations 1 "
                + "--algorithm ring,sharp-sat"
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        let line =
            "Bytes on a rank's link by the schedule: sharp-sat 1.00 of the size, "
            + "\(ratio) of the ring's"
        #expect(outcome.output.contains(line), "\(outcome.output)")
    }

    @Test func whatIsNotCheckedIsNotCalledRight() throws {
        for option in ["--no-check", "--no-wait"] {
            let line = "bench all-reduce \(Self.quick) --sizes 8 \(option)"
            let outcome = try StateFolder().run(line)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("(nothing was checked)"))
            #expect(rows(outcome.output)[0][8] == "N/A")
        }
    }

    @Test func reportsAreOnePage() throws {
        let state = try StateFolder()
        let bench = try state.run(
            "bench all-reduce \(Self.quick) --sizes 8,4K --json --report page.html"
        )
        #expect(bench.status == 0, "\(bench.errors)")
        #expect(bench.errors == "The report is page.html\n")
        _ = try state.folder.write(bench.output, to: "one.json")
        let outcome = try state.run("report one.json one.json --output both.html")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == "The report is both.html\n")
        for name in ["page.html", "both.html"] {
            let data = try Data(contentsOf: URL(filePath: state.folder.path(name)))
            let page = String(decoding: data, as: UTF8.self)
            #expect(page.hasPrefix("<!DOCTYPE html>") || page.hasPrefix("<!doctype html>"))
            #expect(page.contains("<svg"))
            #expect(!page.contains("http://") || page.contains("www.w3.org"))
        }
    }

    @Test func memoryThatIsNotThereIsRefusedBeforeAnythingStarts() throws {
        let outcome = try StateFolder().run("bench all-reduce --ranks 2 --sizes 1T")
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("weft: 2 ranks need 4194304 MiB of memory and "))
        #expect(outcome.errors.hasSuffix(" MiB are free; use fewer ranks or smaller sizes\n"))
    }

    /// A rank's variable, set by hand, is no way to crash it.
    @Test(arguments: ["", "x", "0", "0:1:2", "-1:1:1", "0:99999999999999:0", "0:1:2:3"])
    func aForgedPlaceIsRefused(_ value: String) throws {
        let outcome = try Weft.run(
            ["bench", "all-reduce"],
            environment: ["WEFT_RANK": value]
        )
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("weft: "), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }
}

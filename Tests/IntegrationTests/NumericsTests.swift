import Foundation
import TestSupport
import Testing

/// `weft numerics`, as somebody at a terminal or a program that reads it meets it.
@Suite struct NumericsTests {
    private func run(_ line: String, in folder: TemporaryFolder? = nil) throws -> Outcome {
        try Weft.run(
            ["numerics"] + line.split(separator: " ").map(String.init),
            in: folder?.url
        )
    }

    private func json(_ outcome: Outcome) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(object as? [String: Any])
    }

    private func rows(_ outcome: Outcome) throws -> [[String: Any]] {
        let studies = try #require(try json(outcome)["studies"] as? [[String: Any]])
        return studies.flatMap { $0["rows"] as? [[String: Any]] ?? [] }
    }

    @Test func theTableIsAligned() throws {
        let outcome = try run("--type fp8-e4m3 --ranks 8 --algorithm ring,two-shot --elements 256")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.isEmpty)
        let lines = outcome.output.split(separator: "\n")
        let heading =
            "# all-reduce of fp8-e4m3, 8 ranks, 256 elements, normal inputs "
            + "(deviation 1), seed 1"
        #expect(lines.first.map(String.init) == heading)
        #expect(lines.count == 2 + 2 * 3)
        // Numbers end where their titles do.
        let ends = lines.dropFirst().map { line in
            line.range(of: "x 8").map { line.distance(from: line.startIndex, to: $0.upperBound) }
        }
        #expect(Set(ends.compactMap(\.self)).count == 1)
        let names = lines.dropFirst(2).map {
            $0.split(separator: " ").prefix(2).joined(separator: " ")
        }
        #expect(
            names == [
                "ring fp8-e4m3", "two-shot fp8-e4m3", "ring float32", "two-shot float32",
                "ring mxfp8", "two-shot mxfp8",
            ]
        )
    }

    @Test func jsonHasEveryFigure() throws {
        let line = "--type bf16 --ranks 2,6 --algorithm ring,one-shot --wire all --inputs all"
        let outcome = try run("\(line) --elements 256 --json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let object = try json(outcome)
        #expect(object["schema"] as? String == "weft-numerics-1")
        let command = ["weft", "numerics"] + line.split(separator: " ").map(String.init)
        #expect((object["command"] as? [String])?.starts(with: command) == true)
        let studies = try #require(object["studies"] as? [[String: Any]])
        #expect(studies.count == 2 * 5)
        let rows = try rows(outcome)
        #expect(rows.count == 2 * 5 * 2 * 8)
        let keys = [
            "bits", "roundings", "maxUlp", "meanUlp", "meanRelative", "totalRelative",
            "arrivalShare", "overflows", "unequalRanks", "arrivalUnequalRanks", "nanOutputs",
            "nanRanks", "infinityOutputs", "infinityRanks",
        ]
        for row in rows {
            for key in keys { #expect((row[key] as? Double ?? -1) >= 0, "\(key) of \(row)") }
            #expect(row["unequalRanks"] as? Int == 0)
        }
    }

    @Test func csvHasAHeaderAndARowForEachFinding() throws {
        let outcome = try run("--ranks 4 --algorithm ring --elements 1 --csv")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0].hasPrefix("collective,type,ranks,elements,inputs,seed,algorithm,travels"))
        #expect(lines[1].hasPrefix("all-reduce,bfloat16,4,256,normal,1,ring,bfloat16,16.0,3,"))
        let counts = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
        #expect(Set(counts).count == 1, "\(counts)")
    }

    @Test func thePageIsOneFile() throws {
        let folder = try TemporaryFolder()
        for (ranks, name) in [("4", "bars.html"), ("4,8", "lines.html")] {
            let outcome = try run(
                "--ranks \(ranks) --algorithm ring,two-shot --elements 256 --report \(name)",
                in: folder
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors == "The report is \(name)\n")
            let data = try Data(contentsOf: URL(filePath: folder.path(name)))
            let page = String(decoding: data, as: UTF8.self)
            #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
            #expect(page.contains("<svg") && page.contains("two-shot"))
            #expect(!page.contains("NaN\"") && !page.contains("inf\""))
        }
    }

    @Test func theSameCommandPrintsTheSame() throws {
        let line = "--type mxfp8 --ranks 8 --algorithm one-shot --inputs gradients --csv"
        let (first, second) = try (run(line), run(line))
        #expect(first.output == second.output)
        #expect(try run("\(line) --seed 2").output != first.output)
    }

    /// Every algorithm either has rows or is said to be skipped.
    @Test(arguments: ["all-reduce", "reduce-scatter"])
    func nothingIsLeftOutSilently(_ collective: String) throws {
        let refused = try run("\(collective) --algorithm no-such")
        #expect(refused.status == 64)
        let sentence = "weft: unknown algorithm 'no-such' for \(collective); known: all, "
        #expect(refused.errors.hasPrefix(sentence), "\(refused.errors)")
        let first = refused.errors.split(separator: "\n").first ?? ""
        let names = first.dropFirst(sentence.count).split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        #expect(names.contains("ring"))
        let line = "\(collective) --ranks 12 --wire type --elements 256"
        let outcome = try run("\(line) --json")
        let present = try rows(outcome).compactMap { $0["algorithm"] as? String }
        let skipped = try #require(try json(outcome)["skipped"] as? [String])
        for name in names {
            let isSkipped = skipped.contains { $0.hasPrefix("\(name) \(collective) ") }
            #expect(present.contains(name) != isSkipped, "\(name)")
        }
        #expect(Set(names).count == present.count + skipped.count)
        let table = try run(line)
        for sentence in skipped { #expect(table.output.contains("# Skipped: \(sentence)\n")) }
    }

    @Test func aPrefixTakesAllThatBeginSo() throws {
        let outcome = try run("--ranks 4 --algorithm two --wire type --elements 256 --json")
        let names = try rows(outcome).compactMap { $0["algorithm"] as? String }
        #expect(names.contains("two-shot") && names.count > 1)
        #expect(names.allSatisfy { $0.hasPrefix("two") })
        // What is a name itself is only that.
        let exact = try run("--ranks 4 --algorithm ring --wire type --elements 256 --json")
        #expect(try rows(exact).count == 1)
    }

    @Test(arguments: [
        ("--type int8", "sums of int8 are exact in any order; types that round: half, "),
        ("--type fp7", "unknown type 'fp7'; known: half, bfloat16, float, double, "),
        ("all-gather", "'all-gather' does not reduce; those that do: all-reduce, "),
        ("all-recude", "unknown collective 'all-recude'; those that do: all-reduce, "),
        ("--ranks 1", "option '--ranks' needs whole numbers from 2 to 256, but got '1'"),
        ("--ranks 8,", "option '--ranks' needs whole numbers from 2 to 256, but got ''"),
        ("--algorithm ring,", "unknown algorithm '' for all-reduce; known: all, ring"),
        ("--wire fp3", "option '--wire' does not know 'fp3'; known: all, type, float32, "),
        ("--inputs x", "option '--inputs' does not know 'x'; known: all, normal, uniform, "),
        ("--elements 0", "option '--elements' needs a whole number from 1 to 65536, but got '0'"),
        ("--seed -1", "option '--seed' needs a whole number of at least 0, but got '-1'"),
        ("--json --csv", "--json and --csv exclude each other"),
        (
            "--ranks 8,256 --elements 65536",
            "256 ranks with 65536 elements need too much memory; take at most 1024 elements"
        ),
    ])
    func wrongLinesAreRefused(_ line: String, _ sentence: String) throws {
        let outcome = try run(line)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("weft: \(sentence)"), "\(outcome.errors)")
    }
}

import Foundation
import TestSupport
import Testing

/// `weft schedule`: shown, proved, exchanged.
@Suite(.everyCore) struct ScheduleCommandTests {
    private func run(_ line: String, in folder: TemporaryFolder? = nil) throws -> Outcome {
        try Weft.run(["schedule"] + line.words, in: folder?.url)
    }

    // MARK: - Show

    @Test func theRingIsShown() throws {
        let outcome = try run("show all-reduce --algorithm ring --ranks 4 --size 64K")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(
            lines.first
                == "ring all-reduce, 4 ranks: 64K of float in each rank's vector, out of place"
        )
        #expect(lines.contains("  rounds   6"))
        #expect(lines.contains("  scratch  none"))
        #expect(lines.contains("first sums      0  ←3 +c2  ←0 +c3  ←1 +c0  ←2 +c1"))
        #expect(lines.contains { $0.hasPrefix("pass on") && $0.contains("every rank copies") })
    }

    @Test func aProgramIsShown() throws {
        let outcome = try run("show all-reduce -a ring --ranks 4 --rank 2 --channels 2 --slices 2")
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        let start = try #require(lines.firstIndex { $0.hasPrefix("step  lane  round  phase") })
        #expect(lines.count == start + 1 + 4 * 6)
        #expect(lines[start].hasSuffix("what rank 2 does"))
        #expect(
            lines[start + 1]
                == "   0     0      0  first sums  rank 1's input c0 + own input c0 → own output c0"
        )
    }

    @Test(arguments: [
        "show all-reduce -a nvls-tree --ranks 16 --node 4",
        "show reduce-scatter -a pat --ranks 16", "show all-reduce -a double-tree --ranks 7",
        "show all-reduce -a one-shot --ranks 40 --rank 3",
        "prove all-reduce -a two-shot --ranks 60",
    ])
    func linesFitATerminal(_ line: String) throws {
        let outcome = try run(line)
        #expect(outcome.status == 0)
        for line in outcome.output.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    }

    @Test func whoOnlyIsReadAndWrittenIsLeftOut() throws {
        let outcome = try run("show all-reduce -a sharp-llt --ranks 16 --radix 4")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.contains("no step of their own: 0-15"))
        #expect(lines.contains { $0.contains("←12-15 +c0") })
    }

    @Test func aPictureIsWritten() throws {
        let folder = try TemporaryFolder()
        let outcome = try run("show all-reduce -a two-level --ranks 8 --svg p.svg", in: folder)
        #expect(outcome.status == 0)
        #expect(outcome.errors == "The picture is p.svg\n")
        let text = try String(contentsOfFile: folder.path("p.svg"), encoding: .utf8)
        #expect(text.hasPrefix("<svg ") && text.hasSuffix("</svg>\n"))
        #expect(text.contains("two-level all-reduce, 8 ranks"))
    }

    // MARK: - Prove

    @Test func whatIsRightIsProved() throws {
        let outcome = try run("prove all-reduce --algorithm two-level --ranks 4 --node 2")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "two-level all-reduce for 4 ranks is right")
        #expect(lines.contains("  bits      the same on every rank"))
        #expect(lines.contains("    2 + 3 + (0 + 1)"))
    }

    /// Every algorithm, at some number of ranks for which it exists.
    @Test func everyAlgorithmIsProved() throws {
        for ranks in [6, 8] {
            let list = try Weft.run(["algorithms", "--json", "--ranks", "\(ranks)"])
            let object = try JSONSerialization.jsonObject(with: Data(list.output.utf8))
            for entry in try #require(object as? [[String: Any]]) {
                guard entry["refusal"] is NSNull else { continue }
                let names = ["collective", "algorithm"].compactMap { entry[$0] as? String }
                let outcome = try run(
                    "prove \(names[0]) --algorithm \(names[1]) --ranks \(ranks) --json"
                )
                #expect(outcome.status == 0, "\(names): \(outcome.output)\(outcome.errors)")
            }
        }
    }

    @Test func theProofIsJSON() throws {
        let outcome = try run("prove all-reduce -a ring --ranks 3 --json")
        #expect(outcome.status == 0)
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let proof = try #require(object as? [String: Any])
        #expect(proof["schema"] as? String == "weft-proof-1")
        #expect(proof["isRight"] as? Bool == true)
        #expect(proof["steps"] as? Int == 12)
        #expect(proof["scratchBytes"] as? Int == 0)
        #expect(proof["isSameOnEveryRank"] as? Bool == true)
        #expect(proof["orders"] as? [String] == ["1 + 2 + 0", "2 + 0 + 1", "0 + 1 + 2"])
    }

    /// An exported algorithm in which one sum is only what it receives.
    private func wrongFile() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let text = try run("export all-reduce -a ring --ranks 3").output
        let sum = try #require(text.range(of: "type=\"rrc\""))
        _ = try folder.write(
            text.replacingCharacters(in: sum, with: "type=\"r\""),
            to: "wrong.xml"
        )
        return folder
    }

    @Test func whatIsWrongIsFound() throws {
        let folder = try wrongFile()
        for command in ["prove wrong.xml", "import wrong.xml --output new.json"] {
            let outcome = try run(command, in: folder)
            #expect(outcome.status == 2, "\(outcome.errors)")
            #expect(outcome.errors.isEmpty)
            let lines = outcome.output.split(separator: "\n").map(String.init)
            #expect(lines.first == "wrong.xml: ring all-reduce for 3 ranks is wrong")
            #expect(lines.contains { $0.hasPrefix("  what  ") })
            #expect(lines.allSatisfy { $0.count <= 100 })
            #expect(lines.contains { $0.hasPrefix("  lost  rank 0's output chunk 1 lacks") })
            #expect(lines.contains { $0.contains("! ←2 c1") })
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("new.json")))
        let json = try run("prove wrong.xml --json", in: folder)
        #expect(json.status == 2)
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
        let proof = try #require(object as? [String: Any])
        #expect(proof["isRight"] as? Bool == false)
        let loss = try #require(proof["loss"] as? [String: Any])
        #expect(loss["rank"] as? Int == 0 && loss["chunk"] as? Int == 1)
        #expect(loss["origin"] as? Int == 0)
        #expect((proof["flaw"] as? [String: Any])?["message"] is String)
    }

    // MARK: - Exchange

    @Test(arguments: ["msccl", "json"])
    func whatIsExportedCanBeImported(_ format: String) throws {
        let folder = try TemporaryFolder()
        let export = try run(
            "export all-gather -a ring --ranks 5 --format \(format) --output file",
            in: folder
        )
        #expect(export.status == 0 && export.output.isEmpty, "\(export.errors)")
        #expect(export.errors == "The schedule is file\n")
        let back = try run("import ./file --format \(format) --output again", in: folder)
        #expect(back.status == 0, "\(back.errors)")
        #expect(back.output.contains("ring all-gather, 5 ranks"))
        #expect(back.output.contains("ring all-gather for 5 ranks is right"))
        let first = try Data(contentsOf: URL(filePath: folder.path("file")))
        let again = try Data(contentsOf: URL(filePath: folder.path("again")))
        #expect(first == again)
        for command in ["show file", "show file --rank 1", "prove file"] {
            #expect(try run(command, in: folder).status == 0)
        }
    }

    /// The step that is wrong is told in words, in the round that the diagram shows.
    @Test func theStepIsTold() throws {
        let folder = try TemporaryFolder()
        let text = try run("export all-reduce -a ring --ranks 4 --format json").output
        let wrong = text.replacing(
            "(position - round - 2) mod 4",
            with: "(position - round - 1) mod 4"
        )
        #expect(wrong != text)
        _ = try folder.write(wrong, to: "wrong.json")
        let outcome = try run("prove wrong.json", in: folder)
        #expect(outcome.status == 2)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.contains("  where  sums, round 1, rank 0"))
        #expect(
            lines.contains("  step   rank 3's output c1 + own input c1 → own output c1"),
            "\(outcome.output)"
        )
        #expect(lines.contains { $0.hasPrefix("sums               1  ! ←3 +c1") })
    }

    @Test func goalIsForLogGOPSim() throws {
        let outcome = try run("export all-reduce -a ring --ranks 3 --format goal")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.output.contains("\nnum_ranks 3\n"))
    }

    // MARK: - What is refused

    @Test(arguments: [
        ("prove", "missing argument subject"),
        ("prove all-gathr", "unknown collective or file 'all-gathr'; did you mean 'all-gather'?"),
        ("prove all-reduce", "which algorithm? all-reduce has --algorithm ring, "),
        (
            "prove all-reduce -a rign",
            "unknown algorithm of all-reduce 'rign'; did you mean 'ring'?; known: ring, "
        ),
        (
            "show all-reduce -a two-level --ranks 8 --node 3",
            "two-level all-reduce needs nodes of equal size; 8 ranks make nodes of 1, 2, 4, 8"
        ),
        ("show all-reduce -a ring --radix 2", "ring all-reduce has no --radix"),
        ("show all-reduce -a ring --root 1", "all-reduce has no root"),
        ("show all-reduce -a ring --order 0,1", "an order names each of the 8 ranks once"),
        ("show all-reduce -a ring --order 0,x", "option '--order' needs ranks with commas"),
        ("show all-reduce -a ring --ranks 4 --rank 4", "option '--rank' needs a whole number"),
        ("show all-reduce -a ring --type flaot", "unknown type 'flaot'; did you mean 'float'?"),
        ("show all-reduce -a ring --size 8 --elements 2", "--size and --elements exclude"),
        ("show all-reduce -a ring --size 2T", "option '--size' needs at most 1T, but got 2T"),
        ("prove all-reduce -a ring --ranks 4000", "a proof of ring all-reduce for 4000 ranks"),
        ("export all-reduce -a ring --format xml", "option '--format' does not accept 'xml'"),
        ("import x.xml --format json", "--format says how --output is written"),
        ("frobnicate", "unknown command 'schedule frobnicate'"),
    ])
    func whatIsWrongIsRefused(_ line: String, _ sentence: String) throws {
        let outcome = try run(line)
        #expect(outcome.status == 64, "\(outcome.output)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("weft: \(sentence)"), "\(outcome.errors)")
    }

    @Test func aFileSaysItsOwnRanks() throws {
        let folder = try wrongFile()
        let outcome = try run("prove wrong.xml --ranks 3", in: folder)
        #expect(outcome.status == 64)
        #expect(
            outcome.errors.hasPrefix("weft: 'wrong.xml' is a file, which --ranks can't change")
        )
    }

    @Test func badFilesAreNamedWithLineAndColumn() throws {
        let folder = try TemporaryFolder()
        let files = [
            ("<algo>\n  <gpu\n", "x.xml:"), ("{\n  \"a\": \n}", "x.xml:"), ("", "x.xml:"),
            ("frobnicate", "x.xml:"),
        ]
        for (text, start) in files {
            _ = try folder.write(text, to: "x.xml")
            for command in ["prove", "show", "import", "export"] {
                let outcome = try run("\(command) x.xml", in: folder)
                #expect(outcome.status == 1, "\(command) \(text): \(outcome.output)")
                #expect(outcome.output.isEmpty)
                #expect(outcome.errors.hasPrefix("weft: \(start)"), "\(outcome.errors)")
                #expect(outcome.errors.split(separator: "\n").count == 1)
            }
        }
        let missing = try run("prove ./missing.xml", in: folder)
        #expect(missing.status == 1)
        #expect(missing.errors.contains("No such file or directory"))
        let output = try run("export all-reduce -a ring --output /nonexistent/x", in: folder)
        #expect(output.status == 1)
        #expect(output.errors.hasPrefix("weft: '/nonexistent/x' can't be written"))
    }
}

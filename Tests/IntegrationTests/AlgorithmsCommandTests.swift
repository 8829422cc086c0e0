import Foundation
import TestSupport
import Testing

/// `weft algorithms`: what there is, and what it costs.
@Suite(.everyCore) struct AlgorithmsCommandTests {
    private func list(_ line: String) throws -> [[String: Any]] {
        let words = line.split(separator: " ").map(String.init)
        let outcome = try Weft.run(["algorithms"] + words + ["--json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(object as? [[String: Any]])
    }

    @Test func everyCollectiveHasAlgorithms() throws {
        let all = try list("")
        #expect(Set(all.compactMap { $0["collective"] as? String }).count >= 4)
        let names = all.map { "\($0["collective"] ?? "") \($0["algorithm"] ?? "")" }
        #expect(Set(names).count == names.count)
        for name in ["ring", "one-shot", "two-shot", "two-level"] {
            #expect(names.contains("all-reduce \(name)"))
        }
        for entry in all {
            #expect((entry["summary"] as? String)?.isEmpty == false)
            for field in ["steps_formula", "sent_formula", "memory_formula"] {
                #expect((entry[field] as? String)?.isEmpty == false, "\(entry)")
            }
        }
    }

    @Test func numbersAreThoseOfTheRequest() throws {
        let all = try list("all-reduce --ranks 16 --size 64K")
        let ring = try #require(all.first { $0["algorithm"] as? String == "ring" })
        #expect(ring["ranks"] as? Int == 16)
        #expect(ring["bytes"] as? Int == 65_536)
        #expect(ring["steps"] as? Int == 30)
        #expect(ring["sent_bytes"] as? Int == 122_880)
        #expect(ring["memory_bytes"] as? Int == 0)
        #expect(ring["steps_formula"] as? String == "2 (n - 1)")
        let levels = try list("all-reduce --ranks 16 --node 4")
        let two = try #require(levels.first { $0["algorithm"] as? String == "two-level" })
        #expect(two["steps"] as? Int == 8)
        #expect(
            two["parameters"] as? [String]
                == ["radix", "buffer", "outstanding", "node", "inner", "outer"]
        )
    }

    @Test func whatDoesNotExistHasNoNumbers() throws {
        let all = try list("all-reduce --ranks 16 --node 3")
        let two = try #require(all.first { $0["algorithm"] as? String == "two-level" })
        #expect(two["steps"] is NSNull)
        #expect((two["refusal"] as? String)?.contains("nodes of equal size") == true)
        let table = try Weft.run("algorithms all-reduce --ranks 16 --node 3".words)
        #expect(table.status == 0)
        let lines = table.output.split(separator: "\n")
        let row = try #require(lines.first { $0.hasPrefix("  two-level ") })
        #expect(row.split(separator: " ")[1] == "-")
        let reason = "      not here: two-level all-reduce needs nodes of equal size; "
        #expect(lines.contains { $0.hasPrefix(reason) })
    }

    /// A barrier has no size.
    @Test func onlyWhatIsAskedForHasASize() throws {
        let all = try list("--size 64K")
        #expect(all.contains { $0["collective"] as? String == "barrier" })
        for entry in all {
            let isBarrier = entry["collective"] as? String == "barrier"
            #expect((entry["bytes"] as? Int) == (isBarrier ? nil : 65_536))
        }
    }

    @Test func formulaeAreWrapped() throws {
        let lines = try Weft.run(["algorithms"]).output.split(separator: "\n")
        for line in lines where line.hasPrefix("      ") { #expect(line.count <= 116) }
        #expect(lines.contains { $0.hasPrefix("      memory") })
    }

    @Test(arguments: ["--ranks 1", "--size 0", "--ranks 3 --size 7", "--ranks 1000 --size 4G"])
    func anyRanksAndSizes(_ line: String) throws {
        for entry in try list("all-reduce \(line)") where entry["refusal"] is NSNull {
            #expect((entry["steps"] as? Int ?? -1) >= 0)
            if line == "--ranks 1" { #expect(entry["sent_bytes"] as? Int == 0) }
        }
    }

    @Test func theTableIsForPeople() throws {
        let outcome = try Weft.run("algorithms all-reduce --ranks 4 --size 4K".words)
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "all-reduce, 4 ranks, 4K in each rank's vector")
        let names = lines[1].split(separator: " ").map(String.init)
        #expect(names.starts(with: ["algorithm", "steps", "sent", "memory"]))
        let index = try #require(lines.firstIndex { $0.hasPrefix("  ring ") })
        #expect(lines[index].split(separator: " ").starts(with: ["ring", "6", "6K", "0"]))
        #expect(lines[index].contains("neighbours pass blocks around twice"))
        #expect(
            lines[index + 1]
                == "      steps 2 (n - 1); sent 2 (n - 1)/n S; memory 0; --order"
        )
        #expect(lines.contains { $0.hasPrefix("    S ") })
    }

    @Test func csvHasAHeaderAndARowForEach() throws {
        let outcome = try Weft.run("algorithms --csv".words)
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n")
        #expect(
            lines[0].hasPrefix("collective,algorithm,ranks,bytes,steps,steps_is_bound,sent_bytes")
        )
        #expect(lines.count == (try list("")).count + 1)
        #expect(lines[1].hasPrefix("all-reduce,ring,8,1048576,14,false,1835008,0,2 (n - 1),"))
    }

    @Test(arguments: [
        (
            "algorithms all-recude",
            "unknown collective 'all-recude'; did you mean 'all-reduce'?; known: "
        ),
        ("algorithms x", "unknown collective 'x'; known: all-reduce, "),
        ("algorithms --ranks 0", "option '--ranks' needs a whole number from 1 to "),
        ("algorithms --size 1X", "option '--size' does not accept '1X'"),
        ("algorithms --size 5G", "option '--size' needs at most 4G, but got 5G"),
        ("algorithms --radix 1", "option '--radix' needs a whole number from 2 to "),
        ("algorithms --json --csv", "--json and --csv exclude each other"),
    ])
    func whatIsWrongIsRefused(_ line: String, _ sentence: String) throws {
        let outcome = try Weft.run(line.words)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("weft: \(sentence)"), "\(outcome.errors)")
    }
}

extension String {
    /// What blanks separate.
    var words: [String] { split(separator: " ").map(String.init) }
}

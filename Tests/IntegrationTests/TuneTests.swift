import Foundation
import Measurement
import TestSupport
import Testing

/// `weft tune` on real ranks, and what `weft bench` makes of it.
@Suite(.everyCore) struct TuneTests {
    private func json(_ text: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(object as? [String: Any])
    }

    private func sections(_ text: String) throws -> [[String: Any]] {
        try #require(try json(text)["sections"] as? [[String: Any]])
    }

    private func line(_ text: String, startingWith words: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix("# \(words)") }.map(String.init)
    }

    /// The thread from end to end: defaults, then what was tuned, then tuned for more.
    @Test func whatWasTunedIsChosen() throws {
        let state = try StateFolder()
        let file = state.folder.path("weft/selection.json")
        let bench = "bench broadcast --ranks 2 --sizes 8,4K --iterations 5"
        let before = try state.run(bench)
        #expect(before.status == 0, "\(before.errors)")
        #expect(line(before.output, startingWith: "Selection: weft's defaults; ") != nil)

        let dry = try state.run("tune broadcast --ranks 2 --sizes 8,4K")
        #expect(dry.status == 0, "\(dry.errors)")
        #expect(dry.output.hasPrefix("broadcast, 2 ranks, shared memory\n"), "\(dry.output)")
        let last = "nothing is stored; '--write' stores it for '--algorithm auto'\n"
        #expect(dry.output.hasSuffix(last))
        #expect(!FileManager.default.fileExists(atPath: file))

        let tune = try state.run("tune broadcast --ranks 2 --sizes 8,4K --write")
        #expect(tune.status == 0, "\(tune.errors)")
        #expect(tune.output.hasSuffix("stored in \(file)\n"))
        let stored = try sections(String(contentsOfFile: file, encoding: .utf8))
        #expect(
            stored.compactMap { $0["buffers"] as? String }
                == ["out-of-place", "in-place", "either"]
        )
        let either = try #require(stored.last)
        let date = try #require(either["date"] as? String)
        let ranges = try #require(either["ranges"] as? [[String: Any]])
        let names = ranges.compactMap { ($0["chosen"] as? [String: Any])?["algorithm"] as? String }
        #expect(names.count == ranges.count && !names.isEmpty)

        let after = try state.run(bench)
        #expect(
            line(after.output, startingWith: "Selection: ")
                == "# Selection: tuned \(date) with 2 ranks"
        )
        let record = try state.run(bench + " --json")
        let read = try Record(reading: Array(record.output.utf8), name: "bench")
        #expect(read.selection == "tuned \(date) with 2 ranks")
        #expect(read.rows.map(\.algorithm) == [names[0], names[names.count - 1]])
        let named = try state.run(bench + " --algorithm tree --json")
        #expect(try Record(reading: Array(named.output.utf8), name: "bench").selection == nil)

        // What is stored for others stays.
        let more = try state.run("tune barrier --ranks 2 --write --json")
        #expect(more.status == 0, "\(more.errors)")
        #expect(try sections(more.output).count == 3)
        #expect(try sections(String(contentsOfFile: file, encoding: .utf8)).count == 6)
    }

    @Test func severalRanksAndNodes() throws {
        let state = try StateFolder()
        let line = "tune all-reduce all-to-all --sizes 8,1K --json"
        let here = try state.run("\(line) --ranks 2,3")
        #expect(here.status == 0, "\(here.errors)")
        let found = try sections(here.output)
        #expect(found.count == 12)
        #expect(Set(found.compactMap { $0["ranks"] as? Int }) == [2, 3])
        #expect(found.allSatisfy { $0["nodes"] as? Int == 1 })
        let nodes = try state.run("tune all-reduce --sizes 8 --nodes 2 --write")
        #expect(nodes.status == 0, "\(nodes.errors)")
        #expect(nodes.output.hasPrefix("all-reduce, 2 ranks, 2 nodes with TCP between them\n"))
        let far = try state.run("bench all-reduce --nodes 2 --sizes 8 --iterations 2")
        #expect(self.line(far.output, startingWith: "Selection: tuned ") != nil)
        let near = try state.run("bench all-reduce --ranks 2 --sizes 8 --iterations 2")
        #expect(self.line(near.output, startingWith: "Selection: weft's defaults") != nil)
    }

    @Test func aBrokenTableIsRefusedAndReplaced() throws {
        let state = try StateFolder()
        let bench = "bench all-reduce --ranks 2 --sizes 8 --iterations 2"
        let tune = "tune all-reduce --ranks 2 --sizes 8"
        let file = try write("{\"schema\": \"x\"}", in: state)
        let refused = try state.run(bench)
        #expect(refused.status == 1)
        #expect(refused.output.isEmpty)
        #expect(refused.errors.hasPrefix("weft: \(file):1:12: schema: expected "), "\(refused)")
        #expect(try state.run(bench + " --algorithm ring").status == 0)
        let again = try state.run(tune + " --write")
        #expect(again.status == 0)
        #expect(again.errors.hasSuffix("; it counts as none\n"), "\(again.errors)")
        #expect(try state.run(bench).status == 0)
    }

    @Test func anotherMachinesTableIsNotUsed() throws {
        let state = try StateFolder()
        _ = try state.run("tune all-reduce --ranks 2 --sizes 8 --write")
        let path = state.folder.path("weft/selection.json")
        let own = try String(contentsOfFile: path, encoding: .utf8)
        let machine = try #require(try json(own)["machine"] as? String)
        _ = try write(own.replacing(machine, with: "elsewhere"), in: state)
        let outcome = try state.run("bench all-reduce --ranks 2 --sizes 8 --iterations 2")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(line(outcome.output, startingWith: "Selection: weft's defaults") != nil)
        let doubt = "Selection: the stored table is of another machine (elsewhere); run"
        #expect(line(outcome.output, startingWith: doubt) != nil, "\(outcome.output)")
    }

    @Test func whatCannotBeWrittenIsRefusedAtOnce() throws {
        let outcome = try Weft.run(
            ["tune", "all", "--write"],
            environment: ["XDG_STATE_HOME": "/proc/nowhere"]
        )
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("weft: cannot write '/proc/nowhere/weft/selection.json'"))
    }

    private func write(_ text: String, in state: StateFolder) throws -> String {
        let folder = state.folder.url.appending(path: "weft")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "selection.json")
        try Data(text.utf8).write(to: file)
        return file.path
    }
}

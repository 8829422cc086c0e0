import Foundation
import TestSupport
import Testing

/// A command line that can't be obeyed, and the one sentence that says why.
struct WrongLine: Sendable, CustomTestStringConvertible {
    let line: String
    let sentence: String
    let usage: String

    init(_ line: String, _ sentence: String, usage: String = "bench collective [options]") {
        self.line = line
        self.sentence = sentence
        self.usage = usage
    }

    var testDescription: String { "weft \(line)" }
    var words: [String] { line.split(separator: " ").map(String.init) }
}

@Suite(.everyCore) struct WrongCommandLineTests {
    private static let sizes = "option '--sizes' does not accept"
    private static let lines: [WrongLine] = [
        WrongLine(
            "benhc all-reduce",
            "unknown command 'benhc'; did you mean 'bench'?",
            usage: "COMMAND [options]"
        ),
        WrongLine("frobnicate", "unknown command 'frobnicate'", usage: "COMMAND [options]"),
        WrongLine(
            "bench all-reduce --rnaks 2",
            "unknown option '--rnaks'; did you mean '--ranks'?"
        ),
        WrongLine("bench all-reduce --ranks", "option '--ranks' needs a value N"),
        WrongLine(
            "bench all-reduce --slices 257",
            "option '--slices' needs a whole number from 1 to 256, but got '257'"
        ),
        WrongLine(
            "bench all-reduce --ranks 0",
            "option '--ranks' needs a whole number from 1 to 128, but got '0'"
        ),
        WrongLine(
            "bench all-reduce --ranks 100000",
            "option '--ranks' needs a whole number from 1 to 128, but got '100000'"
        ),
        WrongLine(
            "bench all-reduce --sizes 4Q",
            "\(sizes) '4Q': \"4Q\": unknown unit \"Q\"; write 8, 4K, 64MiB or 1.5GB (character 2)"
        ),
        WrongLine(
            "bench all-reduce --sizes 1M:8",
            "\(sizes) '1M:8': \"1M:8\": the minimum 1M is over the maximum 8 (character 4)"
        ),
        WrongLine(
            "bench all-reduce --algorithm rnig",
            "unknown algorithm 'rnig' for all-reduce; known: auto, all, \(DataPlane.names)"
        ),
        WrongLine(
            "bench all-reduce --algorithm ring,",
            "unknown algorithm '' for all-reduce; known: auto, all, \(DataPlane.names)"
        ),
        WrongLine(
            "bench all-recude",
            "unknown collective 'all-recude'; known: all-reduce, reduce-scatter, all-gather, "
                + "all-gather-v, all-to-all, all-to-all-v, broadcast, reduce, gather, scatter, "
                + "send-receive, barrier"
        ),
        WrongLine(
            "bench broadcast --ranks 2 --root 2",
            "option '--root' needs a whole number from 0 to 1, but got '2'"
        ),
        WrongLine(
            "bench all-gather --root 0",
            "all-gather has no root; leave out '--root'"
        ),
        WrongLine("bench all-gather --op max", "all-gather reduces nothing; leave out '--op'"),
        WrongLine(
            "bench reduce --op mean",
            "unknown operator 'mean'; known: sum, prod, min, max, avg, mulsum"
        ),
        WrongLine(
            "bench reduce --type fp9",
            "unknown type 'fp9'; known: int8, uint8, int32, uint32, int64, uint64, half, bfloat16, "
                + "float, double, fp8-e4m3, fp8-e5m2, mxfp8"
        ),
        WrongLine("bench", "missing argument collective"),
        WrongLine("bench all-reduce --json --csv", "--json and --csv exclude each other"),
        WrongLine(
            "bench all-reduce --ranks 2 --ranks 2",
            "option '--ranks' is given twice"
        ),
        WrongLine(
            "bench all-reduce --iterations 0",
            "option '--iterations' needs a whole number from 1 to 1000000000, but got '0'"
        ),
        WrongLine(
            "bench all-reduce -n 1.5",
            "option '-n' needs a whole number from 1 to 1000000000, but got '1.5'"
        ),
        WrongLine(
            "bench all-reduce --sizes 8388607T",
            "option '--sizes' needs sizes of at most 1T, but got 8388607T"
        ),
        WrongLine(
            "bench all-reduce --device mlx5_0:0",
            "option '--device' does not accept 'mlx5_0:0': 'mlx5_0:0': ports of a device are from "
                + "1 to 255"
        ),
        WrongLine(
            "bench all-reduce --partition 0x18001",
            "option '--partition' does not accept '0x18001': a partition key is a number such as "
                + "0x8001, of 16 bits, not 0x8000"
        ),
        WrongLine(
            "bench all-reduce --on-demand",
            "'--on-demand' needs '--untested': no test could run it on hardware (docs/RDMA.md)"
        ),
        WrongLine(
            "bench all-reduce --transport tcp --retries 3",
            "'--retries' is for RDMA; leave out '--transport tcp'"
        ),
        WrongLine(
            "predict all-reduce --channels 65",
            "option '--channels' needs a whole number from 1 to 64, but got '65'",
            usage: "predict collective [options]"
        ),
        WrongLine(
            "tune all-recude",
            "unknown collective 'all-recude'; known: all-reduce, reduce-scatter, all-gather, "
                + "all-gather-v, all-to-all, all-to-all-v, broadcast, reduce, gather, scatter, "
                + "send-receive, barrier",
            usage: "tune [collective...] [options]"
        ),
        WrongLine(
            "tune --ranks 2,0",
            "option '--ranks' needs whole numbers from 1 to 128 with commas between, but got '2,0'",
            usage: "tune [collective...] [options]"
        ),
        WrongLine(
            "report",
            "missing argument file",
            usage: "report file... [options]"
        ),
        WrongLine(
            "report /nonexistent/r.json",
            "argument file does not accept '/nonexistent/r.json': cannot read "
                + "'/nonexistent/r.json': No such file or directory",
            usage: "report file... [options]"
        ),
    ]

    /// Refuses with exactly the sentence, the usage line and where to read on.
    private func expectRefusal(_ wrong: WrongLine, in folder: TemporaryFolder? = nil) throws {
        let program = try RunningProgram(Weft.path, wrong.words, in: folder?.url)
        var children: Set<pid_t> = []
        while program.isRunning {
            children.formUnion(Processes.children(of: program.number))
        }
        let outcome = program.wait()
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        let lines = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 4 && lines.last == "", "\(outcome.errors)")
        #expect(lines.first.map(String.init) == "weft: \(wrong.sentence)")
        #expect(lines.dropFirst().first.map(String.init) == "usage: weft \(wrong.usage)")
        #expect(lines.dropFirst(2).first?.hasPrefix("(see weft help") == true)
        #expect(children.isEmpty, "started \(children)")
    }

    @Test(arguments: lines)
    func isRefusedInOneSentence(_ wrong: WrongLine) throws {
        try expectRefusal(wrong)
    }

    @Test func aForeignReportNamesTheLineAndWhatWasExpected() throws {
        let folder = try TemporaryFolder()
        let usage = "report file... [options]"
        let files = [
            (
                "{\n  \"a\": 1\n}\n",
                "r.json:1:1: expected a result of weft: an object with \"schema\""
            ),
            (
                "\n\n{\"schema\": \"x\"}",
                "r.json:3:12: schema: expected schema \"weft-result-1\", found \"x\""
            ),
            ("not json", "r.json:1:1: expected a value, found not; a string needs quotes"),
        ]
        for (text, problem) in files {
            _ = try folder.write(text, to: "r.json")
            let sentence = "argument file does not accept 'r.json': \(problem)"
            try expectRefusal(WrongLine("report r.json", sentence, usage: usage), in: folder)
            #expect(!FileManager.default.fileExists(atPath: folder.path("weft-report.html")))
        }
    }

    /// Arguments that carry control characters do not reach the terminal as such.
    @Test func hostileTextsAreQuoted() throws {
        for text in ["\u{1b}[2J", "a\nb", "\u{202e}x", String(repeating: "x", count: 100_000)] {
            let outcome = try Weft.run(["bench", "all-reduce", "--ranks", text])
            #expect(outcome.status == 64)
            #expect(outcome.errors.count < 1000)
            #expect(outcome.errors.split(separator: "\n").count == 3)
            #expect(!outcome.errors.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" })
        }
        for arguments in [["bench", "a\u{1b}[2J"], ["report", "a\u{1b}[2J"]] {
            let outcome = try Weft.run(arguments)
            #expect(outcome.status == 64)
            #expect(!outcome.errors.contains("\u{1b}"), "\(arguments)")
        }
    }
}

import CommandLine
import Testing

/// A command line and the sentence that refuses it.
struct Refusal: Sendable, CustomTestStringConvertible {
    let id: String
    let arguments: [String]
    let message: String

    init(_ id: String, _ arguments: [String], _ message: String) {
        self.id = id
        self.arguments = arguments
        self.message = message
    }

    var testDescription: String { id }
}

/// The message with which the sample program refuses, or what it did instead.
private func outcome(_ arguments: [String]) -> String {
    do throws(UsageError) {
        return "accepted: \(try Sample.program.parse(arguments))"
    } catch {
        return error.message
    }
}

@Suite("Refusals of command lines")
struct RefusalTests {
    static let commands = [
        Refusal("unknown", ["run"], "unknown command 'run'"),
        Refusal("near", ["bnch"], "unknown command 'bnch'; did you mean 'bench'?"),
        Refusal("swapped", ["becnh"], "unknown command 'becnh'; did you mean 'bench'?"),
        Refusal("prefix", ["fab"], "unknown command 'fab'; did you mean 'fabric'?"),
        Refusal("near help", ["hlep"], "unknown command 'hlep'; did you mean 'help'?"),
        Refusal("case", ["Bench"], "unknown command 'Bench'; did you mean 'bench'?"),
        Refusal("hidden is not suggested", ["secrt"], "unknown command 'secrt'"),
        Refusal("one letter", ["b"], "unknown command 'b'"),
        Refusal("empty", [""], "unknown command ''"),
        Refusal("control", ["a\u{1B}[2J\n"], #"unknown command 'a\u{1b}[2J\u{a}'"#),
        Refusal("bidirectional", ["a\u{202E}b"], #"unknown command 'a\u{202e}b'"#),
        Refusal("visible", ["naïve"], "unknown command 'naïve'"),
        Refusal(
            "long",
            [String(repeating: "x", count: 1_000)],
            "unknown command '\(String(repeating: "x", count: 120))...'"
        ),
        Refusal("dashes", ["--", "bench"], "expected a command, but got '--'"),
        Refusal(
            "option first",
            ["--json", "bench"],
            "unknown option '--json'; options come after the command"
        ),
        Refusal("short first", ["-b"], "unknown option '-b'; options come after the command"),
        Refusal(
            "near version",
            ["--versio"],
            "unknown option '--versio'; did you mean '--version'?"
        ),
        Refusal("help with value", ["--help=yes"], "option '--help' takes no value"),
        Refusal("group", ["fabric"], "'weft fabric' needs a command: list or show"),
        Refusal(
            "group and option",
            ["fabric", "--json"],
            "'weft fabric' needs a command, but got '--json': list or show"
        ),
        Refusal(
            "subcommand",
            ["fabric", "lst"],
            "unknown command 'fabric lst'; did you mean 'fabric list'?"
        ),
        Refusal("far subcommand", ["fabric", "routes"], "unknown command 'fabric routes'"),
        Refusal("hidden subcommand", ["fabric", "dmp"], "unknown command 'fabric dmp'"),
        Refusal(
            "help of unknown",
            ["help", "bnch"],
            "unknown command 'bnch'; did you mean 'bench'?"
        ),
        Refusal(
            "help of surplus",
            ["help", "bench", "x"],
            "unexpected argument 'x': 'bench' has no commands of its own"
        ),
        Refusal(
            "help of deeper",
            ["help", "fabric", "list", "x"],
            "unexpected argument 'x': 'fabric list' has no commands of its own"
        ),
        Refusal(
            "help and option",
            ["help", "bench", "--json"],
            "unknown option '--json'; options come after the command"
        ),
    ]

    static let options = [
        Refusal("unknown", ["bench", "--frobnicate"], "unknown option '--frobnicate'"),
        Refusal("near", ["bench", "--jsn"], "unknown option '--jsn'; did you mean '--json'?"),
        Refusal("prefix", ["bench", "--out"], "unknown option '--out'; did you mean '--output'?"),
        Refusal("value", ["bench", "--jsn=1"], "unknown option '--jsn'; did you mean '--json'?"),
        Refusal(
            "near help",
            ["bench", "--hepl"],
            "unknown option '--hepl'; did you mean '--help'?"
        ),
        Refusal("only equals", ["bench", "--=1"], "unknown option '--'"),
        Refusal(
            "three dashes",
            ["bench", "---json"],
            "unknown option '---json'; did you mean '--json'?"
        ),
        Refusal("one dash", ["bench", "-json"], "unknown option '-json'; did you mean '--json'?"),
        Refusal(
            "one dash near",
            ["bench", "-jsn"],
            "unknown option '-jsn'; did you mean '--json'?"
        ),
        Refusal("letter", ["bench", "-x"], "unknown option '-x'"),
        Refusal("capital", ["bench", "-B", "8"], "unknown option '-B'; did you mean '-b'?"),
        Refusal("joined value", ["bench", "-b8"], "unknown option '-b8'; did you mean '-b 8'?"),
        Refusal(
            "joined flags",
            ["bench", "-cb"],
            "unknown option '-cb'; one-letter options are written apart"
        ),
        Refusal("other dash", ["bench", "-é"], "unknown option '-é'"),
        Refusal("other command's", ["fabric", "list", "--check"], "unknown option '--check'"),
        Refusal("twice", ["bench", "--json", "--json"], "option '--json' is given twice"),
        Refusal(
            "twice with values",
            ["bench", "--ranks", "1", "--ranks=1"],
            "option '--ranks' is given twice"
        ),
        Refusal(
            "short and long",
            ["bench", "-b", "1", "--begin", "2"],
            "option '--begin' is given twice ('-b' is the same)"
        ),
        Refusal(
            "long and short",
            ["bench", "--check", "-c"],
            "option '-c' is given twice ('--check' is the same)"
        ),
        Refusal("no value", ["bench", "--output"], "option '--output' needs a value FILE"),
        Refusal("no short value", ["bench", "-b"], "option '-b' needs a value SIZE"),
        Refusal(
            "option for value",
            ["bench", "--output", "--json"],
            "option '--output' needs a value FILE, but '--json' follows"
        ),
        Refusal(
            "letter for value",
            ["bench", "-b", "-e", "64M"],
            "option '-b' needs a value SIZE, but '-e' follows"
        ),
        Refusal(
            "dashes for value",
            ["bench", "--output", "--"],
            "option '--output' needs a value FILE, but '--' follows"
        ),
        Refusal(
            "flag with value",
            ["bench", "--json=yes"],
            "option '--json' takes no value, but got 'yes'"
        ),
        Refusal(
            "flag with none",
            ["bench", "--json="],
            "option '--json' takes no value, but got ''"
        ),
        Refusal("short flag", ["bench", "-c=1"], "option '-c' takes no value, but got '1'"),
        Refusal("help flag", ["bench", "-h=1"], "option '-h' takes no value, but got '1'"),
        Refusal("empty", ["bench", "--output", ""], "option '--output' has an empty value"),
        Refusal("empty after equals", ["bench", "-b="], "option '-b' has an empty value"),
        Refusal(
            "not allowed",
            ["bench", "--op", "product"],
            "option '--op' does not accept 'product': allowed are sum, min, max"
        ),
        Refusal(
            "nearly allowed",
            ["bench", "-o=summ"],
            "option '-o' does not accept 'summ': allowed are sum, min, max; did you mean 'sum'?"
        ),
        Refusal(
            "negative",
            ["bench", "--op", "-1"],
            "option '--op' does not accept '-1': allowed are sum, min, max"
        ),
    ]

    static let arguments = [
        Refusal("missing", ["bench"], "missing argument COLLECTIVE"),
        Refusal("missing after dashes", ["bench", "--"], "missing argument COLLECTIVE"),
        Refusal(
            "surplus",
            ["bench", "broadcast", "two"],
            "unexpected argument 'two': 'weft bench' takes 1 argument"
        ),
        Refusal(
            "surplus of none",
            ["fabric", "list", "x"],
            "unexpected argument 'x': 'weft fabric list' takes no arguments"
        ),
        Refusal(
            "surplus of optional",
            ["fabric", "show", "a", "b", "c"],
            "unexpected argument 'c': 'weft fabric show' takes at most 2 arguments"
        ),
        Refusal(
            "surplus after dashes",
            ["bench", "broadcast", "--", "--json"],
            "unexpected argument '--json': 'weft bench' takes 1 argument"
        ),
        Refusal("empty", ["bench", ""], "argument COLLECTIVE is empty"),
        Refusal("empty optional", ["fabric", "show", "a", ""], "argument RANK is empty"),
        Refusal("empty repeated", ["launch", "a", "b", ""], "argument WORD is empty"),
        Refusal(
            "not allowed",
            ["bench", "gather"],
            "argument COLLECTIVE does not accept 'gather': "
                + "allowed are all-reduce, all-gather, broadcast"
        ),
        Refusal(
            "nearly allowed",
            ["bench", "allreduce"],
            "argument COLLECTIVE does not accept 'allreduce': "
                + "allowed are all-reduce, all-gather, broadcast; did you mean 'all-reduce'?"
        ),
        Refusal(
            "repeated none",
            ["compare"],
            "missing argument FILE: at least 2 are needed, but there is none"
        ),
        Refusal(
            "repeated one",
            ["compare", "a"],
            "missing argument FILE: at least 2 are needed, but there is only 1"
        ),
        Refusal("first of two kinds", ["launch"], "missing argument PROGRAM"),
    ]

    @Test(arguments: commands)
    func command(_ refusal: Refusal) {
        #expect(outcome(refusal.arguments) == refusal.message)
    }

    @Test(arguments: options)
    func option(_ refusal: Refusal) {
        #expect(outcome(refusal.arguments) == refusal.message)
    }

    @Test(arguments: arguments)
    func argument(_ refusal: Refusal) {
        #expect(outcome(refusal.arguments) == refusal.message)
    }
}

@Suite("Rendered refusals")
struct RenderedRefusalTests {
    @Test(arguments: [
        (["bnch"], "usage: weft COMMAND [options]\n(see weft help)"),
        (["bench"], "usage: weft bench COLLECTIVE [options]\n(see weft help bench)"),
        (["fabric"], "usage: weft fabric COMMAND\n(see weft help fabric)"),
        (["fabric", "lst"], "usage: weft fabric COMMAND\n(see weft help fabric)"),
        (
            ["fabric", "list", "x"],
            "usage: weft fabric list [options]\n(see weft help fabric list)"
        ),
        (["fabric", "show"], "usage: weft fabric show FABRIC [RANK]\n(see weft help fabric show)"),
        (["compare"], "usage: weft compare FILE FILE...\n(see weft help compare)"),
        (["launch"], "usage: weft launch PROGRAM [WORD...] [options]\n(see weft help launch)"),
    ])
    func usage(arguments: [String], expected: String) throws {
        let error = try #require(throws: UsageError.self) {
            try Sample.program.parse(arguments)
        }
        #expect(error.rendered(for: "tool") == "tool: \(error.message)\n\(expected)")
        #expect(error.exitCode == 64)
        #expect("\(error)" == error.message)
    }

    @Test func exitCodes() {
        #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 64])
        #expect(Set(ExitCode.allCases.map(\.meaning)).count == 4)
    }
}

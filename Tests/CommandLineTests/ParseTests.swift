import CommandLine
import Testing

/// A command line and what is understood by it.
struct Accepted: Sendable, CustomTestStringConvertible {
    let id: String
    let arguments: [String]
    let path: [String]
    var positionals: [String] = []
    var strings: [String: String] = [:]
    var flags: [String] = []

    var testDescription: String { id }
}

@Suite("Accepted command lines")
struct ParseTests {
    static let lines = [
        Accepted(
            id: "plain",
            arguments: ["bench", "broadcast"],
            path: ["bench"],
            positionals: ["broadcast"]
        ),
        Accepted(
            id: "long with space",
            arguments: ["bench", "--begin", "8", "broadcast"],
            path: ["bench"],
            positionals: ["broadcast"],
            strings: ["begin": "8"]
        ),
        Accepted(
            id: "long with equals",
            arguments: ["bench", "broadcast", "--begin=8"],
            path: ["bench"],
            positionals: ["broadcast"],
            strings: ["begin": "8"]
        ),
        Accepted(
            id: "short",
            arguments: ["bench", "-b", "8", "-e=64M", "broadcast"],
            path: ["bench"],
            positionals: ["broadcast"],
            strings: ["begin": "8", "end": "64M"]
        ),
        Accepted(
            id: "flags",
            arguments: ["bench", "-c", "--json", "broadcast"],
            path: ["bench"],
            positionals: ["broadcast"],
            flags: ["check", "json"]
        ),
        Accepted(
            id: "negative value",
            arguments: ["bench", "broadcast", "--ranks", "-1", "-b", "-.5"],
            path: ["bench"],
            positionals: ["broadcast"],
            strings: ["ranks": "-1", "begin": "-.5"]
        ),
        Accepted(
            id: "dash as value",
            arguments: ["bench", "broadcast", "--output", "-"],
            path: ["bench"],
            positionals: ["broadcast"],
            strings: ["output": "-"]
        ),
        Accepted(
            id: "odd values after equals",
            arguments: ["bench", "broadcast", "--output=--json", "--begin==", "-e=-x"],
            path: ["bench"],
            positionals: ["broadcast"],
            strings: ["output": "--json", "begin": "=", "end": "-x"]
        ),
        Accepted(
            id: "equals in value",
            arguments: ["bench", "broadcast", "--output=a=b"],
            path: ["bench"],
            positionals: ["broadcast"],
            strings: ["output": "a=b"]
        ),
        Accepted(
            id: "allowed value",
            arguments: ["bench", "broadcast", "-o", "max"],
            path: ["bench"],
            positionals: ["broadcast"],
            strings: ["op": "max"]
        ),
        Accepted(
            id: "dashes end options",
            arguments: ["bench", "--json", "--", "broadcast"],
            path: ["bench"],
            positionals: ["broadcast"],
            flags: ["json"]
        ),
        Accepted(
            id: "subcommand",
            arguments: ["fabric", "list", "--json"],
            path: ["fabric", "list"],
            flags: ["json"]
        ),
        Accepted(
            id: "hidden subcommand",
            arguments: ["fabric", "dump"],
            path: ["fabric", "dump"]
        ),
        Accepted(id: "hidden command", arguments: ["secret"], path: ["secret"]),
        Accepted(
            id: "optional absent",
            arguments: ["fabric", "show", "a"],
            path: ["fabric", "show"],
            positionals: ["a"]
        ),
        Accepted(
            id: "negative and dash arguments",
            arguments: ["fabric", "show", "-", "-1"],
            path: ["fabric", "show"],
            positionals: ["-", "-1"]
        ),
        Accepted(
            id: "repeated",
            arguments: ["compare", "a", "b", "c"],
            path: ["compare"],
            positionals: ["a", "b", "c"]
        ),
        Accepted(
            id: "words of another program",
            arguments: ["launch", "--", "ls", "--help", "-l", "--", "--version"],
            path: ["launch"],
            positionals: ["ls", "--help", "-l", "--", "--version"]
        ),
        Accepted(
            id: "own version option",
            arguments: ["launch", "--version", "2", "ls"],
            path: ["launch"],
            positionals: ["ls"],
            strings: ["version": "2"]
        ),
    ]

    @Test(arguments: lines)
    func line(_ line: Accepted) throws {
        guard case .run(let invocation) = try Sample.program.parse(line.arguments) else {
            Issue.record("not an invocation")
            return
        }
        #expect(invocation.path == line.path)
        #expect(invocation.positionals == line.positionals)
        for (name, value) in line.strings { #expect(invocation.string(name) == value) }
        for name in line.flags { #expect(invocation.flag(name)) }
        guard line.path == ["bench"] else { return }
        for name in ["begin", "end", "ranks", "op", "output"] {
            #expect(invocation.string(name) == line.strings[name])
        }
        for name in ["json", "check"] {
            #expect(invocation.flag(name) == line.flags.contains(name))
        }
    }

    @Test(arguments: [
        ["--version"], ["--version", "bench"], ["bench", "--version"], ["fabric", "--version"],
        ["fabric", "list", "x", "--version"],
    ])
    func version(arguments: [String]) throws {
        guard case .version(let text) = try Sample.program.parse(arguments) else {
            Issue.record("not the version")
            return
        }
        #expect(text == "weft 1.2.3")
    }

    @Test(arguments: [
        ([], []), (["--help"], []), (["-h"], []), (["help"], []), (["help", "--help"], []),
        (["help", "bench"], ["bench"]),
        (["bench", "--help"], ["bench"]), (["bench", "-h"], ["bench"]),
        (["bench", "--nonsense", "x", "-h"], ["bench"]),
        (["bench", "--output", "--help"], ["bench"]),
        (["fabric", "-h"], ["fabric"]), (["help", "fabric"], ["fabric"]),
        (["fabric", "list", "--help"], ["fabric", "list"]),
        (["help", "fabric", "list"], ["fabric", "list"]),
        (["secret", "--help"], ["secret"]),
    ])
    func help(arguments: [String], path: [String]) throws {
        guard case .help(let text) = try Sample.program.parse(arguments, width: 60) else {
            Issue.record("not help")
            return
        }
        let program = Sample.program
        let expected =
            path.isEmpty ? program.help(width: 60) : try program.help(for: path, width: 60)
        #expect(text == expected)
    }
}

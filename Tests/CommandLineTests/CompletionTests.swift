import CommandLine
import Testing

/// The words before and under the cursor, and what is offered.
struct Completion: Sendable, CustomTestStringConvertible {
    let id: String
    let words: [String]
    let offered: [String]

    init(_ id: String, _ words: [String], _ offered: [String]) {
        self.id = id
        self.words = words
        self.offered = offered
    }

    var testDescription: String { id }
}

@Suite("Completions")
struct CompletionTests {
    private static let files = ["old.json": "", "other file": "", "-x": "", "$HOME": ""]

    static let completions = [
        Completion("commands", [""], ["bench", "compare", "fabric", "launch", "help"]),
        Completion("start of a command", ["b"], ["bench"]),
        Completion("no such command", ["x"], []),
        Completion("hidden command", ["s"], []),
        Completion("options in place of a command", ["-"], ["-h", "--help", "--version"]),
        Completion("help", ["help", "f"], ["fabric"]),
        Completion("help of a subcommand", ["help", "fabric", ""], ["list", "show"]),
        Completion("help of a plain command", ["help", "bench", ""], []),
        Completion("subcommands", ["fabric", ""], ["list", "show"]),
        Completion("start of a subcommand", ["fabric", "l"], ["list"]),
        Completion(
            "options of a subcommand",
            ["fabric", "list", "-"],
            ["--json", "-h", "--help"]
        ),
        Completion("long options", ["bench", "--o"], ["--op", "--output"]),
        Completion(
            "all options",
            ["bench", "-"],
            [
                "-b", "--begin", "-e", "--end", "--ranks", "-o", "--op", "--output", "--json",
                "-c", "--check", "-h", "--help",
            ]
        ),
        Completion("allowed values", ["bench", "--op", ""], ["sum", "min", "max"]),
        Completion("start of an allowed value", ["bench", "-o", "m"], ["min", "max"]),
        Completion("equals under the cursor", ["bench", "--op", "="], ["sum", "min", "max"]),
        Completion("value after equals", ["bench", "--op", "=", "ma"], ["max"]),
        Completion("word that is not split at equals", ["bench", "--op=s"], ["--op=sum"]),
        Completion("free value", ["bench", "--begin", ""], []),
        Completion("file value", ["bench", "--output", "o"], ["old.json", "other file"]),
        Completion("file after equals", ["bench", "--output", "=", "old"], ["old.json"]),
        Completion("unsplit file", ["bench", "--output=old"], ["--output=old.json"]),
        Completion("flag with value", ["bench", "--json", "=", ""], []),
        Completion("argument", ["bench", "a"], ["all-reduce", "all-gather"]),
        Completion("argument after a flag", ["bench", "--json", "b"], ["broadcast"]),
        Completion("argument after a value", ["bench", "-b", "8", "b"], ["broadcast"]),
        Completion("argument after equals", ["bench", "-b", "=", "8", "b"], ["broadcast"]),
        Completion("argument after dashes", ["bench", "--", "b"], ["broadcast"]),
        Completion("no option after dashes", ["bench", "--", "-"], []),
        Completion("surplus argument", ["bench", "broadcast", ""], []),
        Completion("negative argument counts", ["bench", "-1", ""], []),
        Completion("file argument", ["fabric", "show", "ol"], ["old.json"]),
        Completion("argument without values", ["fabric", "show", "a", "o"], []),
        Completion("first of many files", ["compare", "ol"], ["old.json"]),
        Completion("third of many files", ["compare", "a", "b", "ol"], ["old.json"]),
        Completion("nothing is expanded", ["compare", "$"], ["$HOME"]),
        Completion("unknown command", ["nonsense", ""], []),
        Completion("value that is an option of bench", ["launch", "--op", "s"], []),
    ]

    private static let driver = """
        set -u
        source ./script
        COMP_WORDS=(weft "$@")
        COMP_CWORD=$#
        _weft
        for word in ${COMPREPLY[@]+"${COMPREPLY[@]}"}; do printf '%s\\n' "$word"; done
        complete -p weft >&2
        """

    @Test(.enabled(if: Tool.exists("bash")), arguments: completions)
    func bash(_ completion: Completion) throws {
        var files = CompletionTests.files
        files["script"] = Sample.program.completions(shell: .bash)
        let words = ["bash", "--norc", "-c", CompletionTests.driver, "bash"] + completion.words
        let result = try Tool.run(words, files: files)
        let offered = result.output.split(separator: "\n").map(String.init)
        let isFiles = completion.id.contains("file")
        #expect((isFiles ? offered.sorted() : offered) == completion.offered)
        #expect(result.errors == "complete -F _weft weft\n")
        #expect(result.status == 0)
    }

    @Test(.enabled(if: Tool.exists("zsh")))
    func zshSyntax() throws {
        let script = Sample.program.completions(shell: .zsh)
        let result = try Tool.run(["zsh", "-n", "script"], files: ["script": script])
        #expect(result.status == 0)
        #expect(result.errors == "")
    }

    @Test func zshText() {
        let script = Sample.program.completions(shell: .zsh)
        #expect(script.hasPrefix("#compdef weft\n"))
        #expect(script.contains("'(-o --op)--op=[Reduction.]:OP:(sum min max)'"))
        #expect(script.contains("'(--output)--output=[Write records here.]:FILE:_files'"))
        #expect(script.contains("':COLLECTIVE:(all-reduce all-gather broadcast)'"))
        #expect(script.contains("'*:FILE:_files'"))
        #expect(!script.contains("secret"))
    }

    /// What is special to a shell stays text in the scripts.
    @Test(arguments: Shell.allCases)
    func hostileDescriptions(shell: Shell) throws {
        let text = #"It's "$(touch pwned)" `touch pwned` [x]: \ (y)"#
        let value = "'$(touch${IFS}pwned)':[x]`"
        let command = Command(
            name: "a",
            summary: text,
            arguments: [Positional(name: "X", help: text, allowed: [value])],
            options: [Option(name: "x", value: "'X':", help: text, allowed: [value])]
        )
        let program = Program(name: "weft", version: "1", summary: text, commands: [command])
        guard Tool.exists(shell.rawValue) else { return }
        let files = ["script": program.completions(shell: shell)]
        if shell == .zsh {
            #expect(try Tool.run(["zsh", "-n", "script"], files: files).errors == "")
            return
        }
        for words in [["a", ""], ["a", "--x", ""]] {
            let line = ["bash", "--norc", "-c", CompletionTests.driver + "\nls", "bash"] + words
            #expect(try Tool.run(line, files: files).output == "\(value)\nscript\n")
        }
    }

    @Test func noCommands() throws {
        let empty = Program(name: "a-b", version: "1", summary: "Empty.", commands: [])
        for shell in Shell.allCases where Tool.exists(shell.rawValue) {
            let script = empty.completions(shell: shell)
            let result = try Tool.run([shell.rawValue, "-n", "script"], files: ["script": script])
            #expect(result.errors == "")
        }
    }
}

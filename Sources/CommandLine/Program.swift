/// A program with commands, described as data: the source of its parser, help, completions and
/// manual.
public struct Program: Sendable {
    /// The name under which the program is called.
    public var name: String
    /// The version, without the name.
    public var version: String
    /// One sentence that says what the program is for.
    public var summary: String
    /// The commands, in the order of the overview.
    public var commands: [Command]

    /// Describes a program.
    public init(name: String, version: String, summary: String, commands: [Command]) {
        self.name = name
        self.version = version
        self.summary = summary
        self.commands = commands
    }

    /// The line that `--version` prints.
    public var versionText: String { "\(name) \(version)" }

    /// The options that stand in place of a command.
    static let options: [Option] = [
        Option(name: "help", short: "h", help: "Show help; also after a command."), .version,
    ]

    /// The command that the program adds to its own.
    static let helpCommand = Command(name: "help", summary: "Show help for a command.")

    /// The commands that are not hidden.
    var visibleCommands: [Command] { commands.filter { !$0.hidden } }

    /// The visible commands that can be run, each with its path below the program.
    var leaves: [(path: [String], command: Command)] {
        visibleCommands.flatMap { command in
            command.subcommands.isEmpty
                ? [([command.name], command)]
                : command.visibleSubcommands.map { ([command.name, $0.name], $0) }
        }
    }

    /// The program's own usage line.
    var usage: String { "\(name) COMMAND [options]" }

    /// Refuses with the program's own usage line.
    func refusal(_ message: String) -> UsageError {
        UsageError(message: message, usage: usage, helpLine: "\(name) help")
    }

    /// Refuses with the usage line of a command.
    func refusal(_ message: String, of command: Command, at path: [String]) -> UsageError {
        UsageError(
            message: message,
            usage: command.usage(path: [name] + path),
            helpLine: ([name, "help"] + path).joined(separator: " ")
        )
    }

    /// Finds the command that one or two words name.
    ///
    /// The words after the path are left to the caller. A command that has subcommands is found
    /// alone when no word follows.
    func resolve(
        _ words: ArraySlice<String>
    ) throws(UsageError) -> (command: Command, path: [String]) {
        guard let first = words.first, let command = commands.first(where: { $0.name == first })
        else {
            let names = visibleCommands.map(\.name) + [Program.helpCommand.name]
            throw refusal(unknown("command", [words.first ?? ""], in: names))
        }
        guard !command.subcommands.isEmpty, let second = words.dropFirst().first else {
            return (command, [first])
        }
        guard let subcommand = command.subcommands.first(where: { $0.name == second }) else {
            let names = command.visibleSubcommands.map(\.name)
            let message = unknown("command", [first, second], in: names)
            throw refusal(message, of: command, at: [first])
        }
        return (subcommand, [first, second])
    }

    /// Says that the last word of a path is unknown, and suggests a whole path.
    private func unknown(_ what: String, _ path: [String], in names: [String]) -> String {
        let start = path.dropLast().map { "\($0) " }.joined()
        let near = nearest(to: path.last ?? "", in: names)
        let hint = near.map { "; did you mean '\(start)\($0)'?" } ?? ""
        return "unknown \(what) \(quoted(path.joined(separator: " ")))\(hint)"
    }
}

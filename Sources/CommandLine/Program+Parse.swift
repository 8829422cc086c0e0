/// What a command line asks for.
public enum Request: Sendable {
    /// Run a command.
    case run(Invocation)
    /// Print this help.
    case help(String)
    /// Print this version.
    case version(String)
}

extension Program {
    /// Understands the arguments that follow the program's name.
    ///
    /// No arguments at all ask for the overview. A request for help is honoured wherever it stands
    /// before `--`, whatever else is wrong with the line.
    ///
    /// - Parameter width: the columns for help; by default those of the terminal.
    public func parse(
        _ arguments: [String],
        width: Int? = nil
    ) throws(UsageError) -> Request {
        guard let first = arguments.first else { return .help(help(width: width)) }
        if Option.help.forms.contains(first) { return .help(help(width: width)) }
        if first == Option.version.longForm { return .version(versionText) }
        if first == Program.helpCommand.name {
            return .help(try helpRequest(arguments.dropFirst(), width: width))
        }
        if looksLikeOption(first) { throw misplacedOption(first) }
        let second = arguments.dropFirst().first
        let isGroup = commands.contains { $0.name == first && !$0.subcommands.isEmpty }
        let path = isGroup && second.map(looksLikeOption) == true ? [first] : arguments
        let (command, found) = try resolve(path[...])
        let rest = arguments.dropFirst(found.count)
        if let request = wordRequest(rest, of: command, at: found, width: width) { return request }
        guard command.subcommands.isEmpty else {
            throw unfinished(command, at: found, next: rest.first)
        }
        var parser = Parser(program: self, command: command, path: found)
        return .run(try parser.parse(rest))
    }

    /// Answers `help`, `help COMMAND` and `help COMMAND SUBCOMMAND`.
    private func helpRequest(
        _ words: ArraySlice<String>,
        width: Int?
    ) throws(UsageError) -> String {
        if words.isEmpty || words.contains(where: Option.help.forms.contains) {
            return help(width: width)
        }
        if let option = words.first(where: looksLikeOption) { throw misplacedOption(option) }
        return try help(for: Array(words), width: width)
    }

    /// The help or version that is asked for after a command.
    private func wordRequest(
        _ rest: ArraySlice<String>,
        of command: Command,
        at path: [String],
        width: Int?
    ) -> Request? {
        let ownsVersion = command.options.contains { $0.name == Option.version.name }
        for word in rest.prefix(while: { $0 != "--" }) {
            if Option.help.forms.contains(word) {
                return .help(help(for: command, at: path, width: width))
            }
            if word == Option.version.longForm, !ownsVersion { return .version(versionText) }
        }
        return nil
    }

    /// Refuses an option where a command has to stand.
    private func misplacedOption(_ word: String) -> UsageError {
        let name = splitAtEquals(word).name
        if name == "--" { return refusal("expected a command, but got '--'") }
        let isOwn = Program.options.contains { $0.forms.contains(name) }
        if isOwn { return refusal("option \(quoted(name)) takes no value") }
        let near = optionSuggestion(for: name, in: Program.options)
        let hint = near.isEmpty ? "; options come after the command" : near
        return refusal("unknown option \(quoted(name))\(hint)")
    }

    /// Refuses a command that needs a subcommand and got none.
    private func unfinished(
        _ command: Command,
        at path: [String],
        next: String?
    ) -> UsageError {
        let names = alternatives(command.visibleSubcommands.map(\.name))
        let found = next.map { ", but got \(quoted($0))" } ?? ""
        let line = ([name] + path).joined(separator: " ")
        let message = "'\(line)' needs a command\(found): \(names)"
        return refusal(message, of: command, at: path)
    }
}

/// Whether a word is written as an option.
///
/// `-` alone, `-1` and `-.5` are values; `--` counts as an option, since no value starts so.
func looksLikeOption(_ word: String) -> Bool {
    let bytes = Array(word.utf8.prefix(3))
    guard bytes.count >= 2, bytes[0] == UInt8(ascii: "-") else { return false }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    if digits.contains(bytes[1]) { return false }
    return !(bytes.count == 3 && bytes[1] == UInt8(ascii: ".") && digits.contains(bytes[2]))
}

/// The parts of `--name=value`.
func splitAtEquals(_ word: String) -> (name: String, value: String?) {
    guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")) else { return (word, nil) }
    let value = word.utf8[word.utf8.index(after: equals)...]
    return (String(word[..<equals]), String(Substring(value)))
}

extension Program {
    /// What is wrong with the description itself, one sentence each; a test expects none.
    ///
    /// A description with problems never crashes the parser, but some of it cannot be reached.
    public func problems() -> [String] {
        var found = repeated(commands.map(\.name)).map { "command '\($0)' exists twice" }
        for command in commands {
            if command.name == Program.helpCommand.name {
                found.append("command 'help' is built in")
            }
            found += problems(of: command, at: command.name)
            found += repeated(command.subcommands.map(\.name)).map {
                "command '\(command.name) \($0)' exists twice"
            }
            for subcommand in command.subcommands {
                let path = "\(command.name) \(subcommand.name)"
                found += problems(of: subcommand, at: path)
                if !subcommand.subcommands.isEmpty {
                    found.append("command '\(path)' has commands of its own")
                }
            }
        }
        return found
    }

    private func problems(of command: Command, at path: String) -> [String] {
        var found: [String] = []
        if !isName(command.name) { found.append("command '\(path)' is not a plain name") }
        if command.summary.isEmpty { found.append("command '\(path)' has no summary") }
        if !command.subcommands.isEmpty, !(command.options.isEmpty && command.arguments.isEmpty) {
            found.append("command '\(path)' has commands beside options or arguments")
        }
        let forms = command.listedOptions.flatMap(\.forms)
        found += repeated(forms).map { "option '\($0)' of '\(path)' exists twice" }
        for option in command.options { found += problems(of: option, at: path) }
        found += problems(of: command.arguments, at: path)
        return found
    }

    private func problems(of option: Option, at path: String) -> [String] {
        let what = "option '\(option.longForm)' of '\(path)'"
        var found: [String] = []
        if !isName(option.name) { found.append("\(what) is not a plain name") }
        if let short = option.short, !(short.isASCII && short.isLetter) {
            found.append("\(what) has a short form that is no letter")
        }
        if option.value == nil, !option.allowed.isEmpty || option.isFile {
            found.append("\(what) is a flag with values")
        }
        if option.allowed.contains(where: { !isWord($0) }) {
            found.append("\(what) allows a value that is not one word")
        }
        return found
    }

    private func problems(of arguments: [Positional], at path: String) -> [String] {
        var found = repeated(arguments.map(\.name)).map {
            "argument \($0) of '\(path)' exists twice"
        }
        for (previous, argument) in zip(arguments, arguments.dropFirst()) {
            if previous.kind.repeats {
                found.append("argument \(previous.name) of '\(path)' repeats but is not the last")
            } else if previous.kind == .optional, argument.kind.minimum > 0 {
                found.append("argument \(argument.name) of '\(path)' follows an optional one")
            }
        }
        for argument in arguments where argument.allowed.contains(where: { !isWord($0) }) {
            let what = "argument \(argument.name) of '\(path)'"
            found.append("\(what) allows a value that is not one word")
        }
        return found
    }

    /// The names that appear more than once, each once.
    private func repeated(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        var twice: [String] = []
        for name in names where !seen.insert(name).inserted && !twice.contains(name) {
            twice.append(name)
        }
        return twice
    }

    /// Whether a name has lower-case letters, digits and inner dashes only.
    private func isName(_ name: String) -> Bool {
        guard let first = name.first, first != "-" else { return false }
        return name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
        }
    }

    /// Whether a value can stand in a list of words.
    private func isWord(_ value: String) -> Bool {
        !value.isEmpty && !value.contains { $0.isWhitespace || $0.isNewline }
    }
}

extension Program {
    /// The overview: every visible command with its summary, by group.
    ///
    /// - Parameter width: the columns to wrap to; by default those of the terminal.
    public func help(width: Int? = nil) -> String {
        var sections: [Section] = []
        for command in visibleCommands {
            let row = Row(label: command.name, meaning: command.summary)
            if let index = sections.firstIndex(where: { $0.title == command.group }) {
                sections[index].rows.append(row)
            } else {
                sections.append(Section(title: command.group, rows: [row]))
            }
        }
        let options = Program.options.map { Row(label: $0.label, meaning: $0.description) }
        let codes = ExitCode.allCases.map { Row(label: "\($0.rawValue)", meaning: $0.meaning) }
        let own = Program.helpCommand
        sections += [
            Section(title: "Help", rows: [Row(label: own.name, meaning: own.summary)]),
            Section(title: "Options", rows: options),
            Section(title: "Exit codes", rows: codes),
        ]
        let width = columns(width)
        let more = "Run '\(name) help COMMAND' for a command's arguments, options and examples."
        var lines = heading([name], summary: summary, usage: usage, width: width)
        lines += table(sections, width: width)
        lines += [""] + wrapped(more, width: width)
        return lines.joined(separator: "\n")
    }

    /// The help of the command that one or two words name.
    ///
    /// - Parameter width: the columns to wrap to; by default those of the terminal.
    public func help(for words: [String], width: Int? = nil) throws(UsageError) -> String {
        let (command, path) = try resolve(words[...])
        if words.count > path.count {
            throw refusal(
                "unexpected argument \(quoted(words[path.count])): "
                    + "'\(path.joined(separator: " "))' has no commands of its own"
            )
        }
        return help(for: command, at: path, width: width)
    }

    /// The help of a command.
    func help(for command: Command, at path: [String], width: Int?) -> String {
        let width = columns(width)
        let full = [name] + path
        let usage = command.usage(path: full)
        var lines = heading(full, summary: command.summary, usage: usage, width: width)
        let discussion = wrapped(command.discussion, width: width)
        if !discussion.isEmpty { lines += [""] + discussion }
        let sections = [
            Section(
                title: "Commands",
                rows: command.visibleSubcommands.map { Row(label: $0.name, meaning: $0.summary) }
            ),
            Section(
                title: "Arguments",
                rows: command.arguments.map { Row(label: $0.name, meaning: $0.description) }
            ),
            Section(
                title: "Options",
                rows: command.listedOptions.map { Row(label: $0.label, meaning: $0.description) }
            ),
        ]
        lines += table(sections.filter { !$0.rows.isEmpty }, width: width)
        if !command.examples.isEmpty { lines += ["", "Examples:"] }
        for (index, example) in command.examples.enumerated() {
            if index > 0 { lines.append("") }
            lines.append("  \(example.line)")
            lines += wrapped(example.explanation, width: width, indent: 6)
        }
        return lines.joined(separator: "\n")
    }

    private func columns(_ width: Int?) -> Int {
        min(max(width ?? terminalWidth(), 40), 100)
    }

    private func heading(
        _ path: [String],
        summary: String,
        usage: String,
        width: Int
    ) -> [String] {
        let title = wrapped("\(path.joined(separator: " ")): \(summary)", width: width)
        return title + ["", "usage: \(usage)"]
    }

    /// All sections with one common second column.
    private func table(_ sections: [Section], width: Int) -> [String] {
        let column = secondColumn(sections.flatMap(\.rows), width: width)
        return sections.flatMap { section in
            ["", "\(section.title):"] + twoColumns(section.rows, column: column, width: width)
        }
    }
}

/// Rows of help under a title.
private struct Section {
    let title: String
    var rows: [Row]
}

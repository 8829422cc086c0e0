extension Program {
    /// The manual page for section 1, in the `man` macros of roff and in ASCII alone.
    ///
    /// - Parameter date: the date of the page's last change, such as `2026-11-21`.
    public func manPage(date: String) -> String {
        let title = [name.uppercased(), "1", date, versionText, "User Commands"]
        var page = RoffPage()
        page.macro("TH", title)
        page.macro("SH", ["NAME"])
        page.text("\(name) - \(summary)")
        page.macro("SH", ["SYNOPSIS"])
        page.text("\(name) COMMAND [options] [arguments]")
        page.macro("br")
        page.text("\(name) help [COMMAND]")
        page.macro("br")
        page.text("\(name) --version")
        page.macro("SH", ["DESCRIPTION"])
        page.text(summary)
        page.macro("PP")
        page.text(
            """
            Values follow their option after a space or an equals sign. A value that itself starts
            with a dash and no digit needs the equals sign. Two dashes alone end the options.
            """
        )
        page.macro("SH", ["COMMANDS"])
        for command in visibleCommands { describe(command, at: [command.name], on: &page) }
        page.item("\(name) help [COMMAND]", Program.helpCommand.summary)
        page.macro("SH", ["OPTIONS"])
        for option in Program.options { page.item(option) }
        for (path, command) in leaves where !command.options.isEmpty {
            page.macro("SS", [([name] + path).joined(separator: " ")])
            for option in command.options { page.item(option) }
        }
        writeExamples(on: &page)
        page.macro("SH", ["EXIT STATUS"])
        for code in ExitCode.allCases { page.item("\(code.rawValue)", code.meaning) }
        return page.source
    }

    private func describe(_ command: Command, at path: [String], on page: inout RoffPage) {
        if command.subcommands.isEmpty {
            page.item(command.usage(path: [name] + path), command.summary)
        } else {
            page.item(([name] + path).joined(separator: " "), command.summary)
        }
        let isPlain =
            command.discussion.isEmpty && command.arguments.isEmpty && command.subcommands.isEmpty
        if isPlain { return }
        // The indented block keeps paragraphs below the command they belong to.
        page.macro("RS")
        if !command.discussion.isEmpty { page.paragraphs(command.discussion) }
        for argument in command.arguments { page.item(argument.name, argument.description) }
        for subcommand in command.visibleSubcommands {
            describe(subcommand, at: path + [subcommand.name], on: &page)
        }
        page.macro("RE")
    }

    private func writeExamples(on page: inout RoffPage) {
        let examples = leaves.flatMap(\.command.examples)
        guard !examples.isEmpty else { return }
        page.macro("SH", ["EXAMPLES"])
        for example in examples { page.item(example.line, example.explanation) }
    }
}

/// Roff source that grows line by line.
private struct RoffPage {
    private(set) var source = ""

    mutating func macro(_ name: String, _ arguments: [String] = []) {
        let words = arguments.map { " \"\(escaped($0))\"" }
        source += ".\(name)\(words.joined())\n"
    }

    /// Adds one paragraph's text; its lines are joined.
    mutating func text(_ text: String) {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if !line.isEmpty { source += "\(escaped(line))\n" }
    }

    /// Adds paragraphs by the rules of help: blank lines part them, lines that start with a space
    /// stand as they are.
    mutating func paragraphs(_ text: String) {
        var isVerbatim = false
        var isFirst = true
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let isBlank = line.allSatisfy(\.isWhitespace)
            let isIndented = line.first == " " && !isBlank
            if isVerbatim, !isIndented { macro("fi") }
            if isBlank || (isFirst && !isIndented) { macro("PP") }
            if isIndented, !isVerbatim { macro("nf") }
            if isIndented {
                source += "\(escaped(String(line)))\n"
            } else {
                self.text(String(line))
            }
            isVerbatim = isIndented
            isFirst = false
        }
        if isVerbatim { macro("fi") }
    }

    mutating func item(_ label: String, _ meaning: String) {
        macro("TP")
        source += "\\fB\(escaped(label, atLineStart: false))\\fR\n"
        text(meaning)
    }

    mutating func item(_ option: Option) {
        let value = option.value.map { " \\fI\(escaped($0, atLineStart: false))\\fR" } ?? ""
        let forms = option.forms.map { "\\fB\(escaped($0, atLineStart: false))\\fR" }
        macro("TP")
        source += "\(forms.joined(separator: ", "))\(value)\n"
        text(option.description)
    }

    /// Makes text that roff prints as it was: no macro, no escape, no typographic quotes or dashes.
    private func escaped(_ text: String, atLineStart: Bool = true) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\(rs"
            case "-": result += "\\-"
            case "\"": result += "\\(dq"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            case "\n", "\t": result += " "
            default:
                if scalar.isASCII {
                    result.unicodeScalars.append(scalar)
                } else {
                    let hex = String(scalar.value, radix: 16, uppercase: true)
                    let zeros = String(repeating: "0", count: max(0, 4 - hex.count))
                    result += "\\[u\(zeros)\(hex)]"
                }
            }
        }
        if atLineStart, result.first == "." { result = "\\&\(result)" }
        return result
    }
}

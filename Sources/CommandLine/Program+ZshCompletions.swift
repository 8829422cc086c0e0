extension Program {
    /// The script for zsh: one `_arguments` call for each command.
    func zshCompletions() -> String {
        let function = functionName
        let names = visibleCommands.map { ($0.name, $0.summary) }
        let own = Program.helpCommand
        let top = zshDescribe(names + [(own.name, own.summary)])
        let options = Program.options.flatMap(zshOption).joined(separator: " ")
        let branches = visibleCommands.flatMap { zshBranch($0) }
        return """
            #compdef \(name)

            \(function)_commands() {
                \(top)
            }

            \(function)() {
                if ((CURRENT == 2)); then
                    if [[ $words[2] == -* ]]; then
                        _arguments \(options)
                    else
                        \(function)_commands
                    fi
                    return
                fi
                shift words
                ((CURRENT--))
                case $words[1] in
            \((branches + zshHelpBranch()).map { "    \($0)" }.joined(separator: "\n"))
                esac
            }

            if [[ $funcstack[1] == \(function) ]]; then
                \(function) "$@"
            else
                compdef \(function) \(name)
            fi

            """
    }

    private func zshBranch(_ command: Command) -> [String] {
        guard !command.subcommands.isEmpty else {
            return ["\(shellQuoted(command.name)))", "    \(zshArguments(command))", "    ;;"]
        }
        let below = command.visibleSubcommands
        var lines = [
            "\(shellQuoted(command.name)))",
            "    if ((CURRENT == 2)); then",
            "        \(zshDescribe(below.map { ($0.name, $0.summary) }))",
            "        return",
            "    fi",
            "    shift words",
            "    ((CURRENT--))",
            "    case $words[1] in",
        ]
        lines += below.flatMap(zshBranch).map { "    \($0)" }
        return lines + ["    esac", "    ;;"]
    }

    private func zshHelpBranch() -> [String] {
        let groups = visibleCommands.filter { !$0.subcommands.isEmpty }
        var lines = [
            "\(Program.helpCommand.name))",
            "    if ((CURRENT == 2)); then",
            "        \(functionName)_commands",
            "        return",
            "    fi",
        ]
        lines += groups.map { group in
            let names = group.visibleSubcommands.map { ($0.name, $0.summary) }
            let test = "((CURRENT == 3)) && [[ $words[2] == \(shellQuoted(group.name)) ]]"
            return "    if \(test); then \(zshDescribe(names)); fi"
        }
        return lines + ["    ;;"]
    }

    private func zshDescribe(_ names: [(String, String)]) -> String {
        let items = names.map { "\(zshText($0.0)):\(zshText($0.1))" }
        return "local -a names=(\(shellWords(items))); _describe command names"
    }

    private func zshArguments(_ command: Command) -> String {
        let options = command.listedOptions.flatMap(zshOption)
        let arguments = command.arguments.map { argument in
            let action = zshAction(allowed: argument.allowed, isFile: argument.isFile)
            let start =
                switch argument.kind {
                case .required: ":"
                case .optional: "::"
                case .repeating: "*:"
                }
            return shellQuoted("\(start)\(zshText(argument.name)):\(action)")
        }
        return "_arguments -S \((options + arguments).joined(separator: " "))"
    }

    /// One specification for each form; the forms of an option exclude each other.
    private func zshOption(_ option: Option) -> [String] {
        option.forms.map { form in
            let excluded = "(\(option.forms.joined(separator: " ")))"
            let help = "[\(zshText(option.help))]"
            guard let value = option.value else { return shellQuoted(excluded + form + help) }
            let action = zshAction(allowed: option.allowed, isFile: option.isFile)
            return shellQuoted("\(excluded)\(form)=\(help):\(zshText(value)):\(action)")
        }
    }

    private func zshAction(allowed: [String], isFile: Bool) -> String {
        if allowed.isEmpty { return isFile ? "_files" : " " }
        return "(\(allowed.map(zshWord).joined(separator: " ")))"
    }

    /// Text inside a specification, where colons and brackets have a meaning.
    private func zshText(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return escaped(line) { "\\:[]".contains($0) }
    }

    /// A value in a list, which zsh evaluates as words of the shell.
    private func zshWord(_ text: String) -> String {
        escaped(text) { !($0.isLetter || $0.isNumber || "-_.,/+%@".contains($0)) }
    }

    private func escaped(_ text: String, where isSpecial: (Character) -> Bool) -> String {
        text.map { isSpecial($0) ? "\\\($0)" : "\($0)" }.joined()
    }
}

extension Program {
    /// The script for bash.
    ///
    /// It does not use `compgen -W`, which would expand what it is given, nor anything of the
    /// bash-completion package. Bash splits words at `=`, so `--name=value` arrives as three.
    func bashCompletions() -> String {
        let function = functionName
        return """
            # bash completion for \(name)

            \(function)_words() {
                local word
                for word in "$@"; do
                    if [[ $word == "$current"* ]]; then COMPREPLY+=("$prefix$word"); fi
                done
            }

            \(function)_files() {
                local file
                compopt -o filenames 2>/dev/null || :
                while IFS= read -r file; do
                    COMPREPLY+=("$prefix$file")
                done < <(compgen -f -- "$current")
            }

            # Whether option $2 of command $1 is followed by a value.
            \(function)_takes_value() {
            \(bashCase(#""$1 $2""#, takesValueCases))
                return 1
            }

            # The values of option $2 of command $1.
            \(function)_values() {
            \(bashCase(#""$1 $2""#, valueCases))
            }

            # The options of command $1.
            \(function)_options() {
            \(bashCase(#""$1""#, optionCases))
            }

            # The values of argument number $2 of command $1.
            \(function)_arguments() {
            \(bashCase(#""$1 $2""#, argumentCases))
            }

            # The commands below command $1.
            \(function)_commands() {
            \(bashCase(#""$1""#, commandCases))
            }

            \(bashMain(function))

            complete -F \(function) \(name)

            """
    }

    private func bashCase(
        _ subject: String,
        _ cases: [(patterns: [String], body: String)]
    ) -> String {
        let branches = cases.map { "    \($0.patterns.joined(separator: " | "))) \($0.body) ;;" }
        return (["    case \(subject) in"] + branches + ["    esac"]).joined(separator: "\n")
    }

    private func bashPatterns(_ path: [String], _ option: Option) -> [String] {
        option.forms.map { shellQuoted((path + [$0]).joined(separator: " ")) }
    }

    private var takesValueCases: [(patterns: [String], body: String)] {
        let patterns = leaves.flatMap { path, command in
            command.options.filter { $0.value != nil }.flatMap { bashPatterns(path, $0) }
        }
        return patterns.isEmpty ? [] : [(patterns, "return 0")]
    }

    private var valueCases: [(patterns: [String], body: String)] {
        leaves.flatMap { path, command in
            command.options.compactMap { option in
                guard let body = bashBody(allowed: option.allowed, isFile: option.isFile) else {
                    return nil
                }
                return (bashPatterns(path, option), body)
            }
        }
    }

    private var optionCases: [(patterns: [String], body: String)] {
        leaves.map { path, command in
            let forms = command.listedOptions.flatMap(\.forms)
            let pattern = shellQuoted(path.joined(separator: " "))
            return ([pattern], "\(functionName)_words \(shellWords(forms))")
        }
    }

    private var argumentCases: [(patterns: [String], body: String)] {
        leaves.flatMap { path, command in
            command.arguments.enumerated().compactMap { index, argument in
                guard let body = bashBody(allowed: argument.allowed, isFile: argument.isFile)
                else { return nil }
                let start = path.joined(separator: " ")
                // A pattern cannot say "from here on", so the branch of a repeating argument, which
                // is the last, takes any number and looks again.
                let pattern = shellQuoted("\(start) \(index)")
                guard argument.kind.repeats else { return ([pattern], body) }
                let test = "if (($2 >= \(index))); then \(body); fi"
                return (["\(shellQuoted("\(start) "))*"], test)
            }
        }
    }

    private var commandCases: [(patterns: [String], body: String)] {
        let groups = visibleCommands.filter { !$0.subcommands.isEmpty }
        let top = visibleCommands.map(\.name) + [Program.helpCommand.name]
        return [(["''"], "\(functionName)_words \(shellWords(top))")]
            + groups.map { group in
                let names = group.visibleSubcommands.map(\.name)
                return ([shellQuoted(group.name)], "\(functionName)_words \(shellWords(names))")
            }
    }

    private func bashBody(allowed: [String], isFile: Bool) -> String? {
        if !allowed.isEmpty { return "\(functionName)_words \(shellWords(allowed))" }
        return isFile ? "\(functionName)_files" : nil
    }

    /// The function that bash calls: it finds the command, counts the arguments before the cursor
    /// and sees whether an option waits for its value.
    private func bashMain(_ function: String) -> String {
        """
        \(function)() {
            local current=${COMP_WORDS[COMP_CWORD]} path=${COMP_WORDS[1]} first=2
            local prefix= option= ended= count=0 index word
            COMPREPLY=()
            if ((COMP_CWORD == 1)); then
                if [[ $current == -* ]]; then
                    \(function)_words \(shellWords(Program.options.flatMap(\.forms)))
                else
                    \(function)_commands ''
                fi
                return
            fi
            if [[ $path == \(Program.helpCommand.name) ]]; then
                if ((COMP_CWORD == 2)); then \(function)_commands ''; fi
                if ((COMP_CWORD == 3)); then \(function)_commands "${COMP_WORDS[2]}"; fi
                return
            fi
        \(bashGroups(function))
            for ((index = first; index < COMP_CWORD; index++)); do
                word=${COMP_WORDS[index]}
                if [[ $ended ]]; then
                    count=$((count + 1))
                elif [[ $word == -- ]]; then
                    ended=1
                elif \(function)_takes_value "$path" "$word"; then
                    if [[ ${COMP_WORDS[index + 1]} == '=' ]]; then index=$((index + 1)); fi
                    index=$((index + 1))
                    if ((index >= COMP_CWORD)); then option=$word; fi
                elif [[ $word != -[!0-9]* ]]; then
                    count=$((count + 1))
                fi
            done
            if [[ -z $option && -z $ended && $current == -*=* ]]; then
                option=${current%%=*}
                prefix=$option=
                current=${current#*=}
            fi
            if [[ $option ]]; then
                if [[ $current == '=' ]]; then current=; fi
                \(function)_values "$path" "$option"
            elif [[ -z $ended && $current == -* ]]; then
                \(function)_options "$path"
            else
                \(function)_arguments "$path" "$count"
            fi
        }
        """
    }

    /// The lines that lengthen the path by a subcommand.
    private func bashGroups(_ function: String) -> String {
        let groups = visibleCommands.filter { !$0.subcommands.isEmpty }
        guard !groups.isEmpty else { return "" }
        let names = groups.map { shellQuoted($0.name) }.joined(separator: " | ")
        return """
                case $path in
                \(names))
                    if ((COMP_CWORD == 2)); then
                        \(function)_commands "$path"
                        return
                    fi
                    path+=" ${COMP_WORDS[2]}"
                    first=3
                    ;;
                esac
            """
    }
}

/// A shell for which completions can be made.
public enum Shell: String, Sendable, CaseIterable {
    /// The GNU shell, version 3.2 or newer.
    case bash
    /// The Z shell with its completion system.
    case zsh
}

extension Program {
    /// A script that teaches a shell to complete commands, options, values and files.
    ///
    /// The script stands alone: to be sourced in bash, to be stored as `_NAME` in a directory of
    /// `fpath` in zsh.
    public func completions(shell: Shell) -> String {
        switch shell {
        case .bash: bashCompletions()
        case .zsh: zshCompletions()
        }
    }

    /// The name of the completion function: the program's, with nothing a shell may not have.
    var functionName: String {
        "_"
            + String(
                name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
            )
    }
}

/// Makes one word of a shell from any text.
func shellQuoted(_ text: String) -> String {
    let pieces = text.split(separator: "'", omittingEmptySubsequences: false)
    return "'\(pieces.joined(separator: #"'\''"#))'"
}

/// Makes the words of a shell, separated by spaces.
func shellWords(_ words: [String]) -> String {
    words.map(shellQuoted).joined(separator: " ")
}

internal import CommandLine

/// `weft completions` and `weft manual`: what the definitions give besides parsing.
enum CompletionsCommand {
    static func run(_ invocation: Invocation, _ program: Program) throws -> ExitCode {
        // The parser has refused every other name.
        guard let shell = Shell(rawValue: invocation.argument("shell")) else { return .usage }
        Output.print(program.completions(shell: shell))
        return .good
    }

    static func manPage(_ program: Program) -> ExitCode {
        Output.print(program.manPage(date: String(Date.now.prefix(10))))
        return .good
    }
}

/// A command line that cannot be obeyed, with what to do instead.
public struct UsageError: Error, Equatable, CustomStringConvertible {
    /// One sentence that quotes what was wrong.
    public let message: String
    /// The usage line of the command that was meant, such as `weft bench COLLECTIVE [options]`.
    public let usage: String
    /// The line that shows more, such as `weft help bench`.
    public let helpLine: String

    /// The exit code for a command line that cannot be obeyed.
    public var exitCode: Int32 { ExitCode.usage.rawValue }

    /// The message alone.
    public var description: String { message }

    /// The lines to print on standard error, without a newline at the end.
    public func rendered(for tool: String) -> String {
        "\(tool): \(message)\nusage: \(usage)\n(see \(helpLine))"
    }
}

/// The exit codes that have a meaning.
public enum ExitCode: Int32, Sendable, CaseIterable {
    /// The command did what it was asked.
    case good = 0
    /// The command could not do it.
    case failed = 1
    /// The command ran, and a result was not what it had to be.
    case wrongResult = 2
    /// The command line was not understood; nothing was done.
    case usage = 64

    /// What the code says, in one sentence.
    public var meaning: String {
        switch self {
        case .good: "The command did what it was asked."
        case .failed: "The command failed; the reason is on standard error."
        case .wrongResult: "The command ran, and a result was wrong."
        case .usage: "The command line was not understood; nothing was done."
        }
    }
}

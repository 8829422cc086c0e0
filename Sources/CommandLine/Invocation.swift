/// An option as it stood on the command line.
struct GivenOption: Sendable {
    /// The form that was typed, quoted again in refusals.
    let spelling: String
    /// The value; `nil` for a flag.
    let value: String?
}

/// A command with its options and arguments, as the command line gave them.
///
/// Asking for a name that the command does not declare is a mistake of the program, not of its
/// user, and stops it.
public struct Invocation: Sendable {
    /// The words that selected the command, such as `["fabric", "list"]`.
    public let path: [String]
    /// All arguments without a name, in order.
    public let positionals: [String]

    private let command: Command
    private let given: [String: GivenOption]
    private let refusal: UsageError

    init(
        path: [String],
        positionals: [String],
        command: Command,
        given: [String: GivenOption],
        refusal: UsageError
    ) {
        self.path = path
        self.positionals = positionals
        self.command = command
        self.given = given
        self.refusal = refusal
    }

    /// A refusal of the command line that carries this command's usage line.
    public func usageError(_ message: String) -> UsageError {
        UsageError(message: message, usage: refusal.usage, helpLine: refusal.helpLine)
    }

    // MARK: - Options

    /// Whether a flag was given.
    public func flag(_ name: String) -> Bool {
        requireOption(name, isFlag: true)
        return given[name] != nil
    }

    /// The value of an option as it was written, or `nil` when the option was not given.
    public func string(_ name: String) -> String? {
        requireOption(name, isFlag: false)
        return given[name]?.value
    }

    /// The value of an option as a whole number, or `nil` when the option was not given.
    public func integer(
        _ name: String,
        in range: ClosedRange<Int> = .min ... .max
    ) throws(UsageError) -> Int? {
        guard let text = string(name) else { return nil }
        return try number(text, of: subject(name), in: range)
    }

    /// The value of an option as a whole number, or a default when the option was not given.
    public func integer(
        _ name: String,
        in range: ClosedRange<Int> = .min ... .max,
        default fallback: Int
    ) throws(UsageError) -> Int {
        try integer(name, in: range) ?? fallback
    }

    /// The converted value of an option, or `nil` when the option was not given.
    ///
    /// What the conversion throws becomes a refusal that names the option and quotes the value.
    public func value<Value, Failure: Error>(
        _ name: String,
        convert: (String) throws(Failure) -> Value
    ) throws(UsageError) -> Value? {
        guard let text = string(name) else { return nil }
        return try converted(text, of: subject(name), convert)
    }

    /// The converted value of an option, or a default when the option was not given.
    public func value<Value, Failure: Error>(
        _ name: String,
        default fallback: @autoclosure () -> Value,
        convert: (String) throws(Failure) -> Value
    ) throws(UsageError) -> Value {
        guard let text = string(name) else { return fallback() }
        return try converted(text, of: subject(name), convert)
    }

    // MARK: - Arguments

    /// The value of a required argument.
    public func argument(_ name: String) -> String {
        let values = arguments(name)
        precondition(values.count == 1, "the argument \(name) of this command is not required")
        return values[values.startIndex]
    }

    /// The value of an optional argument.
    public func optionalArgument(_ name: String) -> String? {
        arguments(name).first
    }

    /// The values of an argument, of whatever kind it is.
    public func arguments(_ name: String) -> [String] {
        var start = 0
        for argument in command.arguments {
            let count = argument.kind.repeats ? positionals.count : 1
            let values = positionals.dropFirst(start).prefix(count)
            if argument.name == name { return Array(values) }
            start += values.count
        }
        preconditionFailure("this command declares no argument \(name)")
    }

    /// The converted value of a required argument.
    public func argument<Value, Failure: Error>(
        _ name: String,
        convert: (String) throws(Failure) -> Value
    ) throws(UsageError) -> Value {
        try converted(argument(name), of: "argument \(name)", convert)
    }

    /// The converted values of an argument, of whatever kind it is.
    public func arguments<Value, Failure: Error>(
        _ name: String,
        convert: (String) throws(Failure) -> Value
    ) throws(UsageError) -> [Value] {
        var values: [Value] = []
        for text in arguments(name) {
            values.append(try converted(text, of: "argument \(name)", convert))
        }
        return values
    }

    // MARK: - Conversions

    private func requireOption(_ name: String, isFlag: Bool) {
        let isDeclared = command.options.contains {
            $0.name == name && ($0.value == nil) == isFlag
        }
        precondition(isDeclared, "this command declares no such option: --\(name)")
    }

    private func subject(_ name: String) -> String {
        "option '\(given[name]?.spelling ?? "--\(name)")'"
    }

    private func converted<Value, Failure: Error>(
        _ text: String,
        of subject: String,
        _ convert: (String) throws(Failure) -> Value
    ) throws(UsageError) -> Value {
        do {
            return try convert(text)
        } catch {
            throw usageError("\(subject) does not accept \(quoted(text)): \(error)")
        }
    }

    private func number(
        _ text: String,
        of subject: String,
        in range: ClosedRange<Int>
    ) throws(UsageError) -> Int {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        let isNumber = !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
        // `Int` fails on overflow, which no range can hold either.
        guard isNumber, let number = Int(text), range.contains(number) else {
            throw usageError(
                "\(subject) needs a whole number\(bounds(range)), but got \(quoted(text))"
            )
        }
        return number
    }

    private func bounds(_ range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): ""
        case (let lower, .max): " of at least \(lower)"
        case (.min, let upper): " of at most \(upper)"
        case (let lower, let upper): " from \(lower) to \(upper)"
        }
    }
}

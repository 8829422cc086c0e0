/// Reads the words after a command's path.
struct Parser {
    private let program: Program
    private let command: Command
    private let path: [String]
    private var given: [String: GivenOption] = [:]
    private var positionals: [String] = []

    init(program: Program, command: Command, path: [String]) {
        self.program = program
        self.command = command
        self.path = path
    }

    mutating func parse(_ words: ArraySlice<String>) throws(UsageError) -> Invocation {
        var rest = words
        var optionsEnded = false
        while let word = rest.popFirst() {
            if optionsEnded || !looksLikeOption(word) {
                positionals.append(word)
            } else if word == "--" {
                optionsEnded = true
            } else {
                try parseOption(word, rest: &rest)
            }
        }
        try checkPositionals()
        return Invocation(
            path: path,
            positionals: positionals,
            command: command,
            given: given,
            refusal: refusal("")
        )
    }

    private func refusal(_ message: String) -> UsageError {
        program.refusal(message, of: command, at: path)
    }

    private mutating func parseOption(
        _ word: String,
        rest: inout ArraySlice<String>
    ) throws(UsageError) {
        let (spelling, attached) = splitAtEquals(word)
        guard let option = command.listedOptions.first(where: { $0.forms.contains(spelling) })
        else { throw refusal(unknownOption(spelling)) }
        if let earlier = given[option.name] {
            let forms = earlier.spelling == spelling ? "" : " ('\(earlier.spelling)' is the same)"
            throw refusal("option '\(spelling)' is given twice\(forms)")
        }
        guard let placeholder = option.value else {
            if let attached {
                throw refusal("option '\(spelling)' takes no value, but got \(quoted(attached))")
            }
            given[option.name] = GivenOption(spelling: spelling, value: nil)
            return
        }
        let value: String
        if let attached {
            value = attached
        } else if let next = rest.first, !looksLikeOption(next) {
            value = next
            rest.removeFirst()
        } else {
            let found = rest.first.map { ", but \(quoted($0)) follows" } ?? ""
            throw refusal("option '\(spelling)' needs a value \(placeholder)\(found)")
        }
        if value.isEmpty { throw refusal("option '\(spelling)' has an empty value") }
        try check(value, of: "option '\(spelling)'", allowed: option.allowed)
        given[option.name] = GivenOption(spelling: spelling, value: value)
    }

    private func unknownOption(_ spelling: String) -> String {
        let start = "unknown option \(quoted(spelling))"
        let options = command.listedOptions
        // `-json` is more likely a long option with a dash too few than anything else.
        let isLong = spelling.hasPrefix("--") || options.contains { "-\($0.name)" == spelling }
        if isLong { return start + optionSuggestion(for: spelling, in: options) }
        let letter = String(spelling.prefix(2))
        guard let option = options.first(where: { $0.shortForm == letter }) else {
            if spelling.count > 2 { return start + optionSuggestion(for: spelling, in: options) }
            let shortForms = options.compactMap(\.shortForm)
            let otherCase = shortForms.first { $0.lowercased() == spelling.lowercased() }
            return start + (otherCase.map { "; did you mean '\($0)'?" } ?? "")
        }
        let value = quoted(String(spelling.dropFirst(2))).dropFirst().dropLast()
        return option.value == nil
            ? "\(start); one-letter options are written apart"
            : "\(start); did you mean '\(letter) \(value)'?"
    }

    private func check(
        _ value: String,
        of what: String,
        allowed: [String]
    ) throws(UsageError) {
        guard !allowed.isEmpty, !allowed.contains(value) else { return }
        let list = allowed.joined(separator: ", ")
        let hint = suggestion(for: value, in: allowed)
        let verb = allowed.count == 1 ? "is" : "are"
        throw refusal("\(what) does not accept \(quoted(value)): allowed \(verb) \(list)\(hint)")
    }

    private func checkPositionals() throws(UsageError) {
        if let maximum = command.maximumArgumentCount, positionals.count > maximum {
            throw refusal(surplus(quoted(positionals[maximum]), maximum: maximum))
        }
        var rest = positionals[...]
        for argument in command.arguments {
            let values = rest.prefix(argument.kind.repeats ? rest.count : 1)
            rest = rest.dropFirst(values.count)
            if values.count < argument.kind.minimum {
                throw refusal(missing(argument, got: values.count))
            }
            for value in values {
                if value.isEmpty { throw refusal("argument \(argument.name) is empty") }
                try check(value, of: "argument \(argument.name)", allowed: argument.allowed)
            }
        }
    }

    private func surplus(_ word: String, maximum: Int) -> String {
        let minimum = command.arguments.reduce(0) { $0 + $1.kind.minimum }
        let bound = minimum == maximum ? "" : "at most "
        let count =
            switch maximum {
            case 0: "no arguments"
            case 1: "1 argument"
            default: "\(maximum) arguments"
            }
        let line = ([program.name] + path).joined(separator: " ")
        return "unexpected argument \(word): '\(line)' takes \(bound)\(count)"
    }

    private func missing(_ argument: Positional, got: Int) -> String {
        let minimum = argument.kind.minimum
        let bound = minimum == 1 ? "" : ": at least \(minimum) are needed, but there is "
        let found = minimum == 1 ? "" : got == 0 ? "none" : "only \(got)"
        return "missing argument \(argument.name)\(bound)\(found)"
    }
}

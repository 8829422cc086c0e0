/// One command of a program, described as data.
public struct Command: Sendable {
    /// The word that selects the command.
    public var name: String
    /// One sentence for the overview.
    public var summary: String
    /// Paragraphs for the command's own help, separated by blank lines.
    ///
    /// Lines that start with a space are printed as they stand; all others are joined and wrapped.
    public var discussion: String
    /// The arguments without a name, in their order.
    public var arguments: [Positional]
    /// The options, in the order that help lists them.
    public var options: [Option]
    /// The commands below this one; such a command has no arguments or options of its own.
    public var subcommands: [Command]
    /// Complete lines to type, each with what it does.
    public var examples: [(line: String, explanation: String)]
    /// The heading under which the overview lists the command.
    public var group: String
    /// Whether the command is left out of the overview, completions, the manual and suggestions.
    public var hidden: Bool

    /// Describes a command.
    public init(
        name: String,
        summary: String,
        discussion: String = "",
        arguments: [Positional] = [],
        options: [Option] = [],
        subcommands: [Command] = [],
        examples: [(line: String, explanation: String)] = [],
        group: String = "Commands",
        hidden: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.arguments = arguments
        self.options = options
        self.subcommands = subcommands
        self.examples = examples
        self.group = group
        self.hidden = hidden
    }

    /// The options as help and completion list them: the command's own, then `--help`.
    var listedOptions: [Option] { options + [.help] }

    /// The subcommands that are not hidden.
    var visibleSubcommands: [Command] { subcommands.filter { !$0.hidden } }

    /// The most arguments that the command takes; `nil` when the last one repeats.
    var maximumArgumentCount: Int? {
        arguments.contains { $0.kind.repeats } ? nil : arguments.count
    }

    /// The usage line for the command at a path such as `["weft", "fabric", "list"]`.
    func usage(path: [String]) -> String {
        var words = path
        if !subcommands.isEmpty { words.append("COMMAND") }
        words += arguments.map(\.usage)
        if !options.isEmpty { words.append("[options]") }
        return words.joined(separator: " ")
    }
}

/// An option of a command: a flag, or a name with a value.
public struct Option: Sendable {
    /// The long name without its dashes.
    public var name: String
    /// The letter of the short form, if there is one.
    public var short: Character?
    /// The placeholder of the value in help; `nil` makes the option a flag.
    public var value: String?
    /// What the option does.
    public var help: String
    /// What holds when the option is absent, in words for help; it is never used as a value.
    public var defaultText: String?
    /// The only values accepted; empty accepts all.
    public var allowed: [String]
    /// Whether shells complete the value with the names of files.
    public var isFile: Bool

    /// Describes an option.
    public init(
        name: String,
        short: Character? = nil,
        value: String? = nil,
        help: String,
        default defaultText: String? = nil,
        allowed: [String] = [],
        isFile: Bool = false
    ) {
        self.name = name
        self.short = short
        self.value = value
        self.help = help
        self.defaultText = defaultText
        self.allowed = allowed
        self.isFile = isFile
    }

    /// The option that every command has.
    static let help = Option(name: "help", short: "h", help: "Show this help.")

    /// The option that stands in place of a command.
    static let version = Option(name: "version", help: "Show the version.")

    /// The long form as it is typed.
    var longForm: String { "--\(name)" }

    /// The short form as it is typed.
    var shortForm: String? { short.map { "-\($0)" } }

    /// Both forms as they are typed, short before long.
    var forms: [String] { (shortForm.map { [$0] } ?? []) + [longForm] }

    /// The left column of help.
    var label: String {
        let start = shortForm.map { "\($0), " } ?? "    "
        return start + longForm + (value.map { " \($0)" } ?? "")
    }

    /// The right column of help.
    var description: String {
        var notes: [String] = []
        if !allowed.isEmpty { notes.append("one of \(allowed.joined(separator: ", "))") }
        if let defaultText { notes.append("default: \(defaultText)") }
        return notes.isEmpty ? help : "\(help) (\(notes.joined(separator: "; ")))"
    }
}

/// An argument without a name.
public struct Positional: Sendable {
    /// How often the argument may appear.
    public enum Kind: Sendable, Equatable {
        /// Exactly once.
        case required
        /// Once or not at all.
        case optional
        /// Any number of times, but at least `minimum`; only the last argument repeats.
        case repeating(minimum: Int = 0)

        /// Whether there is no upper bound.
        var repeats: Bool {
            if case .repeating = self { true } else { false }
        }

        /// How many there must be.
        var minimum: Int {
            switch self {
            case .required: 1
            case .optional: 0
            case .repeating(let minimum): minimum
            }
        }
    }

    /// The placeholder in help, by which the value is also asked for.
    public var name: String
    /// What the argument is.
    public var help: String
    /// How often it may appear.
    public var kind: Kind
    /// The only values accepted; empty accepts all.
    public var allowed: [String]
    /// Whether shells complete the value with the names of files.
    public var isFile: Bool

    /// Describes an argument.
    public init(
        name: String,
        help: String,
        kind: Kind = .required,
        allowed: [String] = [],
        isFile: Bool = false
    ) {
        self.name = name
        self.help = help
        self.kind = kind
        self.allowed = allowed
        self.isFile = isFile
    }

    /// The argument's part of a usage line.
    var usage: String {
        switch kind {
        case .required:
            return name
        case .optional:
            return "[\(name)]"
        case .repeating(let minimum):
            if minimum == 0 { return "[\(name)...]" }
            return String(repeating: "\(name) ", count: minimum - 1) + "\(name)..."
        }
    }

    /// The right column of help.
    var description: String {
        allowed.isEmpty ? help : "\(help) (one of \(allowed.joined(separator: ", ")))"
    }
}

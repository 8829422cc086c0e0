import CommandLine

/// The program on which all tests try the parser.
enum Sample {
    static let collectives = ["all-reduce", "all-gather", "broadcast"]

    static let bench = Command(
        name: "bench",
        summary: "Measure a collective.",
        discussion: """
            Runs the collective over a sweep of sizes and prints a row for each, so that the
            numbers can be read beside a prediction.

            The sweep is:
              begin, begin x factor, ... end
            """,
        arguments: [
            Positional(name: "COLLECTIVE", help: "What to run.", allowed: collectives)
        ],
        options: [
            Option(name: "begin", short: "b", value: "SIZE", help: "First size.", default: "8"),
            Option(name: "end", short: "e", value: "SIZE", help: "Last size.", default: "64MiB"),
            Option(name: "ranks", value: "N", help: "Number of ranks.", default: "all cores"),
            Option(
                name: "op",
                short: "o",
                value: "OP",
                help: "Reduction.",
                default: "sum",
                allowed: ["sum", "min", "max"]
            ),
            Option(name: "output", value: "FILE", help: "Write records here.", isFile: true),
            Option(name: "json", help: "Print JSON."),
            Option(name: "check", short: "c", help: "Verify every result."),
        ],
        examples: [
            ("weft bench all-reduce -b 8 -e 64M", "Sweeps from eight bytes to 64 MiB."),
            ("weft bench broadcast --json", "Prints records for another program."),
        ],
        group: "Measure"
    )

    static let fabric = Command(
        name: "fabric",
        summary: "Look at fabrics.",
        subcommands: [
            Command(
                name: "list",
                summary: "List the catalogue.",
                options: [Option(name: "json", help: "Print JSON.")]
            ),
            Command(
                name: "show",
                summary: "Show a fabric.",
                arguments: [
                    Positional(name: "FABRIC", help: "A name or file.", isFile: true),
                    Positional(name: "RANK", help: "Only this rank.", kind: .optional),
                ]
            ),
            Command(name: "dump", summary: "For the curious.", hidden: true),
        ],
        group: "Predict"
    )

    static let compare = Command(
        name: "compare",
        summary: "Compare records.",
        arguments: [
            Positional(
                name: "FILE",
                help: "Records to compare.",
                kind: .repeating(minimum: 2),
                isFile: true
            )
        ],
        group: "Measure"
    )

    static let launch = Command(
        name: "launch",
        summary: "Run a program on every rank.",
        arguments: [
            Positional(name: "PROGRAM", help: "The program."),
            Positional(name: "WORD", help: "Its arguments.", kind: .repeating()),
        ],
        options: [Option(name: "version", value: "V", help: "The version to run.")]
    )

    static let secret = Command(name: "secret", summary: "Not for all.", hidden: true)

    static let program = Program(
        name: "weft",
        version: "1.2.3",
        summary: "Measure and predict collectives.",
        commands: [bench, compare, fabric, launch, secret]
    )

    /// The invocation that a command line gives.
    static func invocation(_ arguments: String...) throws -> Invocation {
        guard case .run(let invocation) = try program.parse(arguments) else {
            throw NoInvocation()
        }
        return invocation
    }

    /// A command line asked for help or the version.
    struct NoInvocation: Error {}
}

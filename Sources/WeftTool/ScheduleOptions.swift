internal import Collectives
internal import CommandLine

extension Tool {
    /// `weft schedule`.
    static var schedule: Command {
        let subject = Positional(
            name: "subject",
            help: "A collective, or a file: weft's JSON or MSCCL's XML.",
            isFile: true
        )
        return Command(
            name: "schedule",
            summary: "look at a schedule, prove it, exchange it with other programs",
            subcommands: [show(subject), prove(subject), export(subject), importing]
        )
    }

    private static func show(_ subject: Positional) -> Command {
        Command(
            name: "show",
            summary: "what happens in a schedule, in words and pictures",
            discussion: """
                Prints what the schedule moves, its phases in words, and a space-time diagram: \
                endpoints from left to right, rounds downwards. \(Schedule.spaceTimeLegend).
                """,
            arguments: [subject],
            options: scheduleOptions + [
                Option(
                    name: "rank",
                    value: "R",
                    help: "Print the program of this endpoint, step by step, instead of the "
                        + "diagram."
                ),
                Option(name: "svg", value: "FILE", help: "Also write a picture.", isFile: true),
            ],
            examples: [
                (
                    line: "weft schedule show all-reduce --algorithm ring --ranks 4",
                    explanation: "the classic"
                ),
                (
                    line: "weft schedule show algorithm.xml --svg picture.svg",
                    explanation: "what an MSCCL algorithm does"
                ),
            ]
        )
    }

    private static func prove(_ subject: Positional) -> Command {
        Command(
            name: "prove",
            summary: "show that a schedule is right, or where it is wrong",
            discussion: """
                Sends symbols through every step: each contribution must arrive exactly once, \
                nothing may be read that is not there or written while it is read, and waiting \
                must not go round in a circle, whether transfers are eager or synchronous. Says \
                in which order contributions are combined, and whether every rank gets the same \
                bits. Exit code 2 says that it is wrong.
                """,
            arguments: [subject],
            options: scheduleOptions + [Option(name: "json", help: "Print as JSON.")],
            examples: [
                (
                    line: "weft schedule prove all-reduce --algorithm two-level --ranks 16",
                    explanation: "also says in which order it adds"
                )
            ]
        )
    }

    private static func export(_ subject: Positional) -> Command {
        Command(
            name: "export",
            summary: "write a schedule for another program",
            arguments: [subject],
            options: scheduleOptions + [
                format(default: "msccl"), output("Where it goes.", default: "standard output"),
            ],
            examples: [
                (
                    line: "weft schedule export all-gather --algorithm ring --ranks 8 "
                        + "--output ring.xml",
                    explanation: "an algorithm for NCCL's successors that read MSCCL's XML"
                )
            ]
        )
    }

    private static var importing: Command {
        Command(
            name: "import",
            summary: "read another program's schedule and prove it",
            discussion: """
                Size, type, root and --in-place are what MSCCL's XML leaves open; weft's JSON says \
                them itself. Exit code 2 says that the schedule is wrong; then nothing is written.
                """,
            arguments: [
                Positional(name: "file", help: "weft's JSON or MSCCL's XML.", isFile: true)
            ],
            options: sizeOptions + [
                format(default: "json"), output("Where to write what was proved."),
            ],
            examples: [
                (
                    line: "weft schedule import algorithm.xml --output algorithm.json",
                    explanation: "converts what was proved"
                )
            ]
        )
    }

    private static func format(default fallback: String) -> Option {
        Option(
            name: "format",
            value: "FORMAT",
            help: "'msccl' is the XML of Microsoft's and AMD's runtimes, 'goal' is what LogGOPSim "
                + "reads, 'json' is weft's own.",
            default: fallback,
            allowed: ScheduleFormat.allCases.map(\.rawValue)
        )
    }

    private static func output(_ help: String, default fallback: String? = nil) -> Option {
        Option(
            name: "output",
            short: "o",
            value: "FILE",
            help: help,
            default: fallback,
            isFile: true
        )
    }

    private static var sizeOptions: [Option] {
        [
            Option(
                name: "size",
                value: "SIZE",
                help: "Bytes of a rank's vector, or of one block where the collective has blocks.",
                default: "1M"
            ),
            Option(name: "elements", value: "N", help: "The same in elements."),
            Option(
                name: "type",
                value: "TYPE",
                help: DataType.allCases.map(\.rawValue).joined(separator: ", ") + ".",
                default: DataType.float32.rawValue
            ),
            Option(name: "root", value: "R", help: "The root.", default: "0"),
            Option(name: "in-place", help: "Input and output are the same memory."),
        ]
    }

    /// What a request can say.
    static var scheduleOptions: [Option] { scheduleOptions(ranks: "8") }

    /// The same with another number of ranks where none is given.
    static func scheduleOptions(ranks: String) -> [Option] {
        [
            Option(
                name: "algorithm",
                short: "a",
                value: "NAME",
                help: "The algorithm ('weft algorithms' lists them)."
            ),
            Option(name: "ranks", value: "N", help: "How many ranks.", default: ranks),
        ] + sizeOptions + [
            Option(
                name: "channels",
                value: "N",
                help: "Parallel parts of the data.",
                default: "1"
            ),
            Option(
                name: "slices",
                value: "N",
                help: "Pipelined parts of each channel.",
                default: "1"
            ),
            Option(
                name: "stride",
                value: "N",
                help: "Rounds that a slice runs behind the one before.",
                default: "what suits the algorithm"
            ),
            Option(
                name: "order",
                value: "LIST",
                help: "The ranks around the ring, with commas between.",
                default: "0,1,2 and so on"
            ),
        ] + levelOptions
    }

    /// What trees and switches can be told.
    static var switchOptions: [Option] {
        [
            Option(
                name: "radix",
                value: "K",
                help: "The digits of a rank's number, or children of a switch.",
                default: "what suits the algorithm"
            ),
            Option(
                name: "buffer",
                value: "SIZE",
                help: "Bytes of an operation in a switch; what is larger goes in several.",
                default: "1K for sharp-llt, 128K for sharp-sat"
            ),
            Option(
                name: "outstanding",
                value: "N",
                help: "Operations of a tree that switches have room for at a time.",
                default: "8"
            ),
        ]
    }

    /// What some algorithms can be told.
    static var levelOptions: [Option] {
        switchOptions + [
            Option(
                name: "aggregation",
                value: "A",
                help: "Blocks that travel together at most, in PAT.",
                default: "what fits 512 KiB"
            ),
            Option(
                name: "node",
                value: "G",
                help: "Ranks of a node, for algorithms of two levels.",
                default: "the largest divisor of the ranks up to 8"
            ),
            Option(
                name: "inner",
                value: "NAME",
                help: "The algorithm inside a node.",
                default: "what suits the algorithm"
            ),
            Option(
                name: "outer",
                value: "NAME",
                help: "The algorithm across nodes.",
                default: "what suits the algorithm"
            ),
        ]
    }
}

internal import CommandLine
internal import Fabrics
internal import Placement

extension Tool {
    /// Ways through fabrics, and what they carry.
    static var fabricTraffic: [Command] { [route, load, tree] }

    private static let routings = Routing.allCases
        .map { "\($0.rawValue): \($0.summary)" }.joined(separator: "\n  ")

    private static let seed = Option(
        name: "seed",
        value: "N",
        help: "What hashes and lots begin with.",
        default: "1"
    )

    private static var route: Command {
        Command(
            name: "route",
            summary: "a way from one endpoint to another, link by link",
            discussion: """
                Says how many ways are equally short, and prints the one that a routing picks:
                  \(routings)
                """,
            arguments: [
                fabricSubject,
                Positional(name: "from", help: "An endpoint, from 0."),
                Positional(name: "to", help: "Another one."),
            ],
            options: [
                Option(
                    name: "routing",
                    value: "ROUTING",
                    help: "How a way is picked.",
                    default: "ecmp",
                    allowed: Routing.allCases.map(\.rawValue)
                ),
                seed, jsonOption,
            ],
            examples: [
                (
                    line: "weft fabric route h100-superpod 3 260 --routing ftree",
                    explanation: "by rails and spines"
                )
            ]
        )
    }

    private static var load: Command {
        Command(
            name: "load",
            summary: "what a schedule puts on each cable, by placement and routing",
            discussion: """
                Follows every byte of every round to the cables that it crosses. A round takes at \
                least as long as the cable that carries the most in it; the best is what the \
                endpoints' own links allow. The last columns tell which tier's cables hold rounds \
                up, the cable that does so the most in any round, and how many times as long as at \
                best that round takes. Nothing waits or is lost here: this is what no congestion \
                control can better.

                Routings, all of which are compared where none is named:
                  \(routings)
                """,
            arguments: [
                fabricSubject,
                Positional(
                    name: "subject",
                    help: "A collective, or a schedule's file: weft's JSON or MSCCL's XML.",
                    isFile: true
                ),
            ],
            options: scheduleOptions(ranks: "all endpoints, at most 64") + seatOptions + [
                Option(
                    name: "routing",
                    value: "LIST",
                    help: "Routings, with commas between.",
                    default: "all"
                ),
                Option(
                    name: "flows",
                    value: "N",
                    help: "Flows of each pair of ranks, as queue pairs are: each has a hash.",
                    default: "1"
                ),
                seed, jsonOption, Option(name: "csv", help: "Print as CSV."),
            ],
            examples: [
                (
                    line: "weft fabric load h100-superpod all-to-all -a pairwise --ranks 64 "
                        + "--placement random",
                    explanation: "how far hashing is from what the cables could carry"
                ),
                (
                    line: "weft fabric load h100-superpod all-reduce -a ring --ranks 256 "
                        + "--routing ecmp,adaptive --flows 4",
                    explanation: "whether more queue pairs help"
                ),
            ]
        )
    }

    /// Where ranks sit.
    private static var seatOptions: [Option] {
        [
            Option(
                name: "placement",
                value: "ORDER",
                help: "How ranks follow each other over the groups of the innermost tier.",
                default: "packed",
                allowed: Placement.Order.allCases.map(\.rawValue)
            ),
            Option(
                name: "hostfile",
                value: "FILE",
                help: "Or a host a line, NAME, NAME:RANKS or NAME slots=RANKS; a name's "
                    + "number says which group it is, from 0.",
                isFile: true
            ),
            Option(
                name: "without",
                value: "LIST",
                help: "Endpoints that have failed, such as 8-15,20."
            ),
        ]
    }

    private static var tree: Command {
        Command(
            name: "tree",
            summary: "the switches that reduce or copy for a job",
            discussion: """
                An aggregation tree as SHARP's lies on real switches and cables: the innermost \
                network that joins all ranks, one switch at the top. Prints how many switches of \
                each tier it takes, the most children of one (what --radix of an in-network \
                algorithm may be told), and how many trees such a switch has room for, where a \
                document says it.
                """,
            arguments: [fabricSubject],
            options: [
                Option(
                    name: "ranks",
                    value: "N",
                    help: "How many ranks.",
                    default: "all endpoints, at most 4194304"
                )
            ] + seatOptions + [
                Option(
                    name: "number",
                    value: "T",
                    help: "Which of the parallel trees: other switches at the top, then other "
                        + "cables.",
                    default: "0"
                ),
                Option(
                    name: "multicast",
                    help: "Only copies: its switches need not reduce."
                ),
                seed, jsonOption,
            ],
            examples: [
                (
                    line: "weft fabric tree h100-superpod --ranks 256",
                    explanation: "what a job's SHARP takes"
                )
            ]
        )
    }
}

internal import CommandLine

extension Tool {
    static var tune: Command {
        Command(
            name: "tune",
            summary: "find the fastest algorithm for each size",
            discussion: """
                Times the algorithms of each collective on real ranks, sorts out at a few sizes \
                those that are far behind, times the others at all sizes, again and again, and \
                prints which one is fastest from which size on, beside the next one and what was \
                chosen before. It takes about a minute for each collective and number of ranks, \
                if the machine has nothing else to do.

                '--write' stores it in the state folder ($XDG_STATE_HOME/weft, by default \
                ~/.local/state/weft), where 'weft bench --algorithm auto' finds it; what was \
                stored for other collectives and ranks stays. docs/TUNING.md has the rules.
                """,
            arguments: [
                Positional(
                    name: "collective",
                    help: "What to tune, or 'all', which is the default.",
                    kind: .repeating(minimum: 0)
                )
            ],
            options: [
                Option(
                    name: "ranks",
                    value: "LIST",
                    help: "How many ranks, or several numbers with commas between.",
                    default: "one for each core"
                ),
                sizes,
                Option(name: "write", help: "Store what was found."),
                Option(name: "json", help: "Print what was found as JSON (docs/TUNING.md)."),
            ] + places,
            examples: [
                (
                    line: "weft tune all-reduce --ranks 2",
                    explanation: "look at one collective; about a minute"
                ),
                (
                    line: "weft tune all --ranks 2,4 --write",
                    explanation: "everything, for two and for four ranks; about half an hour"
                ),
                (
                    line: "weft tune all-reduce --nodes 2 --write",
                    explanation: "two nodes with TCP between them"
                ),
            ]
        )
    }
}

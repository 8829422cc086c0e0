internal import CommandLine

extension Tool {
    /// Questions about fabrics of the catalogue or of a file.
    static var fabricQuestions: [Command] { [check, compare, bill, draw] }

    static let jsonOption = Option(name: "json", help: "Print as JSON.")
    static let fabricSubject = Positional(
        name: "fabric",
        help: "Its name in the catalogue, or a file with a slash or a point in its name.",
        isFile: true
    )

    private static var check: Command {
        Command(
            name: "check",
            summary: "what is wrong or suspicious in a fabric",
            discussion: """
                More ports used than a switch has, cables that are faster than their ports, \
                oversubscription, groups that one switch cuts off, rails that only meet in the \
                node. The exit status is 1 where something is wrong.
                """,
            arguments: [fabricSubject],
            options: [jsonOption],
            examples: [
                (
                    line: "weft fabric check ./site.json5",
                    explanation: "before anybody orders cables"
                )
            ]
        )
    }

    private static var compare: Command {
        Command(
            name: "compare",
            summary: "fabrics side by side: structure, bounds, parts",
            arguments: [
                Positional(
                    name: "fabrics",
                    help: "Names in the catalogue, or files.",
                    kind: .repeating(minimum: 1),
                    isFile: true
                )
            ],
            options: [jsonOption],
            examples: [
                (
                    line: "weft fabric compare gb300-xdr h100-ndr",
                    explanation: "what 72 GPUs in one domain change"
                )
            ]
        )
    }

    private static var draw: Command {
        Command(
            name: "draw",
            summary: "a picture of a fabric for a slide, as SVG",
            discussion: """
                Of equal groups the first ones and the last are drawn. Words beside them say how \
                many there are, what cables carry and what is oversubscribed. The picture is light \
                or dark as its surroundings are.
                """,
            arguments: [fabricSubject],
            options: [
                Option(
                    name: "output",
                    short: "o",
                    value: "FILE",
                    help: "Where the picture goes.",
                    default: "standard output",
                    isFile: true
                ),
                Option(
                    name: "level",
                    value: "LEVEL",
                    help: "How near: the innermost network (rack), a group of the tier below the "
                        + "outermost (pod), or the outermost with its groups closed (site).",
                    default: "all in one picture",
                    allowed: ["rack", "pod", "site"]
                ),
            ],
            examples: [
                (
                    line: "weft fabric draw gb200-nvl72 -o rack.svg",
                    explanation: "18 trays, 9 switch trays, and how they are wired"
                )
            ]
        )
    }

    private static var bill: Command {
        Command(
            name: "bill",
            summary: "switches, interfaces, cables and transceivers, their power and cost",
            discussion: """
                Counts follow from the structure. Power and prices are those of documents where \
                there are any, and else of the options; what nobody says is left empty.
                """,
            arguments: [fabricSubject],
            options: [
                Option(
                    name: "pluggable",
                    value: "POWER",
                    help: "What a transceiver takes for each 800 Gb/s.",
                    default: "15W"
                ),
                Option(
                    name: "transceiver",
                    value: "PRICE",
                    help: "What a transceiver costs, such as 1000USD."
                ),
                Option(
                    name: "endpoint",
                    value: "PRICE",
                    help: "What an endpoint costs, such as 35000USD."
                ),
                Option(
                    name: "copper",
                    value: "LENGTH",
                    help: "Up to which length a cable is of copper.",
                    default: "3m"
                ),
                jsonOption, Option(name: "csv", help: "Print as CSV."),
            ],
            examples: [
                (
                    line: "weft fabric bill gb300-xdr --pluggable 30W --transceiver 1000USD",
                    explanation: "with the power that photonics are compared with"
                )
            ]
        )
    }
}

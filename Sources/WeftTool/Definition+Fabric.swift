internal import CommandLine
internal import Fabrics

extension Tool {
    private static let output = Option(
        name: "output",
        short: "o",
        value: "FILE",
        help: "Also write it as JSON5 (docs/WIRING.md).",
        isFile: true
    )

    static var fabric: Command {
        Command(
            name: "fabric",
            summary: "look at the catalogue of networks, read and write others",
            subcommands: [
                Command(
                    name: "list",
                    summary: "every fabric of the catalogue, a line each",
                    options: [jsonOption]
                ),
                show, importWiring, exportWiring, discover,
            ] + fabricQuestions + fabricTraffic
        )
    }

    private static var show: Command {
        Command(
            name: "show",
            summary: "one fabric: tiers, rates, and where they are from",
            arguments: [fabricSubject],
            options: [jsonOption],
            examples: [
                (
                    line: "weft fabric show gb200-nvl72",
                    explanation: "a rack of 72 GPUs in one NVLink domain"
                )
            ]
        )
    }

    private static var importWiring: Command {
        let known = WiringFormat.allCases.map { "\($0.rawValue): \($0.title)" }
        return Command(
            name: "import",
            summary: "read a network from a file of another tool",
            discussion: """
                Prints what there is (devices and links by kind and rate), what the file doesn't \
                tell, and warnings about what looks wrong: ports that are slower than their \
                twins, devices with fewer links than others of their kind, parts that nothing \
                connects. '--output' writes it as JSON5, device by device and link by link.

                Formats:
                  \(known.joined(separator: "\n  "))

                docs/WIRING.md says what each tells and what it leaves out.
                """,
            arguments: [
                Positional(name: "file", help: "What another tool wrote.", isFile: true)
            ],
            options: [
                Option(
                    name: "format",
                    value: "FORMAT",
                    help: "What the file is.",
                    default: "what its text looks like",
                    allowed: WiringFormat.allCases.map(\.rawValue)
                ),
                output, jsonOption,
            ],
            examples: [
                (
                    line: "weft fabric import topology.xml -o node.json5",
                    explanation: "what NCCL wrote to NCCL_TOPO_DUMP_FILE"
                ),
                (
                    line: "weft fabric import cluster.txt --json",
                    explanation: "what 'ibnetdiscover' printed"
                ),
            ]
        )
    }

    private static var exportWiring: Command {
        Command(
            name: "export",
            summary: "write a network for another tool",
            discussion: """
                Fabrics of tiers are written with all their switches and cables, up to \
                \(Wiring.endpointLimit) endpoints; for ASTRA-sim's analytical back end they are \
                written as dimensions, whatever their size.
                """,
            arguments: [
                Positional(
                    name: "fabric",
                    help: "A name in the catalogue, or a file in any form that 'import' reads, "
                        + "with a slash or a point in its name.",
                    isFile: true
                )
            ],
            options: [
                Option(
                    name: "to",
                    value: "FORM",
                    help: "How it is written: weft's JSON5, Graphviz, GraphML, ASTRA-sim's YAML "
                        + "or a topology of HPCC.",
                    allowed: WiringCommand.Target.allCases.map(\.rawValue)
                ),
                Option(
                    name: "latency",
                    value: "TIME",
                    help: "For 'hpcc': that of links whose own is not known, such as 500ns."
                ),
                Option(
                    name: "output",
                    short: "o",
                    value: "FILE",
                    help: "Where it goes.",
                    default: "standard output",
                    isFile: true
                ),
            ],
            examples: [
                (
                    line: "weft fabric export h100-ndr --to astra",
                    explanation: "a network file for ASTRA-sim"
                ),
                (
                    line: "weft fabric export ./cluster.txt --to dot -o cluster.dot",
                    explanation: "a picture of an InfiniBand network, by Graphviz"
                ),
            ]
        )
    }

    private static var discover: Command {
        Command(
            name: "discover",
            summary: "the inside of this machine: NUMA nodes, PCIe, GPUs and adapters",
            discussion: """
                Reads /sys and /proc and starts nothing. Says what could not be seen, and warns \
                of devices whose links run slower than they could.
                """,
            options: [output, jsonOption],
            examples: [
                (
                    line: "weft fabric discover -o node.json5",
                    explanation: "this machine, for 'weft fabric export'"
                )
            ]
        )
    }
}

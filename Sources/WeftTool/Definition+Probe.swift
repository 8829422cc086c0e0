internal import CommandLine
internal import Measurement

extension Tool {
    static var probe: Command {
        let known = Probe.allCases.map { "\($0.rawValue): \($0.question)" }
        return Command(
            name: "probe",
            summary: "measure what congestion does on the network between nodes",
            discussion: """
                Runs flows of messages between ranks of different nodes and says how the network \
                that is there behaves, each answer with its 95 % interval. What a network, a \
                device or this transport can't show is said so.

                Probes:
                  \(known.joined(separator: "\n  "))

                All flows go to one node, the last. There are two ranks a node unless '--ranks' \
                says more: bends of incast need five senders. '--write' stores what was found as a \
                fabric, which 'weft fabric show FILE' prints. docs/PROBE.md says how each is \
                measured, and with which formulae.
                """,
            arguments: [
                Positional(
                    name: "what",
                    help: "Probes, or 'all', which is the default.",
                    kind: .repeating(minimum: 0)
                )
            ],
            options: [
                Option(
                    name: "ranks",
                    value: "N",
                    help: "How many ranks on all nodes together.",
                    default: "two on each node"
                ),
                Option(
                    name: "seconds",
                    value: "S",
                    help: "How long each probe takes, from 0.1 to 600.",
                    default: "3"
                ),
                Option(
                    name: "write",
                    value: "FILE",
                    help: "Also write a fabric file with what was measured, such as fabric.json5.",
                    isFile: true
                ),
                Option(name: "json", help: "Print the full record as JSON (docs/PROBE.md)."),
                Option(
                    name: "csv",
                    help: "Print one line of comma-separated values for each number."
                ),
                Option(
                    name: "report",
                    value: "FILE",
                    help: "Also write a self-contained HTML page with plots.",
                    isFile: true
                ),
            ] + places,
            examples: [
                (
                    line: "weft probe --hosts node1,node2,node3 --interface eth0",
                    explanation: "everything, between three hosts; about half a minute"
                ),
                (
                    line: "weft probe step latency --nodes 2",
                    explanation: "two probes over loopback, to see what it prints"
                ),
                (
                    line: "srun weft probe incast --seconds 10 --report incast.html",
                    explanation: "as many ranks as Slurm starts, with plots"
                ),
                (
                    line: "weft probe --hosts a:4,b:4 --write fabric.json5",
                    explanation: "what was found, for 'weft fabric show ./fabric.json5'"
                ),
            ]
        )
    }
}

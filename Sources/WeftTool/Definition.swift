internal import Collectives
internal import CommandLine
internal import Runtime

extension Tool {
    /// Every command and option: what is parsed, completed, and told by help and the manual page.
    static var definition: Program {
        Program(
            name: "weft",
            version: version,
            summary: "measure collective communication, and say what it should cost",
            commands: [
                bench, tune, probe, calibrate, predict, numerics, algorithms, schedule, report,
                fabric, devices, versionCommand, completions, manual, agent,
            ]
        )
    }

    private static var collective: Positional {
        let known = BenchJob.collectives.map(\.rawValue)
        return Positional(
            name: "collective",
            help: "What to run: \(known.joined(separator: ", "))."
        )
    }

    static var sizes: Option {
        Option(
            name: "sizes",
            value: "SIZES",
            help: "Bytes of the larger of a rank's two buffers: 8:64M doubles, 8:64M:x4 "
                + "multiplies, 8:64K:+8K adds, 8,1K,1M is a list. K, M and G are binary.",
            default: "8:64M"
        )
    }

    private static var shared: [Option] {
        [
            sizes,
            Option(
                name: "ranks",
                value: "N",
                help: "How many ranks.",
                default: "one for each core"
            ),
            Option(
                name: "algorithm",
                value: "NAMES",
                help: "Algorithms, with commas between; 'all'; or 'auto', which takes for each "
                    + "size what 'weft tune' found fastest, or the calibration.",
                default: "auto"
            ),
            Option(
                name: "type",
                value: "TYPE",
                help: "The type of an element: "
                    + DataType.allCases.map(\.rawValue).joined(separator: ", ") + ".",
                default: "float"
            ),
            Option(
                name: "op",
                value: "OPERATOR",
                help: "How elements are reduced: "
                    + ReductionOperator.allCases.map(\.rawValue).joined(separator: ", ") + ".",
                default: "sum"
            ),
            Option(
                name: "root",
                value: "RANK",
                help: "The root of broadcast, reduce, gather and scatter.",
                default: "0"
            ),
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
        ] + switchOptions
    }

    private static var outputs: [Option] {
        [
            Option(name: "json", help: "Print the full record as JSON (docs/MEASUREMENT.md)."),
            Option(name: "csv", help: "Print one line of comma-separated values for each row."),
            Option(
                name: "report",
                value: "FILE",
                help: "Also write a self-contained HTML page.",
                isFile: true
            ),
        ]
    }

    private static var bench: Command {
        Command(
            name: "bench",
            summary: "time a collective and lay the model beside it",
            discussion: """
                Starts one process for each rank, each on a core of its own, times the collective \
                for every size, checks every element of the first and the last operation, and \
                prints a row a size in the columns of nccl-tests, with the model's expectation to \
                the right.

                A row's time is the median over batches of back-to-back operations of the slowest \
                rank; docs/MEASUREMENT.md says how and why.

                'weft algorithms COLLECTIVE' lists the algorithms and what each costs.
                """,
            arguments: [collective],
            options: shared + [
                Option(
                    name: "iterations",
                    short: "n",
                    value: "N",
                    help: "Operations in each batch.",
                    default: "200 us of them"
                ),
                Option(
                    name: "warmup",
                    short: "w",
                    value: "N",
                    help: "Operations before the first batch.",
                    default: "until it settles"
                ),
                Option(
                    name: "mode",
                    value: "MODE",
                    help: "'batch' times operations back to back; 'sync' starts each one on all "
                        + "ranks at the same time and gives the tails.",
                    default: "batch",
                    allowed: ["batch", "sync"]
                ),
                Option(
                    name: "cold",
                    help: "Use buffers in turn, so that none is in a cache."
                ),
                Option(
                    name: "bind",
                    value: "WHAT",
                    help:
                        "'core' keeps each rank on a core of its own, 'numa' on the cores of that "
                        + "one's NUMA node, 'none' leaves it to the kernel.",
                    default: "core",
                    allowed: Binding.allCases.map(\.rawValue)
                ),
                Option(
                    name: "map",
                    value: "ORDER",
                    help: "Which processors ranks get on this machine: 'core' in order, 'spread' "
                        + "from one NUMA node after the other, or a list such as 0,2,4.",
                    default: "core"
                ),
            ] + places + [
                Option(
                    name: "counters",
                    help: "Print below each row how far the counters of RDMA ports have grown "
                        + "(docs/RDMA.md)."
                ),
                Option(name: "no-check", help: "Do not compare results with what they must be."),
                Option(
                    name: "no-wait",
                    help: "Only the loads and stores, without waiting for other ranks: the rate "
                        + "that is the limit. Results are wrong and not checked."
                ),
            ] + outputs,
            examples: [
                (
                    line: "weft bench all-reduce",
                    explanation: "the usual sizes, each with what is taken to be fastest"
                ),
                (
                    line: "weft bench all-reduce --ranks 2 --algorithm ring,two-shot --sizes 1K:4M",
                    explanation: "two algorithms, one after the other"
                ),
                (
                    line: "weft bench all-reduce --hosts node1:4,node2:4 --interface eth0",
                    explanation: "eight ranks on two hosts, started over ssh"
                ),
                (
                    line: "srun weft bench all-reduce",
                    explanation: "as many ranks as Slurm starts; 'mpirun' does the same"
                ),
                (
                    line: "weft bench all-reduce --mode sync --sizes 8 --json",
                    explanation: "the tails of the smallest operation, as a full record"
                ),
            ]
        )
    }

    private static var agent: Command {
        Command(name: "agent", summary: "the part of a benchmark on another host", hidden: true)
    }

    private static var calibrate: Command {
        Command(
            name: "calibrate",
            summary: "find this machine's costs, for the model",
            discussion: """
                Times a few operations (under ten seconds), fits the parameters of the model to \
                some of them, judges the fit by the others, and stores it in the state folder \
                ($XDG_STATE_HOME/weft, by default ~/.local/state/weft).
                """,
            options: [
                Option(
                    name: "ranks",
                    value: "N",
                    help: "How many ranks.",
                    default: "one for each core"
                ),
                Option(name: "json", help: "Print what was found as JSON."),
            ],
            examples: [
                (line: "weft calibrate", explanation: "before 'weft bench' and 'weft predict'")
            ]
        )
    }

    private static var predict: Command {
        Command(
            name: "predict",
            summary: "say what a collective should cost, without running it",
            discussion: "The rows of 'weft bench' from the model alone, with its 95 % range.",
            arguments: [collective],
            options: shared + outputs,
            examples: [
                (
                    line: "weft predict all-reduce --ranks 2 --sizes 1K:1M",
                    explanation: "what this machine should reach"
                )
            ]
        )
    }

    private static var report: Command {
        Command(
            name: "report",
            summary: "make one HTML page of results",
            discussion: "Reads files that 'weft bench --json' or 'weft predict --json' wrote.",
            arguments: [
                Positional(
                    name: "file",
                    help: "A result.",
                    kind: .repeating(minimum: 1),
                    isFile: true
                )
            ],
            options: [
                Option(
                    name: "output",
                    short: "o",
                    value: "FILE",
                    help: "Where the page goes.",
                    default: "weft-report.html",
                    isFile: true
                )
            ],
            examples: [
                (
                    line: "weft report before.json after.json --output both.html",
                    explanation: "two runs in the same plots"
                )
            ]
        )
    }

    private static var versionCommand: Command {
        Command(
            name: "version",
            summary: "this build, its kernels, and the RDMA devices it finds",
            options: [Option(name: "json", help: "Print as JSON.")]
        )
    }

    private static var completions: Command {
        Command(
            name: "completions",
            summary: "print a script that completes weft's commands",
            arguments: [
                Positional(
                    name: "shell",
                    help: "For which shell.",
                    allowed: Shell.allCases.map(\.rawValue)
                )
            ],
            examples: [
                (
                    line: "weft completions bash > ~/.local/share/bash-completion/completions/weft",
                    explanation: "for the shells that start from now on"
                )
            ]
        )
    }

    private static var manual: Command {
        Command(name: "manual", summary: "print the manual page, for man", hidden: true)
    }
}

internal import CommandLine
internal import Runtime

extension Tool {
    static var devices: Command {
        Command(
            name: "devices",
            summary: "the RDMA devices of this host, and what is wrong with them",
            discussion: """
                One row a port: its state, its rate, the GID that 'weft bench' would take, the \
                data of its packets, where it sits and what drives it. Below are warnings, each \
                with what to do. docs/RDMA.md says how a rank's devices are chosen.
                """,
            options: [
                Option(name: "json", help: "Print everything that is known as JSON."),
                Option(name: "csv", help: "Print one line of comma-separated values a port."),
            ],
            examples: [
                (line: "weft devices", explanation: "before the first 'weft bench' over RDMA")
            ]
        )
    }

    /// Options that say what carries messages between nodes, and how RDMA devices are used.
    static var rdma: [Option] {
        let usual = RdmaOptions()
        return [
            Option(
                name: "transport",
                value: "NAME",
                help: "What carries messages between nodes: 'auto' takes RDMA where all nodes have "
                    + "a device for it, and else TCP.",
                default: "auto",
                allowed: NetOptions.Transport.allCases.map(\.rawValue)
            ),
            Option(
                name: "device",
                value: "LIST",
                help: "RDMA devices to use: NAME or NAME:PORT with commas between, where * and ? "
                    + "stand for anything, and '!' before the list excludes them (docs/RDMA.md).",
                default: "the nearest"
            ),
            Option(
                name: "gid-index",
                value: "N",
                help: "Which entry of a port's GID table to use.",
                default: "RoCE v2 with an IPv4 address first"
            ),
            Option(
                name: "partition",
                value: "KEY",
                help: "The partition key, such as 0x8001.",
                default: "the port's first"
            ),
            Option(
                name: "service-level",
                value: "N",
                help: "The InfiniBand service level, or the priority in a VLAN.",
                default: "\(usual.serviceLevel)"
            ),
            Option(
                name: "traffic-class",
                value: "N",
                help: "The traffic class of RoCE packets, which is four times their DSCP.",
                default: "\(usual.trafficClass)"
            ),
            Option(
                name: "timeout",
                value: "N",
                help: "Send again what is not acknowledged in 4.096 us times 2 to the power of N.",
                default: "\(usual.timeout), which is 134 ms"
            ),
            Option(
                name: "retries",
                value: "N",
                help: "Give a connection up after so many times.",
                default: "\(usual.retries)"
            ),
            Option(
                name: "mtu",
                value: "BYTES",
                help: "The largest packet's data.",
                default: "the port's",
                allowed: RdmaOptions.mtus.map { "\($0)" }
            ),
            Option(
                name: "path",
                value: "HOW",
                help: "How RDMA connections come about: 'exchange' over the job's TCP connections, "
                    + "'cm' by librdmacm.",
                default: usual.path.rawValue,
                allowed: RdmaOptions.Path.allCases.map(\.rawValue)
            ),
            Option(
                name: "queue-pairs",
                value: "N",
                help: "Queue pairs between each two ranks of different nodes.",
                default: "\(usual.queuePairs)"
            ),
            Option(
                name: "rails",
                value: "N",
                help: "RDMA devices that each rank uses.",
                default: "\(usual.rails)"
            ),
            Option(
                name: "relaxed-ordering",
                help: "Let devices write to memory out of order; needs '--untested'."
            ),
            Option(
                name: "on-demand",
                help: "Let devices fault memory in instead of pinning it; needs '--untested'."
            ),
            Option(
                name: "untested",
                help: "Allow what no test could run, for want of hardware (docs/RDMA.md)."
            ),
        ]
    }
}

extension RdmaOptions {
    /// Reads them from the command line.
    init(_ invocation: Invocation, _ transport: NetOptions.Transport) throws(UsageError) {
        self.init()
        let given = Tool.rdma.dropFirst().first { option in
            option.value == nil
                ? invocation.flag(option.name) : invocation.string(option.name) != nil
        }
        if let given, transport == .tcp {
            throw invocation.usageError(
                "'--\(given.name)' is for RDMA; leave out '--transport tcp'"
            )
        }
        devices = try invocation.value("device", default: "") { text throws(RuntimeError) in
            if text.isEmpty { throw RuntimeError("it is empty; leave it out to use any device") }
            _ = try DevicePattern(text)
            return text
        }
        gidIndex = try invocation.integer("gid-index", in: Self.gidIndices)
        partition = try invocation.value("partition", convert: Self.partition)
        serviceLevel = try invocation.integer(
            "service-level",
            in: Self.serviceLevels,
            default: serviceLevel
        )
        trafficClass = try invocation.integer(
            "traffic-class",
            in: Self.trafficClasses,
            default: trafficClass
        )
        timeout = try invocation.integer("timeout", in: Self.timeouts, default: timeout)
        retries = try invocation.integer("retries", in: Self.retryCounts, default: retries)
        mtu = try invocation.integer("mtu")
        path = invocation.string("path").flatMap { Path(rawValue: $0) } ?? path
        queuePairs = try invocation.integer("queue-pairs", in: Self.counts, default: queuePairs)
        rails = try invocation.integer("rails", in: Self.counts, default: rails)
        relaxedOrdering = invocation.flag("relaxed-ordering")
        onDemand = invocation.flag("on-demand")
        untested = invocation.flag("untested")
        if let problem { throw invocation.usageError(problem) }
    }

    /// A key in hexadecimal digits after 0x, or in decimal ones.
    private static func partition(_ text: String) throws(RuntimeError) -> Int {
        let isHexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
        let digits = text.dropFirst(isHexadecimal ? 2 : 0)
        let isNumber = digits.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
        guard isNumber, let key = Int(digits, radix: isHexadecimal ? 16 : 10), isPartition(key)
        else {
            throw RuntimeError("a partition key is a number such as 0x8001, of 16 bits, not 0x8000")
        }
        return key
    }
}

internal import CommandLine
internal import Runtime

extension Tool {
    /// Options that say where ranks run and how they talk.
    static var places: [Option] {
        [
            Option(
                name: "hosts",
                value: "HOSTS",
                help: "Start ranks on these hosts over ssh: NAME or NAME:RANKS with commas between "
                    + "(docs/LAUNCH.md)."
            ),
            Option(
                name: "hostfile",
                value: "FILE",
                help: "The same from a file, a host a line: NAME, NAME:RANKS or NAME slots=RANKS.",
                isFile: true
            ),
            Option(
                name: "nodes",
                value: "N",
                help: "Treat this machine as N nodes, with TCP over loopback between them."
            ),
            Option(
                name: "ssh",
                value: "COMMAND",
                help: "The remote shell, with its arguments.",
                default: "ssh -o BatchMode=yes"
            ),
            Option(
                name: "remote-program",
                value: "PATH",
                help: "Where weft is on the other hosts.",
                default: "where it is on this one"
            ),
            Option(
                name: "interface",
                value: "NAME",
                help: "The network interface for TCP.",
                default: "the one that leads to this host"
            ),
            Option(
                name: "family",
                value: "FAMILY",
                help: "Addresses to use: 'any', 'ipv4' or 'ipv6'.",
                default: "any",
                allowed: NetOptions.Family.allCases.map(\.rawValue)
            ),
            Option(
                name: "ports",
                value: "FIRST-LAST",
                help: "Ports that may be listened on.",
                default: "whichever are free"
            ),
            Option(
                name: "connections",
                value: "N",
                help: "Connections between each two ranks of different nodes.",
                default: "1"
            ),
            Option(
                name: "send-buffer",
                value: "BYTES",
                help: "Bytes of each connection's buffer for sending.",
                default: "the kernel's choice"
            ),
            Option(
                name: "receive-buffer",
                value: "BYTES",
                help: "The same for receiving.",
                default: "the kernel's choice"
            ),
        ] + rdma
    }
}

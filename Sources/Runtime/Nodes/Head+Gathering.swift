internal import CWeft
internal import Glibc

/// A host, and how many ranks it gets.
public struct Host: Equatable, Sendable {
    /// Its name, as the remote shell knows it.
    public var name: String
    /// How many ranks, nil to share out.
    public var ranks: Int?

    /// Names a host.
    public init(name: String, ranks: Int? = nil) {
        self.name = name
        self.ranks = ranks
    }
}

extension Head {
    /// Starts an agent on each of several hosts over a remote shell.
    ///
    /// - Parameters:
    ///   - shell: the command that runs another on a host, with its arguments, such as `ssh`.
    ///   - program: the path of weft there.
    public static func gathering(
        _ hosts: [(name: String, ranks: Int)],
        shell: [String],
        program: String,
        _ network: NetOptions,
        version: String
    ) throws(RuntimeError) -> Head {
        let head = try Head(network, version: version, token: Handshake.Secret.freshToken())
        var first = 0
        for (name, ranks) in hosts {
            // Its streams are the channel; what it has to complain about goes to standard error.
            let words =
                ["/bin/sh", "-c", "exec \"$@\" <&3 >&3 3>&-", "sh"] + shell
                + [name, program, "agent"]
            try head.spawn(name, first..<(first + ranks), "/bin/sh", words)
            first += ranks
        }
        try head.awaitArrivals(seconds: 60)
        head.settleTransport(isOneMachine: false)
        return head
    }

    /// Starts agents on this machine that share no memory, as if each had a machine of its own.
    public static func gathering(
        nodes: [Int],
        _ network: NetOptions,
        version: String
    ) throws(RuntimeError) -> Head {
        let head = try Head(network, version: version, token: Handshake.Secret.freshToken())
        var first = 0
        for (number, ranks) in nodes.enumerated() {
            try head.spawnLocal("node \(number)", first..<(first + ranks))
            first += ranks
        }
        try head.awaitArrivals(seconds: 30)
        head.settleTransport(isOneMachine: true)
        for (number, member) in head.members.enumerated() {
            member.compartment = number
            member.arrival?.address = network.family == .ipv6 ? "::1" : "127.0.0.1"
        }
        return head
    }

    /// Waits for the agents that another launcher has started, one for each rank, of which the
    /// first is this process's own.
    ///
    /// - Parameter onListening: called with the port that they must dial.
    public static func gathering(
        ranks: Int,
        port: Int?,
        token: String,
        seconds: Int,
        _ network: NetOptions,
        version: String,
        onListening: (_ port: Int) throws(RuntimeError) -> Void
    ) throws(RuntimeError) -> Head {
        let head = try Head(network, version: version, token: token)
        let listener = try Socket.listening(network, port: port)
        try onListening(listener.port)
        try head.spawnLocal("rank 0", 0..<1)
        let reception = Reception(
            listener,
            Handshake.Secret(token: token, version: version)
        )
        try head.awaitArrivals(seconds: seconds, ranks: ranks, reception)
        head.settleTransport(isOneMachine: false)
        return head
    }

    private func spawnLocal(_ name: String, _ ranks: Range<Int>) throws(RuntimeError) {
        let program = "/proc/self/exe"
        try spawn(name, ranks, program, ["weft", "agent"], "\(Agent.variable)=\(getpid())")
    }

    private func spawn(
        _ name: String,
        _ ranks: Range<Int>,
        _ path: String,
        _ words: [String],
        _ variable: String? = nil
    ) throws(RuntimeError) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        if socketpair(AF_UNIX, kind, 0, &ends) != 0 {
            throw RuntimeError("no channel can be had: \(Socket.reason)")
        }
        let theirs = Descriptor(ends[1])
        let channel = Conversation(input: ends[0], output: ends[0])
        var arguments = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        try check(
            weft_process_spawn(path, arguments, variable, [theirs.number], 1, &process),
            "\(name) can't be started"
        )
        members.append(Member(name: name, channel: channel, ranks: ranks, process: process))
    }

    private func awaitArrivals(
        seconds: Int,
        ranks: Int = 0,
        _ reception: Reception? = nil
    ) throws(RuntimeError) {
        let deadline = Deadline(.seconds(seconds))
        var problem: RuntimeError?
        while members.count < ranks || members.contains(where: { $0.arrival == nil }) {
            for (member, message) in try turn(doing: "starting", reception?.polled ?? []) {
                guard case .arrived(let arrival) = message else { continue }
                if arrival.version != version {
                    throw RuntimeError(
                        "\(arrival.host) has weft \(arrival.version) and this is \(version); "
                            + "install the same version on all hosts"
                    )
                }
                member.arrival = arrival
            }
            for (caller, socket) in reception?.take(onProblem: { problem = $0 }) ?? [] {
                let isNew = !members.contains { $0.ranks.contains(caller.from) }
                guard caller.purpose == .control, isNew, caller.from < ranks else { continue }
                let number = socket.taken()
                members.append(
                    Member(
                        name: "rank \(caller.from)",
                        channel: Conversation(input: number, output: number),
                        ranks: caller.from..<(caller.from + 1)
                    )
                )
            }
            if deadline.hasPassed {
                let missing = members.first { $0.arrival == nil }?.name
                let absent = (0..<ranks).first { rank in
                    !members.contains { $0.ranks.contains(rank) }
                }
                let who = missing ?? absent.map { "rank \($0)" } ?? "somebody"
                let why = problem.map { "; the last that was refused: \($0)" } ?? ""
                throw RuntimeError("\(who) did not answer within \(seconds) s\(why)")
            }
        }
    }
}

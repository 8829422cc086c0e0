internal import CommandLine
internal import Glibc
internal import Runtime
internal import Text

/// Where the ranks of a benchmark run, and how they talk.
struct JobPlace {
    private enum Kind {
        /// On this machine, as children of this process.
        case here
        /// On this machine, as if it were several.
        case nodes(Int)
        /// On hosts that a remote shell leads to.
        case hosts([Host])
    }

    private let kind: Kind
    private let network: NetOptions
    private let shell: [String]
    private let program: String

    init(_ invocation: Invocation) throws {
        network = try Self.network(invocation)
        shell = (invocation.string("ssh") ?? "ssh -o BatchMode=yes")
            .split(separator: " ").map { String($0) }
        program = try invocation.string("remote-program") ?? Self.ownPath()
        let given = ["nodes", "hosts", "hostfile"].filter { invocation.string($0) != nil }
        if given.count > 1 {
            throw invocation.usageError("use only one of '--\(given[0])' and '--\(given[1])'")
        }
        if let list = invocation.string("hosts") {
            let parts = list.split(separator: ",", omittingEmptySubsequences: false)
            kind = .hosts(
                try parts.map { try Self.host(String($0), "option '--hosts'", invocation) }
            )
        } else if let path = invocation.string("hostfile") {
            kind = .hosts(try Self.hosts(inFile: path, invocation))
        } else if invocation.string("nodes") != nil {
            kind = .nodes(try invocation.integer("nodes", in: 2...128, default: 2))
        } else {
            kind = .here
        }
    }

    /// RDMA ports that each rank would use.
    var rails: Int { network.transport == .tcp ? 0 : network.rdma.rails }

    /// How many ranks there are where that is not said by '--ranks'.
    var ranks: Int? { ranks(ofNode: 1) }

    /// The same with so many on each node for which it is not said either.
    func ranks(ofNode usual: Int) -> Int? {
        switch kind {
        case .here: nil
        case .nodes(let count): count * usual
        case .hosts(let hosts): hosts.reduce(0) { $0 + ($1.ranks ?? usual) }
        }
    }

    /// Meets all who take part; nil where this process launches everything itself.
    func gather(ranks: Int, _ invocation: Invocation) throws -> Head? {
        switch kind {
        case .here: return nil
        case .nodes(let count):
            if count > ranks {
                throw invocation.usageError("\(ranks) ranks can't be on \(count) nodes")
            }
            let shares = Self.shares(of: ranks, among: count)
            return try Head.gathering(nodes: shares, network, version: Tool.version)
        case .hosts(let hosts):
            return try Head.gathering(
                try Self.slots(hosts, ranks, invocation),
                shell: shell,
                program: program,
                network,
                version: Tool.version
            )
        }
    }

    /// The same for a process that another launcher started as rank 0.
    func gather(_ manager: ProcessManager) throws -> Head {
        var port: Int?
        var token = Handshake.Secret.freshToken()
        if case .known(let address, let secret) = manager.meeting {
            port = address.port
            token = secret
        }
        let network = network
        let head = try Head.gathering(
            ranks: manager.ranks,
            port: port,
            token: token,
            seconds: 120,
            network,
            version: Tool.version
        ) { port throws(RuntimeError) in
            try manager.tellOfHead(port: port, token: token, network)
        }
        manager.forget()
        return head
    }

    /// Runs the part of a process that another launcher started as another rank.
    static func runAgent(_ manager: ProcessManager) throws -> ExitCode {
        let (places, token) = try manager.heardOfHead()
        return try AgentCommand.run(dialing: places, rank: manager.rank, token: token)
    }

    private static func shares(of ranks: Int, among count: Int) -> [Int] {
        (0..<count).map { ranks / count + ($0 < ranks % count ? 1 : 0) }
    }

    /// Hosts with their ranks: those without a number share what the others leave.
    private static func slots(
        _ hosts: [Host],
        _ ranks: Int,
        _ invocation: Invocation
    ) throws(UsageError) -> [(name: String, ranks: Int)] {
        let open = hosts.filter { $0.ranks == nil }.count
        let left = ranks - hosts.reduce(0) { $0 + ($1.ranks ?? 0) }
        guard open == 0 ? left == 0 : left >= open else {
            throw invocation.usageError(
                "\(ranks) ranks do not fit the hosts; leave out '--ranks', or number each host"
            )
        }
        var parts = shares(of: max(left, 0), among: max(open, 1))[...]
        return hosts.map { ($0.name, $0.ranks ?? parts.removeFirst()) }
    }

    private static func host(
        _ text: String,
        _ origin: String,
        _ invocation: Invocation
    ) throws(UsageError) -> Host {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let isName = text.first.map { $0 != "-" && $0 != ":" } ?? false
        if isName, parts.count == 1 { return Host(name: text) }
        guard isName, parts.count == 2, let ranks = Int(parts[1]), (1...128).contains(ranks) else {
            throw invocation.usageError(
                "\(origin) needs hosts as NAME or NAME:RANKS with commas between, but got '\(text)'"
            )
        }
        return Host(name: String(parts[0]), ranks: ranks)
    }

    /// One host a line: `NAME`, `NAME:RANKS` or `NAME slots=RANKS`; `#` begins a comment.
    static func hosts(inFile path: String, _ invocation: Invocation) throws -> [Host] {
        let text = String(decoding: try TextFile.read(path, limit: 1 << 20), as: UTF8.self)
        var result: [Host] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard let name = words.first else { continue }
            let slots = words.dropFirst().compactMap { word in
                word.hasPrefix("slots=") ? word.dropFirst(6) : nil
            }
            let one = slots.first.map { "\(name):\($0)" } ?? String(name)
            result.append(try host(one, "\(path):\(number + 1)", invocation))
        }
        if result.isEmpty { throw invocation.usageError("\(path) names no host") }
        return result
    }

    private static func network(_ invocation: Invocation) throws(UsageError) -> NetOptions {
        var options = NetOptions()
        options.interface = invocation.string("interface") ?? ""
        options.family =
            invocation.string("family").flatMap { NetOptions.Family(rawValue: $0) } ?? .any
        options.connections = try invocation.integer("connections", in: 1...16, default: 1)
        if let text = invocation.string("ports") {
            let ends = text.split(separator: "-").compactMap { Int($0) }
            guard ends.count == 2, ends[0] <= ends[1], (1...65_535).contains(ends[0]),
                ends[1] <= 65_535
            else {
                throw invocation.usageError("option '--ports' needs FIRST-LAST, but got '\(text)'")
            }
            options.ports = ends[0]...ends[1]
        }
        options.sendBuffer = try buffer("send-buffer", invocation)
        options.receiveBuffer = try buffer("receive-buffer", invocation)
        options.transport =
            invocation.string("transport").flatMap { NetOptions.Transport(rawValue: $0) } ?? .auto
        options.rdma = try RdmaOptions(invocation, options.transport)
        return options
    }

    private static func buffer(
        _ name: String,
        _ invocation: Invocation
    ) throws(UsageError) -> Int {
        guard invocation.string(name) != nil else { return 0 }
        return try invocation.integer(name, in: 4096...1_073_741_824, default: 0)
    }

    private static func ownPath() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        return String(
            decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }
}

internal import CWeft
internal import Glibc

/// A process that was started as an endpoint of a job.
public struct RankProcess: ~Copyable {
    /// Which endpoint.
    public let rank: Int
    /// Its view of the shared memory.
    public let segment: Segment
    /// The node of each endpoint, empty where all share memory.
    public var nodes: [Int] { card.nodes }
    /// What the launcher has for all ranks.
    public var payload: [UInt8] { card.payload }
    /// Where plans are written.
    public let plans: UnsafeRawPointer
    private let card: JobCard

    /// Whether this process was started as a rank of a job.
    public static var isOne: Bool { getenv(Crew.variable) != nil }

    /// Takes the place that the launcher gave this process.
    public init() throws(RuntimeError) {
        let text = getenv(Crew.variable).map { String(cString: $0) } ?? ""
        let words = text.split(separator: ":")
        let parts = words.compactMap { Int($0) }
        guard parts.count == 3, parts[0] >= 0, words.count == 4,
            let binding = Binding(rawValue: String(words[3]))
        else {
            throw RuntimeError("\(Crew.variable) is set by weft for its own ranks; unset it")
        }
        try check(
            weft_process_follow(pid_t(truncatingIfNeeded: parts[1])),
            "the launcher is gone"
        )
        if parts[2] >= 0 { try Cores.pin(to: parts[2], binding) }
        let segment = try Segment(descriptor: Crew.segmentDescriptor, endpoint: parts[0])
        let card = try JobCard(in: segment)
        rank = parts[0]
        plans = UnsafeRawPointer(card.plans(in: segment).baseAddress ?? segment.job)
        self.card = card
        self.segment = segment
    }

    /// What an endpoint is called.
    public func name(_ endpoint: Int) -> String { card.names[endpoint] }

    /// Has the launcher look, and waits for its word that may follow an event.
    ///
    /// A launcher is rung by rank 0 once everyone is there; agents by each of their own.
    public func pause(_ event: Int) throws(RuntimeError) {
        if nodes.isEmpty { try segment.barrier() }
        if rank == 0 || card.hasAgents {
            try check(weft_process_ring(Crew.bellDescriptor), "the launcher can't be told")
        }
        try segment.await(event + 1)
    }

    /// Listens for endpoints of other nodes, and says where.
    public func listen() throws(RuntimeError) -> Mesh? {
        if nodes.isEmpty { return nil }
        let mesh = try Mesh(
            card.network,
            Handshake.Secret(token: card.token, version: card.version),
            rails: try rails()
        )
        card.setAddress("\(mesh.port)", of: rank, in: segment)
        return mesh
    }

    /// Connects with all endpoints of other nodes, once they have said where they listen.
    public func connect(_ mesh: Mesh) throws(RuntimeError) {
        var addresses: [Address?] = []
        for other in nodes.indices {
            let isNear = nodes[other] == nodes[rank]
            let text = card.address(of: other, in: segment)
            let what = "the address of \(name(other))"
            addresses.append(isNear ? nil : try Address(text, in: what))
        }
        let names = card.names
        try mesh.connect(segment, addresses: addresses) { names[$0] }
    }

    /// Why the connections failed, where they did; the job's own end comes first, so that who is at
    /// fault is named by those who see it.
    public func blame() -> String? {
        for _ in 0..<30 where !segment.isAborted { usleep(100_000) }
        guard !segment.isAborted, let culprit = segment.culprit else { return nil }
        let broken = "the connection with \(name(culprit)) broke"
        do throws(RuntimeError) {
            // The ports are looked for again: they may be gone, which says it all.
            guard let failure = segment.rdmaFailure(try rails()) else { return broken }
            let names = card.names
            return failure.words(-ECONNABORTED, card.network.rdma) { names[$0] }
        } catch {
            return "\(broken): \(error)"
        }
    }

    /// The RDMA ports that this endpoint uses.
    public func rails() throws(RuntimeError) -> [RdmaPort] {
        let near = nodes.indices.filter { nodes[$0] == nodes[rank] }
        return try RdmaPort.here(card.network, ordinal: near.firstIndex(of: rank) ?? 0)
    }
}

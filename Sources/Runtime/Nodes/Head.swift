internal import CWeft
internal import Glibc

/// The head of a job that spans nodes: agents report to it, and go on when it says so.
public final class Head {
    /// What the ranks of a job are told, once it is known who is there.
    public struct Plan: Sendable {
        /// The node of each endpoint; a switch that shares no rank's memory is one of its own.
        public var nodes: [Int]
        /// The node that each endpoint runs on.
        public var hosts: [Int]
        /// Bytes of each endpoint's own memory.
        public var heapBytes: Int
        /// Results that each endpoint has room for.
        public var boardEntries: Int
        /// What all ranks need to know.
        public var payload: [UInt8]
        /// The arguments of their processes.
        public var arguments: [String]
        /// What keeps ranks on their processors.
        public var binding: Binding

        /// Makes a plan.
        public init(
            nodes: [Int],
            hosts: [Int],
            heapBytes: Int,
            boardEntries: Int,
            payload: [UInt8],
            arguments: [String],
            binding: Binding
        ) {
            self.nodes = nodes
            self.hosts = hosts
            self.heapBytes = heapBytes
            self.boardEntries = boardEntries
            self.payload = payload
            self.arguments = arguments
            self.binding = binding
        }
    }

    /// An agent, and what it has said.
    final class Member {
        /// What it is called before it has told its host's name.
        let name: String
        let channel: Conversation
        /// Its first rank and how many.
        let ranks: Range<Int>
        let process: pid_t?
        var arrival: Arrival?
        /// Tells nodes apart that are one machine.
        var compartment = 0
        var reached = -1
        var hasEnded = false
        var isSilent = false
        var endpoints: [Int] = []

        init(name: String, channel: Conversation, ranks: Range<Int>, process: pid_t? = nil) {
            self.name = name
            self.channel = channel
            self.ranks = ranks
            self.process = process
        }
    }

    /// How long an agent may be silent.
    private static let patience = Duration.seconds(4)
    /// How long others have to stop, in tenths of a second.
    private static let grace = 30

    private(set) var network: NetOptions
    let version: String
    let token: String
    var members: [Member] = []
    private let signals: Descriptor
    private var said = ContinuousClock.now

    init(_ network: NetOptions, version: String, token: String) throws(RuntimeError) {
        self.network = network
        self.version = version
        self.token = token
        signals = try Descriptor.signals()
    }

    deinit {
        // An agent whose channel closes ends by itself; what was started here is waited for.
        let processes = members.compactMap(\.process)
        members = []
        for process in processes {
            var status: Int32 = 0
            var isGone = false
            for _ in 0..<30 where !isGone {
                isGone = waitpid(process, &status, WNOHANG) != 0
                if !isGone { usleep(100_000) }
            }
            if isGone { continue }
            kill(process, SIGKILL)
            waitpid(process, &status, 0)
        }
    }

    /// Who is there, by rank.
    public var arrivals: [Arrival] {
        members.sorted { $0.ranks.lowerBound < $1.ranks.lowerBound }.flatMap { member in
            member.ranks.compactMap { _ in member.arrival }
        }
    }

    /// The node of each rank: agents that see each other's memory are on one.
    public var nodesOfRanks: [Int] {
        var seen: [Member] = []
        return members.sorted { $0.ranks.lowerBound < $1.ranks.lowerBound }.flatMap { member in
            let number = seen.firstIndex { isNear($0, member) } ?? seen.count
            if number == seen.count { seen.append(member) }
            return member.ranks.map { _ in number }
        }
    }

    /// What carries messages between nodes.
    public var transport: NetOptions.Transport { network.transport }

    /// Decides what carries messages, where the user has not: everybody must be able to.
    ///
    /// - Parameter isOneMachine: whether nodes are one machine in truth.
    func settleTransport(isOneMachine: Bool) {
        if network.transport != .auto { return }
        let isEverywhere = members.allSatisfy { $0.arrival?.withoutRDMA.isEmpty ?? false }
        network.transport = isEverywhere && !isOneMachine ? .verbs : .tcp
    }

    // MARK: Waiting

    /// Waits a moment, and hears everybody out.
    func turn(doing: String, _ extra: [pollfd] = []) throws(RuntimeError) -> [(Member, Message)] {
        var polled = members.flatMap(\.channel.polled) + extra
        polled.append(pollfd(fd: signals.number, events: Int16(POLLIN), revents: 0))
        _ = poll(&polled, nfds_t(polled.count), 200)
        var event = weft_process_event()
        try check(weft_process_wait(signals.number, -1, 0, &event), "waiting for the agents")
        if event.signal != 0 && event.signal != UInt32(SIGCHLD) {
            throw RuntimeError("interrupted while \(doing)")
        }
        let isTime = said.duration(to: .now) >= .seconds(1)
        if isTime { said = .now }
        var result: [(Member, Message)] = []
        for member in members {
            if isTime { member.channel.send(.alive) }
            do throws(RuntimeError) {
                for message in try member.channel.take() {
                    if case .failed(let words) = message {
                        throw RuntimeError("\(words) while \(doing)")
                    }
                    // Before it is asked whether it is still there: it need not be any more.
                    if case .ended = message { member.hasEnded = true }
                    result.append((member, message))
                }
            } catch {
                throw member.arrival == nil ? RuntimeError("\(member.name): \(error)") : error
            }
            try checkLife(of: member, doing)
        }
        return result
    }

    private func checkLife(of member: Member, _ doing: String) throws(RuntimeError) {
        if member.hasEnded { return }
        if member.channel.isClosed {
            throw RuntimeError(
                member.arrival == nil
                    ? "\(member.name): weft could not be started there (what was said is above)"
                    : "\(describe(member)) ended without a word while \(doing)"
            )
        }
        if member.arrival != nil, member.channel.heard.duration(to: .now) > Self.patience {
            member.isSilent = true
            throw RuntimeError(
                "\(describe(member)) has said nothing for \(Self.patience.components.seconds) s "
                    + "while \(doing): it is stopped, or its host is gone"
            )
        }
    }

    private func describe(_ member: Member) -> String {
        guard let arrival = member.arrival else { return member.name }
        return "the agent on \(arrival.host) (process \(arrival.process))"
    }

    /// Tells all to stop, and waits until they have.
    private func stop() {
        for member in members {
            member.channel.send(.abort)
            // Its ranks end with it; what is on another host ends when its shell does.
            if member.isSilent, let process = member.process { kill(process, SIGKILL) }
        }
        var isLeft = true
        for _ in 0..<Self.grace where isLeft {
            for member in members { _ = try? member.channel.take() }
            isLeft = members.contains { !$0.channel.isClosed && !$0.isSilent }
            if isLeft { usleep(100_000) }
        }
    }

    // MARK: Running

    /// Runs a plan to its end.
    public func run(
        _ plan: Plan,
        doing: () -> String,
        onEvent: OnEvent
    ) throws(RuntimeError) {
        do {
            try assign(plan)
            let shape = Segment.Shape(
                endpoints: plan.nodes.count,
                isOversubscribed: false,
                boardEntries: plan.boardEntries,
                heapBytes: 0
            )
            let memory = Descriptor(try Segment.create(shape))
            // The boards of all nodes, side by side.
            let boards = try Segment(descriptor: memory.number, endpoint: nil)
            try attend(plan, boards, doing: doing, onEvent: onEvent)
        } catch {
            stop()
            throw error
        }
        // Closing says that nothing more is wanted.
        for member in members { member.channel.send(.abort) }
    }

    private func attend(
        _ plan: Plan,
        _ boards: borrowing Segment,
        doing: () -> String,
        onEvent: OnEvent
    ) throws(RuntimeError) {
        var event = 0
        var addresses = [String](repeating: "", count: plan.nodes.count)
        while members.contains(where: { !$0.hasEnded }) {
            for (member, message) in try turn(doing: doing()) {
                switch message {
                case .memory(let path):
                    for other in members where other !== member && isNear(other, member) {
                        other.channel.send(.memory(path: path))
                    }
                case .reached(let at, let places, let bytes) where at == event:
                    member.reached = event
                    for (index, endpoint) in member.endpoints.enumerated() {
                        if index < places.count { addresses[endpoint] = places[index] }
                        if index < bytes.count {
                            let room = boards.board(of: endpoint)
                            let words = min(bytes[index].count, plan.boardEntries * 8)
                            UnsafeMutableRawPointer(room).copyMemory(
                                from: bytes[index],
                                byteCount: words
                            )
                        }
                    }
                default: break
                }
            }
            if members.allSatisfy({ $0.reached == event }) {
                try onEvent(event, boards)
                let all = event == 0 ? addresses : []
                for member in members { member.channel.send(.go(event: event, addresses: all)) }
                event += 1
            }
        }
    }

    private func isNear(_ one: Member, _ other: Member) -> Bool {
        isSameMachine(one, other) && one.compartment == other.compartment
    }

    private func isSameMachine(_ one: Member, _ other: Member) -> Bool {
        one.arrival?.machine == other.arrival?.machine
    }

    private func assign(_ plan: Plan) throws(RuntimeError) {
        let sorted = members.sorted { $0.ranks.lowerBound < $1.ranks.lowerBound }
        let rankNodes = nodesOfRanks
        let hosts = plan.hosts
        let names = endpointNames(plan)
        // How others reach the head's machine is best known by those who have.
        let headAddress = sorted.compactMap(\.arrival?.headAddress).first { !$0.isEmpty }
        var leads: Set<Int> = []
        for member in sorted {
            guard let arrival = member.arrival, let first = member.ranks.first else { continue }
            let node = rankNodes[first]
            let isFirst = leads.insert(node).inserted
            let switches = hosts.indices.filter { $0 >= rankNodes.count && hosts[$0] == node }
            member.endpoints = Array(member.ranks) + (isFirst ? switches : [])
            // Cores are shared by all on a machine, memory by those on a node.
            let near = sorted.filter { isSameMachine($0, member) }
            let nearNodes = Set(near.compactMap { $0.ranks.first.map { rankNodes[$0] } })
            let address = arrival.address.isEmpty ? headAddress ?? "" : arrival.address
            let several = Set(rankNodes).count > 1
            if address.isEmpty && several && network.interface.isEmpty {
                throw RuntimeError(
                    "how others reach \(arrival.host) is not known; say which network with "
                        + "'--interface'"
                )
            }
            let locals = hosts.indices.filter { nearNodes.contains(hosts[$0]) }
            let processors = processors(of: member, near: near, locals, plan)
            let cores = Set(
                near.flatMap { $0.arrival?.processors.prefix($0.arrival?.cores ?? 0) ?? [] }
            )
            member.channel.send(
                .assigned(
                    Assignment(
                        endpoints: member.endpoints,
                        processors: processors,
                        binding: plan.binding,
                        leads: isFirst,
                        nodes: plan.nodes,
                        names: names,
                        place: "host \(arrival.host), ",
                        isOversubscribed: locals.count > cores.count,
                        boardEntries: plan.boardEntries,
                        heapBytes: plan.heapBytes,
                        address: address.isEmpty ? "127.0.0.1" : address,
                        network: network,
                        token: token,
                        version: version,
                        payload: plan.payload,
                        arguments: plan.arguments
                    )
                )
            )
        }
    }

    private func endpointNames(_ plan: Plan) -> [String] {
        let ranks = nodesOfRanks.count
        return plan.nodes.indices.map { Crew.name($0, ranks: ranks) }
    }

    /// A processor for each endpoint of an agent: its neighbours' agents on the same machine choose
    /// others, unless each was given its own already.
    private func processors(
        of member: Member,
        near: [Member],
        _ locals: [Int],
        _ plan: Plan
    ) -> [Int] {
        guard plan.binding != .none, let own = member.arrival?.processors, !own.isEmpty else {
            return []
        }
        let isShared = near.count > 1 && near.allSatisfy { $0.arrival?.processors == own }
        return member.endpoints.enumerated().map { index, endpoint in
            let place = isShared || near.count == 1 ? locals.firstIndex(of: endpoint) ?? 0 : index
            return own[place % own.count]
        }
    }
}

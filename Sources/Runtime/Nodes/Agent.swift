internal import CWeft
internal import Glibc

/// A node's part of a job that spans nodes: starts and watches the endpoints that its head gives
/// it, and passes on what they say.
///
/// When the head is gone or silent, all ends; when an endpoint ends, the head is told who and how.
public struct Agent: ~Copyable {
    /// What an agent that the head itself started is told by: the head's process.
    static let variable = "WEFT_AGENT"
    /// How long a head may be silent: it works on plans between two words.
    private static let patience = Duration.seconds(30)

    /// The plans that ranks need after an event, nil when there is nothing more to run.
    public typealias Plans = (
        _ payload: [UInt8], _ event: Int
    ) throws(RuntimeError) -> PlanBook?

    private let channel: Conversation
    private let plans: Plans
    private let bell: Descriptor
    private let signals: Descriptor
    private var node: Node?
    private var crew = Crew()
    private var rings = 0
    private var event = 0
    private var assignment: Assignment?
    private var hasFailed = false
    private var hasEnded = false

    /// The memory of the node.
    private final class Node {
        let memory: Descriptor
        let segment: Segment
        let card: JobCard

        init(_ memory: consuming Descriptor, _ card: JobCard) throws(RuntimeError) {
            segment = try Segment(descriptor: memory.number, endpoint: nil)
            self.card = card
            self.memory = memory
        }
    }

    /// Whether this process was started as an agent by the head.
    public static var isOne: Bool { getenv(variable) != nil }

    /// Runs as the agent that the head started on its own machine; whether all went well.
    public static func runLocal(
        _ arrival: Arrival,
        plans: @escaping Plans
    ) throws(RuntimeError) -> Bool {
        let parent = getenv(variable).flatMap { pid_t(String(cString: $0)) } ?? 0
        // Its own endpoints are none.
        unsetenv(variable)
        try check(weft_process_follow(parent), "the head of the job is gone")
        let channel = Conversation(input: Crew.segmentDescriptor, output: Crew.segmentDescriptor)
        return try run(channel, arrival, plans: plans)
    }

    /// Runs as the agent that talks over its standard streams, which a remote shell carries.
    public static func runRemote(
        _ arrival: Arrival,
        plans: @escaping Plans
    ) throws(RuntimeError) -> Bool {
        // The channel may be pipes, whose end is no reason to be killed.
        var broken = sigset_t()
        sigemptyset(&broken)
        sigaddset(&broken, SIGPIPE)
        sigprocmask(SIG_BLOCK, &broken, nil)
        // What endpoints print must not get into the channel.
        let (input, output) = (dup(STDIN_FILENO), dup(STDOUT_FILENO))
        let nothing = open("/dev/null", O_RDWR)
        dup2(nothing, STDIN_FILENO)
        dup2(STDERR_FILENO, STDOUT_FILENO)
        close(nothing)
        for number in [input, output] { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        return try run(Conversation(input: input, output: output), arrival, plans: plans)
    }

    /// Runs as an agent that another launcher started: dials the head until it answers.
    public static func run(
        dialing head: [Address],
        rank: Int,
        _ secret: Handshake.Secret,
        _ arrival: Arrival,
        seconds: Int,
        plans: @escaping Plans
    ) throws(RuntimeError) -> Bool {
        let socket = try Meeting.dial(head, Caller(.control, from: rank), secret, seconds: seconds)
        var arrival = arrival
        if arrival.address.isEmpty { arrival.address = socket.host(ofPeer: false) ?? "" }
        arrival.headAddress = socket.host(ofPeer: true) ?? ""
        let number = socket.taken()
        return try run(Conversation(input: number, output: number), arrival, plans: plans)
    }

    private static func run(
        _ channel: Conversation,
        _ arrival: Arrival,
        plans: @escaping Plans
    ) throws(RuntimeError) -> Bool {
        var agent = try Agent(channel, plans)
        channel.send(.arrived(arrival))
        try channel.pulsate()
        do {
            try agent.attend()
        } catch {
            agent.fail("\(error)")
            agent.end()
            throw error
        }
        agent.end()
        return !agent.hasFailed && agent.hasEnded
    }

    private init(
        _ channel: Conversation,
        _ plans: @escaping Plans
    ) throws(RuntimeError) {
        let bell = try Descriptor.bell()
        let signals = try Descriptor.signals()
        self.channel = channel
        self.plans = plans
        self.bell = bell
        self.signals = signals
    }

    private mutating func end() {
        node?.segment.abort()
        crew.end()
        // The head closes when it has heard all; what it has not taken yet is not lost with this.
        for _ in 0..<20 where !channel.isClosed {
            _ = try? channel.take()
            usleep(100_000)
        }
    }

    private mutating func fail(_ words: String) {
        if hasFailed { return }
        hasFailed = true
        channel.send(.failed(words))
    }

    private mutating func attend() throws(RuntimeError) {
        while true {
            var polled = channel.polled
            for number in [signals.number, bell.number] {
                polled.append(pollfd(fd: number, events: Int16(POLLIN), revents: 0))
            }
            _ = poll(&polled, nfds_t(polled.count), 200)
            for message in try channel.take() {
                if case .abort = message { return }
                try heed(message)
            }
            if channel.isClosed {
                hasFailed = !hasEnded
                return
            }
            if channel.heard.duration(to: .now) > Self.patience {
                throw RuntimeError("the head of the job has been silent for too long")
            }
            try lookAtEndpoints()
        }
    }

    private mutating func lookAtEndpoints() throws(RuntimeError) {
        var happened = weft_process_event()
        try check(
            weft_process_wait(signals.number, bell.number, 0, &happened),
            "waiting for the ranks"
        )
        if happened.signal != 0 && happened.signal != UInt32(SIGCHLD) {
            fail("the agent (\(crew.place)process \(getpid())) was interrupted")
        }
        rings += Int(happened.rings)
        guard let assignment else { return }
        if rings >= assignment.endpoints.count {
            rings -= assignment.endpoints.count
            try report(assignment)
        }
        if let failure = crew.reap() { fail(failure) }
        if crew.hasEnded && !hasFailed && !hasEnded && node != nil {
            hasEnded = true
            channel.send(.ended)
        }
    }

    private mutating func heed(_ message: Message) throws(RuntimeError) {
        switch message {
        case .assigned(var part):
            part.address = try ownAddress(part)
            assignment = part
            if part.leads { try makeMemory(part) }
        case .memory(let path):
            let number = open(path, O_RDWR | O_CLOEXEC)
            if number < 0 {
                throw RuntimeError("the memory of the node's other ranks can't be had: \(reason)")
            }
            try start(Descriptor(number))
        case .go(let event, let addresses):
            try goOn(event, addresses)
        default: break
        }
    }

    /// By which address others reach this node: what the user wants goes before what the head
    /// knows.
    private func ownAddress(_ part: Assignment) throws(RuntimeError) -> String {
        let isWrong =
            part.network.family == .ipv6 && !part.address.contains(":")
            || part.network.family == .ipv4 && part.address.contains(":")
        if part.network.interface.isEmpty && !isWrong { return part.address }
        return try Interfaces.places(part.network).first ?? part.address
    }

    private var reason: String { String(cString: strerror(errno)) }

    private mutating func makeMemory(_ part: Assignment) throws(RuntimeError) {
        let card = card(part)
        let shape = Segment.Shape(
            endpoints: part.nodes.count,
            isOversubscribed: part.isOversubscribed,
            spansNodes: part.spansNodes,
            jobBytes: card.jobBytes,
            boardEntries: part.boardEntries,
            heapBytes: part.heapBytes
        )
        let memory = Descriptor(try Segment.create(shape))
        let segment = try Segment(descriptor: memory.number, endpoint: nil)
        card.write(to: segment)
        channel.send(.memory(path: "/proc/\(getpid())/fd/\(memory.number)"))
        try start(memory)
    }

    private func card(_ part: Assignment) -> JobCard {
        JobCard(
            names: part.names,
            payload: part.payload,
            nodes: part.spansNodes ? part.nodes : [],
            hasAgents: true,
            network: part.network,
            token: part.token,
            version: part.version
        )
    }

    private mutating func start(_ memory: consuming Descriptor) throws(RuntimeError) {
        guard let part = assignment, node == nil else { return }
        let node = try Node(memory, card(part))
        self.node = node
        crew = Crew(place: part.place)
        for (index, endpoint) in part.endpoints.enumerated() {
            try crew.start(
                endpoint,
                name: part.names[endpoint],
                processor: part.processors.isEmpty ? nil : part.processors[index],
                binding: part.binding,
                arguments: part.arguments,
                memory: node.memory.number,
                bell: bell.number
            )
        }
    }

    /// Tells the head that all endpoints have come to an event.
    private func report(_ part: Assignment) throws(RuntimeError) {
        guard let node else { return }
        var addresses: [String] = []
        var boards: [[UInt8]] = []
        for endpoint in part.endpoints {
            if event == 0 && part.spansNodes {
                let port = Int(node.card.address(of: endpoint, in: node.segment)) ?? 0
                let address = try Address(host: part.address, port: port, in: "an agent")
                addresses.append(address.description)
            }
            let board = UnsafeBufferPointer(
                start: node.segment.board(of: endpoint),
                count: part.boardEntries
            )
            let used = (board.lastIndex { $0 != 0 } ?? -1) + 1
            boards.append(Array(UnsafeRawBufferPointer(board).prefix(used * 8)))
        }
        channel.send(.reached(event: event, addresses: addresses, boards: boards))
    }

    private mutating func goOn(_ event: Int, _ addresses: [String]) throws(RuntimeError) {
        guard let node, let part = assignment, event == self.event else { return }
        self.event += 1
        if !part.leads { return }
        for (endpoint, address) in addresses.enumerated() where endpoint < part.nodes.count {
            node.card.setAddress(address, of: endpoint, in: node.segment)
        }
        if let book = try plans(part.payload, event) {
            try book.write(to: node.card.plans(in: node.segment))
        }
        node.segment.raise(event + 1)
    }
}

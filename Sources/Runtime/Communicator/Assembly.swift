internal import Glibc

/// Makes a communicator of processes that can tell each other things.
struct Assembly {
    let exchange: any Exchange
    let job: LibraryJob
    let options: CommunicatorOptions
    /// Memory that all of them have already.
    var memory: Int32?

    init(_ exchange: any Exchange, _ job: LibraryJob, _ options: CommunicatorOptions) {
        self.exchange = exchange
        self.job = job
        self.options = options
    }

    /// Makes it of processes that know nothing of each other yet; the job ends where that fails.
    func communicator(of arrival: Arrival) throws(RuntimeError) -> Communicator {
        do throws(RuntimeError) {
            var packer = Packer()
            packer.add(options.node)
            packer.add(Message.arrived(arrival).packed)
            let bytes = packer.bytes
            var arrivals: [Arrival] = []
            var places: [String] = []
            for bytes in try exchange.allGather({ () throws(RuntimeError) in bytes }) {
                var reader = Unpacker(bytes)
                let node = try reader.text()
                guard case .arrived(let other) = try Message(reading: try reader.data()) else {
                    throw Unpacker.isCut
                }
                places.append("\(other.machine) \(node)")
                arrivals.append(other)
            }
            job.meet(arrivals)
            // Whoever wants to be apart is another machine from here on.
            for rank in arrivals.indices { arrivals[rank].machine = places[rank] }
            return try communicator(of: arrivals)
        } catch {
            job.report("\(error)")
            job.end()
            throw job.alarm.words.map { RuntimeError($0) } ?? error
        }
    }

    /// How often processes that know who is who tell each other something.
    static let rounds = 2

    /// Makes it of processes that know who is who.
    func communicator(of arrivals: [Arrival]) throws(RuntimeError) -> Communicator {
        let nodes = Self.nodes(arrivals)
        let rank = exchange.rank
        let spansNodes = Set(nodes).count > 1
        // The first of a node makes its memory, and holds it open until the others have it.
        let leads = nodes.firstIndex(of: nodes[rank]) == rank
        var made: Descriptor?
        let mesh = spansNodes ? try mesh(arrivals, nodes) : nil
        let told = try exchange.allGather { () throws(RuntimeError) in
            var packer = Packer()
            if leads && memory == nil {
                let number = try Segment.create(shape(arrivals, nodes))
                made = Descriptor(number)
                packer.add("/proc/\(getpid())/fd/\(number)")
            } else {
                packer.add("")
            }
            packer.add(mesh?.port ?? 0)
            return packer.bytes
        }
        var paths: [String] = []
        var ports: [Int] = []
        for bytes in told {
            var reader = Unpacker(bytes)
            paths.append(try reader.text())
            ports.append(try reader.int())
        }
        var attached: Segment?
        _ = try exchange.allGather { () throws(RuntimeError) in
            let leader = nodes.firstIndex(of: nodes[rank]) ?? rank
            let segment = try attach(memory == nil ? paths[leader] : nil, rank)
            if let mesh { try connect(mesh, segment, arrivals, nodes, ports) }
            attached = consume segment
            return []
        }
        // All have it open by now.
        _ = made.take()
        guard let segment = attached.take() else { throw RuntimeError("there is no memory") }
        let layout = HeapLayout(ranks: nodes.count, whole: segment.heapBytes)
        let engine = try Engine(
            segment,
            layout,
            nodes: nodes,
            streamingFrom: options.streamingFrom,
            options.chooser
        )
        job.enter()
        return Communicator(engine, job, arrivals, options)
    }

    /// The node of each rank: those that see each other's memory are on one.
    private static func nodes(_ arrivals: [Arrival]) -> [Int] {
        var numbers: [String: Int] = [:]
        return arrivals.map { arrival in
            if let known = numbers[arrival.machine] { return known }
            numbers[arrival.machine] = numbers.count
            return numbers.count - 1
        }
    }

    private func shape(_ arrivals: [Arrival], _ nodes: [Int]) -> Segment.Shape {
        let host = arrivals[exchange.rank].host
        let near = arrivals.filter { $0.host == host }
        let cores = Set(near.flatMap { $0.processors.prefix($0.cores) })
        return HeapLayout(ranks: nodes.count, heapBytes: options.heapBytes).shape(
            ranks: nodes.count,
            isOversubscribed: near.count > cores.count,
            spansNodes: Set(nodes).count > 1
        )
    }

    private func attach(_ path: String?, _ rank: Int) throws(RuntimeError) -> Segment {
        if let memory { return try Segment(descriptor: memory, endpoint: rank) }
        let number = open(path ?? "", O_RDWR | O_CLOEXEC)
        if number < 0 {
            let reason = String(cString: strerror(errno))
            throw RuntimeError("the memory of the node's first rank can't be had: \(reason)")
        }
        let descriptor = Descriptor(number)
        return try Segment(descriptor: descriptor.number, endpoint: rank)
    }

    // MARK: Other nodes

    private func mesh(_ arrivals: [Arrival], _ nodes: [Int]) throws(RuntimeError) -> Mesh {
        var network = try NetOptions.ofEnvironment()
        if network.transport == .auto {
            // All of them can, and on machines of their own: everybody comes to the same answer.
            let hosts = Set(arrivals.map(\.host)).count
            let isEverywhere = arrivals.allSatisfy(\.withoutRDMA.isEmpty)
            network.transport = isEverywhere && hosts == Set(nodes).count ? .verbs : .tcp
        }
        let near = nodes.indices.filter { nodes[$0] == nodes[exchange.rank] }
        let ordinal = near.firstIndex(of: exchange.rank) ?? 0
        let rails = try RdmaPort.here(network, ordinal: ordinal)
        return try Mesh(network, job.secret, rails: rails)
    }

    private func connect(
        _ mesh: Mesh,
        _ segment: borrowing Segment,
        _ arrivals: [Arrival],
        _ nodes: [Int],
        _ ports: [Int]
    ) throws(RuntimeError) {
        var addresses: [Address?] = []
        for other in nodes.indices {
            if nodes[other] == nodes[exchange.rank] {
                addresses.append(nil)
                continue
            }
            let host = Self.host(of: other, arrivals)
            addresses.append(try Address(host: host, port: ports[other], in: "rank \(other)"))
        }
        try mesh.connect(segment, addresses: addresses) { "rank \($0)" }
    }

    /// How others reach a rank: those on rank 0's machine may have met it by the machine's own
    /// loopback, but others know how they reached it.
    private static func host(of rank: Int, _ arrivals: [Arrival]) -> String {
        if arrivals[rank].host == arrivals[0].host {
            let outside = arrivals.first { $0.host != arrivals[0].host }
            if let known = outside?.headAddress, !known.isEmpty { return known }
        }
        return arrivals[rank].address
    }
}

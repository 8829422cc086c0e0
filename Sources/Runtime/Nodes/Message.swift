internal import CWeft
internal import Glibc

/// What a node's agent tells the head of the job when they meet.
public struct Arrival: Equatable, Sendable {
    /// The version of weft there.
    public var version: String
    /// The machine's name.
    public var host: String
    /// What tells machines apart that have the same name: processes that agree on it see each
    /// other's memory.
    public var machine: String
    /// The agent's process.
    public var process: Int
    /// One processor of each core that may be used, then the other hardware threads.
    public var processors: [Int]
    /// How many of them are cores.
    public var cores: Int
    /// The processor's name.
    public var model: String
    /// By which address others reach this machine, empty where the agent does not know.
    public var address: String
    /// By which address this machine reaches the head, empty where the agent does not know.
    public var headAddress: String
    /// Why there is no RDMA device to use, empty where there is one.
    public var withoutRDMA = ""

    /// Why nothing is heard of the process, nil where it is only slow: on the same machine the
    /// kernel tells.
    func silence(seenFrom machine: String) -> String? {
        if self.machine != machine { return "is silent: it is stopped, or its host is gone" }
        return weft_process_is_stopped(pid_t(truncatingIfNeeded: process)) ? "is stopped" : nil
    }

    /// What this process tells.
    ///
    /// - Parameters:
    ///   - version: the version of weft.
    ///   - host: the machine's name.
    ///   - boot: what changes with each start of the machine.
    ///   - model: the processor's name.
    public static func here(
        version: String,
        host: String,
        boot: String,
        model: String,
        address: String = "",
        headAddress: String = ""
    ) throws(RuntimeError) -> Arrival {
        let cores = try Cores()
        var reason = ""
        do throws(RuntimeError) {
            _ = try RdmaPort.choose(RdmaOptions(), on: RdmaHost(), node: nil, ordinal: 0)
        } catch {
            reason = error.description
        }
        return Arrival(
            version: version,
            host: host,
            // Processes of two containers on one machine do not see each other's memory.
            machine: "\(boot) \(host) \(Cores.processNamespace)",
            process: Int(getpid()),
            processors: cores.processors,
            cores: cores.count,
            model: model,
            address: address,
            headAddress: headAddress,
            withoutRDMA: reason
        )
    }
}

/// An agent's part of a job.
public struct Assignment: Equatable, Sendable {
    /// Its endpoints.
    var endpoints: [Int]
    /// The processor of each of them, empty to leave that to the kernel.
    var processors: [Int]
    /// What keeps them there.
    var binding: Binding
    /// Whether it makes the memory of its node, and the plans.
    var leads: Bool
    /// The node of each endpoint.
    var nodes: [Int]
    /// What each endpoint of the job is called.
    var names: [String]
    /// Where this agent is, for words.
    var place: String
    /// The memory.
    var isOversubscribed: Bool
    var boardEntries: Int
    var heapBytes: Int
    /// By which address others reach this node.
    var address: String
    var network: NetOptions
    var token: String
    var version: String
    var payload: [UInt8]
    var arguments: [String]

    /// Whether there is more than one node.
    var spansNodes: Bool { Set(nodes).count > 1 }
}

/// What head and agents say to each other.
package enum Message: Equatable, Sendable {
    /// Still there.
    case alive
    /// Agent: here I am.
    case arrived(Arrival)
    /// Head: your part.
    case assigned(Assignment)
    /// Leading agent, and then the head to the node's other agents: where the node's memory is.
    case memory(path: String)
    /// Agent: all its endpoints wait for the head's word, their addresses and boards.
    case reached(event: Int, addresses: [String], boards: [[UInt8]])
    /// Head: on with it; where all endpoints listen, at first.
    case go(event: Int, addresses: [String])
    /// Agent: something went wrong, in words.
    case failed(String)
    /// Head: stop everything.
    case abort
    /// Agent: all its endpoints have ended well. Member of a library's job: it has left.
    case ended
    /// Member of a library's job: what it has for all.
    case shared([UInt8])
    /// Hub: what all have shared, by rank.
    case gathered([[UInt8]])
}

extension Message {
    package var packed: [UInt8] {
        var packer = Packer()
        switch self {
        case .alive: packer.add(0)
        case .arrived(let arrival):
            packer.add(1)
            packer.add(arrival.version)
            packer.add(arrival.host)
            packer.add(arrival.machine)
            packer.add(arrival.process)
            packer.add(arrival.processors)
            packer.add(arrival.cores)
            packer.add(arrival.model)
            packer.add(arrival.address)
            packer.add(arrival.headAddress)
            packer.add(arrival.withoutRDMA)
        case .assigned(let part):
            packer.add(2)
            part.pack(&packer)
        case .memory(let path):
            packer.add(3)
            packer.add(path)
        case .reached(let event, let addresses, let boards):
            packer.add(4)
            packer.add(event)
            packer.add(addresses)
            packer.add(boards.count)
            for board in boards { packer.add(board) }
        case .go(let event, let addresses):
            packer.add(5)
            packer.add(event)
            packer.add(addresses)
        case .failed(let words):
            packer.add(6)
            packer.add(words)
        case .abort: packer.add(7)
        case .ended: packer.add(8)
        case .shared(let bytes):
            packer.add(9)
            packer.add(bytes)
        case .gathered(let all):
            packer.add(10)
            packer.add(all.count)
            for bytes in all { packer.add(bytes) }
        }
        return packer.bytes
    }

    package init(reading bytes: [UInt8]) throws(RuntimeError) {
        var reader = Unpacker(bytes)
        switch try reader.int() {
        case 0: self = .alive
        case 1:
            self = .arrived(
                Arrival(
                    version: try reader.text(),
                    host: try reader.text(),
                    machine: try reader.text(),
                    process: try reader.int(),
                    processors: try reader.ints(),
                    cores: try reader.int(),
                    model: try reader.text(),
                    address: try reader.text(),
                    headAddress: try reader.text(),
                    withoutRDMA: try reader.text()
                )
            )
        case 2: self = .assigned(try Assignment(reading: &reader))
        case 3: self = .memory(path: try reader.text())
        case 4:
            self = .reached(
                event: try reader.int(),
                addresses: try reader.texts(),
                boards: try reader.datas()
            )
        case 5: self = .go(event: try reader.int(), addresses: try reader.texts())
        case 6: self = .failed(try reader.text())
        case 7: self = .abort
        case 8: self = .ended
        case 9: self = .shared(try reader.data())
        case 10: self = .gathered(try reader.datas())
        default: throw Unpacker.isCut
        }
    }
}

extension Assignment {
    fileprivate func pack(_ packer: inout Packer) {
        packer.add(endpoints)
        packer.add(processors)
        packer.add(binding.rawValue)
        packer.add(leads)
        packer.add(nodes)
        packer.add(names)
        packer.add(place)
        packer.add(isOversubscribed)
        packer.add(boardEntries)
        packer.add(heapBytes)
        packer.add(address)
        network.pack(&packer)
        packer.add(token)
        packer.add(version)
        packer.add(payload)
        packer.add(arguments)
    }

    fileprivate init(reading reader: inout Unpacker) throws(RuntimeError) {
        self.init(
            endpoints: try reader.ints(),
            processors: try reader.ints(),
            binding: Binding(rawValue: try reader.text()) ?? .none,
            leads: try reader.bool(),
            nodes: try reader.ints(),
            names: try reader.texts(),
            place: try reader.text(),
            isOversubscribed: try reader.bool(),
            boardEntries: try reader.int(),
            heapBytes: try reader.int(),
            address: try reader.text(),
            network: try NetOptions(reading: &reader),
            token: try reader.text(),
            version: try reader.text(),
            payload: try reader.data(),
            arguments: try reader.texts()
        )
        let isSound =
            nodes.allSatisfy { $0 >= 0 } && names.count == nodes.count && boardEntries >= 0
            && heapBytes >= 0
            && endpoints.allSatisfy(nodes.indices.contains)
            && (processors.isEmpty || processors.count == endpoints.count)
        if !isSound { throw Unpacker.isCut }
    }
}

extension NetOptions {
    func pack(_ packer: inout Packer) {
        packer.add(interface)
        packer.add(family.rawValue)
        packer.add(ports.map { [$0.lowerBound, $0.upperBound] } ?? [])
        packer.add(connections)
        packer.add(sendBuffer)
        packer.add(receiveBuffer)
        packer.add(transport.rawValue)
        rdma.pack(&packer)
    }

    init(reading reader: inout Unpacker) throws(RuntimeError) {
        self.init()
        interface = try reader.text()
        family = Family(rawValue: try reader.text()) ?? .any
        let range = try reader.ints()
        if range.count == 2, range[0] <= range[1] { ports = range[0]...range[1] }
        connections = try reader.int()
        sendBuffer = try reader.int()
        receiveBuffer = try reader.int()
        guard let transport = Transport(rawValue: try reader.text()) else { throw Unpacker.isCut }
        self.transport = transport
        rdma = try RdmaOptions(reading: &reader)
        guard (1...16).contains(connections), sendBuffer >= 0, receiveBuffer >= 0,
            ports.map({ $0.lowerBound >= 1 && $0.upperBound <= 65_535 }) ?? true
        else { throw Unpacker.isCut }
    }
}

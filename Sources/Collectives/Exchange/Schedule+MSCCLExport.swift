internal import Text

extension Schedule {
    /// A protocol by which MSCCL's runtime moves data.
    public enum MSCCLProtocol: String, CaseIterable, Sendable {
        /// Large pieces, with a flag for each.
        case simple = "Simple"
        /// Eight bytes, of which four are a flag: the least latency.
        case lowLatency = "LL"
        /// 128 bytes, of which eight are a flag.
        case lowLatency128 = "LL128"
    }

    /// The schedule as MSCCL's XML, as `msccl:` reads it.
    ///
    /// What is read back is `canonical()`, and writing that gives the same text. Each GPU has one
    /// threadblock for its own copies and sums, and one for each peer and direction.
    ///
    /// MSCCL's own runtime takes no more than 216 threadblocks on a GPU, 256 steps in a threadblock
    /// and 71 chunks in a step.
    public func mscclXML(
        protocol name: MSCCLProtocol = .simple
    ) throws(ExchangeError) -> String {
        guard XMLWriter.canHold(algorithm) else {
            throw ExchangeError(message: "the algorithm's name has a character that XML can't hold")
        }
        let schedule = try canonical()
        var layout = MSCCLLayout(schedule)
        for lane in schedule.tracks.indices {
            schedule.forEachStep(track: lane, slice: 0) { layout.add($0, lane: lane) }
        }
        return layout.xml(name.rawValue)
    }
}

/// The steps of a canonical schedule, dealt out to threadblocks.
private struct MSCCLLayout {
    /// A threadblock's number on its GPU, and a step's in it.
    private struct Position {
        let block: Int
        let step: Int
    }

    private struct Step {
        var type: String
        var source: Place?
        var target: Place?
        var count = 0
        var lane = 0
        var dependence: Position?
        var isAwaited = false
    }

    private struct Block {
        var send = -1
        var receive = -1
        var channel = 0
        var steps: [Step] = []
        /// For each threadblock the last of its steps that this one has waited for.
        var known: [Int: Int] = [:]
    }

    /// The steps that touched a chunk last.
    private struct Users {
        var writer: Position?
        var readers: [Position] = []
    }

    private struct GPU {
        var blocks: [Block] = []
        /// Where the threadblock is that receives from a peer, sends to it, or does neither (-1).
        var receivers: [Int: Int] = [:]
        var senders: [Int: Int] = [:]
        var users: [Int: Users] = [:]
    }

    /// NCCL takes 32 peers in each direction and channel.
    private static let peersOfChannel = 32

    private let schedule: Schedule
    private let cells: CellMap
    private var gpus: [GPU]

    init(_ schedule: Schedule) {
        self.schedule = schedule
        cells = CellMap(schedule)
        gpus = Array(repeating: GPU(), count: schedule.ranks)
    }

    // MARK: Dealing out

    /// Adds a step of the schedule: a message's two ends, or one step at a GPU.
    mutating func add(_ step: Collectives.Step, lane: Int) {
        var sources: [Place] = []
        var targets: [Place] = []
        schedule.forEachSource(of: step) { sources.append($0) }
        schedule.forEachTarget(of: step) { targets.append($0) }
        guard let added = sources.last, let target = targets.first else { return }
        var own = Step(type: "", source: sources[0], target: target, count: target.count)
        own.lane = lane
        if added.endpoint == step.actor {
            own.type = sources.count == 1 ? "cpy" : "re"
            own.source = added
            append(own, at: step.actor, peer: nil, reads: sources, writes: target)
        } else {
            var send = own
            send.type = "s"
            send.source = added
            append(send, at: added.endpoint, peer: step.actor, reads: [added], writes: nil)
            own.type = sources.count == 1 ? "r" : "rrc"
            append(
                own,
                at: step.actor,
                peer: added.endpoint,
                reads: Array(sources.dropLast()),
                writes: target
            )
        }
    }

    private mutating func append(
        _ step: Step,
        at gpu: Int,
        peer: Int?,
        reads: [Place],
        writes: Place?
    ) {
        let block = self.block(of: gpu, peer: peer, isSend: step.type == "s")
        var awaited: [Int: Int] = [:]
        func wait(_ position: Position) {
            if position.block == block { return }
            awaited[position.block] = max(awaited[position.block] ?? -1, position.step)
        }
        var touched: [(cell: Int, isWrite: Bool)] = []
        for place in reads { touched += list(place, step.lane).map { ($0, false) } }
        if let writes { touched += list(writes, step.lane).map { ($0, true) } }
        for (cell, isWrite) in touched {
            guard let users = gpus[gpu].users[cell] else { continue }
            if let writer = users.writer { wait(writer) }
            if isWrite { users.readers.forEach(wait) }
        }
        let position = append(step, to: block, of: gpu, after: awaited)
        for (cell, isWrite) in touched {
            if isWrite {
                gpus[gpu].users[cell] = Users(writer: position)
            } else {
                gpus[gpu].users[cell, default: Users()].readers.append(position)
            }
        }
    }

    /// Appends a step and, before it, a step that does nothing for each dependence but the last.
    private mutating func append(
        _ step: Step,
        to block: Int,
        of gpu: Int,
        after awaited: [Int: Int]
    ) -> Position {
        var waits: [Position] = []
        for (other, number) in awaited.sorted(by: { $0.key < $1.key })
        where number > gpus[gpu].blocks[block].known[other] ?? -1 {
            gpus[gpu].blocks[block].known[other] = number
            gpus[gpu].blocks[other].steps[number].isAwaited = true
            waits.append(Position(block: other, step: number))
        }
        for wait in waits.dropLast() {
            gpus[gpu].blocks[block].steps.append(Step(type: "nop", dependence: wait))
        }
        var step = step
        step.dependence = waits.last
        gpus[gpu].blocks[block].steps.append(step)
        return Position(block: block, step: gpus[gpu].blocks[block].steps.count - 1)
    }

    private func list(_ place: Place, _ lane: Int) -> [Int] {
        cells.list(place).map { lane * cells.count + $0 }
    }

    private mutating func block(of gpu: Int, peer: Int?, isSend: Bool) -> Int {
        let key = peer ?? -1
        let found = isSend ? gpus[gpu].senders[key] : gpus[gpu].receivers[key]
        if let found { return found }
        var block = Block()
        if let peer {
            // Both ends must come to the same channel.
            let (from, to) = isSend ? (gpu, peer) : (peer, gpu)
            let distance = (to - from + schedule.ranks) % schedule.ranks
            block.channel = distance / Self.peersOfChannel
            if isSend { block.send = peer } else { block.receive = peer }
        }
        gpus[gpu].blocks.append(block)
        let number = gpus[gpu].blocks.count - 1
        if isSend { gpus[gpu].senders[key] = number } else { gpus[gpu].receivers[key] = number }
        return number
    }

    // MARK: Writing

    func xml(_ protocolName: String) -> String {
        let blocks = gpus.flatMap(\.blocks)
        var writer = XMLWriter()
        writer.open(
            "algo",
            [
                ("name", schedule.algorithm), ("proto", protocolName),
                ("nchannels", "\(1 + (blocks.map(\.channel).max() ?? 0))"),
                ("nchunksperloop", "\(chunksPerLoop)"), ("ngpus", "\(schedule.ranks)"),
                ("coll", collectiveName), ("inplace", schedule.inPlace ? "1" : "0"),
                ("outofplace", schedule.inPlace ? "0" : "1"), ("minBytes", "0"),
                ("maxBytes", "\(1 << 40)"),
            ]
        )
        for gpu in gpus.indices {
            writer.open(
                "gpu",
                [
                    ("id", "\(gpu)"), ("i_chunks", "\(chunks(of: .input))"),
                    ("o_chunks", "\(chunks(of: .output))"),
                    ("s_chunks", "\(schedule.scratch.slots * schedule.lanesOfBlocks)"),
                ]
            )
            write(gpus[gpu], to: &writer)
            writer.close()
        }
        writer.close()
        return writer.text
    }

    private var collectiveName: String {
        switch schedule.collective {
        case .reduceScatter: "reduce_scatter"
        default: schedule.collective.rawValue.filter { $0 != "-" }
        }
    }

    private var chunksPerLoop: Int {
        switch schedule.collective {
        case .allGather, .reduceScatter, .allToAll: schedule.lanesOfBlocks * schedule.ranks
        case .gather, .scatter: schedule.lanesOfBlocks
        default: schedule.chunks
        }
    }

    private func chunks(of buffer: Buffer) -> Int {
        switch schedule.collective.layout(of: buffer) {
        case .vector: schedule.chunks
        case .block: schedule.lanesOfBlocks
        case .blocks: schedule.lanesOfBlocks * schedule.ranks
        }
    }

    /// Writes threadblocks in the order of what they do: nothing with peers, receive, send.
    private func write(_ gpu: GPU, to writer: inout XMLWriter) {
        let order = gpu.blocks.indices.sorted {
            (gpu.blocks[$0].send, gpu.blocks[$0].receive)
                < (gpu.blocks[$1].send, gpu.blocks[$1].receive)
        }
        var ids = [Int](repeating: 0, count: order.count)
        for (id, block) in order.enumerated() { ids[block] = id }
        for block in order {
            writer.open(
                "tb",
                [
                    ("id", "\(ids[block])"), ("send", "\(gpu.blocks[block].send)"),
                    ("recv", "\(gpu.blocks[block].receive)"),
                    ("chan", "\(gpu.blocks[block].channel)"),
                ]
            )
            for (number, step) in gpu.blocks[block].steps.enumerated() {
                let (source, target) = (name(step.source, "i", step), name(step.target, "o", step))
                writer.element(
                    "step",
                    [
                        ("s", "\(number)"), ("type", step.type), ("srcbuf", source.buffer),
                        ("srcoff", "\(source.offset)"), ("dstbuf", target.buffer),
                        ("dstoff", "\(target.offset)"), ("cnt", "\(step.count)"),
                        ("depid", "\(step.dependence.map { ids[$0.block] } ?? -1)"),
                        ("deps", "\(step.dependence?.step ?? -1)"),
                        ("hasdep", step.isAwaited ? "1" : "0"),
                    ]
                )
            }
            writer.close()
        }
    }

    private func name(
        _ place: Place?,
        _ unused: String,
        _ step: Step
    ) -> (buffer: String, offset: Int) {
        guard let place else { return (unused, -1) }
        if place.buffer == .scratch {
            return ("s", step.lane * schedule.scratch.slots + place.slot)
        }
        let name = place.buffer == .input ? "i" : "o"
        switch schedule.collective.layout(of: place.buffer) {
        case .vector: return (name, place.first)
        case .block: return (name, step.lane)
        case .blocks: return (name, place.first * schedule.lanesOfBlocks + step.lane)
        }
    }
}

extension Schedule {
    /// Parts of a block in a canonical schedule, which has a track for each; 1 for a vector.
    fileprivate var lanesOfBlocks: Int { tracks.count }
}

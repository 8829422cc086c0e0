internal import Collectives
internal import Glibc

/// Does the calls of one communicator on this endpoint, one after the other.
///
/// Plans are kept from call to call. What is new is lowered once on each node, by the first of its
/// endpoints, and compared with what the other ranks call.
final class Engine {
    /// What a call needs to be run, once it was seen.
    private final class Ready {
        let call: Call
        let plan: Plan
        var places = (input: -1, output: -1)
        var lastUse = 0

        init(_ call: Call, _ plan: consuming Plan) {
            self.call = call
            self.plan = plan
        }
    }

    let rank: Int
    let ranks: Int
    let segment: Segment
    let layout: HeapLayout
    /// The node of each rank.
    let nodes: [Int]
    private let team: Team
    private let leads: Bool
    private let streamingFrom: Int
    private let chooser: Chooser
    private var ready: [Call: Ready] = [:]
    private var last: Ready?
    private var uses = 0
    /// Calls that no algorithm does in one piece.
    private var unfit: Set<Call> = []

    /// As many plans are kept.
    private static let most = 256

    init(
        _ segment: consuming Segment,
        _ layout: HeapLayout,
        nodes: [Int],
        streamingFrom: Int,
        _ chooser: @escaping Chooser
    ) throws(RuntimeError) {
        let rank = segment.endpoint ?? 0
        let several = Set(nodes).count > 1
        team = try Team(
            segment,
            nodes: several ? nodes : [],
            areas: layout.areas,
            offset: layout.team
        )
        self.rank = rank
        ranks = nodes.count
        self.layout = layout
        self.nodes = nodes
        leads = nodes.firstIndex(of: nodes[rank]) == rank
        self.streamingFrom = streamingFrom
        self.chooser = chooser
        self.segment = segment
    }

    private var farNodes: [Int] { Set(nodes).count > 1 ? nodes : [] }

    /// Waits for all.
    func barrier() throws(RuntimeError) { try team.barrier(segment) }

    /// Runs a call on buffers at the same places of all heaps; false where no algorithm does it in
    /// one piece, on all ranks alike.
    func run(_ call: Call, input: Int, output: Int) throws(CallError) -> Bool {
        let now: Ready
        if let last, last.call == call {
            now = last
        } else {
            guard let found = try prepared(call, (input, output)) else { return false }
            // Plans know what others of their kind leave behind, not what those of another do.
            do { try team.barrier(segment) } catch { throw .broken("\(error)") }
            last = found
            now = found
        }
        uses += 1
        now.lastUse = uses
        do {
            if now.places != (input, output) {
                try now.plan.bind(segment, input: input, output: output)
                now.places = (input, output)
            }
            try now.plan.run(segment, operations: 1)
        } catch {
            throw .broken("\(error)")
        }
        return true
    }

    private func prepared(
        _ call: Call,
        _ places: (input: Int, output: Int)
    ) throws(CallError) -> Ready? {
        if let known = ready[call] { return known }
        if unfit.contains(call) { return nil }
        try compare(call, places)
        do {
            guard let draft = try draft(call) else {
                unfit.insert(call)
                return nil
            }
            let plan = try Plan(draft, segment: segment, areas: layout.areas)
            let found = Ready(call, plan)
            if ready.count == Self.most {
                // The same on all ranks, since all do the same.
                let oldest = ready.min { $0.value.lastUse < $1.value.lastUse }
                if let oldest { ready[oldest.key] = nil }
            }
            ready[call] = found
            return found
        } catch {
            throw .broken("\(error)")
        }
    }

    /// Finds out whether all ranks call the same, with buffers at the same places.
    func compare(_ call: Call, _ places: (input: Int, output: Int)) throws(CallError) {
        var packer = Packer()
        packer.add([places.input, places.output])
        let mark = Self.mark(call.packed + packer.bytes)
        do {
            let ends = try team.maximum(mark, ~mark, segment, board: Board.agreement)
            if ends.0 == ~ends.1 { return }
        } catch {
            throw .broken("\(error)")
        }
        throw .mismatch("")
    }

    /// FNV-1a: the same for the same bytes in every process, unlike the hashes of Swift.
    private static func mark(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// This endpoint's plan, which the first of its node makes for all there.
    private func draft(_ call: Call) throws(RuntimeError) -> PlanDraft? {
        let word = rank == 0 ? choice(call)?.packed(for: call.collective) ?? 0 : 0
        let agreed = try team.maximum(word, 0, segment, board: Board.agreement).0
        guard let choice = Choice(unpacking: agreed, for: call.collective) else { return nil }
        var problem: RuntimeError?
        if leads {
            do throws(RuntimeError) { try write(call, choice) } catch { problem = error }
        }
        let hasFailed = try team.maximum(problem == nil ? 0 : 1, 0, segment, board: Board.agreement)
        if let problem { throw problem }
        if hasFailed.0 != 0 { throw RuntimeError("another rank could not plan \(call.words)") }
        return PlanBook.draft(
            in: segment.job + layout.plans,
            placement: 0,
            endpoint: rank,
            reduction: call.reduction
        )
    }

    private func choice(_ call: Call) -> Choice? {
        chooser(call, ranks, nodes).first { choice in
            guard let schedule = choice.schedule(call, ranks: ranks, nodeSize: nodeSize) else {
                return false
            }
            let spread = schedule.spread(over: farNodes, call.reduction)
            return spread.linesBytes <= layout.areas.linesBytes
                && spread.scratchBytes <= layout.areas.scratchBytes
        }
    }

    /// Ranks of a node, where all nodes have as many, one node after the other.
    private var nodeSize: Int? {
        let size = ranks / ((nodes.max() ?? 0) + 1)
        let isRegular = size > 0 && nodes.indices.allSatisfy { nodes[$0] == $0 / size }
        return isRegular && ranks % size == 0 && farNodes.count > 0 ? size : nil
    }

    private func write(_ call: Call, _ choice: Choice) throws(RuntimeError) {
        guard let schedule = choice.schedule(call, ranks: ranks, nodeSize: nodeSize) else {
            throw RuntimeError("\(choice.algorithm) does not exist for \(call.words)")
        }
        let book = try PlanBook(
            [schedule],
            endpoints: ranks,
            reduction: call.reduction,
            streamingFrom: streamingFrom,
            nodes: farNodes
        )
        let memory = UnsafeMutableRawBufferPointer(
            start: segment.job + layout.plans,
            count: PlanBook.capacity
        )
        try book.write(to: memory)
    }
}

/// Where things lie in every endpoint's heap, and in the job's memory.
struct HeapLayout {
    /// Lines and scratch of plans.
    let areas: Areas
    /// Where ranks agree on things.
    let team: Int
    /// What is copied on its way in, and out.
    let stages: (input: Int, output: Int)
    /// What callers ask for.
    private(set) var arena: Range<Int>
    /// Where plans lie in the job's memory.
    let plans: Int

    /// Bytes of each stage.
    ///
    /// Half of a small second-level cache: what was copied in is still there when it is sent.
    static let stageBytes = 512 << 10
    private static let linesBytes = 1 << 20
    private static let scratchBytes = 64 << 20
    private static let hugePage = 2 << 20

    /// The layout that leaves callers so many bytes.
    init(ranks: Int, heapBytes: Int) {
        self.init(ranks: ranks, whole: 0)
        arena = arena.lowerBound..<arena.lowerBound + heapBytes
    }

    /// The layout of heaps of so many bytes in all.
    init(ranks: Int, whole: Int) {
        areas = Areas(linesBytes: Self.linesBytes, scratchBytes: Self.scratchBytes)
        team = areas.buffersStart
        let input = team + Team.heapBytes
        stages = (input, input + Self.stageBytes)
        let end = input + 2 * Self.stageBytes
        let start = (end + Self.hugePage - 1) / Self.hugePage * Self.hugePage
        arena = start..<max(start, whole)
        plans = (SharedMeeting.jobBytes(ranks: ranks) + 4095) / 4096 * 4096
    }

    /// The memory that it takes; pages come as they are used.
    func shape(ranks: Int, isOversubscribed: Bool, spansNodes: Bool) -> Segment.Shape {
        Segment.Shape(
            endpoints: ranks,
            isOversubscribed: isOversubscribed,
            spansNodes: spansNodes,
            jobBytes: plans + PlanBook.capacity,
            boardEntries: Board.entries,
            heapBytes: arena.upperBound
        )
    }
}

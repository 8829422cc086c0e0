internal import CWeft
internal import Collectives

/// How all endpoints of a job meet and agree, wherever they are.
///
/// Where all share memory that is a counter in it; across nodes it is collectives like any others.
public struct Team: ~Copyable {
    /// Bytes of the heap that agreements take.
    public static let heapBytes = 4096

    /// What endpoints of different nodes run to meet.
    private struct Far: ~Copyable {
        let barrier: Plan
        let maximum: Plan
        /// Where the two words of an agreement lie.
        let place: UnsafeMutablePointer<UInt64>
    }

    private let far: Far?
    private let endpoint: Int

    private static func schedules(endpoints: Int, nodes: [Int]) -> [Schedule] {
        let request = Request(ranks: endpoints, elements: 2, elementSize: 8, inPlace: true)
        return [(Collective.barrier, "dissemination"), (.allReduce, "tree")].compactMap {
            let schedule = Algorithm.named($0.1, for: $0.0)?.schedule(request)
            return schedule?.spread(over: nodes, reduction)
        }
    }

    private static let reduction = Reduction(.uint64, .maximum)

    /// The areas with room for what a team needs too.
    public static func areas(_ areas: Areas, nodes: [Int]) -> Areas {
        if nodes.isEmpty { return areas }
        let own = schedules(endpoints: nodes.count, nodes: nodes)
        return Areas(
            linesBytes: areas.linesBytes,
            scratchBytes: own.reduce(areas.scratchBytes) { max($0, $1.scratchBytes) }
        )
    }

    /// Makes an endpoint's part.
    ///
    /// - Parameters:
    ///   - nodes: the node of each endpoint, empty where all share memory.
    ///   - areas: the job's areas, as `areas` made them.
    ///   - offset: where in each heap there are `heapBytes` for this.
    public init(
        _ segment: borrowing Segment,
        nodes: [Int],
        areas: Areas,
        offset: Int
    ) throws(RuntimeError) {
        let endpoint = segment.endpoint ?? 0
        self.endpoint = endpoint
        far = nodes.isEmpty ? nil : try Self.far(segment, endpoint, nodes, areas, offset)
    }

    private static func far(
        _ segment: borrowing Segment,
        _ endpoint: Int,
        _ nodes: [Int],
        _ areas: Areas,
        _ offset: Int
    ) throws(RuntimeError) -> Far {
        var plans: [PlanDraft] = []
        for schedule in schedules(endpoints: nodes.count, nodes: nodes) {
            let graph = DependencyGraph(schedule, nodes: nodes)
            plans.append(
                try PlanDraft(
                    schedule,
                    graph: graph,
                    endpoint: endpoint,
                    reduction: reduction,
                    isStreaming: false,
                    talk: FarTalk(graph, nodes: nodes)
                )
            )
        }
        let barrier = try Plan(plans[0], segment: segment, areas: areas)
        let maximum = try Plan(plans[1], segment: segment, areas: areas)
        try barrier.bind(segment, input: offset + 64, output: offset + 64)
        try maximum.bind(segment, input: offset, output: offset)
        let place = segment.heap(of: endpoint) + offset
        return Far(
            barrier: barrier,
            maximum: maximum,
            place: place.assumingMemoryBound(to: UInt64.self)
        )
    }

    /// Waits for all.
    public func barrier(_ segment: borrowing Segment) throws(RuntimeError) {
        switch far {
        case .some(let far): try far.barrier.run(segment, operations: 1)
        case .none: try segment.barrier()
        }
    }

    /// The value of endpoint 0, at all.
    ///
    /// - Parameter shared: a place that all see where all share memory.
    public func agree(
        _ value: UInt64,
        _ segment: borrowing Segment,
        shared: UnsafeMutablePointer<UInt64>
    ) throws(RuntimeError) -> UInt64 {
        switch far {
        case .some(let far):
            return try Self.maximum(endpoint == 0 ? value : 0, 0, far, segment).0
        case .none:
            if endpoint == 0 { shared.pointee = value }
            try segment.barrier()
            let decision = shared.pointee
            // Nobody writes the next decision before all have read this one.
            try segment.barrier()
            return decision
        }
    }

    /// The larger of what all endpoints have, of each of two words.
    ///
    /// - Parameter place: where on each board there is room for both.
    func maximum(
        _ first: UInt64,
        _ second: UInt64,
        _ segment: borrowing Segment,
        board place: Int
    ) throws(RuntimeError) -> (UInt64, UInt64) {
        switch far {
        case .some(let far): return try Self.maximum(first, second, far, segment)
        case .none:
            let own = segment.board(of: endpoint) + place
            (own[0], own[1]) = (first, second)
            try segment.barrier()
            var most: (UInt64, UInt64) = (0, 0)
            for other in 0..<segment.endpoints {
                let board = segment.board(of: other) + place
                most = (max(most.0, board[0]), max(most.1, board[1]))
            }
            // Nobody writes the next words before all have read these.
            try segment.barrier()
            return most
        }
    }

    private static func maximum(
        _ first: UInt64,
        _ second: UInt64,
        _ far: borrowing Far,
        _ segment: borrowing Segment
    ) throws(RuntimeError) -> (UInt64, UInt64) {
        (far.place[0], far.place[1]) = (first, second)
        try far.maximum.run(segment, operations: 1)
        return (far.place[0], far.place[1])
    }
}

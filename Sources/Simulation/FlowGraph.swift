internal import Collectives
internal import Fabrics
internal import Placement
internal import Units

/// Bytes that one step moves between two ranks.
struct Flow: BitwiseCopyable {
    let source: Int32
    let target: Int32
    let tier: Int32
    let step: Int32
    let bytes: Int
}

/// A schedule on a placement as flat tables: steps and flows by number, in the order of endpoints.
struct FlowGraph {
    /// Where each rank's steps begin, and behind them the number of steps.
    private(set) var firstStep = [0]
    /// What each step waits for, its rank's step before included.
    private(set) var waits: [Int32] = []
    /// For each step, where its flows begin, and where those to its targets do; then the ends.
    private(set) var firstSource: [Int32] = []
    private(set) var firstTarget: [Int32] = []
    private(set) var flows: [Flow] = []
    /// Who waits for each step: `followers[firstFollower[step]..<firstFollower[step + 1]]`.
    private(set) var firstFollower: [Int32] = []
    private(set) var followers: [Int32] = []
    /// For each rank, the steps that must be over before it may leave.
    private(set) var closing: [[Int32]] = []

    /// Walks all steps of a schedule that was proved.
    init(_ schedule: Schedule, on placement: Placement) throws(SimulationError) {
        guard schedule.ranks == placement.ranks else {
            throw .placement(.otherRanks(schedule: schedule.ranks, placement: placement.ranks))
        }
        guard schedule.aggregators == 0 else {
            throw .placement(.notARank(endpoint: schedule.ranks, ranks: schedule.ranks))
        }
        let graph = DependencyGraph(schedule)
        for program in graph.programs {
            firstStep.append(firstStep[firstStep.count - 1] + program.count)
        }
        var edges: [(from: Int32, to: Int32)] = []
        for (rank, program) in graph.programs.enumerated() {
            for (index, step) in program.enumerated() {
                let number = Int32(firstStep[rank] + index)
                add(step, number, of: schedule, on: placement)
                let awaited = numbers(graph.waits[rank][index] + graph.arrivals[rank][index])
                for other in awaited { edges.append((other, number)) }
                if index > 0 { edges.append((number - 1, number)) }
                waits.append(Int32(awaited.count + (index > 0 ? 1 : 0)))
            }
        }
        firstSource.append(Int32(flows.count))
        closing = graph.closing.map { numbers($0) }
        link(edges)
        try checkHorizon(placement)
    }

    /// The steps among waits.
    ///
    /// That a rank has entered, or is free, is so from the start: there is only one operation.
    private func numbers(_ waits: [Wait]) -> [Int32] {
        waits.compactMap { wait in
            guard case .step(let endpoint, let index) = wait else { return nil }
            return Int32(firstStep[endpoint] + index)
        }
    }

    private mutating func add(
        _ step: Step,
        _ number: Int32,
        of schedule: Schedule,
        on placement: Placement
    ) {
        let lane = schedule.lane(of: step)
        func flow(_ place: Place, isSource: Bool) -> Flow? {
            let bytes = schedule.elementCount(of: place, lane: lane) * schedule.elementSize
            guard bytes > 0, let tier = placement.tier(between: place.endpoint, and: step.actor)
            else { return nil }
            let (source, target) =
                isSource ? (place.endpoint, step.actor) : (step.actor, place.endpoint)
            return Flow(
                source: Int32(source),
                target: Int32(target),
                tier: Int32(tier),
                step: number,
                bytes: bytes
            )
        }
        firstSource.append(Int32(flows.count))
        schedule.forEachSource(of: step) { place in
            if let flow = flow(place, isSource: true) { flows.append(flow) }
        }
        firstTarget.append(Int32(flows.count))
        schedule.forEachTarget(of: step) { place in
            if let flow = flow(place, isSource: false) { flows.append(flow) }
        }
    }

    /// Sorts the edges by where they begin.
    private mutating func link(_ edges: [(from: Int32, to: Int32)]) {
        firstFollower = Array(repeating: 0, count: waits.count + 1)
        for edge in edges { firstFollower[Int(edge.from) + 1] += 1 }
        for step in waits.indices { firstFollower[step + 1] += firstFollower[step] }
        var next = firstFollower
        followers = Array(repeating: 0, count: edges.count)
        for edge in edges {
            followers[Int(next[Int(edge.from)])] = edge.to
            next[Int(edge.from)] += 1
        }
    }

    /// Refuses what can't be counted, even if all ports of all flows were passed one by one.
    private func checkHorizon(_ placement: Placement) throws(SimulationError) {
        let tiers = placement.fabric.tiers
        let rates = tiers.map { UInt128($0.sustainedRate.bits) }
        let latencies = tiers.map { UInt128($0.latency.value.count) }
        let ports = 2 * UInt128(tiers.count)
        var time: UInt128 = 0
        var bytes: UInt128 = 0
        for flow in flows {
            let tier = Int(flow.tier)
            let duration = UInt128(flow.bytes) * 8_000_000_000_000 / rates[tier] + 1
            time += latencies[tier] + ports * duration
            bytes += UInt128(flow.bytes)
        }
        if time > UInt128(Int.max) || bytes > 1 << 60 { throw .tooLarge }
    }
}

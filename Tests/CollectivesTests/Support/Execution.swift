import Collectives

/// Runs every endpoint's program as processes would.
///
/// Each step is taken when its waits are over, in an order that is left to chance; lines are there
/// when they have been written.
struct Execution {
    private let schedule: Schedule
    private let graph: DependencyGraph
    private let map: AddressMap
    private let inputs: [[UInt64]]
    private var memory: [UInt64]
    private var isWritten: [Bool]
    private var done: [Int]

    init(_ schedule: Schedule, inputs: [[UInt64]]) {
        self.schedule = schedule
        self.inputs = inputs
        graph = DependencyGraph(schedule)
        map = AddressMap(schedule)
        memory = Array(repeating: ObviousResult.empty, count: map.count)
        isWritten = Array(repeating: false, count: map.count)
        done = Array(repeating: 0, count: schedule.endpoints)
        for rank in inputs.indices {
            for (address, value) in zip(map.addresses(of: .input, rank: rank), inputs[rank]) {
                memory[address] = value
            }
        }
    }

    /// The outputs of all ranks, nil when the endpoints wait for each other or an input changed.
    mutating func run(using random: inout SplitMix64) -> [[UInt64]]? {
        var ready = done.indices.filter(isReady)
        while !ready.isEmpty {
            let endpoint = ready[random.below(ready.count)]
            take(graph.programs[endpoint][done[endpoint]])
            done[endpoint] += 1
            ready = done.indices.filter(isReady)
        }
        for endpoint in done.indices where done[endpoint] < graph.programs[endpoint].count {
            return nil
        }
        if !schedule.inPlace {
            for rank in inputs.indices {
                let now = map.addresses(of: .input, rank: rank).map { memory[$0] }
                if now != inputs[rank] { return nil }
            }
        }
        return inputs.indices.map { rank in
            map.addresses(of: .output, rank: rank).map { memory[$0] }
        }
    }

    private func isReady(_ endpoint: Int) -> Bool {
        guard done[endpoint] < graph.programs[endpoint].count else { return false }
        for case .step(let other, let index) in graph.waits[endpoint][done[endpoint]]
        where done[other] <= index {
            return false
        }
        guard schedule.scratch.lines else { return true }
        let step = graph.programs[endpoint][done[endpoint]]
        var isThere = true
        schedule.forEachSource(of: step) { place in
            if place.buffer != .scratch || place.endpoint != endpoint { return }
            for address in map.addresses(of: place, lane: schedule.lane(of: step)) {
                isThere = isThere && isWritten[address]
            }
        }
        return isThere
    }

    private mutating func take(_ step: Step) {
        let lane = schedule.lane(of: step)
        var sums: [UInt64]?
        schedule.forEachSource(of: step) { place in
            let values = map.addresses(of: place, lane: lane).map { memory[$0] }
            sums = sums.map { zip($0, values).map { $0 &+ $1 } } ?? values
        }
        schedule.forEachTarget(of: step) { place in
            for (address, value) in zip(map.addresses(of: place, lane: lane), sums ?? []) {
                memory[address] = value
                isWritten[address] = true
            }
        }
    }
}

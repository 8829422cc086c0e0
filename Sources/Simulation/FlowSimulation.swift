public import Collectives
internal import Fabrics
public import Placement
internal import Units

/// One operation of a schedule on a fabric, flow by flow.
///
/// A rank takes its steps one after the other, each as soon as what it waits for has happened
/// (`DependencyGraph`). What a step reads from, or writes to, another rank is a flow; a step first
/// gets all its sources, then sends to all its targets. Copying and reducing take no time.
///
/// An endpoint has a port into, and one out of, each tier, which takes one flow at a time, in the
/// order in which flows come to it. A flow passes the ports out of the tiers of its network up to
/// the one where both ranks meet, that tier's latency, and the ports back in; bytes do not wait for
/// the bytes behind them. A port has the rate that its tier sustains while all endpoints send.
public struct FlowSimulation {
    private let graph: FlowGraph
    private let ranks: Int
    private let tiers: Int
    /// By tier: how long from end to end, what its ports carry, and the innermost of its network.
    private let latencies: [Int]
    private let rates: [BitsPerSecond]
    private let innermost: [Int]
    private let schedule: Schedule

    /// Prepares a schedule that was proved, walking all its steps.
    public init(_ schedule: Schedule, on placement: Placement) throws(SimulationError) {
        graph = try FlowGraph(schedule, on: placement)
        let fabric = placement.fabric
        ranks = placement.ranks
        tiers = fabric.tiers.count
        latencies = fabric.tiers.map(\.latency.value.count)
        rates = fabric.tiers.map(\.sustainedRate)
        innermost = fabric.networks.flatMap { network in
            network.tiers.map { _ in network.tiers.lowerBound }
        }
        self.schedule = schedule
    }

    /// Simulates the operation from time 0, when all ranks enter.
    public func run() throws(SimulationError) -> FlowResult {
        var state = State(graph, ranks: ranks, tiers: tiers)
        var queue = EventQueue(capacity: graph.flows.count)
        var hash = TraceHash()
        var events = 0
        for step in graph.waits.indices where graph.waits[step] == 0 { state.begin(step) }
        advance(&state, &queue, at: 0)
        while let event = queue.pop() {
            hash.add(event)
            events += 1
            let number = Int(event.key & Happening.flowMask)
            switch Happening(event) {
            case .arrives:
                arrive(&state, &queue, number, at: event.time)
                advance(&state, &queue, at: event.time)
            case .departs: depart(&state, &queue, number, at: event.time)
            case .reaches: reach(&state, &queue, number, at: event.time)
            }
        }
        if let stuck = state.ends.firstIndex(of: -1) { throw .stuck(name(of: stuck)) }
        return result(of: state, hash: hash, events: events)
    }

    private func name(of number: Int) -> String {
        let rank = (graph.firstStep.firstIndex { $0 > number } ?? 1) - 1
        return schedule.describe(schedule.program(of: rank)[number - graph.firstStep[rank]])
    }

    private func result(of state: borrowing State, hash: TraceHash, events: Int) -> FlowResult {
        let sent = state.sent
        let received = state.received
        for tier in 0..<tiers {
            var balance = 0
            for rank in 0..<ranks {
                balance += sent[rank * tiers + tier] - received[rank * tiers + tier]
            }
            precondition(balance == 0, "what is sent is received")
        }
        let ends = state.ends
        let finish = (0..<ranks).map { rank in
            let own = graph.firstStep[rank]..<graph.firstStep[rank + 1]
            let last = own.last.map { ends[$0] } ?? 0
            return Picoseconds(graph.closing[rank].reduce(last) { max($0, ends[Int($1)]) })
        }
        return FlowResult(
            completion: finish.max() ?? .zero,
            finish: finish,
            flows: graph.flows.count,
            events: events,
            traceHash: hash.value,
            tiers: tiers,
            sentBytes: sent,
            receivedBytes: received
        )
    }
}

/// What can happen to a flow.
///
/// At one time, all that is over comes before what begins, so that whoever begins then does so in
/// the order of the flows' numbers.
private enum Happening: UInt64 {
    /// The last byte is there.
    case arrives
    /// The step asks for the flow.
    case departs
    /// The first byte is at the target's port.
    case reaches

    static let flowMask: UInt64 = 0xffff_ffff

    @inline(__always)
    init(_ event: Event) {
        switch event.key >> 32 {
        case 0: self = .arrives
        case 1: self = .departs
        default: self = .reaches
        }
    }

    @inline(__always)
    func event(_ flow: Int, at time: Int) -> Event {
        Event(time: time, key: rawValue << 32 | UInt64(flow))
    }
}

/// All that changes, in flat arrays that never grow.
private struct State: ~Copyable {
    /// By step: what it still waits for, its flows on the way, and when it ended, -1 before.
    var waits: [Int32]
    var pending: [Int32]
    var ends: [Int]
    /// Steps that may begin now; the first `readyCount` count.
    var ready: [Int32]
    var readyCount = 0
    /// By rank and tier: until when the port is taken, and what went through it.
    var outFree: [Int]
    var inFree: [Int]
    var sent: [Int]
    var received: [Int]

    init(_ graph: FlowGraph, ranks: Int, tiers: Int) {
        waits = graph.waits
        pending = Array(repeating: 0, count: waits.count)
        ends = Array(repeating: -1, count: waits.count)
        ready = Array(repeating: 0, count: waits.count)
        outFree = Array(repeating: 0, count: ranks * tiers)
        inFree = outFree
        sent = outFree
        received = outFree
    }

    mutating func begin(_ step: Int) {
        ready[readyCount] = Int32(step)
        readyCount += 1
    }
}

extension FlowSimulation {
    /// Begins all steps that may begin, and those that may once these are over at the same time.
    private func advance(_ state: inout State, _ queue: inout EventQueue, at time: Int) {
        while state.readyCount > 0 {
            state.readyCount -= 1
            let step = Int(state.ready[state.readyCount])
            let sources = graph.firstSource[step]..<graph.firstTarget[step]
            if sources.isEmpty {
                sendToTargets(&state, &queue, step, at: time)
            } else {
                send(sources, &state, &queue, step, at: time)
            }
        }
    }

    private func send(
        _ flows: Range<Int32>,
        _ state: inout State,
        _ queue: inout EventQueue,
        _ step: Int,
        at time: Int
    ) {
        state.pending[step] = Int32(flows.count)
        for flow in flows { queue.push(Happening.departs.event(Int(flow), at: time)) }
    }

    private func sendToTargets(
        _ state: inout State,
        _ queue: inout EventQueue,
        _ step: Int,
        at time: Int
    ) {
        let targets = graph.firstTarget[step]..<graph.firstSource[step + 1]
        if targets.isEmpty {
            end(&state, step, at: time)
        } else {
            send(targets, &state, &queue, step, at: time)
        }
    }

    private func end(_ state: inout State, _ step: Int, at time: Int) {
        state.ends[step] = time
        let followers = graph.firstFollower[step]..<graph.firstFollower[step + 1]
        for place in followers {
            let follower = Int(graph.followers[Int(place)])
            state.waits[follower] -= 1
            if state.waits[follower] == 0 { state.begin(follower) }
        }
    }

    private func depart(
        _ state: inout State,
        _ queue: inout EventQueue,
        _ number: Int,
        at time: Int
    ) {
        let flow = graph.flows[number]
        let ports = Int(flow.source) * tiers
        let tier = Int(flow.tier)
        var head = time
        for crossed in innermost[tier]...tier {
            head = max(head, state.outFree[ports + crossed])
            state.outFree[ports + crossed] = head + duration(of: flow.bytes, crossed)
            state.sent[ports + crossed] += flow.bytes
        }
        queue.push(Happening.reaches.event(number, at: head + latencies[tier]))
    }

    private func reach(
        _ state: inout State,
        _ queue: inout EventQueue,
        _ number: Int,
        at time: Int
    ) {
        let flow = graph.flows[number]
        let ports = Int(flow.target) * tiers
        let tier = Int(flow.tier)
        // The last byte needs no look at the way out: its slowest port has its like on the way in.
        var (head, tail) = (time, time)
        for crossed in (innermost[tier]...tier).reversed() {
            head = max(head, state.inFree[ports + crossed])
            state.inFree[ports + crossed] = head + duration(of: flow.bytes, crossed)
            tail = max(tail, state.inFree[ports + crossed])
        }
        queue.push(Happening.arrives.event(number, at: tail))
    }

    @inline(__always)
    private func duration(of bytes: Int, _ tier: Int) -> Int {
        rates[tier].duration(of: ByteCount(bytes)).count
    }

    private func arrive(
        _ state: inout State,
        _ queue: inout EventQueue,
        _ number: Int,
        at time: Int
    ) {
        let flow = graph.flows[number]
        let tier = Int(flow.tier)
        for crossed in innermost[tier]...tier {
            state.received[Int(flow.target) * tiers + crossed] += flow.bytes
        }
        let step = Int(flow.step)
        state.pending[step] -= 1
        guard state.pending[step] == 0 else { return }
        if number < Int(graph.firstTarget[step]) {
            sendToTargets(&state, &queue, step, at: time)
        } else {
            end(&state, step, at: time)
        }
    }
}

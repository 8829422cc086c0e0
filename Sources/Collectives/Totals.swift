/// What a schedule moves, in sum.
public struct Totals: Hashable, Sendable {
    /// Steps of all endpoints.
    public var steps = 0
    /// Rounds in which something goes from one endpoint to another.
    public var rounds = 0
    /// How often something goes from one endpoint to another.
    public var transfers = 0
    /// Bytes of all transfers.
    public var bytes = 0
    /// The most bytes that any rank sends.
    public var sentBytes = 0
    /// The most bytes that any rank receives.
    public var receivedBytes = 0
    /// Bytes of scratch at each endpoint.
    public var scratchBytes = 0

    /// Makes totals of nothing.
    public init() {}

    /// The most bytes that any rank's link carries in one direction.
    public var busiestLink: Int { max(sentBytes, receivedBytes) }
}

extension Schedule {
    /// What the schedule moves, in sum.
    ///
    /// Rounds that repeat are counted at once, and endpoints that do the same too, so this takes
    /// time by endpoints and phases, not by transfers: a million ranks take a fraction of a second.
    /// Only what does not repeat regularly is walked through.
    public var totals: Totals {
        var sum = TrafficSum(self)
        for track in tracks.indices {
            // Slices of one size move the same, and there are three sizes at most.
            var counts: [(sizes: ChunkSizes, slices: Int)] = []
            for slice in 0..<slices {
                let sizes = ChunkSizes(self, lane: track * slices + slice)
                if let same = counts.firstIndex(where: { $0.sizes.areLike(sizes) }) {
                    counts[same].slices += 1
                } else {
                    counts.append((sizes, 1))
                }
            }
            for (sizes, slices) in counts { sum.add(track, sizes, times: slices) }
        }
        return sum.totals
    }
}

/// Adds up what endpoints send and receive.
private struct TrafficSum {
    private let schedule: Schedule
    private var sum = Totals()
    /// All bytes of a million ranks' all-gather may be more than 64 bits count.
    private var elements: UInt128 = 0
    private var sent: EndpointSums
    private var received: EndpointSums
    /// How many slices do what is being added.
    private var times = 1

    init(_ schedule: Schedule) {
        self.schedule = schedule
        sent = EndpointSums(schedule.endpoints)
        received = EndpointSums(schedule.endpoints)
    }

    var totals: Totals {
        var result = sum
        let size = schedule.elementSize
        result.bytes = Int(clamping: elements * UInt128(size))
        result.sentBytes = sent.most(below: schedule.ranks) * size
        result.receivedBytes = received.most(below: schedule.ranks) * size
        result.scratchBytes = schedule.slotCount * schedule.slotElements * size
        return result
    }

    mutating func add(_ track: Int, _ sizes: ChunkSizes, times: Int) {
        self.times = times
        var rounds = 0
        for phase in schedule.tracks[track].phases {
            switch phase.form {
            case .table(let table): rounds += walk(table, sizes.lane)
            case .pattern(let pattern):
                sum.steps += pattern.stepCount(rounds: phase.rounds) * times
                var crossing = 0
                for (operands, isSource) in [(pattern.sources, true), (pattern.targets, false)] {
                    for operand in operands where operand.peer != .own || operand.view != nil {
                        let flow = OperandFlow(
                            pattern: pattern,
                            operand: operand,
                            isSource: isSource,
                            rounds: phase.rounds
                        )
                        crossing = max(crossing, add(flow, sizes))
                    }
                }
                rounds += crossing
            }
        }
        sum.rounds = max(sum.rounds, rounds)
    }

    /// Adds what an operand moves in all rounds; returns in how many of them it moves anything.
    private mutating func add(_ flow: OperandFlow, _ sizes: ChunkSizes) -> Int {
        let view = flow.pattern.view
        let coversRanks = view.base == 0 && view.groups * view.size == schedule.ranks
        if coversRanks, let share = flow.equalShare(sizes) {
            sent.everyone += share.elements * times
            received.everyone += share.elements * times
            sum.transfers += share.transfers * schedule.ranks * times
            elements += UInt128(share.elements * times) * UInt128(schedule.ranks)
            return share.rounds
        }
        if flow.isSteady, sizes.canSum(flow) { return addSteady(flow, sizes) }
        return walk(flow, sizes)
    }

    private mutating func count(from source: Int, to target: Int, _ elements: Int) {
        sent.add(elements * times, to: source)
        received.add(elements * times, to: target)
        sum.transfers += times
        self.elements += UInt128(elements * times)
    }

    /// An operand whose peers are the same in every round.
    private mutating func addSteady(_ flow: OperandFlow, _ sizes: ChunkSizes) -> Int {
        let flat = FlatPattern(flow.pattern, only: (flow.operand, flow.isSource))
        let sizes = FlowSizes(flow, sizes)
        let times = times
        var transfers = 0
        var moved: UInt128 = 0
        sent.change { sent in
            received.change { received in
                flat.forEachTransfer(round: 0) { source, target, chunk, group in
                    let count = sizes.elements(fromFirst: chunk, group: group) &* times
                    sent[source] &+= count
                    received[target] &+= count
                    transfers &+= 1
                    moved &+= UInt128(truncatingIfNeeded: count)
                }
            }
        }
        sum.transfers += transfers * flow.rounds * times
        elements += moved
        return transfers > 0 ? flow.rounds : 0
    }

    /// An operand round by round.
    private mutating func walk(_ flow: OperandFlow, _ sizes: ChunkSizes) -> Int {
        guard sizes.areUniform else { return walkPlaces(flow, sizes) }
        let flat = FlatPattern(flow.pattern, only: (flow.operand, flow.isSource))
        let set = flow.operand.chunks
        let times = times
        var transfers = 0
        var moved: UInt128 = 0
        var crossing = 0
        sent.change { sent in
            received.change { received in
                for round in 0..<flow.rounds {
                    let before = transfers
                    flat.forEachTransfer(round: round) { source, target, chunk, _ in
                        let count = sizes.elements(of: set, at: chunk) &* times
                        sent[source] &+= count
                        received[target] &+= count
                        transfers &+= 1
                        moved &+= UInt128(truncatingIfNeeded: count)
                    }
                    if transfers > before { crossing += 1 }
                }
            }
        }
        sum.transfers += transfers * times
        elements += moved
        return crossing
    }

    /// An operand round by round and place by place, whose size depends on where it is.
    private mutating func walkPlaces(_ flow: OperandFlow, _ sizes: ChunkSizes) -> Int {
        let pattern = flow.pattern
        let operands = [flow.operand]
        var crossing = 0
        for round in 0..<flow.rounds {
            var crosses = false
            pattern.forEachActor(round: round) { actor in
                pattern.forEachPlace(of: operands, actor: actor, round: round) { place in
                    if place.endpoint == actor { return }
                    crosses = true
                    let elements = schedule.elementCount(of: place, lane: sizes.lane)
                    let (source, target) =
                        flow.isSource ? (place.endpoint, actor) : (actor, place.endpoint)
                    count(from: source, to: target, elements)
                }
            }
            if crosses { crossing += 1 }
        }
        return crossing
    }

    private mutating func walk(_ table: StepTable, _ lane: Int) -> Int {
        var crossing: Set<Int> = []
        for step in table.steps {
            sum.steps += times
            for (places, isSource) in [(step.sources, true), (step.targets, false)] {
                for place in places where place.endpoint != step.actor {
                    crossing.insert(step.round)
                    let elements = schedule.elementCount(of: place, lane: lane)
                    let source = isSource ? place.endpoint : step.actor
                    let target = isSource ? step.actor : place.endpoint
                    count(from: source, to: target, elements)
                }
            }
        }
        return crossing.count
    }
}

/// A number for each endpoint, of which many are the same.
private struct EndpointSums {
    private let endpoints: Int
    var everyone = 0
    private var single: [Int] = []

    init(_ endpoints: Int) { self.endpoints = endpoints }

    mutating func change(_ body: (UnsafeMutableBufferPointer<Int>) -> Void) {
        if single.isEmpty { single = Array(repeating: 0, count: endpoints) }
        single.withUnsafeMutableBufferPointer { body($0) }
    }

    mutating func add(_ value: Int, to endpoint: Int) { change { $0[endpoint] += value } }

    func most(below bound: Int) -> Int {
        var most = 0
        for endpoint in 0..<min(bound, single.count) { most = max(most, single[endpoint]) }
        return everyone + most
    }
}

/// What one operand of a phase moves in all its rounds.
struct OperandFlow {
    let pattern: Pattern
    let operand: Operand
    let isSource: Bool
    let rounds: Int

    private var distance: Index {
        switch operand.peer {
        case .shift(let distance), .ahead(let distance): distance
        default: 0
        }
    }

    /// Whether everyone has the same actors and peers in every round.
    var isSteady: Bool {
        let forms = [
            pattern.actors.from, pattern.actors.to ?? 0, operand.from, operand.to, distance,
        ]
        return forms.allSatisfy { $0.byRound == 0 && $0.byPartner == 0 }
            && operand.chunks.first.byPartner == 0
    }

    /// What every member of the view both sends and receives over this operand, when it is the
    /// same for all of them and needs no look at each.
    func equalShare(_ sizes: ChunkSizes) -> (elements: Int, transfers: Int, rounds: Int)? {
        let chunks = operand.chunks
        guard let size = sizes.equal, pattern.actors == .all, operand.view == nil,
            chunks.count * chunks.runs <= sizes.chunks || chunks == .whole
        else { return nil }
        let elements = min(chunks.count * chunks.runs, sizes.chunks) * size
        guard chunks == .whole || !isCutOff(sizes) else { return nil }
        let members = pattern.view.size
        switch operand.peer {
        case .shift(let distance):
            guard operand.from == 0, operand.to == 1, distance.isOfRoundsOnly else { return nil }
            let step = Coordinates(group: 0, position: 0, round: 0, low: 0, digit: 0, high: 0)
            var c = step
            var crossing = 0
            if distance.byRound == 0 {
                crossing = distance.value(at: c) % members == 0 ? 0 : rounds
            } else {
                for round in 0..<rounds {
                    c.round = round
                    if distance.value(at: c) % members != 0 { crossing += 1 }
                }
            }
            return (elements * crossing, crossing, crossing)
        case .each:
            guard operand.from == 0, operand.to == Index(members) else { return nil }
            let transfers = (members - 1) * rounds
            return (elements * transfers, transfers, members > 1 ? rounds : 0)
        default: return nil
        }
    }

    /// Whether a set may reach over the last chunk, where it is cut.
    private func isCutOff(_ sizes: ChunkSizes) -> Bool {
        let set = operand.chunks
        if set.wraps || set.count == 1 && set.runs == 1 { return false }
        guard set.stride >= 0, let first = mostFirst else { return true }
        return first + (set.runs - 1) * set.stride + set.count > sizes.chunks
    }

    /// The last chunk at which a set begins, nil where that takes a closer look.
    private var mostFirst: Int? {
        let form = operand.chunks.first
        let (members, groups) = (pattern.view.size, pattern.view.groups)
        if let blocks = operand.chunks.blocks {
            return blocks.scale * (members - 1) + max(0, blocks.byGroup) * (groups - 1)
        }
        if form.byLow | form.byDigit | form.byHigh | form.byPartner != 0 { return nil }
        let outer = form.base + max(0, form.byGroup) * (groups - 1)
        let steps = [form.byPosition, form.byRound, form.byItem, form.innerByGroup]
        if form.modulus != 0 {
            let count = operand.chunks.count
            let isAligned = (steps + [form.constant, form.modulus]).allSatisfy { $0 % count == 0 }
            return outer + form.modulus - (isAligned ? count : 1)
        }
        if steps.contains(where: { $0 < 0 }) { return nil }
        return outer + form.constant + form.byPosition * (members - 1)
            + form.byRound * (rounds - 1) + form.byItem * (members - 1)
            + form.innerByGroup * (groups - 1)
    }
}

extension Index {
    /// Whether the value depends on the round at most.
    fileprivate var isOfRoundsOnly: Bool {
        byGroup | innerByGroup | byPosition | byItem | byLow | byDigit | byHigh | byPartner == 0
    }
}

/// How many elements the chunks of a lane have.
struct ChunkSizes {
    let lane: Int
    let chunks: Int
    /// The size of every chunk, when all have the same.
    let equal: Int?
    /// Whether the data is a vector, cut into chunks that differ by a grain at most.
    private let isVector: Bool
    private let count: Int
    private let grain: Int
    private let each: Int
    private let rest: Int

    init(_ schedule: Schedule, lane: Int) {
        self.lane = lane
        chunks = schedule.chunks
        grain = schedule.grain
        let whole = Span(offset: 0, count: schedule.elements)
        count = whole.part(lane, of: schedule.lanes, grain: grain).count
        (each, rest) = ((count + grain - 1) / grain).quotientAndRemainder(dividingBy: chunks)
        let isVector: Bool
        if case .vector = schedule.collective.layout(of: .output) {
            isVector = true
        } else {
            isVector = false
        }
        self.isVector = isVector
        if schedule.counts != nil {
            equal = nil
        } else if isVector {
            let isEven = chunks == 1 || count % (chunks * grain) == 0
            equal = isEven ? count / chunks : nil
        } else {
            equal = count
        }
    }

    /// Elements of the vector before a chunk.
    @inline(__always)
    func start(_ chunk: Int) -> Int {
        min(count, (chunk &* each &+ min(chunk, rest)) &* grain)
    }

    /// Whether what an operand moves in all rounds follows from its first chunk.
    func canSum(_ flow: OperandFlow) -> Bool {
        guard equal != nil || isVector else { return false }
        let set = flow.operand.chunks
        if set.wraps { return false }
        if set.first.byRound == 0 { return true }
        return set.runs == 1 && set.blocks == nil && set.first.byRound.magnitude == set.count
            && (set.first.modulus == 0 || set.first.modulus <= chunks)
    }

    /// Elements of neighbouring chunks, cut off at the last.
    @inline(__always)
    func elements(from first: Int, to end: Int) -> Int {
        if let equal { return (min(chunks, end) - min(chunks, first)) * equal }
        return start(min(chunks, end)) - start(min(chunks, first))
    }
}

/// What an operand moves in all rounds of a phase, given its first chunk in the first round.
struct FlowSizes {
    private let sizes: ChunkSizes
    private let set: ChunkSet
    private let rounds: Int
    private let modulus: Int
    private let base: Int
    private let byGroup: Int
    /// Full turns around the modulus in all rounds, and what is left of a turn.
    private let turns: Int
    private let rest: Int

    init(_ flow: OperandFlow, _ sizes: ChunkSizes) {
        self.sizes = sizes
        set = flow.operand.chunks
        rounds = flow.rounds
        modulus = set.first.modulus
        base = set.first.base
        byGroup = set.first.byGroup
        let length = rounds * set.count
        (turns, rest) =
            modulus == 0 ? (0, length) : length.quotientAndRemainder(dividingBy: modulus)
    }

    @inline(__always)
    func elements(fromFirst chunk: Int, group: Int) -> Int {
        if set.first.byRound == 0 {
            if set.runs == 1 {
                return rounds * sizes.elements(from: chunk, to: chunk + set.count)
            }
            var sum = 0
            for run in 0..<set.runs {
                let first = chunk + run * set.stride
                sum += sizes.elements(from: first, to: first + set.count)
            }
            return rounds * sum
        }
        // The set moves by its own length in every round: a stretch, or two around the modulus.
        let outer = base &+ byGroup &* group
        var first = chunk &- outer
        if set.first.byRound < 0 { first &-= (rounds &- 1) &* set.count }
        if modulus == 0 { return sizes.elements(from: outer + first, to: outer + first + rest) }
        first = turned(first, modulus)
        let end = first &+ rest
        var sum = turns == 0 ? 0 : turns * sizes.elements(from: outer, to: outer + modulus)
        sum &+= sizes.elements(from: outer &+ first, to: outer &+ min(end, modulus))
        if end > modulus { sum &+= sizes.elements(from: outer, to: outer &+ end &- modulus) }
        return sum
    }
}

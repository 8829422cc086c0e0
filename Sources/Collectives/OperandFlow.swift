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
        // What a round moves is counted once where all rounds are alike.
        let times = isSteady ? max(1, rounds) : 1
        var c = Coordinates(group: 0, position: 0, round: 0, low: 0, digit: 0, high: 0)
        var transfers = 0
        var crossing = 0
        for round in 0..<(rounds / times) {
            c.round = round
            guard let count = peerCount(at: c) else { return nil }
            transfers += count * times
            crossing += count > 0 ? times : 0
        }
        return (elements * transfers, transfers, crossing)
    }

    /// How many others every member meets in a round, nil where it is not the same for all or takes
    /// a closer look.
    private func peerCount(at c: Coordinates) -> Int? {
        let members = pattern.view.size
        switch operand.peer {
        case .shift(let distance):
            let forms = [distance, operand.from, operand.to]
            guard forms.allSatisfy(\.isOfRoundsAndItems) else { return nil }
            let from = operand.from.value(at: c)
            let items = from..<max(from, operand.to.value(at: c))
            return items.count { distance.value(at: c, item: $0) % members != 0 }
        case .each where operand.from == 0 && operand.to == Index(members): return members - 1
        case .each where operand.from == .partner && operand.to == .partner + 1:
            // Pairs, unless somebody's partner does not exist.
            guard members.nonzeroBitCount == 1, c.round < members else { return nil }
            return c.round == 0 ? 0 : 1
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
    /// Whether the value depends on the round and the item at most.
    fileprivate var isOfRoundsAndItems: Bool {
        byGroup | innerByGroup | byPosition | byLow | byDigit | byHigh | byPartner == 0
    }
}

/// How many elements the chunks of a lane have.
struct ChunkSizes {
    let lane: Int
    let chunks: Int
    /// The size of every chunk, when all have the same.
    let equal: Int?
    /// Whether a chunk has as many elements wherever it is.
    let areUniform: Bool
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
        areUniform = schedule.counts == nil
        if schedule.counts != nil {
            equal = nil
        } else if isVector {
            let isEven = chunks == 1 || count % (chunks * grain) == 0
            equal = isEven ? count / chunks : nil
        } else {
            equal = count
        }
    }

    /// Whether each chunk has as many elements in another lane of the same schedule.
    func areLike(_ other: ChunkSizes) -> Bool { areUniform && count == other.count }

    /// Elements of the vector before a chunk.
    @inline(__always)
    func start(_ chunk: Int) -> Int {
        min(count, (chunk &* each &+ min(chunk, rest)) &* grain)
    }

    /// Whether what an operand moves in all rounds follows from its first chunk.
    func canSum(_ flow: OperandFlow) -> Bool {
        let set = flow.operand.chunks
        guard areUniform, set.first.byRound != 0 else { return areUniform }
        return !set.wraps && set.runs == 1 && set.blocks == nil
            && set.first.byRound.magnitude == set.count
            && (set.first.modulus == 0 || set.first.modulus <= chunks)
    }

    /// Elements of a set that begins at a chunk, where no rank has counts of its own.
    @inline(__always)
    func elements(of set: ChunkSet, at first: Int) -> Int {
        if set.runs == 1 && !set.wraps { return elements(from: first, to: first &+ set.count) }
        var sum = 0
        for run in 0..<set.runs {
            let start = first &+ run &* set.stride
            if !set.wraps {
                sum &+= elements(from: start, to: start &+ set.count)
                continue
            }
            let (turns, rest) = set.count.quotientAndRemainder(dividingBy: chunks)
            let (begin, end) = (turned(start, chunks), turned(start, chunks) &+ rest)
            sum &+= turns * elements(from: 0, to: chunks) &+ elements(from: begin, to: end)
            sum &+= elements(from: 0, to: max(0, end &- chunks))
        }
        return sum
    }

    /// Elements of neighbouring chunks, cut off at the last.
    @inline(__always)
    func elements(from first: Int, to end: Int) -> Int {
        if let equal { return (min(chunks, end) &- min(chunks, first)) &* equal }
        return start(min(chunks, end)) &- start(min(chunks, first))
    }
}

/// What an operand moves in all rounds of a phase, given its first chunk in the first round.
struct FlowSizes {
    private let sizes: ChunkSizes
    private let set: ChunkSet
    private let rounds: Int
    /// Whether the set is the same in every round.
    private let isStill: Bool
    private let modulus: Int
    private let base: Int
    private let byGroup: Int
    /// How far below the first round's set the lowest one lies.
    private let back: Int
    /// Full turns around the modulus in all rounds, and what is left of a turn.
    private let turns: Int
    private let rest: Int

    init(_ flow: OperandFlow, _ sizes: ChunkSizes) {
        self.sizes = sizes
        set = flow.operand.chunks
        rounds = flow.rounds
        isStill = set.first.byRound == 0
        modulus = set.first.modulus
        base = set.first.base
        byGroup = set.first.byGroup
        back = set.first.byRound < 0 ? (rounds &- 1) &* set.count : 0
        let length = rounds * set.count
        (turns, rest) =
            modulus == 0 ? (0, length) : length.quotientAndRemainder(dividingBy: modulus)
    }

    @inline(__always)
    func elements(fromFirst chunk: Int, group: Int) -> Int {
        if isStill { return rounds &* sizes.elements(of: set, at: chunk) }
        // The set moves by its own length in every round: a stretch, or two around the modulus.
        let lowest = chunk &- back
        if modulus == 0 { return sizes.elements(from: lowest, to: lowest &+ rest) }
        let outer = base &+ byGroup &* group
        let first = turned(lowest &- outer, modulus)
        let end = first &+ rest
        let sum = turns == 0 ? 0 : turns &* sizes.elements(from: outer, to: outer &+ modulus)
        if end <= modulus { return sum &+ sizes.elements(from: outer &+ first, to: outer &+ end) }
        return sum &+ sizes.elements(from: outer &+ first, to: outer &+ modulus)
            &+ sizes.elements(from: outer, to: outer &+ end &- modulus)
    }
}

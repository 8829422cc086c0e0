extension Pattern {
    @inline(__always)
    private func coordinates(group: Int, position: Int, round: Int) -> Coordinates {
        var c = Coordinates(
            group: group,
            position: position,
            round: round,
            low: 0,
            digit: 0,
            high: position
        )
        if weight != 1 || radix != 1 {
            let upper = position / weight
            c.low = position - upper * weight
            c.high = upper / radix
            c.digit = upper - c.high * radix
        }
        return c
    }

    @inline(__always)
    private func matchesDigits(_ c: Coordinates) -> Bool {
        if let bound = actors.lowBelow, c.low >= bound { return false }
        if let digit = actors.digit, c.digit != digit { return false }
        return true
    }

    /// The positions that may act in a round, before their digits are looked at.
    func range(group: Int, round: Int) -> Range<Int> {
        let c = coordinates(group: group, position: 0, round: round)
        let from = max(0, actors.from.value(at: c))
        let to = min(view.size, actors.to?.value(at: c) ?? view.size)
        return from..<max(from, to)
    }

    /// Calls `body` with the coordinates of each actor of a group in a round.
    @inline(__always)
    func forEachActor(group: Int, round: Int, _ body: (Coordinates) -> Void) {
        let range = range(group: group, round: round)
        var c = coordinates(group: group, position: 0, round: round)
        let isFiltered = actors.lowBelow != nil || actors.digit != nil
        if weight == 1 && radix == 1 && !isFiltered {
            var position = range.lowerBound
            while position < range.upperBound {
                c.position = position
                c.high = position
                body(c)
                position &+= 1
            }
            return
        }
        // Only the positions whose digits match are visited.
        let digits = actors.digit.map { ($0..<($0 + 1)).clamped(to: 0..<radix) } ?? 0..<radix
        let lows = 0..<max(0, min(weight, actors.lowBelow ?? weight))
        var high = range.lowerBound / (weight * radix)
        while high * weight * radix < range.upperBound {
            for digit in digits {
                let start = (high * radix + digit) * weight
                for low in lows where range.contains(start + low) {
                    c.position = start + low
                    c.low = low
                    c.digit = digit
                    c.high = high
                    body(c)
                }
            }
            high += 1
        }
    }

    /// Calls `body` with each endpoint that acts in a round.
    @inline(__always)
    func forEachActor(round: Int, _ body: (_ actor: Int) -> Void) {
        for group in 0..<view.groups {
            forEachActor(group: group, round: round) { c in
                body(view.endpoint(group: group, position: c.position))
            }
        }
    }

    /// The rounds in which an endpoint acts: a range, since the set of actors moves one way.
    func rounds(of endpoint: Int, below rounds: Int) -> Range<Int> {
        guard let (group, position) = view.locate(endpoint) else { return 0..<0 }
        let c = coordinates(group: group, position: position, round: 0)
        guard matchesDigits(c) else { return 0..<0 }
        let lowest = coordinates(group: group, position: 0, round: 0)
        // from(round) <= position < to(round), both linear in the round.
        var active = Self.rounds(
            where: actors.from.value(at: lowest) - position,
            slope: actors.from.byRound,
            within: 0..<rounds
        )
        if let to = actors.to {
            active = Self.rounds(
                where: position + 1 - to.value(at: lowest),
                slope: -to.byRound,
                within: active
            )
        }
        return active
    }

    /// The rounds t of a range in which `value + slope * t <= 0`.
    private static func rounds(where value: Int, slope: Int, within range: Range<Int>) -> Range<Int>
    {
        if slope == 0 { return value <= 0 ? range : range.lowerBound..<range.lowerBound }
        if slope > 0 {
            let last = value > 0 ? -1 : -value / slope
            return range.clamped(to: 0..<max(0, last + 1))
        }
        let first = value <= 0 ? 0 : (value - slope - 1) / -slope
        return range.clamped(to: first..<max(first, range.upperBound))
    }

    /// Calls `body` with each place of the operands of an actor's step, in order.
    ///
    /// Operands are large, so they are read where they lie.
    @inline(__always)
    func forEachPlace(
        of operands: [Operand],
        actor: Int,
        round: Int,
        _ body: (Place) -> Void
    ) {
        guard let (group, position) = view.locate(actor) else { return }
        let c = coordinates(group: group, position: position, round: round)
        operands.withUnsafeBufferPointer { operands in
            guard let first = operands.baseAddress else { return }
            for operand in first..<(first + operands.count) {
                forEachPeer(of: operand, at: c) { peer, item in
                    if operand.pointee.skipsOwn && peer == actor { return }
                    body(place(of: operand, peer: peer, at: c, item: item))
                }
            }
        }
    }

    /// Calls `body` with each peer of an operand and the item that it belongs to.
    @inline(__always)
    func forEachPeer(
        of operand: UnsafePointer<Operand>,
        at c: Coordinates,
        _ body: (_ peer: Int, _ item: Int) -> Void
    ) {
        var item = operand.pointee.from.value(at: c)
        let end = operand.pointee.to.value(at: c)
        while item < end {
            if let peer = self.peer(of: operand, at: c, item: item) { body(peer, item) }
            item += 1
        }
    }

    /// The place of an operand's item at a peer.
    @inline(__always)
    func place(of operand: UnsafePointer<Operand>, peer: Int, at c: Coordinates, item: Int) -> Place
    {
        Place(
            endpoint: peer,
            buffer: operand.pointee.buffer,
            slot: operand.pointee.slot.value(at: c, item: item),
            byChunk: operand.pointee.byChunk,
            first: firstChunk(of: operand, at: c, item: item),
            count: operand.pointee.chunks.count,
            runs: operand.pointee.chunks.runs,
            stride: operand.pointee.chunks.stride,
            wraps: operand.pointee.chunks.wraps
        )
    }

    /// Steps of all actors in a number of rounds.
    func stepCount(rounds: Int) -> Int {
        let isSteady = actors.from.byRound == 0 && (actors.to?.byRound ?? 0) == 0
        var count = 0
        for round in 0..<(isSteady ? 1 : rounds) {
            for group in 0..<view.groups {
                let range = range(group: group, round: round)
                count += actorCount(below: range.upperBound) - actorCount(below: range.lowerBound)
            }
        }
        return isSteady ? count * rounds : count
    }

    /// How many positions below a bound have the digits that actors must have.
    private func actorCount(below bound: Int) -> Int {
        if actors.lowBelow == nil && actors.digit == nil { return bound }
        let (turns, rest) = bound.quotientAndRemainder(dividingBy: weight * radix)
        let lows = max(0, min(weight, actors.lowBelow ?? weight))
        let digits = actors.digit.map { ($0..<($0 + 1)).clamped(to: 0..<radix) } ?? 0..<radix
        let last = rest / weight
        let whole = digits.clamped(to: 0..<last).count
        let part = digits.contains(last) ? min(lows, rest - last * weight) : 0
        return (turns * digits.count + whole) * lows + part
    }

    @inline(__always)
    private func firstChunk(of operand: UnsafePointer<Operand>, at c: Coordinates, item: Int) -> Int
    {
        let value = operand.pointee.chunks.first.value(at: c, item: item)
        guard let blocks = operand.pointee.chunks.blocks else { return value }
        // Nothing that an imported pattern says may lead outside the order.
        guard value >= 0, value < view.size else { return -1 }
        return blocks.scale * view.place(at: value) + blocks.byGroup * c.group
    }

    /// The endpoint of an operand's item, nil where the group has no such position.
    @inline(__always)
    private func peer(of operand: UnsafePointer<Operand>, at c: Coordinates, item: Int) -> Int? {
        let size = operand.pointee.view?.size ?? view.size
        var position: Int
        switch operand.pointee.peer {
        case .own: position = c.position
        case .shift(let distance):
            position = turned(c.position + distance.value(at: c, item: item), size)
        case .ahead(let distance): position = c.position + distance.value(at: c, item: item)
        case .digit: position = c.position + (item - c.digit) * weight
        case .each: position = item
        case .child: position = c.position * radix + item
        case .parent: position = c.position / radix
        }
        guard position >= 0, position < size else { return nil }
        if let view = operand.pointee.view {
            return view.endpoint(group: c.group, position: position)
        }
        return view.endpoint(group: c.group, position: position)
    }
}

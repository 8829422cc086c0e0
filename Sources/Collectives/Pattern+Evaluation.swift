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
    private func range(group: Int, round: Int) -> Range<Int> {
        let c = coordinates(group: group, position: 0, round: round)
        let from = max(0, actors.from.value(at: c))
        let to = min(view.size, actors.to?.value(at: c) ?? view.size)
        return from..<max(from, to)
    }

    /// Calls `body` with each endpoint that acts in a round.
    @inline(__always)
    func forEachActor(round: Int, _ body: (_ actor: Int, _ c: Coordinates) -> Void) {
        for group in 0..<view.groups {
            for position in range(group: group, round: round) {
                let c = coordinates(group: group, position: position, round: round)
                if matchesDigits(c) {
                    body(view.endpoint(group: group, position: position), c)
                }
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
    @inline(__always)
    func forEachPlace(
        of operands: [Operand],
        actor: Int,
        round: Int,
        _ body: (Place) -> Void
    ) {
        guard let (group, position) = view.locate(actor) else { return }
        let c = coordinates(group: group, position: position, round: round)
        for operand in operands {
            let first = operand.from.value(at: c)
            let end = operand.to.value(at: c)
            if first >= end { continue }
            for item in first..<end {
                guard let peer = self.peer(of: operand, at: c, item: item) else { continue }
                if operand.skipsOwn && peer == actor { continue }
                body(
                    Place(
                        endpoint: peer,
                        buffer: operand.buffer,
                        slot: operand.slot.value(at: c, item: item),
                        first: operand.chunks.first.value(at: c, item: item),
                        count: operand.chunks.count,
                        runs: operand.chunks.runs,
                        stride: operand.chunks.stride
                    )
                )
            }
        }
    }

    /// The endpoint of an operand's item, nil where the group has no such position.
    @inline(__always)
    private func peer(of operand: Operand, at c: Coordinates, item: Int) -> Int? {
        let view = operand.view ?? self.view
        var position: Int
        switch operand.peer {
        case .own: position = c.position
        case .shift(let distance):
            position = (c.position + distance.value(at: c, item: item)) % view.size
            if position < 0 { position += view.size }
        case .ahead(let distance): position = c.position + distance.value(at: c, item: item)
        case .digit: position = c.position + (item - c.digit) * weight
        case .each: position = item
        case .child: position = c.position * radix + item
        case .parent: position = c.position / radix
        }
        guard position >= 0, position < view.size else { return nil }
        return view.endpoint(group: c.group, position: position)
    }
}

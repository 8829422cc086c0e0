/// A pattern without references, in which a transfer is found in a few nanoseconds.
struct FlatPattern {
    private let pattern: Pattern
    private let actors: FlatView
    private let operands: ContiguousArray<FlatOperand>
    /// The orders of all views, one after the other.
    private let orders: ContiguousArray<Int32>
    /// Whether each operand has a few items, and what they lead to grows evenly with the position.
    private let isEven: Bool

    /// The pattern with all operands that may lead to others, or with a single one.
    init(_ pattern: Pattern, only: (operand: Operand, isSource: Bool)? = nil) {
        var orders: ContiguousArray<Int32> = []
        func flat(_ view: View) -> FlatView {
            let start = orders.count
            orders += view.order
            return FlatView(view, order: view.order.isEmpty ? -1 : start)
        }
        self.pattern = pattern
        actors = flat(pattern.view)
        var operands: ContiguousArray<FlatOperand> = []
        let lists =
            only.map { [([$0.operand], $0.isSource)] }
            ?? [(pattern.sources, true), (pattern.targets, false)]
        for (list, isSource) in lists {
            for operand in list where operand.peer != .own || operand.view != nil {
                let view = operand.view.map(flat) ?? actors
                operands.append(
                    FlatOperand(operand, in: pattern, view, actors, isSource: isSource)
                )
            }
        }
        self.operands = operands
        self.orders = orders
        isEven = operands.allSatisfy { (1...8).contains($0.items) && $0.isEven }
    }

    /// Calls `body` for every operand's peer that is not the actor.
    @inline(__always)
    func forEachTransfer(
        round: Int,
        _ body: (_ source: Int, _ target: Int, _ chunk: Int, _ group: Int) -> Void
    ) {
        let count = operands.count
        orders.withUnsafeBufferPointer { orders in
            withUnsafeTemporaryAllocation(of: BoundOperand.self, capacity: count) { bound in
                for group in 0..<actors.groups {
                    for index in 0..<count {
                        let operand = operands[index].bound(group: group, round: round)
                        bound.initializeElement(at: index, to: operand)
                    }
                    if let course = course(group: group, round: round) {
                        forEachTransfer(along: course, UnsafeBufferPointer(bound), orders, body)
                        continue
                    }
                    pattern.forEachActor(group: group, round: round) { c in
                        let actor = actors.endpoint(group, c.position, orders)
                        var index = 0
                        while index < count {
                            bound[index].forEachPeer(c, actor, orders, body)
                            index &+= 1
                        }
                    }
                }
            }
        }
    }

    /// A round's actors, where each of a few items leads evenly on from actor to actor.
    private func course(group: Int, round: Int) -> Course? {
        guard isEven, let course = pattern.course(group: group, round: round) else { return nil }
        // Setting out costs about as much as a few actors.
        return course.count >= 4 ? course : nil
    }

    @inline(__always)
    private func forEachTransfer(
        along course: Course,
        _ bound: UnsafeBufferPointer<BoundOperand>,
        _ orders: UnsafeBufferPointer<Int32>,
        _ body: (_ source: Int, _ target: Int, _ chunk: Int, _ group: Int) -> Void
    ) {
        let count = operands.reduce(0) { $0 + $1.items }
        withUnsafeTemporaryAllocation(of: TransferLine.self, capacity: count) { lines in
            var next = 0
            for operand in bound {
                let from = operand.isOneItem ? 0 : operand.from.value(course.first, 0)
                for item in 0..<operand.items {
                    let line = TransferLine(operand, item: from &+ item, along: course)
                    lines.initializeElement(at: next, to: line)
                    next += 1
                }
            }
            var position = course.first.position
            for _ in 0..<course.count {
                let actor = actors.endpoint(course.first.group, position, orders)
                position &+= course.step
                var index = 0
                while index < next {
                    if let (peer, chunk) = lines[index].next(orders), peer != actor {
                        let isSource = lines[index].isSource
                        let (source, target) = isSource ? (peer, actor) : (actor, peer)
                        body(source, target, chunk, course.first.group)
                    }
                    index &+= 1
                }
            }
        }
    }
}

private enum Relation { case own, shift, ahead, digit, each, child, parent }

private struct FlatOperand {
    private let relation: Relation
    private let view: FlatView
    /// The view in whose places blocks are counted.
    private let blockView: FlatView
    private let radix: Int
    private let weight: Int
    private let distance: Index
    private let chunk: Index
    private let from: Index
    private let to: Index
    private let blocks: ChunkSet.Blocks?
    private let isSource: Bool
    /// How many items every actor has, 0 where it differs.
    let items: Int
    /// Whether peers and chunks grow evenly with the position.
    let isEven: Bool

    init(
        _ operand: Operand,
        in pattern: Pattern,
        _ view: FlatView,
        _ blockView: FlatView,
        isSource: Bool
    ) {
        var distance: Index = 0
        switch operand.peer {
        case .own: relation = .own
        case .shift(let index):
            relation = .shift
            distance = index
        case .ahead(let index):
            relation = .ahead
            distance = index
        case .digit: relation = .digit
        case .each: relation = .each
        case .child: relation = .child
        case .parent: relation = .parent
        }
        self.distance = distance
        self.view = view
        self.blockView = blockView
        radix = pattern.radix
        weight = pattern.weight
        chunk = operand.chunks.first
        from = operand.from
        to = operand.to
        blocks = operand.chunks.blocks
        self.isSource = isSource
        let isFixed = operand.from.isConstant && operand.to.isConstant
        let none = Coordinates(group: 0, position: 0, round: 0, low: 0, digit: 0, high: 0)
        items = isFixed ? to.value(at: none) &- from.value(at: none) : 0
        isEven = relation != .parent && distance.byPartner == 0 && chunk.byPartner == 0
    }

    func bound(group: Int, round: Int) -> BoundOperand {
        func bind(_ index: Index) -> BoundIndex { BoundIndex(index, group: group, round: round) }
        return BoundOperand(
            relation: relation,
            isSource: isSource,
            isOneItem: from == 0 && to == 1,
            items: items,
            blocks: blocks,
            view: view,
            blockView: blockView,
            radix: radix,
            weight: weight,
            distance: bind(distance),
            chunk: bind(chunk),
            from: bind(from),
            to: bind(to)
        )
    }
}

/// An operand of which the group and the round are known.
struct BoundOperand {
    fileprivate let relation: Relation
    let isSource: Bool
    let isOneItem: Bool
    let items: Int
    let blocks: ChunkSet.Blocks?
    let view: FlatView
    let blockView: FlatView
    let radix: Int
    let weight: Int
    let distance: BoundIndex
    let chunk: BoundIndex
    let from: BoundIndex
    let to: BoundIndex

    @inline(__always)
    func forEachPeer(
        _ c: Coordinates,
        _ actor: Int,
        _ orders: UnsafeBufferPointer<Int32>,
        _ body: (_ source: Int, _ target: Int, _ chunk: Int, _ group: Int) -> Void
    ) {
        var item = isOneItem ? 0 : from.value(c, 0)
        let end = isOneItem ? 1 : to.value(c, 0)
        while item < end {
            let position = position(c, item)
            if position >= 0 && position < view.size {
                let peer = view.endpoint(c.group, position, orders)
                if peer != actor {
                    let chunk = firstChunk(c, item, orders)
                    body(isSource ? peer : actor, isSource ? actor : peer, chunk, c.group)
                }
            }
            item &+= 1
        }
    }

    /// Whether positions wrap around at the end of the view.
    var turnsAround: Bool { relation == .shift }

    @inline(__always)
    func position(_ c: Coordinates, _ item: Int) -> Int {
        switch relation {
        case .own: c.position
        case .shift: turned(c.position &+ distance.value(c, item), view.size)
        case .ahead: c.position &+ distance.value(c, item)
        case .digit: c.position &+ (item &- c.digit) &* weight
        case .each: item
        case .child: c.position &* radix &+ item
        case .parent: c.position / radix
        }
    }

    @inline(__always)
    private func firstChunk(
        _ c: Coordinates,
        _ item: Int,
        _ orders: UnsafeBufferPointer<Int32>
    ) -> Int {
        let value = chunk.value(c, item)
        guard let blocks else { return value }
        return blockView.chunk(of: blocks, at: value, group: c.group, orders)
    }
}

/// A pattern without references, in which a transfer is found in a few nanoseconds.
struct FlatPattern {
    private let pattern: Pattern
    private let actors: FlatView
    private let operands: ContiguousArray<FlatOperand>
    /// The orders of all views, one after the other.
    private let orders: ContiguousArray<Int32>

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
}

/// A view whose order is elsewhere.
private struct FlatView {
    let base: Int
    let size: Int
    let stride: Int
    let groups: Int
    private let rotation: Int
    private let order: Int
    /// Whether positions are the endpoints from the base on.
    private let isPlain: Bool

    init(_ view: View, order: Int) {
        base = view.base
        size = view.size
        stride = view.stride
        groups = view.groups
        rotation = view.rotation
        self.order = order
        isPlain = groups == 1 && stride == 1 && rotation == 0 && order < 0
    }

    @inline(__always)
    func place(_ position: Int, _ orders: UnsafeBufferPointer<Int32>) -> Int {
        var place = position &+ rotation
        if place >= size { place &-= size }
        return order < 0 ? place : Int(orders[order &+ place])
    }

    @inline(__always)
    func endpoint(_ group: Int, _ position: Int, _ orders: UnsafeBufferPointer<Int32>) -> Int {
        if isPlain { return base &+ position }
        let place = place(position, orders)
        if groups == 1 { return base &+ place &* stride }
        if stride == 1 { return base &+ group &* size &+ place }
        let high = group / stride
        return base &+ (high &* size &+ place) &* stride &+ (group &- high &* stride)
    }
}

/// An index of which the group and the round are known.
private struct BoundIndex {
    private let start: Int
    private let byPosition: Int
    private let byItem: Int
    private let modulus: Int
    private let outer: Int
    private let byLow: Int
    private let byDigit: Int
    private let byHigh: Int
    private let byPartner: Int
    private let hasDigits: Bool

    init(_ index: Index, group: Int, round: Int) {
        start = index.constant &+ index.byRound &* round &+ index.innerByGroup &* group
        byPosition = index.byPosition
        byItem = index.byItem
        modulus = index.modulus
        outer = index.base &+ index.byGroup &* group
        byLow = index.byLow
        byDigit = index.byDigit
        byHigh = index.byHigh
        byPartner = index.byPartner
        hasDigits = byLow | byDigit | byHigh | byPartner != 0
    }

    @inline(__always)
    func value(_ c: Coordinates, _ item: Int) -> Int {
        var inner = start &+ byPosition &* c.position &+ byItem &* item
        if hasDigits {
            inner = inner &+ byLow &* c.low &+ byDigit &* c.digit
            inner = inner &+ byHigh &* c.high &+ byPartner &* (c.position ^ c.round)
        }
        return outer &+ (modulus == 0 ? inner : turned(inner, modulus))
    }
}

/// A value in 0..<modulus; near ones without a division.
@inline(__always)
func turned(_ value: Int, _ modulus: Int) -> Int {
    if value >= 0 {
        if value < modulus { return value }
        let once = value &- modulus
        return once < modulus ? once : value % modulus
    }
    let once = value &+ modulus
    if once >= 0 { return once }
    let rest = value % modulus
    return rest < 0 ? rest &+ modulus : rest
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
    }

    func bound(group: Int, round: Int) -> BoundOperand {
        func bind(_ index: Index) -> BoundIndex { BoundIndex(index, group: group, round: round) }
        return BoundOperand(
            relation: relation,
            isSource: isSource,
            isOneItem: from == 0 && to == 1,
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
private struct BoundOperand {
    let relation: Relation
    let isSource: Bool
    let isOneItem: Bool
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

    @inline(__always)
    private func position(_ c: Coordinates, _ item: Int) -> Int {
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
        guard value >= 0, value < blockView.size else { return -1 }
        return blocks.scale &* blockView.place(value, orders) &+ blocks.byGroup &* c.group
    }
}

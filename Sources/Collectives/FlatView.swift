/// A view whose order is elsewhere.
struct FlatView {
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

extension FlatView {
    /// The chunk at which a position's block begins, -1 where there is none.
    @inline(__always)
    func chunk(
        of blocks: ChunkSet.Blocks,
        at position: Int,
        group: Int,
        _ orders: UnsafeBufferPointer<Int32>
    ) -> Int {
        guard position >= 0, position < size else { return -1 }
        return blocks.scale &* place(position, orders) &+ blocks.byGroup &* group
    }
}

/// An index of which the group and the round are known.
struct BoundIndex {
    private let start: Int
    private let byPosition: Int
    private let byItem: Int
    let modulus: Int
    let outer: Int
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

/// A way to see endpoints as equal groups of numbered positions.
///
/// All ranks are one group (`View(size: n)`); nodes of g ranks are n/g groups of neighbours; rails
/// are g groups with stride g; a level of aggregators is a group that starts behind the ranks.
public struct View: Hashable, Sendable {
    /// The first endpoint.
    public let base: Int
    /// Positions in a group.
    public let size: Int
    /// Distance between the neighbours of a group.
    public let stride: Int
    /// How many groups there are.
    public let groups: Int
    /// The place in the group that counts as position 0, so that a root needs no case of its own.
    public let rotation: Int
    /// Position to place, when neighbours in the pattern are not neighbours in rank.
    public let order: [Int32]
    private let inverse: [Int32]

    /// A view of `groups * size` endpoints from `base` on.
    public init(
        base: Int = 0,
        size: Int,
        stride: Int = 1,
        groups: Int = 1,
        rotation: Int = 0,
        order: [Int32] = []
    ) {
        precondition(size > 0 && stride > 0 && groups > 0, "a view has a member")
        precondition(
            groups == 1 || groups % stride == 0,
            "groups with a stride lie between each other"
        )
        precondition((0..<size).contains(rotation), "the rotation is a place of the group")
        self.base = base
        self.size = size
        self.stride = stride
        self.groups = groups
        self.rotation = rotation
        self.order = order
        var inverse = [Int32](repeating: -1, count: order.count)
        for (position, place) in order.enumerated() { inverse[Int(place)] = Int32(position) }
        precondition(!inverse.contains(-1), "an order is a permutation")
        precondition(order.isEmpty || order.count == size, "an order names each place once")
        self.inverse = inverse
    }

    /// The endpoints from the view's first to its last.
    public var endpoints: Range<Int> {
        base..<(base + (groups == 1 ? (size - 1) * stride + 1 : groups * size))
    }

    /// The group and position of an endpoint, nil when it is not in the view.
    @inline(__always)
    func locate(_ endpoint: Int) -> (group: Int, position: Int)? {
        let relative = endpoint - base
        if relative < 0 { return nil }
        if groups == 1 {
            let place = stride == 1 ? relative : relative / stride
            guard place < size, place * stride == relative else { return nil }
            return (0, position(atPlace: place))
        }
        guard relative < groups * size else { return nil }
        if stride == 1 {
            let group = relative / size
            return (group, position(atPlace: relative - group * size))
        }
        let (high, inner) = relative.quotientAndRemainder(dividingBy: stride * size)
        let (place, lane) = inner.quotientAndRemainder(dividingBy: stride)
        return (high * stride + lane, position(atPlace: place))
    }

    /// The endpoint at a position of a group.
    @inline(__always)
    func endpoint(group: Int, position: Int) -> Int {
        let place = self.place(at: position)
        if groups == 1 { return base + place * stride }
        if stride == 1 { return base + group * size + place }
        let (high, lane) = group.quotientAndRemainder(dividingBy: stride)
        return base + (high * size + place) * stride + lane
    }

    /// The place in the group of a position.
    @inline(__always)
    func place(at position: Int) -> Int {
        var place = position + rotation
        if place >= size { place -= size }
        return order.isEmpty ? place : Int(order[place])
    }

    private func position(atPlace place: Int) -> Int {
        let ordered = order.isEmpty ? place : Int(inverse[place])
        let position = ordered - rotation
        return position < 0 ? position + size : position
    }
}

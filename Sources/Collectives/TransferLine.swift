/// The actors of a round, as long as their positions grow evenly.
struct Course {
    let first: Coordinates
    /// From a position to the next.
    let step: Int
    let count: Int

    /// Where the actor after the first stands.
    var second: Coordinates {
        var c = first
        c.position += step
        c.high += 1
        return c
    }
}

extension Pattern {
    /// A round's actors in a group, nil where low digits or the digit vary between them.
    func course(group: Int, round: Int) -> Course? {
        let range = range(group: group, round: round)
        var first = Coordinates(
            group: group,
            position: range.lowerBound,
            round: round,
            low: 0,
            digit: 0,
            high: range.lowerBound
        )
        if weight == 1 && radix == 1 && actors.lowBelow == nil && actors.digit == nil {
            return Course(first: first, step: 1, count: range.count)
        }
        guard let digit = actors.digit, (0..<radix).contains(digit),
            weight == 1 && actors.lowBelow == nil || actors.lowBelow == 1
        else { return nil }
        let step = weight * radix
        first.digit = digit
        first.high = max(0, range.lowerBound - digit * weight + step - 1) / step
        first.position = first.high * step + digit * weight
        let count = max(0, range.upperBound - first.position + step - 1) / step
        return Course(first: first, step: step, count: count)
    }
}

/// Where one item of an operand leads while the actors follow a course: everything grows evenly,
/// so that a transfer takes two additions instead of the whole arithmetic.
struct TransferLine {
    let isSource: Bool
    private let view: FlatView
    private let blockView: FlatView
    private let blocks: ChunkSet.Blocks?
    private let group: Int
    private let outer: Int
    private var position: Counter
    private var chunk: Counter

    /// A number that grows evenly, perhaps around a modulus.
    private struct Counter {
        var value: Int
        private let step: Int
        private let modulus: Int

        init(_ first: Int, _ second: Int, modulus: Int) {
            value = first
            step = modulus == 0 ? second &- first : turned(second &- first, modulus)
            self.modulus = modulus == 0 ? .max : modulus
        }

        @inline(__always)
        mutating func advance() {
            value &+= step
            if value >= modulus { value &-= modulus }
        }
    }

    init(_ operand: BoundOperand, item: Int, along course: Course) {
        let (first, second) = (course.first, course.second)
        isSource = operand.isSource
        view = operand.view
        blockView = operand.blockView
        blocks = operand.blocks
        group = first.group
        outer = operand.chunk.outer
        position = Counter(
            operand.position(first, item),
            operand.position(second, item),
            modulus: operand.turnsAround ? view.size : 0
        )
        chunk = Counter(
            operand.chunk.value(first, item) &- outer,
            operand.chunk.value(second, item) &- outer,
            modulus: operand.chunk.modulus
        )
    }

    /// The peer of the next actor and the first chunk, nil where the group has no such position.
    @inline(__always)
    mutating func next(_ orders: UnsafeBufferPointer<Int32>) -> (peer: Int, chunk: Int)? {
        let (position, value) = (self.position.value, chunk.value &+ outer)
        self.position.advance()
        chunk.advance()
        guard position >= 0 && position < view.size else { return nil }
        let peer = view.endpoint(group, position, orders)
        guard let blocks else { return (peer, value) }
        return (peer, blockView.chunk(of: blocks, at: value, group: group, orders))
    }
}

/// The values of a proof: leaves, which ranks gave, and sums, each of a left and a right value.
///
/// Equal sums are one value, so that results can be compared by number.
struct ValueTable {
    /// For a leaf, the rank; for a sum, its left value.
    private var left: [Int32] = []
    /// For a sum its right value; -1 for a leaf, -2 for a completed copy of the left value.
    private var right: [Int32] = []
    private var chunks: [Int32] = []
    private var counts: [Int32] = []
    private var known: [UInt64: Int32] = [:]
    private var leaves = 0

    var count: Int { left.count }

    mutating func addLeaf(rank: Int, chunk: Int) -> Int32 {
        append(Int32(rank), -1, chunk: Int32(chunk), count: 1)
    }

    /// Ends the list of leaves; where they are combined, each is there again as it enters a sum.
    mutating func endLeaves(areCombined: Bool) {
        leaves = left.count
        guard areCombined else { return }
        for leaf in 0..<leaves { _ = append(left[leaf], -1, chunk: chunks[leaf], count: 1) }
    }

    private mutating func append(_ l: Int32, _ r: Int32, chunk: Int32, count: Int32) -> Int32 {
        left.append(l)
        right.append(r)
        chunks.append(chunk)
        counts.append(count)
        return Int32(left.count - 1)
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// Whether a value is as a rank gave it, not yet part of a sum.
    func isLeaf(_ value: Int32) -> Bool { value < leaves }

    /// An input as it enters a sum.
    func entering(_ leaf: Int32) -> Int32 { leaf + Int32(leaves) }

    func chunk(of value: Int32) -> Int { Int(chunks[Int(value)]) }

    /// How many contributions a value holds, each as often as it is counted.
    func contributions(to value: Int32) -> Int { Int(counts[Int(value)]) }

    /// The rank that gave a leaf, or the first of a sum's.
    func origin(of value: Int32) -> Int {
        var value = Int(value)
        while right[value] != -1 { value = Int(left[value]) }
        return Int(left[value])
    }

    mutating func sum(_ l: Int32, _ r: Int32) -> Int32 {
        if let old = known[Self.key(l, r)] { return old }
        let count = counts[Int(l)].addingReportingOverflow(counts[Int(r)])
        let sum = append(
            l,
            r,
            chunk: chunks[Int(l)],
            count: count.overflow ? .max : count.partialValue
        )
        known[Self.key(l, r)] = sum
        return sum
    }

    /// The value as a result, in which an average was divided.
    mutating func completed(_ value: Int32) -> Int32 {
        if let old = known[Self.key(value, -2)] { return old }
        let result = append(value, -2, chunk: chunks[Int(value)], count: counts[Int(value)])
        known[Self.key(value, -2)] = result
        return result
    }

    /// Calls `body` with the rank of each leaf below a value, from left to right.
    func forEachLeaf(below value: Int32, _ body: (Int) -> Void) {
        var open = [value]
        while let next = open.popLast() {
            let index = Int(next)
            switch right[index] {
            case -1: body(Int(left[index]))
            case -2: open.append(left[index])
            default:
                open.append(right[index])
                open.append(left[index])
            }
        }
    }

    /// The order in which a value was combined.
    func order(of value: Int32) -> ReductionOrder {
        var terms: [ReductionOrder.Term] = []
        var open: [(value: Int32, isDone: Bool)] = [(value, false)]
        while let next = open.popLast() {
            let index = Int(next.value)
            if next.isDone {
                terms.append(.combine)
            } else if right[index] == -1 {
                terms.append(.rank(Int(left[index])))
            } else if right[index] == -2 {
                open.append((left[index], false))
            } else {
                open.append((next.value, true))
                open.append((right[index], false))
                open.append((left[index], false))
            }
        }
        return ReductionOrder(terms: terms)
    }
}

/// How far the coordinates of a pattern's steps go, from which follows how far its indices do.
///
/// An imported pattern may say any numbers; what is evaluated later must neither overflow nor go on
/// forever.
struct IndexBounds {
    /// The largest group, position, round, item, low, digit, high and partner.
    private var group: Int
    private let position: Int
    private let round: Int
    private var item = 0
    private let low: Int
    private let digit: Int
    private let high: Int
    private let partner: Int

    init(_ view: View, weight: Int, radix: Int, rounds: Int) {
        group = view.groups - 1
        position = view.size - 1
        round = max(0, rounds - 1)
        low = min(position, weight - 1)
        digit = radix - 1
        high = position
        let bits = Int.bitWidth - (position | round).leadingZeroBitCount
        partner = (1 << bits) - 1
    }

    /// The same with items up to the last of a range.
    func withItems(_ items: ClosedRange<Int>) -> IndexBounds {
        var result = self
        result.item = max(abs(items.lowerBound), abs(items.upperBound))
        return result
    }

    /// The values that an index can have, nil when they are too large to be added to others.
    func values(of index: Index) -> ClosedRange<Int>? {
        var lower = Product(index.constant)
        var upper = lower
        for (factor, bound) in [
            (index.byPosition, position), (index.byRound, round), (index.innerByGroup, group),
            (index.byLow, low), (index.byDigit, digit), (index.byHigh, high),
            (index.byPartner, partner),
        ] {
            extend(&lower, &upper, factor, 0...bound)
        }
        extend(&lower, &upper, index.byItem, -item...item)
        guard isSmall(lower), isSmall(upper) else { return nil }
        if index.modulus > 0 { (lower, upper) = (Product(0), Product(index.modulus - 1)) }
        lower.add(index.base)
        upper.add(index.base)
        extend(&lower, &upper, index.byGroup, 0...group)
        guard isSmall(lower), isSmall(upper) else { return nil }
        return lower.value...upper.value
    }

    private func extend(
        _ lower: inout Product,
        _ upper: inout Product,
        _ factor: Int,
        _ bound: ClosedRange<Int>
    ) {
        var (first, last) = (Product(bound.lowerBound), Product(bound.upperBound))
        first.multiply(factor)
        last.multiply(factor)
        if factor < 0 { swap(&first, &last) }
        lower.add(first)
        upper.add(last)
    }

    /// At most how many whole numbers lie from one index to below another.
    func count(from: Index, to: Index) -> Int {
        if from.modulus == 0, to.modulus == 0, let values = values(of: to - from) {
            return max(0, values.upperBound)
        }
        guard let first = values(of: from), let end = values(of: to) else { return .max }
        return max(0, end.upperBound - first.lowerBound)
    }

    private func isSmall(_ product: Product) -> Bool {
        !product.isTooLarge && product.value.magnitude <= 1 << 40
    }
}

/// A sum of finite doubles without any error: the value is that of its parts, which do not overlap.
///
/// Source: Shewchuk, "Adaptive precision floating-point arithmetic and fast robust geometric
/// predicates", 1997 (grow-expansion), as Python's `math.fsum` uses it.
public struct ExactSum: Sendable {
    /// Parts that do not overlap, from the smallest up.
    private var parts: [Double] = []

    /// Makes a sum of nothing.
    public init() {}

    /// Adds a number.
    public mutating func add(_ number: Double) {
        var carried = number
        var kept = 0
        for index in parts.indices {
            let part = parts[index]
            let larger = carried.magnitude < part.magnitude ? part : carried
            let smaller = carried.magnitude < part.magnitude ? carried : part
            carried = larger + smaller
            let rest = smaller - (carried - larger)
            if rest != 0 {
                parts[kept] = rest
                kept += 1
            }
        }
        parts.removeSubrange(kept...)
        parts.append(carried)
    }

    /// The nearest double, half-way to even.
    public var rounded: Double {
        var index = parts.count - 1
        guard index >= 0 else { return 0 }
        var sum = parts[index]
        var rest = 0.0
        while index > 0 && rest == 0 {
            index -= 1
            let before = sum
            sum = before + parts[index]
            rest = parts[index] - (sum - before)
        }
        // Exactly half-way, what is left of the parts decides.
        if index > 0 && (rest < 0) == (parts[index - 1] < 0) && rest != 0 {
            let doubled = rest * 2
            let other = sum + doubled
            if doubled == other - sum { sum = other }
        }
        return sum
    }

    /// How far another number lies from the sum, rounded once.
    public func distance(to number: Double) -> Double {
        var difference = self
        difference.add(-number)
        return difference.rounded.magnitude
    }
}

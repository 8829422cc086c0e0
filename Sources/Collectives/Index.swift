/// Where a step stands: the values from which every index of a pattern is computed.
///
/// The position p inside the group is also read as digits of a mixed radix, since trees, halving
/// and doubling, Bruck and PAT are digits rather than distances:
/// `p = low + weight * (digit + radix * high)`.
struct Coordinates {
    var group: Int
    var position: Int
    var round: Int
    var low: Int
    var digit: Int
    var high: Int
}

/// A linear form over a step's coordinates, with an optional modulus: together with the digits of
/// the position this is the closed family in which every regular algorithm is written.
///
/// `value = base + byGroup * group
///     + (constant + innerByGroup * group + byPosition * position + … ) mod modulus`
public struct Index: Hashable, Sendable {
    var base = 0
    /// The group's coefficient behind the modulus; before it, and without one, `innerByGroup`.
    var byGroup = 0
    var innerByGroup = 0
    var constant = 0
    var byPosition = 0
    var byRound = 0
    var byItem = 0
    var byLow = 0
    var byDigit = 0
    var byHigh = 0
    /// The coefficient of position xor round.
    var byPartner = 0
    /// 0 for none.
    var modulus = 0

    @inline(__always)
    func value(at c: Coordinates, item: Int = 0) -> Int {
        var inner = constant &+ byPosition &* c.position &+ byRound &* c.round
        inner = inner &+ innerByGroup &* c.group
        inner = inner &+ byItem &* item &+ byLow &* c.low &+ byDigit &* c.digit
        inner = inner &+ byHigh &* c.high
        if byPartner != 0 { inner = inner &+ byPartner &* (c.position ^ c.round) }
        if modulus != 0 {
            inner %= modulus
            if inner < 0 { inner += modulus }
        }
        return base &+ byGroup &* c.group &+ inner
    }

    /// Whether the value is the same for every step.
    var isConstant: Bool {
        byGroup | innerByGroup | byPosition | byRound | byItem | byLow | byDigit | byHigh
            | byPartner == 0
    }
}

extension Index: ExpressibleByIntegerLiteral {
    /// A constant.
    public init(integerLiteral value: Int) { self.constant = value }

    /// A constant.
    public init(_ value: Int) { self.constant = value }

    /// The actor's place in its group, from 0.
    public static let position = Index(\.byPosition)
    /// The round within the phase, from 0.
    public static let round = Index(\.byRound)
    /// The number of the operand's item, from 0.
    public static let item = Index(\.byItem)
    /// The position's digits below the phase's weight.
    public static let low = Index(\.byLow)
    /// The position's digit at the phase's weight.
    public static let digit = Index(\.byDigit)
    /// The position's digits above.
    public static let high = Index(\.byHigh)
    /// The position whose number differs from the actor's in the bits of the round.
    public static let partner = Index(\.byPartner)
    /// The number of the actor's group.
    public static let group = Index(\.innerByGroup)

    private init(_ coefficient: WritableKeyPath<Index, Int>) { self[keyPath: coefficient] = 1 }

    /// The sum of two forms of which at most the left has a modulus.
    public static func + (left: Index, right: Index) -> Index { left.adding(right, times: 1) }

    /// The difference of two forms of which at most the left has a modulus.
    public static func - (left: Index, right: Index) -> Index { left.adding(right, times: -1) }

    /// The form scaled; a modulus grows with what it bounds.
    public static func * (left: Index, factor: Int) -> Index {
        if left.modulus == 0 { return Index(0).adding(left, times: factor) }
        precondition(factor > 0, "what has a modulus is scaled up")
        var inner = left
        inner.modulus = 0
        inner.base = 0
        inner.byGroup = 0
        var result = (inner * factor).modulo(left.modulus * factor)
        result.base = left.base * factor
        result.byGroup = left.byGroup * factor
        return result
    }

    /// What was written so far, in 0..<modulus.
    ///
    /// Later terms may only add group or constant.
    public func modulo(_ modulus: Int) -> Index {
        precondition(self.modulus == 0 && modulus > 0, "an index has one modulus")
        var result = self
        result.constant += result.base
        result.base = 0
        result.modulus = modulus
        return result
    }

    private func adding(_ other: Index, times factor: Int) -> Index {
        precondition(other.modulus == 0, "a form with a modulus stands on the left")
        var sum = self
        sum.base += factor * other.base
        if modulus != 0 {
            sum.base += factor * other.constant
            sum.byGroup += factor * other.innerByGroup
            var rest = other
            rest.innerByGroup = 0
            precondition(rest.isConstant, "only group and constant may follow a modulus")
            return sum
        }
        sum.constant += factor * other.constant
        sum.innerByGroup += factor * other.innerByGroup
        sum.byPosition += factor * other.byPosition
        sum.byRound += factor * other.byRound
        sum.byItem += factor * other.byItem
        sum.byLow += factor * other.byLow
        sum.byDigit += factor * other.byDigit
        sum.byHigh += factor * other.byHigh
        sum.byPartner += factor * other.byPartner
        return sum
    }
}

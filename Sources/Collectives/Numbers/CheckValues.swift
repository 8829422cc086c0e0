/// Whole numbers that ranks contribute to a checked reduction, and what must come out of it.
///
/// All partial results, in any order and grouping, are whole numbers that the type holds exactly,
/// so that every algorithm gives the same bits. Each element has values of its own, from a hash of
/// its index and of a salt that changes from check to check; which ranks contribute how much to an
/// element turns with the hash, so that a lost, doubled, misplaced or stale contribution of any
/// rank changes some element in a few.
struct CheckValues {
    private let reduction: ReductionOperator
    private let ranks: Int
    private let salt: UInt32
    /// So many ranks contribute to a sum, or a factor of two to a product; or the number of
    /// different values among which a smallest or largest is looked for.
    private let active: Int
    /// The first of the contributing ranks contributes 1 to `bases`, the next each up to `steps`
    /// more.
    private let bases: UInt32
    private let steps: UInt32
    private let isSigned: Bool

    /// Values for a type and an operator.
    init(_ type: DataType, _ reduction: ReductionOperator, ranks: Int, salt: UInt32) {
        self.reduction = reduction
        self.ranks = ranks
        self.salt = salt
        isSigned = type.isSigned
        // A premultiplied sum has twice the values, since its factor is two.
        let most = type.largestWholeNumber / (reduction == .premultipliedSum ? 2 : 1)
        switch reduction {
        case .sum, .average, .premultipliedSum:
            // At most half for the steps, which tell the ranks apart: as many as leave one each.
            var pairs = 0
            var active = 1
            while active < ranks, pairs + active <= most / 2 {
                pairs += active
                active += 1
            }
            self.active = active
            steps = Self.power(below: pairs == 0 ? 1 : min(16, most / 2 / pairs + 1))
            let rest = (most - Int(steps - 1) * pairs) / active
            bases = Self.power(below: min(64, rest))
        case .product:
            // Never all, so that one in another's place is seen.
            active = max(1, min(ranks - 1, 3))
            (bases, steps) = (1, 1)
        case .minimum, .maximum:
            active = min(ranks, most / 2)
            bases = Self.power(below: min(64, most / 2))
            steps = 1
        }
    }

    /// The largest power of two that is not above a number.
    private static func power(below number: Int) -> UInt32 {
        1 << UInt32(Int.bitWidth - 1 - max(1, number).leadingZeroBitCount)
    }

    @inline(__always)
    private func hash(_ index: UInt64) -> UInt32 {
        var h = UInt32(truncatingIfNeeded: index ^ index >> 32) &* 0x9E37_79B1
        h = h &+ salt &* 0x85EB_CA6B
        h ^= h >> 15
        h = h &* 0x2C1B_3C6D
        h ^= h >> 13
        return h
    }

    /// What a rank contributes to an element.
    @inline(__always)
    func value(_ index: UInt64, rank: Int) -> Int {
        let h = hash(index)
        // The rank whose turn it is to be the first.
        let turn = Int((UInt64(h) &* UInt64(ranks)) >> 32)
        var place = rank &- turn
        if place < 0 { place &+= ranks }
        let base = 1 &+ Int(h & (bases &- 1))
        switch reduction {
        case .sum, .average, .premultipliedSum:
            return place < active ? base &+ place &* Int(h >> 8 & (steps &- 1)) : 0
        case .product:
            let isNegative = isSigned && place == 0 && h & 0x100 != 0
            return (place < active ? 2 : 1) &* (isNegative ? -1 : 1)
        case .minimum: return base &+ min(place, active &- 1)
        case .maximum: return base &+ active &- 1 &- min(place, active &- 1)
        }
    }

    /// What comes out of all ranks' contributions to an element, before an average is divided.
    @inline(__always)
    func result(_ index: UInt64) -> Int {
        let h = hash(index)
        let base = 1 &+ Int(h & (bases &- 1))
        switch reduction {
        case .sum, .average, .premultipliedSum:
            let sum = active &* base &+ active &* (active &- 1) / 2 &* Int(h >> 8 & (steps &- 1))
            return reduction == .premultipliedSum ? 2 &* sum : sum
        case .product:
            return (1 << active) &* (isSigned && h & 0x100 != 0 ? -1 : 1)
        case .minimum: return base
        case .maximum: return base &+ active &- 1
        }
    }

    /// Bits that a rank's data has where nothing is reduced.
    @inline(__always)
    func bits(_ index: UInt64, rank: Int) -> UInt64 {
        let h = hash(index ^ UInt64(rank) &* 0x9E37_79B9_7F4A_7C15)
        return UInt64(h) &* 0x0000_0001_0000_01B3
    }
}

extension DataType {
    /// Up to which number all whole numbers are values of the type; capped where sums could wrap.
    fileprivate var largestWholeNumber: Int {
        switch self {
        case .int8: 127
        case .uint8: 255
        case .float16: 2_048
        case .bfloat16: 256
        case .fp8E4M3, .mxfp8: 16
        case .fp8E5M2: 8
        case .int32, .uint32, .int64, .uint64, .float32, .float64: 1 << 24
        }
    }

    fileprivate var isSigned: Bool {
        switch self {
        case .uint8, .uint32, .uint64: false
        default: true
        }
    }
}

/// What reduces scalar elements, and the meaning that every faster kernel must keep to the bit.
///
/// - A step loads its sources into a wide accumulator, combines them from left to right and rounds
///   once, when it stores. A step that only copies does not come here: it keeps the bits.
/// - The accumulator is binary32 for the formats narrower than that, binary32 and binary64 for
///   themselves, and for an integer the integer, wrapping. No operation is fused with another.
/// - Stores round to the nearest, half-way to even. Too large for half, bfloat16, float or double
///   becomes infinity. FP8 saturates by default, as CUDA's conversions do: the largest finite value
///   stands also for infinity.
/// - A NaN in gives a NaN out, under every operator. Which one is not defined, since processors
///   differ; this arithmetic stores the positive quiet one (`DataType.canonical`).
/// - Average divides the accumulated sum by the number of ranks, where the sum is complete;
///   integers, having wrapped to their width, truncate toward zero.
/// - Premultiplied sum multiplies a rank's own input by the factor as it is loaded, and rounds the
///   product to the type: so it is the same number wherever it is loaded, or moved and then loaded.
public struct ScalarArithmetic: Arithmetic {
    /// The accumulator's bits, from the lowest.
    public struct Sum: Sendable {
        fileprivate var bits: UInt64
    }

    private enum Accumulator {
        case float
        case double
        case signed
        case unsigned
    }

    private let type: DataType
    private let reduction: ReductionOperator
    private let ranks: Int
    private let format: FloatFormat
    private let overflow: FloatFormat.Overflow
    private let accumulator: Accumulator
    /// The factor of the premultiplied sum, loaded once.
    private var factor = Sum(bits: 0)

    /// Makes the arithmetic of a type other than MXFP8.
    ///
    /// - Parameters:
    ///   - ranks: what average divides by.
    ///   - factor: what premultiplied sum multiplies by, as a pattern of the type.
    ///   - overflow: what becomes of FP8 values that are too large.
    public init(
        _ type: DataType,
        _ reduction: ReductionOperator,
        ranks: Int,
        factor: UInt64 = 0,
        overflow: FloatFormat.Overflow = .largest
    ) {
        precondition(type.unitElements == 1 && ranks > 0)
        self.type = type
        self.reduction = reduction
        self.ranks = ranks
        format = type.format ?? .float64
        switch type {
        case .int8, .int32, .int64: accumulator = .signed
        case .uint8, .uint32, .uint64, .mxfp8: accumulator = .unsigned
        case .float64: accumulator = .double
        case .float16, .bfloat16, .float32, .fp8E4M3, .fp8E5M2: accumulator = .float
        }
        let isFP8 = type == .fp8E4M3 || type == .fp8E5M2
        self.overflow = isFP8 ? overflow : .infinity
        self.factor = load(factor, isInput: false)
    }

    /// Only premultiplied sum changes inputs.
    public var preparesInputs: Bool { reduction == .premultipliedSum }
    /// Only average changes complete sums.
    public var finishesResults: Bool { reduction == .average }

    /// The accumulator of one value.
    public func load(_ value: UInt64, isInput: Bool) -> Sum {
        let sum: Sum
        switch accumulator {
        case .float: sum = Sum(float: Float(format.decode(value)))
        case .double: sum = Sum(bits: value)
        case .signed, .unsigned: sum = Sum(bits: wrapped(value))
        }
        guard isInput && reduction == .premultipliedSum else { return sum }
        return load(store(multiplied(sum), isComplete: false), isInput: false)
    }

    /// Two accumulators, the left one first.
    public func combine(_ left: Sum, _ right: Sum) -> Sum {
        switch accumulator {
        case .float: Sum(float: reduction.combine(left.float, right.float))
        case .double: Sum(double: reduction.combine(left.double, right.double))
        case .signed:
            Sum(bits: UInt64(bitPattern: reduction.combine(left.signed, right.signed)))
        case .unsigned: Sum(bits: reduction.combine(left.bits, right.bits))
        }
    }

    /// The value of an accumulator, rounded to the type.
    public func store(_ sum: Sum, isComplete: Bool) -> UInt64 {
        let isDivided = isComplete && reduction == .average
        switch accumulator {
        case .float, .double:
            return format.encode(finished(sum, isComplete: isComplete), overflow: overflow)
        case .signed:
            let value = Int64(bitPattern: wrapped(sum.bits))
            let stored = isDivided ? value / Int64(ranks) : value
            return UInt64(bitPattern: stored) & mask
        case .unsigned:
            let value = wrapped(sum.bits)
            return isDivided ? value / UInt64(ranks) : value
        }
    }

    /// The value that is stored, before it is rounded to a floating-point type.
    private func finished(_ sum: Sum, isComplete: Bool) -> Double {
        let isDivided = isComplete && reduction == .average
        if accumulator == .double {
            return isDivided ? sum.double / Double(ranks) : sum.double
        }
        return Double(isDivided ? sum.float / Float(ranks) : sum.float)
    }

    private func multiplied(_ sum: Sum) -> Sum {
        switch accumulator {
        case .float: Sum(float: sum.float * factor.float)
        case .double: Sum(double: sum.double * factor.double)
        case .signed, .unsigned: Sum(bits: sum.bits &* factor.bits)
        }
    }

    private var mask: UInt64 { .max >> UInt64(64 - 8 * type.size) }

    /// An integer modulo its width, its sign extended where it has one.
    private func wrapped(_ bits: UInt64) -> UInt64 {
        let spare = UInt64(64 - 8 * type.size)
        if accumulator == .unsigned { return bits & mask }
        return UInt64(bitPattern: Int64(bitPattern: bits << spare) >> Int64(spare))
    }
}

extension ScalarArithmetic: ObservableArithmetic {
    func overflows(_ sum: Sum, isComplete: Bool) -> Int {
        guard type.format != nil else { return 0 }
        return format.overflows(finished(sum, isComplete: isComplete)) ? 1 : 0
    }
}

extension ScalarArithmetic.Sum {
    fileprivate init(float: Float) { bits = UInt64(float.bitPattern) }
    fileprivate init(double: Double) { bits = double.bitPattern }

    fileprivate var float: Float { Float(bitPattern: UInt32(truncatingIfNeeded: bits)) }
    fileprivate var double: Double { Double(bitPattern: bits) }
    fileprivate var signed: Int64 { Int64(bitPattern: bits) }
}

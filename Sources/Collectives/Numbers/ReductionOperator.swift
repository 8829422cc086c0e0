/// How contributions become one; the raw values are nccl-tests' names.
public enum ReductionOperator: String, CaseIterable, Sendable {
    /// Addition; of integers modulo their width.
    case sum
    /// Multiplication; of integers modulo their width.
    case product = "prod"
    /// The smaller; a NaN if there is one, and -0 is smaller than +0.
    case minimum = "min"
    /// The larger; a NaN if there is one, and +0 is larger than -0.
    case maximum = "max"
    /// The sum, divided by the number of ranks when it is complete.
    case average = "avg"
    /// The sum of inputs that are multiplied by a factor as they are read.
    case premultipliedSum = "mulsum"

    /// Two accumulated values, the left one first.
    ///
    /// For zeros and NaNs the order is that of `minimum` and `maximum` in IEEE 754-2019, 9.6.
    @inline(__always)
    func combine<Number: BinaryFloatingPoint>(_ left: Number, _ right: Number) -> Number {
        switch self {
        case .sum, .average, .premultipliedSum: return left + right
        case .product: return left * right
        case .minimum:
            if left.isNaN || right.isNaN { return .nan }
            if left == right { return left.sign == .minus ? left : right }
            return left < right ? left : right
        case .maximum:
            if left.isNaN || right.isNaN { return .nan }
            if left == right { return left.sign == .plus ? left : right }
            return left > right ? left : right
        }
    }

    /// Two integers, wrapping.
    @inline(__always)
    func combine<Number: FixedWidthInteger>(_ left: Number, _ right: Number) -> Number {
        switch self {
        case .sum, .average, .premultipliedSum: left &+ right
        case .product: left &* right
        case .minimum: min(left, right)
        case .maximum: max(left, right)
        }
    }
}

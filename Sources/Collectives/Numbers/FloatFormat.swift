/// A binary floating-point format of up to 64 bits, as parameters of one encoder and one decoder.
///
/// A pattern is sign, exponent field and mantissa, from the top. Field 0 holds zeros and
/// subnormals, except in E8M0. Everything is done in integers on the bits, so the results are the
/// same everywhere.
public struct FloatFormat: Hashable, Sendable {
    /// What becomes of a value that rounds to more than the largest finite one, and of infinity.
    public enum Overflow: Sendable {
        /// It becomes the largest finite value ("saturating" in OFP8, `satfinite` in CUDA).
        case largest
        /// It becomes infinity; NaN in a format without; the largest value in one that has
        /// neither.
        case infinity
    }

    /// What the topmost patterns stand for.
    enum Specials {
        /// The topmost exponent is infinity and NaNs, as in IEEE 754.
        case infinityAndNaNs
        /// The pattern of all ones is the NaN, the others are numbers.
        case oneNaN
        /// All are numbers.
        case none
    }

    /// What it is called.
    public let name: String
    /// Bits of the exponent field.
    public let exponentBits: Int
    /// Bits behind the point that are stored.
    public let mantissaBits: Int
    /// What the exponent field is more than the exponent.
    public let bias: Int
    /// The pattern of the largest finite value.
    public let largest: UInt64
    /// The pattern of positive infinity, if there is one.
    public let infinity: UInt64?
    /// The pattern that stands for NaN, the quiet positive one where there are several.
    public let nan: UInt64?
    /// Whether there are a sign and a zero; E8M0 has neither.
    let isSigned: Bool
    /// All but the sign.
    private let magnitudeMask: UInt64

    init(
        _ name: String,
        exponentBits: Int,
        mantissaBits: Int,
        bias: Int,
        _ specials: Specials,
        isSigned: Bool = true
    ) {
        self.name = name
        self.exponentBits = exponentBits
        self.mantissaBits = mantissaBits
        self.bias = bias
        self.isSigned = isSigned
        let ones = Self.mask(exponentBits + mantissaBits)
        magnitudeMask = ones
        switch specials {
        case .infinityAndNaNs:
            let infinity = ones & ~Self.mask(mantissaBits)
            largest = infinity - 1
            nan = infinity | 1 << (mantissaBits - 1)
            self.infinity = infinity
        case .oneNaN: (largest, infinity, nan) = (ones - 1, nil, ones)
        case .none: (largest, infinity, nan) = (ones, nil, nil)
        }
    }

    /// Bits of a pattern.
    public var width: Int { (isSigned ? 1 : 0) + exponentBits + mantissaBits }

    /// The exponent of the smallest normal value.
    public var minimumExponent: Int { isSigned ? 1 - bias : -bias }

    /// The exponent of the largest finite value; MX calls it emax.
    public var maximumExponent: Int { Int(largest >> mantissaBits) - bias }

    /// Whether a pattern is a NaN.
    public func isNaN(_ bits: UInt64) -> Bool {
        let magnitude = bits & magnitudeMask
        if let infinity { return magnitude > infinity }
        return magnitude == nan
    }

    /// The value of a pattern; every one is exact.
    public func decode(_ bits: UInt64) -> Double {
        if isNaN(bits) { return .nan }
        let magnitude = bits & magnitudeMask
        let sign: UInt64 = isSigned ? (bits >> UInt64(width - 1) & 1) << 63 : 0
        if magnitude == infinity { return Double(bitPattern: sign | 0x7FF << 52) }
        let field = Int(magnitude >> UInt64(mantissaBits))
        if field > 0 || !isSigned {
            let mantissa = (magnitude & Self.mask(mantissaBits)) << UInt64(52 - mantissaBits)
            return Double(bitPattern: sign | UInt64(field - bias + 1_023) << 52 | mantissa)
        }
        let value = Double(magnitude) * Self.powerOfTwo(minimumExponent - mantissaBits)
        return Double(bitPattern: sign | value.bitPattern)
    }

    /// The pattern of the nearest value, and of two that are equally near the even one.
    ///
    /// There is one rounding only. NaN becomes `nan`, or the largest value in a format without
    /// (as CUDA's conversions have it; the specification leaves it open).
    public func encode(_ value: Double, overflow: Overflow) -> UInt64 {
        let source = value.bitPattern
        let sign = isSigned ? (source >> 63) << (width - 1) : 0
        let field = Int(source >> 52 & 0x7FF)
        let fraction = source & Self.mask(52)
        if value.isNaN { return nan ?? largest }
        if !isSigned && value <= 0 {
            return value == 0 ? 0 : nan ?? 0
        }
        if field == 0x7FF { return beyond(sign, overflow) }
        // The value is significand × 2^exponent.
        let significand = field == 0 ? fraction : fraction | 1 << 52
        let exponent = max(field, 1) - 1_075
        if significand == 0 { return sign }
        let leading = 63 - significand.leadingZeroBitCount + exponent
        if leading > maximumExponent { return beyond(sign, overflow) }
        // Subnormals have the spacing of the smallest normal values.
        let binade = max(leading, minimumExponent)
        let shift = binade - mantissaBits - exponent
        let rounded = Self.roundedToEven(significand, shift)
        // The significand's leading bit counts as 1 in the exponent field, and so does its carry.
        var magnitude = UInt64(binade - minimumExponent) << mantissaBits + rounded
        // In E8M0 the first exponent is field 0, and what lies below becomes the smallest value.
        if !isSigned { magnitude = max(magnitude, 1) - 1 }
        return magnitude > largest ? beyond(sign, overflow) : sign | magnitude
    }

    /// The pattern of the nearest value; a `Float` is exact as a `Double`.
    public func encode(_ value: Float, overflow: Overflow) -> UInt64 {
        encode(Double(value), overflow: overflow)
    }

    /// The distance between neighbouring values around this one, as if exponents had no upper end.
    public func spacing(at value: Double) -> Double {
        let exponent = value == 0 || !value.isFinite ? minimumExponent : Int(value.exponent)
        return Self.powerOfTwo(max(exponent, minimumExponent) - mantissaBits)
    }

    /// Whether a value rounds to more than the largest finite one.
    func overflows(_ value: Double) -> Bool {
        let last = decode(largest)
        let limit = last + spacing(at: last) / 2
        // Half-way to what would follow, the even one of both is taken.
        return value.magnitude > limit || value.magnitude == limit && largest & 1 == 1
    }

    private func beyond(_ sign: UInt64, _ overflow: Overflow) -> UInt64 {
        switch overflow {
        case .largest: sign | largest
        case .infinity: infinity.map { sign | $0 } ?? nan ?? sign | largest
        }
    }

    /// A number without its lowest bits, rounded to the nearest, and half-way to the even one.
    private static func roundedToEven(_ number: UInt64, _ shift: Int) -> UInt64 {
        // Numbers have 53 bits at most, so that half of the last place is more than any.
        guard shift > 0 else { return number }
        guard shift < 64 else { return 0 }
        let half = (1 as UInt64) << (shift - 1)
        let kept = number >> shift
        let rest = number & mask(shift)
        return rest > half || (rest == half && kept & 1 == 1) ? kept + 1 : kept
    }

    /// So many ones, up to 63.
    private static func mask(_ bits: Int) -> UInt64 { (1 << UInt64(bits)) - 1 }

    /// 2 to a power from -1074 to 1023, without the mathematics library.
    static func powerOfTwo(_ exponent: Int) -> Double {
        Double(
            bitPattern: exponent < -1_022
                ? 1 << UInt64(exponent + 1_074) : UInt64(exponent + 1_023) << 52
        )
    }
}

// IEEE 754-2019, table 3.5; OCP OFP8 v1.0, table 1; OCP MX v1.0, sections 5.3 and 5.4.
extension FloatFormat {
    /// IEEE 754 binary16.
    public static let half = FloatFormat(
        "half",
        exponentBits: 5,
        mantissaBits: 10,
        bias: 15,
        .infinityAndNaNs
    )
    /// The upper half of binary32.
    public static let bfloat16 = FloatFormat(
        "bfloat16",
        exponentBits: 8,
        mantissaBits: 7,
        bias: 127,
        .infinityAndNaNs
    )
    /// IEEE 754 binary32.
    public static let float32 = FloatFormat(
        "float",
        exponentBits: 8,
        mantissaBits: 23,
        bias: 127,
        .infinityAndNaNs
    )
    /// IEEE 754 binary64.
    public static let float64 = FloatFormat(
        "double",
        exponentBits: 11,
        mantissaBits: 52,
        bias: 1_023,
        .infinityAndNaNs
    )
    /// OFP8 E4M3: up to 448, one NaN of each sign, no infinity.
    public static let e4m3 = FloatFormat(
        "e4m3",
        exponentBits: 4,
        mantissaBits: 3,
        bias: 7,
        .oneNaN
    )
    /// OFP8 E5M2: up to 57344, with infinity and NaNs.
    public static let e5m2 = FloatFormat(
        "e5m2",
        exponentBits: 5,
        mantissaBits: 2,
        bias: 15,
        .infinityAndNaNs
    )
    /// MX FP6 E3M2: up to 28, all patterns are numbers.
    public static let e3m2 = FloatFormat(
        "e3m2",
        exponentBits: 3,
        mantissaBits: 2,
        bias: 3,
        .none
    )
    /// MX FP6 E2M3: up to 7.5, all patterns are numbers.
    public static let e2m3 = FloatFormat(
        "e2m3",
        exponentBits: 2,
        mantissaBits: 3,
        bias: 1,
        .none
    )
    /// MX FP4 E2M1: up to 6, all patterns are numbers.
    public static let e2m1 = FloatFormat(
        "e2m1",
        exponentBits: 2,
        mantissaBits: 1,
        bias: 1,
        .none
    )
    /// MX's scale E8M0: the powers of two from -127 to 127, and a NaN; no sign and no zero.
    public static let e8m0 = FloatFormat(
        "e8m0",
        exponentBits: 8,
        mantissaBits: 0,
        bias: 127,
        .oneNaN,
        isSigned: false
    )
}

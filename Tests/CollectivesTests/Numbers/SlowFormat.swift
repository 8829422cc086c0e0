import Collectives
import Foundation
import Testing

/// A format as the specifications' formula has it, in `Double` and with the mathematics library:
/// independent of the encoder that it judges, and as slow as it is plain.
struct SlowFormat: Sendable, CustomTestStringConvertible {
    enum Top: Sendable {
        case infinityAndNaNs
        case oneNaN
        case numbers
    }

    let format: FloatFormat
    let exponentBits: Int
    let mantissaBits: Int
    let bias: Int
    let top: Top
    /// The finite values from zero up; the index is the pattern.
    let values: [Double]

    var testDescription: String { format.name }

    static let all = [half, bfloat16] + small
    static let small = [e4m3, e5m2, e3m2, e2m3, e2m1]
    static let half = SlowFormat(.half, 5, 10, 15, .infinityAndNaNs)
    static let bfloat16 = SlowFormat(.bfloat16, 8, 7, 127, .infinityAndNaNs)
    static let e4m3 = SlowFormat(.e4m3, 4, 3, 7, .oneNaN)
    static let e5m2 = SlowFormat(.e5m2, 5, 2, 15, .infinityAndNaNs)
    static let e3m2 = SlowFormat(.e3m2, 3, 2, 3, .numbers)
    static let e2m3 = SlowFormat(.e2m3, 2, 3, 1, .numbers)
    static let e2m1 = SlowFormat(.e2m1, 2, 1, 1, .numbers)

    init(_ format: FloatFormat, _ exponentBits: Int, _ mantissaBits: Int, _ bias: Int, _ top: Top) {
        self.format = format
        self.exponentBits = exponentBits
        self.mantissaBits = mantissaBits
        self.bias = bias
        self.top = top
        let patterns = 1 << (exponentBits + mantissaBits)
        let count =
            switch top {
            case .infinityAndNaNs: patterns - (1 << mantissaBits)
            case .oneNaN: patterns - 1
            case .numbers: patterns
            }
        values = (0..<count).map { pattern in
            Self.value(pattern, mantissaBits: mantissaBits, bias: bias)
        }
    }

    private static func value(_ pattern: Int, mantissaBits: Int, bias: Int) -> Double {
        let field = pattern >> mantissaBits
        let fraction = Double(pattern % (1 << mantissaBits)) / pow(2, Double(mantissaBits))
        return field == 0
            ? pow(2, Double(1 - bias)) * fraction : pow(2, Double(field - bias)) * (1 + fraction)
    }

    var signBit: UInt64 { 1 << UInt64(exponentBits + mantissaBits) }

    /// What would follow the largest value if exponents went on.
    var beyond: Double { Self.value(values.count, mantissaBits: mantissaBits, bias: bias) }

    /// The pattern of the nearest value, found by looking at all of them.
    func nearest(_ value: Double, saturates: Bool) -> UInt64 {
        if value.isNaN {
            switch top {
            case .infinityAndNaNs:
                return UInt64(values.count) | 1 << UInt64(mantissaBits - 1)
            case .oneNaN: return UInt64(values.count)
            case .numbers: return UInt64(values.count - 1)
            }
        }
        let sign = value.sign == .minus ? signBit : 0
        let magnitude = abs(value)
        let lower = values.lastIndex { $0 <= magnitude } ?? 0
        let upper = lower + 1
        let middle = (values[lower] + (upper < values.count ? values[upper] : beyond)) / 2
        let isUpper = magnitude == middle ? upper % 2 == 0 : magnitude > middle
        let index = isUpper ? upper : lower
        if index < values.count && magnitude.isFinite { return sign | UInt64(index) }
        if saturates { return sign | UInt64(values.count - 1) }
        switch top {
        case .infinityAndNaNs: return sign | UInt64(values.count)
        case .oneNaN: return UInt64(values.count)
        case .numbers: return sign | UInt64(values.count - 1)
        }
    }
}

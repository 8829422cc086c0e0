import Collectives
import Testing

/// Encoding and decoding, against the specifications' values, against a slow and independent
/// oracle, and against the types that Swift has itself.
@Suite struct FloatFormatTests {
    private static let overflows: [FloatFormat.Overflow] = [.largest, .infinity]

    @Test(arguments: SlowFormat.all) func everyPatternIsDecoded(_ slow: SlowFormat) {
        let format = slow.format
        #expect(format.width == 1 + slow.exponentBits + slow.mantissaBits)
        for pattern in 0..<slow.signBit {
            let positive = format.decode(pattern)
            let negative = format.decode(pattern | slow.signBit)
            if pattern < slow.values.count {
                #expect(positive == slow.values[Int(pattern)])
                #expect(positive.sign == .plus && negative.sign == .minus)
                #expect(negative == -positive)
            } else if slow.top == .infinityAndNaNs && pattern == slow.values.count {
                #expect(positive == .infinity && negative == -.infinity)
            } else {
                #expect(positive.isNaN && negative.isNaN)
            }
        }
    }

    @Test(arguments: SlowFormat.all) func everyPatternMakesTheRoundTrip(_ slow: SlowFormat) {
        let format = slow.format
        for pattern in 0..<(2 * slow.signBit) {
            let value = format.decode(pattern)
            let expected = value.isNaN ? format.nan : pattern
            #expect(format.isNaN(pattern) == value.isNaN)
            #expect(format.encode(value, overflow: .infinity) == expected)
            #expect(format.encode(Float(value), overflow: .infinity) == expected)
            #expect(Double(Float(value)) == value || value.isNaN)
        }
    }

    /// Half-way between neighbours the even one wins, and the next `Double` or `Float` to either
    /// side decides: a first rounding to anything narrower would fail here.
    @Test(arguments: SlowFormat.all) func neighboursShareTheirMiddle(_ slow: SlowFormat) {
        let format = slow.format
        for lower in 0..<(slow.values.count - 1) {
            let middle = (slow.values[lower] + slow.values[lower + 1]) / 2
            let even = UInt64(lower + lower % 2)
            for sign in [0, slow.signBit] {
                let x = sign == 0 ? middle : -middle
                let toZero = UInt64(lower) | sign
                let away = UInt64(lower + 1) | sign
                let below = sign == 0 ? x.nextDown : x.nextUp
                let above = sign == 0 ? x.nextUp : x.nextDown
                #expect(format.encode(x, overflow: .infinity) == even | sign)
                #expect(format.encode(below, overflow: .infinity) == toZero)
                #expect(format.encode(above, overflow: .infinity) == away)
                let y = Float(x)
                let lesser = sign == 0 ? y.nextDown : y.nextUp
                let greater = sign == 0 ? y.nextUp : y.nextDown
                #expect(format.encode(y, overflow: .infinity) == even | sign)
                #expect(format.encode(lesser, overflow: .infinity) == toZero)
                #expect(format.encode(greater, overflow: .infinity) == away)
            }
        }
    }

    @Test(arguments: SlowFormat.all) func theTopOverflows(_ slow: SlowFormat) throws {
        let format = slow.format
        let last = try #require(slow.values.last)
        let middle = (last + slow.beyond) / 2
        let samples = [
            last.nextUp, middle.nextDown, middle, middle.nextUp, slow.beyond, slow.beyond * 1.5,
            1e300, .infinity, .nan,
        ]
        for sample in samples {
            for value in [sample, -sample] {
                for overflow in Self.overflows {
                    let expected = slow.nearest(value, saturates: overflow == .largest)
                    #expect(format.encode(value, overflow: overflow) == expected, "\(value)")
                }
            }
        }
    }

    @Test(arguments: SlowFormat.small) func smallFormatsFindTheNearest(_ slow: SlowFormat) {
        var random = SplitMix64(seed: 7)
        let format = slow.format
        for _ in 0..<15_000 {
            // All binades of the format and a few to either side.
            let binades = (1 << slow.exponentBits) + slow.mantissaBits + 6
            let exponent = random.below(binades) - slow.bias - slow.mantissaBits - 3
            let fraction = Double(random.next() >> 11) * 0x1p-53
            let sign: FloatingPointSign = random.below(2) == 0 ? .plus : .minus
            let value = Double(sign: sign, exponent: exponent, significand: 1 + fraction)
            for overflow in Self.overflows {
                let expected = slow.nearest(value, saturates: overflow == .largest)
                #expect(format.encode(value, overflow: overflow) == expected, "\(value)")
                let narrow = Float(value)
                let expectedNarrow = slow.nearest(
                    Double(narrow),
                    saturates: overflow == .largest
                )
                #expect(format.encode(narrow, overflow: overflow) == expectedNarrow)
            }
        }
    }

    // MARK: - Types that Swift has

    @Test func halfIsFloat16() {
        for pattern in 0...UInt16.max {
            let native = Float16(bitPattern: pattern)
            let value = FloatFormat.half.decode(UInt64(pattern))
            #expect(value == Double(native) || (value.isNaN && native.isNaN))
        }
        var random = SplitMix64(seed: 11)
        for _ in 0..<100_000 {
            let exponent = random.below(50) - 30
            let fraction = Double(random.next() >> 11) * 0x1p-53
            let value = Double(sign: .minus, exponent: exponent, significand: 1 + fraction)
            let expected = UInt64(Float16(value).bitPattern)
            #expect(FloatFormat.half.encode(value, overflow: .infinity) == expected, "\(value)")
            let narrow = Float(value)
            let expectedNarrow = UInt64(Float16(narrow).bitPattern)
            #expect(FloatFormat.half.encode(narrow, overflow: .infinity) == expectedNarrow)
        }
    }

    @Test func theWideFormatsAreFloatAndDouble() {
        var random = SplitMix64(seed: 13)
        let edges: [Double] = [
            0, -0.0, 1, .pi, .infinity, -.infinity, .leastNonzeroMagnitude, .leastNormalMagnitude,
            .greatestFiniteMagnitude, 0x1p-149, 0x1p-150, 0x1.8p-150, 0x1.fffffffp127,
            0x1.ffffffp127, 0x1.fffffefffffp127,
        ]
        let spread = (0..<100_000).map { _ in Double(bitPattern: random.next()) }
        let close = (0..<100_000).map { _ in
            Double(
                sign: .plus,
                exponent: random.below(290) - 155,
                significand: 1 + Double(random.next() >> 11) * 0x1p-53
            )
        }
        for value in edges + spread + close where !value.isNaN {
            let single = FloatFormat.float32.encode(value, overflow: .infinity)
            #expect(single == UInt64(Float(value).bitPattern), "\(value)")
            #expect(FloatFormat.float32.decode(single) == Double(Float(value)))
            #expect(FloatFormat.float64.encode(value, overflow: .infinity) == value.bitPattern)
            let decoded = FloatFormat.float64.decode(value.bitPattern)
            #expect(decoded.bitPattern == value.bitPattern)
        }
        #expect(FloatFormat.float32.encode(Double.nan, overflow: .infinity) == 0x7FC0_0000)
        #expect(FloatFormat.float64.encode(-Double.nan, overflow: .infinity) == 0x7FF8 << 48)
    }

    // MARK: - Values that the specifications give

    /// OCP OFP8 v1.0, table 2.
    @Test func ofp8HasItsValues() {
        let e4m3 = FloatFormat.e4m3
        #expect(e4m3.decode(0b0_1111_110) == 448)
        #expect(e4m3.decode(0b0_0001_000) == 0x1p-6)
        #expect(e4m3.decode(0b0_0000_111) == 0.875 * 0x1p-6)
        #expect(e4m3.decode(0b0_0000_001) == 0x1p-9)
        #expect(e4m3.decode(0b0_1111_111).isNaN && e4m3.decode(0b1_1111_111).isNaN)
        #expect(e4m3.infinity == nil && e4m3.nan == 0x7F && e4m3.largest == 0x7E)
        #expect(e4m3.maximumExponent == 8 && e4m3.minimumExponent == -6)
        let e5m2 = FloatFormat.e5m2
        #expect(e5m2.decode(0b0_11110_11) == 57_344)
        #expect(e5m2.decode(0b0_00001_00) == 0x1p-14)
        #expect(e5m2.decode(0b0_00000_11) == 0.75 * 0x1p-14)
        #expect(e5m2.decode(0b0_00000_01) == 0x1p-16)
        #expect(e5m2.decode(0b1_11111_00) == -.infinity)
        for mantissa in 1...3 { #expect(e5m2.isNaN(0b0_11111_00 + UInt64(mantissa))) }
        #expect(e5m2.maximumExponent == 15 && e5m2.minimumExponent == -14)
    }

    /// OCP MX v1.0, section 5.3.
    @Test func mxElementsHaveTheirValues() {
        #expect(FloatFormat.e2m1.decode(0b0_11_1) == 6)
        let fours = (0..<8).map { FloatFormat.e2m1.decode($0) }
        #expect(fours == [0, 0.5, 1, 1.5, 2, 3, 4, 6])
        #expect(FloatFormat.e3m2.decode(0b0_111_11) == 28)
        #expect(FloatFormat.e3m2.decode(0b0_001_00) == 0.25)
        #expect(FloatFormat.e3m2.decode(0b0_000_01) == 0.0625)
        #expect(FloatFormat.e2m3.decode(0b0_11_111) == 7.5)
        #expect(FloatFormat.e2m3.decode(0b0_01_000) == 1)
        #expect(FloatFormat.e2m3.decode(0b1_00_001) == -0.125)
        let exponents = [FloatFormat.e3m2, .e2m3, .e2m1].map(\.maximumExponent)
        #expect(exponents == [4, 2, 2])
    }

    /// OCP MX v1.0, section 5.4.
    @Test func e8m0HasPowersOfTwo() {
        let e8m0 = FloatFormat.e8m0
        #expect(e8m0.width == 8 && e8m0.nan == 0xFF)
        #expect(e8m0.decode(0) == 0x1p-127 && e8m0.decode(127) == 1)
        #expect(e8m0.decode(254) == 0x1p127 && e8m0.decode(255).isNaN)
        for pattern in 0...254 as ClosedRange<UInt64> {
            let value = e8m0.decode(pattern)
            #expect(e8m0.encode(value, overflow: .infinity) == pattern)
            #expect(e8m0.encode(value * 1.5.nextDown, overflow: .largest) == pattern)
            // Of two that are equally near and have no even one, IEEE 754 takes the larger.
            #expect(e8m0.encode(value * 1.5, overflow: .largest) == min(pattern + 1, 254))
        }
        #expect(e8m0.encode(0x1p-140, overflow: .infinity) == 0)
        #expect(e8m0.encode(0.0, overflow: .infinity) == 0)
        #expect(e8m0.encode(-1.0, overflow: .infinity) == 0xFF)
        #expect(e8m0.encode(0x1.8p127, overflow: .infinity) == 0xFF)
        #expect(e8m0.encode(Double.infinity, overflow: .largest) == 254)
        #expect(e8m0.encode(Double.nan, overflow: .largest) == 0xFF)
    }

    @Test func spacingIsTheLastPlace() {
        #expect(FloatFormat.half.spacing(at: 1) == 0x1p-10)
        #expect(FloatFormat.half.spacing(at: -1.999) == 0x1p-10)
        #expect(FloatFormat.half.spacing(at: 0) == 0x1p-24)
        #expect(FloatFormat.half.spacing(at: 0x1p-30) == 0x1p-24)
        #expect(FloatFormat.e4m3.spacing(at: 448) == 32)
        #expect(FloatFormat.float64.spacing(at: 0) == .leastNonzeroMagnitude)
        #expect(FloatFormat.float64.spacing(at: 3) == (3.0).ulp)
    }
}

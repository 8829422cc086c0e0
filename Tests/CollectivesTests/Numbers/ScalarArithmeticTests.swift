import Collectives
import Testing

/// One step of every operator on every scalar type.
@Suite struct ScalarArithmeticTests {
    private static let floats = DataType.allCases.filter { $0.format != nil }
    private static let fp8: [SlowFormat] = [.e4m3, .e5m2]

    /// One step over values of the type, all of them inputs.
    private func step(
        _ type: DataType,
        _ reduction: ReductionOperator,
        _ values: [UInt64],
        ranks: Int = 2,
        factor: UInt64 = 0,
        isComplete: Bool = true,
        overflow: FloatFormat.Overflow = .largest
    ) -> UInt64 {
        let arithmetic = ScalarArithmetic(
            type,
            reduction,
            ranks: ranks,
            factor: factor,
            overflow: overflow
        )
        let sums = values.map { arithmetic.load($0, isInput: true) }
        let sum = sums.dropFirst().reduce(sums[0]) { arithmetic.combine($0, $1) }
        return arithmetic.store(sum, isComplete: isComplete)
    }

    /// The same with numbers.
    private func number(
        _ type: DataType,
        _ reduction: ReductionOperator,
        _ values: [Double],
        ranks: Int = 2,
        factor: Double = 0,
        isComplete: Bool = true,
        overflow: FloatFormat.Overflow = .largest
    ) throws -> Double {
        let format = try #require(type.format)
        let result = step(
            type,
            reduction,
            values.map { format.encode($0, overflow: .infinity) },
            ranks: ranks,
            factor: format.encode(factor, overflow: .infinity),
            isComplete: isComplete,
            overflow: overflow
        )
        #expect(type.canonical(result) == result)
        return format.decode(result)
    }

    // MARK: - FP8 in full

    @Test(arguments: fp8) func everyPairOfFP8IsAddedAsInDouble(_ slow: SlowFormat) {
        let type: DataType = slow.format == .e4m3 ? .fp8E4M3 : .fp8E5M2
        for overflow in [FloatFormat.Overflow.largest, .infinity] {
            let arithmetic = ScalarArithmetic(type, .sum, ranks: 2, overflow: overflow)
            for left in 0..<256 as Range<UInt64> {
                for right in 0..<256 as Range<UInt64> {
                    let sum = arithmetic.combine(
                        arithmetic.load(left, isInput: true),
                        arithmetic.load(right, isInput: false)
                    )
                    let exact = slow.format.decode(left) + slow.format.decode(right)
                    let expected = slow.nearest(exact, saturates: overflow == .largest)
                    let stored = arithmetic.store(sum, isComplete: false)
                    #expect(stored == expected, "\(left) + \(right)")
                }
            }
        }
    }

    /// As CUDA: infinity is out of range like any other large number, and NaN stays.
    @Test func fp8SaturatesUnlessToldOtherwise() throws {
        #expect(try number(.fp8E4M3, .sum, [448, 448]) == 448)
        #expect(try number(.fp8E4M3, .sum, [-448, -448]) == -448)
        #expect(try number(.fp8E4M3, .sum, [448, 448], overflow: .infinity).isNaN)
        #expect(try number(.fp8E5M2, .sum, [57_344, 57_344]) == 57_344)
        #expect(try number(.fp8E5M2, .sum, [57_344, 57_344], overflow: .infinity) == .infinity)
        #expect(try number(.fp8E5M2, .sum, [.infinity, 0]) == 57_344)
        #expect(try number(.fp8E5M2, .sum, [-.infinity, 0], overflow: .infinity) == -.infinity)
        #expect(try number(.fp8E5M2, .sum, [.infinity, -.infinity]).isNaN)
        // 448 and half of the step behind it is even's, so not yet too large.
        #expect(try number(.fp8E4M3, .sum, [448, 16], overflow: .infinity) == 448)
        // Within one step nothing is rounded, so nothing saturates on the way.
        #expect(try number(.fp8E4M3, .sum, [448, 448, -448, -448, 3]) == 3)
    }

    // MARK: - Accumulators

    @Test func aStepRoundsOnce() throws {
        // Each 1 alone is lost beside 2048 in half; within one step all are there.
        let values = [2_048.0] + Array(repeating: 1, count: 8)
        #expect(try number(.float16, .sum, values) == 2_056)
        #expect(try number(.float16, .sum, [2_048, 1]) == 2_048)
        #expect(try number(.bfloat16, .sum, [256] + Array(repeating: 1, count: 8)) == 264)
        // float32 and double accumulate in themselves.
        #expect(try number(.float32, .sum, [0x1p24, 1, 1]) == 0x1p24)
        #expect(try number(.float32, .sum, [1, 1, 0x1p24]) == 0x1p24 + 2)
        #expect(try number(.float64, .sum, [0x1p53, 1, 1]) == 0x1p53)
        #expect(try number(.float64, .sum, [1, 1, 0x1p53]) == 0x1p53 + 2)
    }

    @Test func halfOverflowsToInfinity() throws {
        #expect(try number(.float16, .sum, [65_504, 65_504]) == .infinity)
        #expect(try number(.float16, .sum, [-65_504, -65_504]) == -.infinity)
        // Unless the step that overflows in half is not over yet.
        #expect(try number(.float16, .sum, [65_504, 65_504, -65_504]) == 65_504)
        #expect(try number(.bfloat16, .sum, [0x1.FEp127, 0x1.FEp127]) == .infinity)
        #expect(try number(.float32, .product, [1e30, 1e30]) == .infinity)
    }

    @Test(arguments: floats) func aNaNNeverDisappears(_ type: DataType) throws {
        for reduction in ReductionOperator.allCases {
            for values in [[Double.nan, 1, 2], [1, .nan, 2], [1, 2, .nan]] {
                let result = try number(type, reduction, values, ranks: 3, factor: 1)
                #expect(result.isNaN, "\(reduction) \(values)")
            }
        }
    }

    @Test(arguments: floats) func zerosAreInOrder(_ type: DataType) throws {
        for values in [[0.0, -0.0], [-0.0, 0.0]] {
            #expect(try number(type, .minimum, values).sign == .minus)
            #expect(try number(type, .maximum, values).sign == .plus)
            #expect(try number(type, .sum, values).sign == .plus)
        }
        #expect(try number(type, .sum, [-0.0, -0.0]).sign == .minus)
    }

    @Test(arguments: floats) func theOperatorsDoAsTheyAreCalled(_ type: DataType) throws {
        let values = [3.0, -1, 2, 4]
        #expect(try number(type, .sum, values) == 8)
        #expect(try number(type, .product, values) == -24)
        #expect(try number(type, .minimum, values) == -1)
        #expect(try number(type, .maximum, values) == 4)
        #expect(try number(type, .average, values, ranks: 4) == 2)
        #expect(try number(type, .premultipliedSum, [3, -1, 2], factor: -0.5) == -2)
        let infinite = type == .fp8E4M3 ? [448.0, -448] : [.infinity, -.infinity]
        #expect(try number(type, .maximum, infinite, overflow: .infinity) == infinite[0])
        #expect(try number(type, .minimum, infinite, overflow: .infinity) == infinite[1])
    }

    // MARK: - Ends

    @Test func averageDividesWhereTheSumIsComplete() throws {
        #expect(try number(.float16, .average, [6, 2], ranks: 4, isComplete: false) == 8)
        #expect(try number(.float16, .average, [6, 2], ranks: 4) == 2)
        // The sum is too large for half; the average is not.
        #expect(try number(.float16, .average, [65_504, 65_504]) == 65_504)
        let third = try number(.float32, .average, [1, 0, 0], ranks: 3)
        #expect(third == Double(Float(1) / 3))
        #expect(try number(.float64, .average, [1, 0, 0], ranks: 3) == 1.0 / 3)
    }

    @Test func onlyInputsAreMultiplied() {
        let arithmetic = ScalarArithmetic(.int32, .premultipliedSum, ranks: 2, factor: 10)
        let partial = arithmetic.load(7, isInput: false)
        let own = arithmetic.load(5, isInput: true)
        #expect(arithmetic.store(arithmetic.combine(partial, own), isComplete: true) == 57)
        #expect(arithmetic.preparesInputs && !arithmetic.finishesResults)
        let average = ScalarArithmetic(.int32, .average, ranks: 2)
        #expect(!average.preparesInputs && average.finishesResults)
        let sum = ScalarArithmetic(.int32, .sum, ranks: 2)
        #expect(!sum.preparesInputs && !sum.finishesResults)
    }

    /// A contribution that is moved first and one that is summed at once are the same number.
    @Test(arguments: floats) func theProductWithTheFactorIsRounded(_ type: DataType) throws {
        let format = try #require(type.format)
        let factor = format.encode(1.25, overflow: .infinity)
        let arithmetic = ScalarArithmetic(type, .premultipliedSum, ranks: 2, factor: factor)
        for input in 0..<256 as Range<UInt64> {
            let own = arithmetic.load(input << UInt64(8 * type.size - 8), isInput: true)
            let moved = arithmetic.store(own, isComplete: false)
            let other = arithmetic.load(moved, isInput: false)
            let three = arithmetic.load(format.encode(3.0, overflow: .infinity), isInput: false)
            #expect(
                arithmetic.store(arithmetic.combine(own, three), isComplete: true)
                    == arithmetic.store(arithmetic.combine(other, three), isComplete: true)
            )
        }
        // The square needs 21 bits, of which half keeps 11.
        let almost = 1 + 0x1p-10
        #expect(try number(.float16, .premultipliedSum, [almost, -1], factor: almost) == 0x1p-10)
    }

    // MARK: - Integers

    @Test func integersWrap() {
        #expect(step(.int8, .sum, [127, 1]) == 0x80)
        #expect(step(.uint8, .sum, [255, 255]) == 254)
        #expect(step(.int8, .product, [0xF0, 0xF0]) == 0)
        #expect(step(.int32, .sum, [0x7FFF_FFFF, 1]) == 0x8000_0000)
        #expect(step(.uint32, .product, [0x1_0001, 0x1_0001]) == 0x2_0001)
        #expect(step(.int64, .sum, [UInt64(Int64.max), 1]) == 1 << 63)
        #expect(step(.uint64, .sum, [.max, 2]) == 1)
        #expect(step(.uint64, .product, [1 << 63, 2]) == 0)
    }

    @Test func integersKnowTheirSign() {
        #expect(step(.int8, .minimum, [0x80, 1]) == 0x80)
        #expect(step(.uint8, .minimum, [0x80, 1]) == 1)
        #expect(step(.int32, .maximum, [0xFFFF_FFFF, 1]) == 1)
        #expect(step(.uint32, .maximum, [0xFFFF_FFFF, 1]) == 0xFFFF_FFFF)
        #expect(step(.int64, .minimum, [.max, 1]) == .max)
        #expect(step(.uint64, .minimum, [.max, 1]) == 1)
    }

    @Test func integerAveragesTruncateWhatHasWrapped() {
        #expect(step(.int8, .average, [0xFD, 0xFC]) == 0xFD)  // (-3 - 4) / 2 is -3
        #expect(step(.int32, .average, [7, 0]) == 3)
        #expect(step(.int8, .average, [127, 1]) == 0xC0)  // -128 / 2
        #expect(step(.uint8, .average, [255, 1]) == 0)
        #expect(step(.uint8, .average, [200, 40], ranks: 300) == 0)
        #expect(step(.uint64, .average, [.max - 1, 1], ranks: 3) == UInt64.max / 3)
        #expect(step(.int8, .average, [127, 1], isComplete: false) == 0x80)
    }
}

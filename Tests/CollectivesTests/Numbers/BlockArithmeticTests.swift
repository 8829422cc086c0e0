import Collectives
import Testing

/// MX blocks: scales, saturation, zeros, NaNs and padding.
@Suite struct BlockArithmeticTests {
    private let sum = BlockArithmetic(.e4m3, .sum, ranks: 2)

    private func block(_ values: [Float], _ format: FloatFormat = .e4m3) -> ScaledBlock {
        BlockArithmetic(format, .sum, ranks: 2).store(values, isComplete: false)
    }

    private func values(_ block: ScaledBlock, _ format: FloatFormat = .e4m3) -> [Float] {
        BlockArithmetic(format, .sum, ranks: 2).load(block, isInput: false)
    }

    // MARK: - The scale

    @Test func theLargestMagnitudeGivesTheScale() {
        let cases: [(Float, FloatFormat, UInt8)] = [
            (1, .e4m3, 127 - 8), (-1.99, .e4m3, 127 - 8), (256, .e4m3, 127), (448, .e4m3, 127),
            (511.9, .e4m3, 127), (512, .e4m3, 128), (0x1p-119, .e4m3, 0), (0x1p-118, .e4m3, 1),
            (0x1p-149, .e4m3, 0), (.greatestFiniteMagnitude, .e4m3, 254 - 8),
            (57_344, .e5m2, 127), (6, .e2m1, 127), (1, .e2m1, 125), (7.5, .e2m3, 127),
            (28, .e3m2, 127), (.greatestFiniteMagnitude, .e2m1, 252),
        ]
        for (value, format, scale) in cases {
            let block = block([0, value, value / 3], format)
            #expect(block.scale == scale, "\(value) in \(format.name)")
        }
    }

    /// The specification's words, in `Double` and with a search in place of a logarithm.
    @Test(arguments: SlowFormat.small) func blocksAreAsTheSpecificationSays(_ slow: SlowFormat) {
        var random = SplitMix64(seed: 3)
        for _ in 0..<400 {
            let middle = random.below(240) - 120
            let input = (0..<32).map { _ in
                Float(
                    sign: random.below(2) == 0 ? .plus : .minus,
                    exponent: max(-149, min(127, middle + random.below(24) - 12)),
                    significand: 1 + Float(random.next() >> 41) * 0x1p-23
                )
            }
            let largest = input.map { Double(abs($0)) }.max() ?? 0
            var power = 0x1p-149
            while power * 2 <= largest { power *= 2 }
            var unit = 1.0
            while unit * 2 <= slow.values.last ?? 0 { unit *= 2 }
            let scale = max(power / unit, 0x1p-127)
            let block = block(input, slow.format)
            #expect(FloatFormat.e8m0.decode(UInt64(block.scale)) == scale)
            for (value, element) in zip(input, block.elements) {
                let expected = slow.nearest(Double(value) / scale, saturates: true)
                #expect(UInt64(element) == expected, "\(value) with scale \(scale)")
            }
        }
    }

    @Test func whatIsTooLargeForItsScaleSaturates() {
        // 500 lies in the binade of 256, whose largest element is 448.
        #expect(values(block([500, -500, 1])) == [448, -448, 1])
        #expect(values(block([7.9, 0.4, -5.1], .e2m1), .e2m1) == [6, 0.5, -6])
    }

    @Test func everyBlockMakesTheRoundTrip() {
        for scale in [0, 1, 100, 127, 200, 246] as [UInt8] {
            // The scale stays if the largest element is in the highest binade.
            let elements = [0x7E] + (0..<256).map { UInt8($0) }.filter { $0 & 0x7F != 0x7F }
            let block = ScaledBlock(elements: elements, scale: scale)
            #expect(sum.store(sum.load(block, isInput: true), isComplete: false) == block)
        }
    }

    // MARK: - Zeros and NaNs

    @Test func zerosKeepTheirSign() {
        let zeros = block([0, -0.0, 0])
        #expect(zeros == ScaledBlock(elements: [0, 0x80, 0], scale: 0))
        #expect(sum.combine([0, -0.0, -0.0], [0, 0, -0.0]).map(\.sign) == [.plus, .plus, .minus])
    }

    @Test func oneNaNOrInfinityMakesTheBlockNaN() {
        for value in [Float.nan, -.nan, .infinity, -.infinity] {
            let bad = block([1, value, 2])
            #expect(bad == ScaledBlock(elements: [0x7F, 0x7F, 0x7F], scale: 0xFF))
            #expect(values(bad).allSatisfy { $0.isNaN })
            let four = block([1, value, 2], .e2m1)
            #expect(four == ScaledBlock(elements: [0, 0, 0], scale: 0xFF))
            #expect(values(four, .e2m1).allSatisfy { $0.isNaN })
        }
    }

    @Test func nansStayUnderEveryOperator() {
        let scaleIsNaN = ScaledBlock(elements: [0x38, 0x38], scale: 0xFF)
        let elementIsNaN = ScaledBlock(elements: [0x38, 0x7F], scale: 127)
        let good = ScaledBlock(elements: [0x38, 0x38], scale: 127)
        for reduction in ReductionOperator.allCases {
            let arithmetic = BlockArithmetic(.e4m3, reduction, ranks: 2, factor: 0)
            for bad in [scaleIsNaN, elementIsNaN] {
                for pair in [(bad, good), (good, bad)] {
                    let result = arithmetic.combine(
                        arithmetic.load(pair.0, isInput: true),
                        arithmetic.load(pair.1, isInput: true)
                    )
                    #expect(arithmetic.store(result, isComplete: true).scale == 0xFF)
                }
            }
        }
    }

    @Test func whatOverflowsFloatIsNaN() {
        // No block that is stored here has such a scale; one from outside may.
        let huge = ScaledBlock(elements: [0x7E, 0], scale: 254)
        #expect(values(huge)[0] == .infinity)
        #expect(sum.store(values(huge), isComplete: false).scale == 0xFF)
        let top = Float.greatestFiniteMagnitude
        #expect(sum.store(sum.combine([top], [top]), isComplete: false).scale == 0xFF)
    }

    // MARK: - Operators

    @Test func operatorsAreThoseOfScalars() {
        let left: [Float] = [1, -2, 0.5, 0]
        let right: [Float] = [3, -4, -0.25, -0.0]
        func result(_ reduction: ReductionOperator, factor: Float = 1) -> [Float] {
            let arithmetic = BlockArithmetic(.e4m3, reduction, ranks: 2, factor: factor)
            let sum = arithmetic.combine(
                arithmetic.load(block(left), isInput: true),
                arithmetic.load(block(right), isInput: true)
            )
            return arithmetic.load(arithmetic.store(sum, isComplete: true), isInput: false)
        }
        #expect(result(.sum) == [4, -6, 0.25, 0])
        #expect(result(.product) == [3, 8, -0.125, 0])
        #expect(result(.minimum) == [1, -4, -0.25, 0])
        #expect(result(.minimum)[3].sign == .minus && result(.maximum)[3].sign == .plus)
        #expect(result(.maximum) == [3, -2, 0.5, 0])
        #expect(result(.average) == [2, -3, 0.125, 0])
        #expect(result(.premultipliedSum, factor: -2) == [-8, 12, -0.5, 0])
    }

    @Test func theSumHasAScaleOfItsOwn() {
        let small = block([1, 0.001, 0])
        let large = block([-1, 0.002, 64])
        let result = sum.combine(
            sum.load(small, isInput: true),
            sum.load(large, isInput: true)
        )
        let stored = sum.store(result, isComplete: true)
        #expect(stored.scale == 127 - 2)
        // What is left of the small ones is what subnormals of the new scale hold.
        #expect(values(stored) == [0, 0.0029296875, 64])
    }

    /// The last unit of a vector is padded with zeros, which no operator turns into a scale.
    @Test func paddingStaysOutOfTheWay() {
        for reduction in ReductionOperator.allCases {
            let arithmetic = BlockArithmetic(.e4m3, reduction, ranks: 2, factor: 3)
            let short: [Float] = [0.3, -0.7, 0.011]
            let padded = short + Array(repeating: 0, count: 29)
            func result(_ input: [Float]) -> ScaledBlock {
                let own = arithmetic.load(block(input), isInput: true)
                return arithmetic.store(arithmetic.combine(own, own), isComplete: true)
            }
            let whole = result(padded)
            #expect(whole.scale == result(short).scale)
            #expect(Array(whole.elements.prefix(3)) == result(short).elements)
            #expect(whole.elements.dropFirst(3).allSatisfy { $0 == 0 })
        }
    }

    @Test func aBlockIsElementsThenScale() {
        let bytes = (0..<33).map { UInt8($0) }
        let block = ScaledBlock(bytes: bytes)
        #expect(block.elements == Array(bytes.prefix(32)) && block.scale == 32)
        #expect(block.bytes == bytes)
        #expect(bytes.count == DataType.mxfp8.unitBytes)
    }
}

import CWeft
import Collectives
import Testing

/// Every kernel against the arithmetic that says what it must compute, to the bit.
@Suite struct KernelOracleTests {
    /// Runs a step on every instruction set, ordinary and streaming, and compares.
    private func check(_ step: KernelStep, _ what: String = "") throws {
        let expected = step.expected()
        let offsets = step.sources.map { _ in 0 }
        for kernelCase in KernelCase.all {
            let kernel = try kernelCase.combine(step.type, step.reduction)
            let found = step.run(kernel, sourceOffsets: offsets, targetOffsets: [0], inPlace: [nil])
            let bytes = step.canonical(try #require(found[0]))
            let wrong = expected.indices.first { bytes[$0] != expected[$0] }
            if let wrong {
                let unit = wrong / step.type.size
                let operands = step.sources.map {
                    Array($0[unit * step.type.size..<(unit + 1) * step.type.size])
                }
                let name = "\(kernelCase.testDescription) \(step.reduction) of \(step.type) \(what)"
                Issue.record("\(name), \(operands): \(bytes[wrong]), not \(expected[wrong])")
            }
        }
    }

    private static let inputs = [true, false, true, true, false]

    private func factors(_ type: DataType) -> [UInt64] {
        if type == .mxfp8 {
            let values: [Float] = [0.5, -3, 1e30, .nan]
            return values.map { UInt64($0.bitPattern) }
        }
        guard let format = type.format else { return [3, .max >> UInt64(64 - 8 * type.size)] }
        let values: [Double] = [0.375, -3, 1e30, .nan]
        return values.map { format.encode($0, overflow: .infinity) }
    }

    /// All scalars that make a difference to an operator.
    private func checkWithScalars(
        _ type: DataType,
        _ reduction: ReductionOperator,
        _ sources: [[UInt8]]
    ) throws {
        var step = KernelStep(type: type, reduction: reduction, sources: sources)
        switch reduction {
        case .average:
            for (ranks, isComplete) in [(3, true), (7, false), (1_000_003, true)] {
                (step.ranks, step.isComplete) = (ranks, isComplete)
                try check(step, "over \(ranks)")
            }
        case .premultipliedSum:
            for factor in factors(type) {
                step.factor = factor
                step.isInput = Array(Self.inputs.prefix(sources.count))
                try check(step, "by \(factor)")
            }
            step.isInput = []
            try check(step, "without inputs")
        default: try check(step)
        }
    }

    @Test(arguments: [DataType.fp8E4M3, .fp8E5M2], ReductionOperator.allCases)
    func everyPairOfFP8(_ type: DataType, _ reduction: ReductionOperator) throws {
        let all: Range<UInt64> = 0..<65_536
        let pairs = [type.bytes(all.map { $0 & 255 }), type.bytes(all.map { $0 >> 8 })]
        try checkWithScalars(type, reduction, pairs)
    }

    @Test(arguments: [DataType.float16, .bfloat16], ReductionOperator.allCases)
    func everyValueOf16Bits(_ type: DataType, _ reduction: ReductionOperator) throws {
        let all = type.bytes(0..<65_536)
        var bits = Bits(seed: 5)
        let neutral: UInt64
        switch reduction {
        case .product: neutral = type.format?.encode(1 as Double, overflow: .infinity) ?? 0
        case .minimum: neutral = type.format?.infinity ?? 0
        case .maximum: neutral = (type.format?.infinity ?? 0) | 0x8000
        case .sum, .average, .premultipliedSum: neutral = 0x8000
        }
        try check(KernelStep(type: type, reduction: reduction, sources: [all], isComplete: false))
        let kept = KernelStep(
            type: type,
            reduction: reduction,
            sources: [all, type.bytes(repeatElement(neutral, count: 65_536))],
            isComplete: false
        )
        #expect(kept.expected() == kept.canonical(all), "what is neutral changes nothing")
        try check(kept)
        try checkWithScalars(type, reduction, [all, type.units(65_536, &bits)])
    }

    @Test(arguments: DataType.allCases, ReductionOperator.allCases)
    func specialAndRandomUnits(_ type: DataType, _ reduction: ReductionOperator) throws {
        var bits = Bits(seed: 7)
        for sourceCount in 1...5 {
            let units = type == .mxfp8 ? 200 : 3000
            let sources = (0..<sourceCount).map { _ in type.units(units, &bits) }
            try checkWithScalars(type, reduction, sources)
        }
    }

    /// Every pair of special values, and each with a third one.
    @Test(arguments: DataType.allCases.filter { $0 != .mxfp8 })
    func specialTriples(_ type: DataType) throws {
        let specials = type.specials
        let indices = 0..<(specials.count * specials.count * specials.count)
        let sources = [
            type.bytes(indices.map { specials[$0 / specials.count / specials.count] }),
            type.bytes(indices.map { specials[$0 / specials.count % specials.count] }),
            type.bytes(indices.map { specials[$0 % specials.count] }),
        ]
        for reduction in ReductionOperator.allCases {
            try check(KernelStep(type: type, reduction: reduction, sources: sources))
        }
    }

    /// Counts around vectors and blocks, odd addresses, several targets, in place and not.
    @Test(arguments: DataType.allCases, ReductionOperator.allCases)
    func shapes(_ type: DataType, _ reduction: ReductionOperator) throws {
        var bits = Bits(seed: 11)
        for trial in 0..<48 {
            let sourceCount = 1 + bits.below(6)
            let targetCount = 1 + bits.below(4)
            let most = (trial % 8 == 0 ? 6000 : 300) / type.size
            let count = trial < 4 ? trial : bits.below(most)
            let step = KernelStep(
                type: type,
                reduction: reduction,
                sources: (0..<sourceCount).map { _ in type.units(count, &bits) },
                factor: factors(type)[0],
                isInput: (0..<sourceCount).map { _ in bits.next() & 1 == 0 }
            )
            let expected = step.expected()
            // Half of the trials have operands that stream: at the same distance from a line.
            let common = bits.below(64) / type.size * type.size
            let isCommon = trial % 2 == 0
            let offsets = (0..<sourceCount + targetCount).map { _ in
                isCommon ? common : bits.below(64)
            }
            var inPlace = [Int?](repeating: nil, count: targetCount)
            if trial % 3 == 0 { inPlace[bits.below(targetCount)] = bits.below(sourceCount) }
            for kernelCase in KernelCase.all {
                let found = step.run(
                    try kernelCase.combine(type, reduction),
                    sourceOffsets: Array(offsets.prefix(sourceCount)),
                    targetOffsets: Array(offsets.suffix(targetCount)),
                    inPlace: inPlace
                )
                let right = found.allSatisfy { $0.map(step.canonical) == expected }
                let shape = "\(sourceCount) to \(targetCount), \(count), \(offsets), \(inPlace)"
                #expect(right, "\(kernelCase.testDescription) \(shape)")
            }
        }
    }

    @Test func withoutScalarsAnAverageIsASum() throws {
        let floats = [Oracle.bytes([1, 2, 3]), Oracle.bytes([10, 20, 30])]
        for reduction in [ReductionOperator.average, .premultipliedSum] {
            for kernelCase in KernelCase.all {
                let kernel = try kernelCase.combine(.float32, reduction)
                var result: [Float] = [0, 0, 0]
                floats[0].withUnsafeBytes { first in
                    floats[1].withUnsafeBytes { second in
                        result.withUnsafeMutableBytes { target in
                            let sources = [first, second].compactMap(\.baseAddress)
                            kernel([target].compactMap(\.baseAddress), 1, sources, 2, 3, nil)
                        }
                    }
                }
                #expect(result == [11, 22, 33])
            }
        }
    }

    /// The enumerations of both languages must not drift apart.
    @Test func typesAndOperatorsCountAlike() {
        #expect(DataType.allCases.count == WEFT_TYPE_COUNT)
        #expect(ReductionOperator.allCases.count == WEFT_OPERATOR_COUNT)
        for type in DataType.allCases { #expect(Int(weft_type_size(type.raw)) == type.size) }
        #expect(DataType.mxfp8.raw == WEFT_TYPE_MXFP8)
        #expect(DataType.fp8E4M3.raw == WEFT_TYPE_FP8_E4M3)
        #expect(ReductionOperator.premultipliedSum.raw == WEFT_OPERATOR_PREMULTIPLIED_SUM)
    }
}

extension KernelCase {
    func combine(_ type: DataType, _ reduction: ReductionOperator) throws -> weft_combine_fn {
        try #require(weft_combine_kernel(isa, type.raw, reduction.raw, streaming))
    }
}

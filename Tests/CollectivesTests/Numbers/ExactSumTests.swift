import Collectives
import Testing

/// Exact sums and the numbers of a study.
@Suite struct ExactSumTests {
    private func sum(_ numbers: [Double]) -> Double {
        var sum = ExactSum()
        for number in numbers { sum.add(number) }
        return sum.rounded
    }

    @Test func sumsAreExact() {
        #expect(sum([]) == 0)
        #expect(sum([1, 0x1p-100, -1]) == 0x1p-100)
        #expect(sum([1e16, 1, 1e-16, -1e16]) == 1)
        #expect(sum([0x1p1000, 0x1p-1000, 3, -0x1p1000]) == 3)
        #expect(sum(Array(repeating: 0.1, count: 10)) == 1)
        #expect(sum([.leastNonzeroMagnitude, 1, -1]) == .leastNonzeroMagnitude)
    }

    @Test func sumsAreRoundedOnce() {
        // Half-way between 2^53 and the next: to even, unless something is left below.
        #expect(sum([0x1p53, 1]) == 0x1p53)
        #expect(sum([0x1p53, 1, 0x1p-60]) == 0x1p53 + 2)
        #expect(sum([0x1p53, 1, -0x1p-60]) == 0x1p53)
        #expect(sum([0x1p53, 2, 1, -0x1p-60]) == 0x1p53 + 2)
        #expect(sum([-0x1p53, -1, -0x1p-60]) == -0x1p53 - 2)
    }

    /// Against integers of 128 bits, in every order.
    @Test func sumsAreThoseOfIntegers() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<2_000 {
            var numbers: [Double] = []
            var exact: Int128 = 0
            for _ in 0..<20 {
                let significand = Int64(bitPattern: random.next()) >> 11
                let shift = random.below(50)
                exact += Int128(significand) << Int128(shift)
                numbers.append(Double(significand) * Double(1 << shift))
            }
            #expect(sum(numbers) == Double(exact))
            #expect(sum(numbers.shuffled(using: &random)) == Double(exact))
        }
    }

    @Test func distancesAreRoundedOnce() {
        var sum = ExactSum()
        for number in [1, 0x1p-80, 0x1p-90] { sum.add(number) }
        #expect(sum.distance(to: 1) == 0x1p-80 + 0x1p-90)
        #expect(sum.distance(to: 0) == 1)
        #expect(sum.rounded == 1)
    }

    // MARK: - Inputs

    @Test func inputsAreTheSameEverywhere() {
        // From any machine; a change of these changes the tables of docs/NUMERICS.md.
        let normal = StudyInputs.normal.values(ranks: 1, elements: 3, seed: 1, wide: true)
        #expect(normal == Self.expectedNormal)
        let gradients = StudyInputs.gradients.values(ranks: 1, elements: 3, seed: 1, wide: true)
        #expect(gradients == Self.expectedGradients)
        let other = StudyInputs.normal.values(ranks: 1, elements: 3, seed: 2, wide: true)
        #expect(other != normal)
    }

    private static let expectedNormal = [
        [0.42945220538400686, 1.5857725335739927, 0.4564552075888475]
    ]
    private static let expectedGradients = [
        [2.7674262778394733e-05, -0.00013748340106849383, -9.699373265692077e-06]
    ]

    @Test(arguments: StudyInputs.allCases) func inputsAreAsTheySay(_ inputs: StudyInputs) {
        let values = inputs.values(ranks: 4, elements: 4_096, seed: 9, wide: false)
        #expect(values.count == 4 && values.allSatisfy { $0.count == 4_096 })
        let all = values.flatMap(\.self)
        #expect(all.allSatisfy { $0.isFinite && Double(Float($0)) == $0 })
        let mean = all.reduce(0, +) / Double(all.count)
        let square = all.reduce(0) { $0 + $1 * $1 } / Double(all.count)
        switch inputs {
        case .normal:
            #expect(abs(mean) < 0.03 && abs(square - 1) < 0.05)
            // About 4.55 of 100 are beyond two deviations, and 0.27 beyond three.
            let two = Double(all.count { abs($0) > 2 }) / Double(all.count)
            let three = Double(all.count { abs($0) > 3 }) / Double(all.count)
            #expect(abs(two - 0.0455) < 0.006 && abs(three - 0.0027) < 0.0015)
        case .uniform:
            #expect(all.allSatisfy { $0 >= -1 && $0 < 1 })
            #expect(abs(mean) < 0.02 && abs(square - 1.0 / 3) < 0.02)
        case .gradients:
            let rows = (0..<4).map { row in
                all.indices.filter { $0 / 128 % 4 == row }.map { abs(all[$0]) }.sorted()
            }
            for (row, sorted) in rows.enumerated() {
                let median = sorted[sorted.count / 2]
                let expected = [0x1p-16, 0x1p-12, 0x1p-8, 0x1p-4][row]
                #expect(median / expected > 0.8 && median / expected < 1.25)
            }
            let positive = Double(all.count { $0 > 0 }) / Double(all.count)
            #expect(abs(positive - 0.5) < 0.02)
        case .positive:
            #expect(all.allSatisfy { $0 >= 0 })
            #expect(abs(mean - 0.798) < 0.02 && abs(square - 1) < 0.05)
        case .cancelling:
            let sums = (0..<4_096).map { index in values.reduce(0) { $0 + $1[index] } }
            let rest = sums.reduce(0) { $0 + $1 * $1 } / Double(sums.count)
            #expect(abs(square - 1) < 0.05 && rest < 2.2 * 0x1p-12 && rest > 1.8 * 0x1p-12)
        }
    }
}

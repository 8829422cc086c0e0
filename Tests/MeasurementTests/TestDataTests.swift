import Measurement
import TestSupport
import Testing

@Suite struct TestDataTests {
    private func contributions(_ data: TestData, ranks: Int, count: Int) -> [[Float]] {
        (0..<ranks).map { rank in
            var values = [Float](repeating: .nan, count: count)
            values.withUnsafeMutableBufferPointer { data.fill($0, rank: rank) }
            return values
        }
    }

    private func countWrong(_ data: TestData, _ values: [Float], ranks: Int) -> Int {
        var values = values
        return values.withUnsafeMutableBufferPointer { data.countWrong($0, ranks: ranks) }
    }

    /// Whatever the order of addition: up, down, in pairs, and in a random order.
    @Test(arguments: [1, 2, 3, 7, 33, 256, 999, 1000])
    func sumsAreExactInAnyOrder(_ ranks: Int) {
        var random = SeededRandom(seed: UInt64(ranks))
        for salt in [UInt32(0), 1, 77, .max] {
            let data = TestData(salt: salt)
            for index in [0, 1, 2, 63, 64, 12_345, 1 << 24, 1 << 33] {
                let values = (0..<ranks).map { data.value(index, rank: $0) }
                let exact = values.reduce(0) { $0 + Int($1) }
                #expect(exact < 1 << 24)
                #expect(data.sum(index, ranks: ranks) == Float(exact))
                #expect(values.reduce(0, +) == Float(exact))
                #expect(values.reversed().reduce(0, +) == Float(exact))
                #expect(values.shuffled(using: &random).reduce(0, +) == Float(exact))
                let pairs = stride(from: 0, to: ranks, by: 2).map {
                    values[$0] + ($0 + 1 < ranks ? values[$0 + 1] : 0)
                }
                #expect(pairs.reduce(0, +) == Float(exact))
            }
        }
    }

    @Test func aRightResultHasNoWrongElement() {
        for ranks in [1, 2, 5, 1000] {
            let data = TestData(salt: 9)
            let sums = (0..<4096).map { data.sum($0, ranks: ranks) }
            #expect(countWrong(data, sums, ranks: ranks) == 0)
        }
    }

    /// A contribution that is lost, doubled or of a neighbour: always seen, at whatever element.
    @Test(arguments: [2, 3, 8])
    func everyLostDoubledOrExchangedContributionIsSeen(_ ranks: Int) {
        let data = TestData(salt: 3)
        let count = 1000
        let parts = contributions(data, ranks: ranks, count: count)
        let sums = (0..<count).map { data.sum($0, ranks: ranks) }
        for index in 0..<count {
            for rank in 0..<ranks {
                let mine = parts[rank][index]
                let other = parts[(rank + 1) % ranks][index]
                for wrong in [sums[index] - mine, sums[index] + mine, sums[index] - mine + other] {
                    var result = sums
                    result[index] = wrong
                    #expect(countWrong(data, result, ranks: ranks) == 1)
                }
            }
        }
    }

    @Test func everyChangedBitIsSeen() {
        let data = TestData(salt: 5)
        let sums = (0..<64).map { data.sum($0, ranks: 4) }
        for index in sums.indices {
            for bit in 0..<32 {
                var result = sums
                result[index] = Float(bitPattern: sums[index].bitPattern ^ (1 << UInt32(bit)))
                #expect(countWrong(data, result, ranks: 4) == 1, "\(index) \(bit)")
            }
        }
    }

    @Test func everyOddValueIsSeen() {
        let data = TestData(salt: 5)
        let sums = (0..<200).map { data.sum($0, ranks: 4) }
        for odd in [Float.nan, .signalingNaN, .infinity, -.infinity, -0.0, 0.0] {
            for index in sums.indices {
                var result = sums
                result[index] = odd
                #expect(countWrong(data, result, ranks: 4) == 1, "\(odd)")
            }
        }
    }

    /// What was left by the check before, or lies a few elements away, is not taken for right.
    @Test func staleOrShiftedDataIsSeen() {
        let count = 4096
        for ranks in [2, 8, 64] {
            let data = TestData(salt: 10)
            let stale = (0..<count).map { TestData(salt: 9).sum($0, ranks: ranks) }
            #expect(countWrong(data, stale, ranks: ranks) > count * 9 / 10)
            for shift in [1, 8, 16, 1024] {
                let shifted = (0..<count).map { data.sum($0 + shift, ranks: ranks) }
                #expect(countWrong(data, shifted, ranks: ranks) > count * 9 / 10)
            }
        }
    }

    @Test func nothingToCheckIsRight() {
        #expect(countWrong(TestData(salt: 1), [], ranks: 2) == 0)
    }
}

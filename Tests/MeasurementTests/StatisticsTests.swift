import Foundation
import Measurement
import TestSupport
import Testing

@Suite struct EstimateTests {
    /// The rank by its definition, in integers as far as they go: the terms of row n of Pascal's
    /// triangle are exact for n up to 60.
    private func rankByPascal(_ n: Int) -> Int {
        var row: [UInt64] = [1]
        for _ in 0..<n { row = zip(row + [0], [0] + row).map { $0 + $1 } }
        let whole = pow(2.0, Double(n))
        var below = 0.0
        var rank = 0
        for k in 0..<(n / 2) {
            below += Double(row[k]) / whole
            // Up to k values below the median with at most 2.5 %: k values lie outside.
            if below <= 0.025 { rank = k } else { break }
        }
        return rank
    }

    @Test(arguments: 1...60)
    func intervalIsTheBinomials(_ n: Int) {
        let samples = (0..<n).map(Double.init).shuffled(using: &generator(UInt64(n)).value)
        let estimate = Estimate(of: samples)
        let rank = rankByPascal(n)
        #expect(estimate.low == Double(rank), "\(n) samples")
        #expect(estimate.high == Double(n - 1 - rank), "\(n) samples")
        #expect(estimate.median == Double(n - 1) / 2)
        #expect(estimate.count == n)
    }

    /// For many samples the interval ends 1.96 standard deviations from the middle.
    @Test(arguments: [1_000, 4_096, 50_000])
    func intervalIsNormalForMany(_ n: Int) {
        let estimate = Estimate(of: (0..<n).map(Double.init))
        let expected = Double(n) / 2 - 1.96 * Double(n).squareRoot() / 2
        #expect(abs(estimate.low - expected) < 3)
        #expect(estimate.low + estimate.high == Double(n - 1))
    }

    /// Of intervals from a skewed distribution about 95 % hold its median; the order statistics'
    /// coverage is at least that, and for 101 samples hardly more.
    @Test(arguments: [(9, 0.955), (25, 0.95), (101, 0.95)])
    func coversTheMedian(_ n: Int, _ least: Double) {
        var random = SeededRandom(seed: 2026)
        let trials = 20_000
        var covered = 0
        for _ in 0..<trials {
            let samples = (0..<n).map { _ in -log(1 - random.unit()) }
            let estimate = Estimate(of: samples)
            if estimate.low <= log(2), log(2) <= estimate.high { covered += 1 }
        }
        let share = Double(covered) / Double(trials)
        // Three standard deviations of the share are half a percent.
        #expect(share > least - 0.005, "\(share)")
        #expect(share < (n < 20 ? 0.999 : 0.98), "\(share)")
    }

    @Test func fewSamplesGiveTheirRange() {
        for n in 1...5 {
            let estimate = Estimate(of: (0..<n).map { Double($0) + 7 })
            #expect(estimate.low == 7)
            #expect(estimate.high == Double(n) + 6)
        }
    }

    @Test func oneSampleIsAll() {
        let estimate = Estimate(of: [3])
        #expect(estimate == Estimate(median: 3, low: 3, high: 3, count: 1))
    }

    @Test func scalesEveryValue() {
        let estimate = Estimate(of: [1, 2, 3]).scaled(by: 1e6)
        #expect(estimate == Estimate(median: 2e6, low: 1e6, high: 3e6, count: 3))
    }

    @Test func needsASample() async {
        await #expect(processExitsWith: .failure) { _ = Estimate(of: []) }
    }

    private func generator(_ seed: UInt64) -> Box { Box(SeededRandom(seed: seed)) }

    private final class Box {
        var value: SeededRandom
        init(_ value: SeededRandom) { self.value = value }
    }
}

@Suite struct TailTests {
    /// Nearest rank, by its definition: the smallest sample with at least the share at or below it.
    private func byDefinition(_ sorted: [Double], _ share: Double) -> Double {
        sorted.first { value in
            let below = Double(sorted.filter { $0 <= value }.count)
            return below * 100 >= share * Double(sorted.count)
        } ?? .nan
    }

    @Test(arguments: [1, 2, 3, 10, 19, 20, 21, 99, 100, 101, 199, 200, 1000, 4096])
    func areNearestRanks(_ count: Int) {
        var random = SeededRandom(seed: UInt64(count))
        let samples = (0..<count).map { _ in Double(random.below(500)) }
        let tails = Tails(of: samples)
        let sorted = samples.sorted()
        #expect(tails.p95 == byDefinition(sorted, 95))
        #expect(tails.p99 == byDefinition(sorted, 99))
        #expect(tails.max == sorted[count - 1])
        #expect(tails.count == count)
    }

    @Test func areThoseOfAHundred() {
        let tails = Tails(of: (1...100).map(Double.init))
        #expect(tails == Tails(p95: 95, p99: 99, max: 100, count: 100))
    }
}

@Suite struct SamplingTests {
    /// Seconds of an operation, operations in a batch, batches.
    @Test(arguments: [
        (50e-9, 4000, 101), (1e-6, 200, 101), (3e-6, 67, 101), (200e-6, 1, 101), (1e-3, 1, 101),
        (2e-3, 1, 60), (10e-3, 1, 12), (20e-3, 1, 9), (3.0, 1, 9), (0.0, 200_000, 101),
        (-1.0, 200_000, 101), (1e-12, 200_000, 101),
    ])
    func choosesBatches(_ seconds: Double, _ operations: Int, _ batches: Int) {
        let chosen = SamplingPolicy().batches(forOperationOf: seconds)
        // Where a quotient is whole, its rounding may go either way.
        #expect((operations...(operations + 1)).contains(chosen.operations), "\(seconds)")
        #expect(abs(chosen.batches - batches) <= 1, "\(seconds)")
    }

    @Test func takesTheUsersIterations() {
        var policy = SamplingPolicy()
        policy.iterations = 7
        #expect(policy.batches(forOperationOf: 1e-6).operations == 7)
        #expect(policy.batches(forOperationOf: 1e-6).batches == policy.batchesMax)
        #expect(policy.batches(forOperationOf: 1).batches == policy.batchesMin)
        policy.iterations = 1_000_000_000
        #expect(policy.batches(forOperationOf: 1).batches == policy.batchesMin)
    }

    @Test func aBatchIsWhatItsSlowestRankTook() {
        let times = BatchTimes(
            operations: 10,
            ticks: [[100, 900, 50], [400, 200, 50, 7]],
            ticksPerSecond: 1000
        )
        #expect(times.slowest == [0.04, 0.09, 0.005])
        #expect(times.operations == 10)
        #expect(BatchTimes(operations: 1, ticks: [], ticksPerSecond: 1).slowest.isEmpty)
    }
}

import Glibc
import Measurement
import TestSupport
import Testing

/// What is made of a probe's series, on series whose answers are known.
@Suite struct ProbeTests {
    /// A number around zero: the sum of twelve even ones is as good as normal.
    private func noise(_ random: inout SeededRandom) -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + Double(random.below(1 << 20)) / Double(1 << 20) }
    }

    /// Bytes that have landed by each time, at a rate that changes, with noise of so much.
    private func series(
        _ seed: UInt64,
        noise share: Double = 0,
        interval: Double = 0.01,
        seconds: Double = 3,
        rate: (Double) -> Double
    ) -> RateSeries {
        var random = SeededRandom(seed: seed)
        var bytes = 0.0
        var samples = [RateSeries.Sample(seconds: 0, bytes: 0)]
        for step in 1...Int((seconds / interval).rounded()) {
            let middle = (Double(step) - 0.5) * interval
            bytes += max(0, rate(middle) * interval * (1 + share * noise(&random)))
            samples.append(.init(seconds: Double(step) * interval, bytes: bytes))
        }
        return RateSeries(samples)
    }

    // MARK: Series

    @Test func ratesAreBetweenSamples() throws {
        let series = series(1) { _ in 500 }
        #expect(series.pieces.count == 300)
        #expect(abs((series.rate(from: 1, to: 2) ?? 0) - 500) < 1e-6)
        #expect(series.rates(from: 1, to: 1.1).count >= 9)
        #expect(series.rate(from: 5, to: 6) == nil)
        #expect(RateSeries([]).pieces.isEmpty)
    }

    @Test func samplesThatCannotBeAreLeftOut() {
        let series = RateSeries([
            .init(seconds: 0, bytes: 0), .init(seconds: 1, bytes: 10),
            .init(seconds: 1, bytes: 20), .init(seconds: 0.5, bytes: 30),
            .init(seconds: 2, bytes: 5), .init(seconds: .nan, bytes: 50),
            .init(seconds: 3, bytes: .infinity), .init(seconds: 4, bytes: 40),
        ])
        #expect(series.samples.map(\.bytes) == [0, 10, 40])
    }

    // MARK: Steps

    /// Shares that are approached with a time constant: 90 % are there after ln(10) of it.
    @Test(arguments: [0.02, 0.05, 0.1], [0.0, 0.1])
    func stepsAreTimed(_ constant: Double, _ share: Double) throws {
        func approach(_ time: Double) -> Double { 1 - exp(-time / constant) }
        let first = series(2, noise: share) { time in
            time < 1 ? 100 : time < 2 ? 60 : 60 + 40 * approach(time - 2)
        }
        let second = series(3, noise: share) { time in
            time < 1 || time > 2 ? 0 : 40 * approach(time - 1)
        }
        let response = try #require(
            StepResponse(first: first, second: second, join: 1, leave: 2, end: 3)
        )
        let joined = try #require(response.joined)
        // Of the recovery 60 % are there from the start: the rest needs ln(4) time constants.
        let recovered = try #require(response.recovered)
        let slack = 0.025 + share * constant * 4
        #expect(abs(joined - constant * 2.303) < slack, "\(joined)")
        #expect(abs(recovered - constant * 1.386) < slack, "\(recovered)")
        #expect(abs(response.alone - 100) < 1 + 20 * share)
        #expect(abs(response.shares[0] - 60) < 1 + 20 * share)
        #expect(abs(response.fairness - 10000 / (2 * (3600 + 1600))) < 0.01 + share / 10)
        #expect(abs(response.used - 1) < 0.02 + share / 5)
    }

    @Test func tooFewSamplesHaveNoTime() throws {
        let first = series(4) { _ in 100 }
        // Four to a second, and five are looked at together.
        let second = series(5, interval: 0.25) { time in time > 1 && time < 2 ? 50 : 0 }
        let response = try #require(
            StepResponse(first: first, second: second, join: 1, leave: 2, end: 3)
        )
        #expect(response.joined == nil)
        #expect(try #require(response.recovered) < 0.03)
        let short = RateSeries([.init(seconds: 0, bytes: 0)])
        #expect(StepResponse(first: short, second: short, join: 1, leave: 2, end: 3) == nil)
    }

    @Test func fairnessIsJains() {
        #expect(jain([3, 3, 3]) == 1)
        #expect(jain([1, 0, 0, 0]) == 0.25)
        #expect(jain([]) == 1 && jain([0, 0]) == 1)
    }

    // MARK: Bends

    private func places(
        _ seed: UInt64,
        _ noise: Double,
        _ time: (Double) -> Double
    ) -> [Bend.Place] {
        var random = SeededRandom(seed: seed)
        return (1...12).map { count in
            let samples = (0..<40).map { _ in
                time(Double(count)) * (1 + noise * self.noise(&random))
            }
            return Bend.Place(x: Double(count), samples: samples)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func bendsAreFound(_ seed: UInt64) throws {
        let bend = try #require(
            Bend(places(seed, 0.05) { 10 + 5 * $0 + 20 * max(0, $0 - 6) })
        )
        let place = try #require(bend.place)
        #expect(abs(place.median - 6) <= 0.5, "\(place)")
        #expect(place.low <= 6.5 && place.high >= 5.5 && place.high - place.low < 3, "\(place)")
        #expect(abs(bend.slope.median - 5) < 1, "\(bend.slope)")
        #expect(abs(try #require(bend.slopeBehind).median - 25) < 3)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as [UInt64])
    func straightLinesHaveNoBend(_ seed: UInt64) throws {
        for noise in [0.0, 0.02, 0.3] {
            let bend = try #require(Bend(places(seed, noise) { 10 + 5 * $0 }))
            #expect(bend.place == nil && bend.slopeBehind == nil, "\(bend)")
            #expect(abs(bend.slope.median - 5) < 0.1 + 3 * noise, "\(bend.slope)")
            #expect(bend.slope.low <= bend.slope.median && bend.slope.median <= bend.slope.high)
        }
    }

    @Test func fewPlacesHaveNoFit() {
        #expect(Bend(places(1, 0) { $0 }.dropLast(8) + []) == nil)
        #expect(Bend([]) == nil)
        let same = Array(repeating: Bend.Place(x: 1, samples: [1, 1]), count: 6)
        #expect(Bend(same) == nil)
        // Times are above zero; what is not says nothing.
        #expect(Bend(places(1, 0) { _ in 0 }) == nil)
    }

    // MARK: Messages

    @Test(arguments: [1, 2, 3] as [UInt64]) func costsAreFound(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let sizes = [8, 64, 512, 4096, 65536, 1 << 20].map { bytes in
            MessageCost.Size(
                bytes: Double(bytes),
                rates: (0..<50).map { _ in
                    1 / (2e-6 + Double(bytes) / 10e9) * (1 + 0.05 * noise(&random))
                }
            )
        }
        let cost = try #require(MessageCost(sizes))
        #expect(abs(cost.perMessage.median / 2e-6 - 1) < 0.05, "\(cost)")
        #expect(abs(cost.rate.median / 10e9 - 1) < 0.05, "\(cost)")
        #expect(abs(cost.half.median / 20_000 - 1) < 0.1, "\(cost)")
        #expect(cost.perMessage.low < 2e-6 * 1.03 && cost.perMessage.high > 2e-6 * 0.97)
        #expect(MessageCost(Array(sizes.prefix(2))) == nil)
        #expect(MessageCost([.init(bytes: 8, rates: [0]), .init(bytes: 9, rates: [])]) == nil)
    }

    // MARK: Paths

    /// Rates of flows over times: each has its own share, with noise.
    private func flows(_ shares: [Double], _ noise: Double, _ seed: UInt64) -> [[Double]] {
        var random = SeededRandom(seed: seed)
        return shares.map { share in
            (0..<12).map { _ in share * (1 + noise * self.noise(&random)) }
        }
    }

    @Test func hashesAreToldFromNoise() throws {
        // Sixteen flows on four paths, as a hash may put them.
        let counts = [2.0, 3, 4, 7].flatMap { Array(repeating: 1 / $0, count: Int($0)) }
        let hashed = try #require(PathSpread(flows(counts, 0.05, 1)))
        #expect(hashed.verdict == .lasting && hashed.lasting.low > 0.9, "\(hashed)")
        let even = Array(repeating: 1.0, count: 16)
        let sprayed = try #require(PathSpread(flows(even, 0.05, 2)))
        #expect(sprayed.verdict == .even && sprayed.fairness.low > 0.99, "\(sprayed)")
        let restless = try #require(PathSpread(flows(even, 0.8, 3)))
        #expect(restless.verdict == .passing, "\(restless)")
        #expect(PathSpread(flows([1, 1, 1], 0, 1)) == nil)
        #expect(PathSpread([[1], [2], [3], [4]]) == nil)
        #expect(PathSpread(flows([0, 0, 0, 0], 0, 1))?.verdict == .even)
    }

    /// Two flows on two paths are apart or together, each half of the time, and share evenly.
    @Test func hashesHaveAnExpectedFairness() {
        #expect(PathSpread.hashed(flows: 2, paths: 2) == 1)
        #expect(PathSpread.hashed(flows: 8, paths: 1) == 1)
        let some = PathSpread.hashed(flows: 8, paths: 4)
        #expect(some > 0.6 && some < 0.95, "\(some)")
    }

    // MARK: Intervals

    /// The interval of a mean is that of the normal distribution.
    @Test func drawsGiveIntervals() throws {
        var random = SeededRandom(seed: 7)
        let samples = (0..<400).map { _ in 10 + noise(&random) }
        let found = Bootstrap.estimate([samples]) { $0[0].reduce(0, +) / Double($0[0].count) }
        let estimate = try #require(found)
        let half = 1.96 / 20.0
        #expect(abs(estimate.high - estimate.low - 2 * half) < 0.2 * 2 * half, "\(estimate)")
        #expect(abs(estimate.median - 10) < 0.2)
        #expect(Bootstrap.estimate([[]]) { _ in 1 } == nil)
        #expect(Bootstrap.estimate([[1.0]]) { _ in nil } == nil)
        #expect(Bootstrap.estimate([[1.0]]) { _ in .nan } == nil)
    }

    @Test func quantilesHaveIntervals() throws {
        let samples = (1...1000).map(Double.init)
        let tail = try #require(Estimate(quantile: 0.99, of: samples.reversed()))
        #expect(tail.median == 990)
        #expect((980...986).contains(tail.low) && (995...999).contains(tail.high), "\(tail)")
        #expect(Estimate(quantile: 0.5, of: samples) == Estimate(of: samples))
        #expect(Estimate(quantile: 0.99, of: []) == nil)
        #expect(Estimate(quantile: 0.99, of: [4])?.high == 4)
    }
}

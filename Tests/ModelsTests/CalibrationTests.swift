import Collectives
import Foundation
import Models
import Testing

@Suite struct CalibrationTests {
    /// A machine as it might be: bytes cost more the less they fit the caches.
    private static let truth = MachineModel(
        exchange: 90e-9,
        operation: 25e-9,
        step: 15e-9,
        linedByte: 0.2e-9,
        byte: MachineModel.Curve(
            footprints: [16, 20, 23, 25, 26].map { Double(1 << $0) },
            values: [0.02e-9, 0.025e-9, 0.04e-9, 0.05e-9, 0.09e-9]
        ),
        contendedByte: MachineModel.Curve(
            footprints: [16, 20, 25, 26].map { Double(1 << $0) },
            values: [0.06e-9, 0.05e-9, 0.04e-9, 0.03e-9]
        ),
        uncertainty: 1,
        ranks: 2,
        reference: 100e-9,
        cachedFootprint: 16e6
    )

    private func observations(
        _ model: MachineModel,
        ranks: Int,
        noise: (Int) -> Double
    ) throws -> [Observation] {
        var result: [Observation] = []
        for algorithm in Algorithm.all(for: .allReduce).prefix(3) {
            for (number, size) in Calibration.sizes.enumerated() {
                let schedule = try schedule(
                    algorithm.name,
                    ranks: ranks,
                    elements: size.bytes / 4
                )
                let seconds = CostedSchedule(schedule).seconds(on: model)
                result.append(
                    Observation(
                        schedule,
                        bytes: size.bytes,
                        seconds: seconds * noise(number),
                        isFitted: size.isFitted
                    )
                )
            }
        }
        return result
    }

    @Test func sizesJudgeBetweenThoseThatAreFitted() {
        let fitted = Calibration.sizes.filter(\.isFitted).map(\.bytes)
        let judged = Calibration.sizes.filter { !$0.isFitted }.map(\.bytes)
        #expect(judged.count >= 5)
        #expect(Set(fitted).isDisjoint(with: judged))
        let range = (fitted.min() ?? 0)...(fitted.max() ?? 0)
        for size in judged { #expect(range.contains(size)) }
    }

    @Test func aFitFindsTheTimesItWasMadeFrom() throws {
        let observations = try observations(Self.truth, ranks: 2) { _ in 1 }
        let model = Calibration.fit(observations, exchange: 100e-9, ranks: 2, cacheBytes: 1 << 25)
        let judged = observations.filter { !$0.isFitted }.map { abs($0.error(of: model)) }.sorted()
        #expect(judged[judged.count / 2] < 0.03, "\(judged)")
        #expect((judged.last ?? 1) < 0.15, "\(judged)")
        #expect(model.uncertainty < 1.2)
        #expect(model.uncertainty >= 1)
        #expect(model.ranks == 2)
    }

    /// The large costs are found themselves, not only their sum.
    @Test func aFitFindsTheExchange() throws {
        let observations = try observations(Self.truth, ranks: 2) { _ in 1 }
        let model = Calibration.fit(observations, exchange: 130e-9, ranks: 2, cacheBytes: 1 << 25)
        #expect(abs(model.exchange / Self.truth.exchange - 1) < 0.25, "\(model.exchange)")
    }

    @Test func noiseOfAFewPercentDoesNotMislead() throws {
        let observations = try observations(Self.truth, ranks: 2) { number in
            [1.03, 0.98, 1.0, 0.97, 1.02][number % 5]
        }
        let model = Calibration.fit(observations, exchange: 100e-9, ranks: 2, cacheBytes: 1 << 25)
        let judged = observations.filter { !$0.isFitted }.map { abs($0.error(of: model)) }.sorted()
        #expect(judged[judged.count / 2] < 0.06, "\(judged)")
        #expect((judged.last ?? 1) < 0.2, "\(judged)")
    }

    @Test func costsStayPositiveAndFinite() throws {
        let observations = try observations(Self.truth, ranks: 2) { number in
            number % 2 == 0 ? 0.01 : 100
        }
        let model = Calibration.fit(observations, exchange: 100e-9, ranks: 2, cacheBytes: 1 << 25)
        let scalars = [
            model.exchange, model.operation, model.step, model.linedByte, model.uncertainty,
        ]
        for cost in scalars + model.byte.values + model.contendedByte.values {
            #expect(cost > 0 && cost.isFinite)
        }
    }

    /// Where a cache line takes longer from rank to rank, everything that waits for one does.
    @Test(arguments: ["ring", "one-shot", "two-shot"])
    func aModelFollowsTheExchangeOfTheDay(_ name: String) throws {
        let reference = Self.truth.reference
        let costed = CostedSchedule(try schedule(name, ranks: 2, elements: 1000))
        var last = 0.0
        for factor in [0.5, 1, 1.5, 3] {
            let model = Self.truth.adjusted(toExchange: reference * factor)
            #expect(abs(model.exchange / Self.truth.exchange - factor) < 1e-12)
            let seconds = costed.seconds(on: model)
            #expect(seconds > last)
            last = seconds
        }
        for nothing in [nil, 0, -1, reference] {
            #expect(Self.truth.adjusted(toExchange: nothing) == Self.truth)
        }
    }

    @Test func anErrorIsTheLogarithmOfPredictedOverMeasured() throws {
        let schedule = try schedule("two-shot", ranks: 2, elements: 32)
        let predicted = CostedSchedule(schedule).seconds(on: Self.truth)
        let observation = Observation(
            schedule,
            bytes: 128,
            seconds: predicted / 2,
            isFitted: true
        )
        #expect(abs(observation.error(of: Self.truth) - log(2)) < 1e-12)
    }
}

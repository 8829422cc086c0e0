import Models
import Testing

@Suite struct TuningTests {
    /// A point whose intervals are so many percent each way.
    private func point(_ bytes: Int, _ times: [String: Double], percent: Double = 1)
        -> Tuning.Point
    {
        Tuning.Point(
            bytes: bytes,
            times: Dictionary(
                uniqueKeysWithValues: times.map { name, median in
                    let share = percent / 100
                    let time = Tuning.Time(
                        median: median,
                        low: median * (1 - share),
                        high: median * (1 + share)
                    )
                    return (Variant(name), time)
                }
            )
        )
    }

    private func starts(_ points: [Tuning.Point]) -> [String] {
        Tuning.ranges(points).map { "\($0.from) \($0.chosen.variant.algorithm)" }
    }

    @Test func aCrossoverStartsARange() {
        let points = [
            point(8, ["a": 1, "b": 2]), point(16, ["a": 1.2, "b": 2]),
            point(32, ["a": 3, "b": 2]), point(64, ["a": 6, "b": 3]),
        ]
        #expect(starts(points) == ["0 a", "32 b"])
        let ranges = Tuning.ranges(points)
        #expect(ranges[1].chosen == .init(Variant("b"), microseconds: 2e6))
        #expect(ranges[1].runnerUp == .init(Variant("a"), microseconds: 3e6))
    }

    @Test func whatIsAsFastAsTheNeighboursIsNotTaken() {
        // By less than the intervals, and by less than is worth a range.
        #expect(
            starts([
                point(8, ["a": 1, "b": 2]), point(16, ["a": 1, "b": 0.9], percent: 10),
                point(32, ["a": 1, "b": 2]),
            ]) == ["0 a"]
        )
        #expect(
            starts([
                point(8, ["a": 1, "b": 2]), point(16, ["a": 1, "b": 0.98], percent: 0.1),
            ]) == ["0 a"]
        )
        #expect(
            starts([
                point(8, ["a": 1, "b": 2]), point(16, ["a": 1, "b": 0.9], percent: 1),
            ]) == ["0 a", "16 b"]
        )
    }

    @Test func whatWasNotMeasuredAnyMoreIsLeft() {
        #expect(
            starts([point(8, ["a": 1, "b": 2]), point(16, ["b": 2, "c": 3])]) == ["0 a", "16 b"]
        )
        #expect(starts([point(8, ["a": 1])]) == ["0 a"])
        #expect(Tuning.ranges([point(8, ["a": 1])])[0].runnerUp == nil)
        #expect(starts([]).isEmpty)
    }

    @Test func onlyWhatIsNearIsMeasuredAgain() {
        let point = point(8, ["a": 2, "b": 1, "c": 1.6, "d": 1.5])
        #expect(Tuning.near(point, within: 1.5).map(\.algorithm) == ["b", "d"])
    }
}

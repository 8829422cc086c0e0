/// Makes ranges of a selection table from measured times.
public enum Tuning {
    /// The measured seconds of one variant at one size: the median and its interval.
    public struct Time: Equatable, Sendable {
        /// The median.
        public var median: Double
        /// The lower end of its interval.
        public var low: Double
        /// The upper end.
        public var high: Double

        /// Makes a time.
        public init(median: Double, low: Double, high: Double) {
            self.median = median
            self.low = low
            self.high = high
        }

        /// Both, one after the other.
        public static func + (left: Time, right: Time) -> Time {
            Time(
                median: left.median + right.median,
                low: left.low + right.low,
                high: left.high + right.high
            )
        }
    }

    /// What was measured at one size.
    public struct Point: Sendable {
        /// Bytes of the larger of a rank's two buffers.
        public var bytes: Int
        /// The time of each variant.
        public var times: [Variant: Time]

        /// Makes a point of at least one variant.
        public init(bytes: Int, times: [Variant: Time]) {
            precondition(!times.isEmpty, "a point has at least one time")
            self.bytes = bytes
            self.times = times
        }

        /// Variants by their median, the fastest first.
        public var ordered: [(variant: Variant, time: Time)] {
            times.map { ($0.key, $0.value) }.sorted { one, two in
                one.1.median != two.1.median
                    ? one.1.median < two.1.median
                    : one.0.description < two.0.description
            }
        }
    }

    /// A gain below this is not worth a range of its own.
    public static let leastGain = 0.03

    /// The ranges that follow from points of growing size.
    ///
    /// The first point's fastest variant is taken, and kept from size to size until another one is
    /// faster than its whole interval and by `leastGain`: what is as fast as another changes from
    /// run to run, and a table that follows it is longer without being better. The other one's
    /// interval does not matter: its upper end is where something disturbed it.
    public static func ranges(_ points: [Point]) -> [SelectionTable.Range] {
        var ranges: [SelectionTable.Range] = []
        for point in points {
            let (best, time) = point.ordered[0]
            if let held = ranges.last?.chosen.variant, let heldTime = point.times[held],
                time.median >= heldTime.low || time.median > heldTime.median * (1 - leastGain)
            {
                continue
            }
            if ranges.last?.chosen.variant == best { continue }
            ranges.append(range(point, best, from: ranges.isEmpty ? 0 : point.bytes))
        }
        return ranges
    }

    private static func range(
        _ point: Point,
        _ chosen: Variant,
        from: Int
    ) -> SelectionTable.Range {
        func timed(_ variant: Variant, _ time: Time) -> SelectionTable.Timed {
            SelectionTable.Timed(variant, microseconds: time.median * 1e6)
        }
        let other = point.ordered.first { $0.variant != chosen }
        return SelectionTable.Range(
            from: from,
            chosen: timed(chosen, point.times[chosen] ?? point.ordered[0].time),
            runnerUp: other.map { timed($0.variant, $0.time) }
        )
    }

    /// The variants that are worth measuring again: those within a factor of the fastest.
    public static func near(_ point: Point, within factor: Double) -> [Variant] {
        let best = point.ordered[0].time.median
        return point.ordered.filter { $0.time.median <= best * factor }.map(\.variant)
    }
}

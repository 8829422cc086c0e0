/// How many bytes had been moved by which time, as one endpoint's clock saw it.
public struct RateSeries: Equatable, Sendable {
    /// The bytes that had been moved by a time.
    public struct Sample: Equatable, Sendable {
        /// Seconds since the start.
        public var seconds: Double
        /// Bytes so far.
        public var bytes: Double

        /// Makes a sample.
        public init(seconds: Double, bytes: Double) {
            self.seconds = seconds
            self.bytes = bytes
        }
    }

    /// The rate between two samples.
    public struct Piece: Equatable, Sendable {
        /// When it began.
        public var start: Double
        /// When it ended.
        public var end: Double
        /// Bytes a second.
        public var rate: Double
        /// Its middle.
        public var middle: Double { (start + end) / 2 }
    }

    /// In the order of time.
    public let samples: [Sample]

    /// Takes samples; those that go back in time or lose bytes are left out.
    public init(_ samples: [Sample]) {
        var kept: [Sample] = []
        for sample in samples where sample.seconds.isFinite && sample.bytes.isFinite {
            guard let last = kept.last else {
                kept.append(sample)
                continue
            }
            if sample.seconds > last.seconds && sample.bytes >= last.bytes { kept.append(sample) }
        }
        self.samples = kept
    }

    /// The rate from each sample to the next.
    public var pieces: [Piece] {
        zip(samples, samples.dropFirst()).map { from, to in
            Piece(
                start: from.seconds,
                end: to.seconds,
                rate: (to.bytes - from.bytes) / (to.seconds - from.seconds)
            )
        }
    }

    /// The rates of the pieces that lie within a time.
    public func rates(from start: Double, to end: Double) -> [Double] {
        pieces.filter { $0.start >= start && $0.end <= end }.map(\.rate)
    }

    /// Bytes a second between the first and the last sample within a time, nil with fewer than two.
    public func rate(from start: Double, to end: Double) -> Double? {
        let inside = samples.filter { $0.seconds >= start && $0.seconds <= end }
        guard let first = inside.first, let last = inside.last, last.seconds > first.seconds else {
            return nil
        }
        return (last.bytes - first.bytes) / (last.seconds - first.seconds)
    }

    /// Bytes a second over all pieces within a time, with the interval that drawing pieces again
    /// gives; nil where there are none.
    public func meanRate(from start: Double, to end: Double) -> Estimate? {
        let inside = pieces.filter { $0.start >= start && $0.end <= end }
        // Pieces are not equally long, so whole ones are drawn.
        return Bootstrap.estimate([inside.indices.map { Double($0) }]) { drawn in
            let some = drawn[0].map { inside[Int($0)] }
            let seconds = some.reduce(0) { $0 + $1.end - $1.start }
            return some.reduce(0) { $0 + $1.rate * ($1.end - $1.start) } / seconds
        }
    }

    /// Seconds from `start` on until the rate over a number of pieces first reaches a level; nil
    /// when it does not before `end`.
    ///
    /// A single piece is mostly noise: messages land whole. The time is the middle of the pieces,
    /// at which the rate over them is the best guess.
    public func time(
        toReach level: Double,
        from start: Double,
        before end: Double,
        over count: Int
    ) -> Double? {
        let inside = pieces.filter { $0.end > start && $0.start < end }
        guard count > 0, inside.count >= count else { return nil }
        for first in 0...(inside.count - count) {
            let window = inside[first..<(first + count)]
            let seconds = window.reduce(0) { $0 + $1.end - $1.start }
            let bytes = window.reduce(0) { $0 + $1.rate * ($1.end - $1.start) }
            if bytes >= level * seconds, let begin = window.first?.start,
                let finish = window.last?.end
            {
                return max(0, (begin + finish) / 2 - start)
            }
        }
        return nil
    }
}

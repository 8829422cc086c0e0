extension NumericsStudy {
    /// What one algorithm did to the numbers, in one format.
    public struct Finding: Sendable {
        /// How far results are from exact sums.
        ///
        /// A sum that is zero has no last place and no relative error; it counts only in the two
        /// means over rows.
        public struct Error: Sendable {
            /// The largest distance from the exact sum of what ranks contributed, in ULPs of the
            /// type at that sum.
            public var largestULPs = 0.0
            /// The mean of these distances.
            public var meanULPs = 0.0
            /// The largest distance relative to the sum.
            public var largestRelative = 0.0
            /// All distances of a row of 128 together, relative to all its sums together; the mean
            /// over rows, so that small rows count as much as large ones.
            public var meanRelative = 0.0
            /// As `meanRelative`, but from the exact sums of the numbers before they were rounded
            /// to what travels.
            public var totalRelative = 0.0
        }

        /// What becomes of one NaN and one infinity at one rank.
        public struct Harm: Sendable {
            /// Elements that are not finite because of the NaN, at a rank.
            public var nanOutputs = 0
            /// Ranks that have such.
            public var nanRanks = 0
            /// Elements that are not finite because of the infinity, at a rank.
            public var infinityOutputs = 0
            /// Ranks that have such.
            public var infinityRanks = 0
        }

        /// The algorithm's name.
        public let algorithm: String
        /// What travels.
        public let wire: Wire
        /// The most roundings that a contribution goes through on its way.
        public let roundings: Int
        /// How far results are from exact sums.
        public var error = Error()
        /// Values that were too large for their format when they were stored, at all ranks.
        public var overflows = 0
        /// Ranks whose results differ from those of the first.
        public var unequalRanks = 0
        /// Ranks that do when each step combines its sources as they happen to arrive.
        public var shuffledUnequalRanks = 0
        /// The share of all results whose bits such an arrival changes.
        public var shuffledShare = 0.0
        /// What becomes of one NaN and one infinity.
        public var harm = Harm()
    }
}

/// One schedule on values in one format.
struct StudyRun<Carrier: StudyCarrier> {
    typealias Value = Carrier.Base.Value

    private let schedule: Schedule
    private let carrier: Carrier
    private let seed: UInt64

    init(_ schedule: Schedule, _ carrier: Carrier, seed: UInt64) {
        self.schedule = schedule
        self.carrier = carrier
        self.seed = seed
    }

    /// The result at each rank that has one, and how many stores overflowed.
    func results(_ inputs: [[Value]]) -> (vectors: [[Value]], overflows: Int) {
        let observed = Observed(base: carrier.arithmetic)
        let outputs = schedule.interpret(
            inputs: inputs,
            empty: carrier.empty,
            arithmetic: observed
        )
        return (vectors(outputs), observed.overflows.count)
    }

    /// The same when the sources of each step arrive in any order.
    func shuffledResults(_ inputs: [[Value]]) -> [[Value]] {
        let arrival = ArrivalOrder(base: carrier.arithmetic, seed: seed)
        return vectors(
            schedule.interpret(inputs: inputs, empty: carrier.empty, arithmetic: arrival)
        )
    }

    /// The most roundings of any contribution.
    func roundings(_ inputs: [[Value]]) -> Int {
        let counted = schedule.interpret(
            inputs: inputs.map { $0.map { _ in 0 } },
            empty: 0,
            arithmetic: Roundings(atCombine: carrier.roundsAtCombine)
        )
        return vectors(counted).joined().max() ?? 0
    }

    /// The whole results among the outputs of all ranks.
    private func vectors<Element>(_ outputs: [[Element]]) -> [[Element]] {
        switch schedule.collective {
        case .reduceScatter: [Array(outputs.joined())]
        case .reduce: [outputs[schedule.root]]
        default: outputs
        }
    }
}

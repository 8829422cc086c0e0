/// The part of a schedule that a picture shows: some rounds of one track, at some endpoints.
public struct SpaceTime: Sendable {
    /// A step, and what it reads and writes.
    public struct Event: Hashable, Sendable {
        /// Which step.
        public let step: Step
        /// What it combines.
        public let sources: [Place]
        /// Where the result goes.
        public let targets: [Place]
    }

    /// What is shown.
    public let schedule: Schedule
    /// The track that is shown.
    public let track: Int
    /// The slice that is shown: all slices of a track do the same.
    public let slice: Int
    /// The rounds of the track that are shown, ascending.
    public let rounds: [Int]
    /// The endpoints that are shown, ascending.
    public private(set) var endpoints: [Int]
    private var events: [Cell: [Event]] = [:]

    private struct Cell: Hashable {
        let round: Int
        let endpoint: Int
    }

    /// Looks at some rounds and endpoints; those that do not exist are left out.
    public init(
        _ schedule: Schedule,
        track: Int = 0,
        slice: Int = 0,
        rounds: [Int],
        endpoints: [Int]
    ) {
        self.schedule = schedule
        self.track = track
        self.slice = slice
        self.rounds = rounds.filter { (0..<schedule.tracks[track].rounds).contains($0) }
        self.endpoints = endpoints.filter { (0..<schedule.endpoints).contains($0) }
        let shown = Set(self.rounds)
        for endpoint in self.endpoints {
            for step in schedule.program(of: endpoint)
            where step.track == track && step.slice == slice {
                let round = schedule.time(of: step)
                guard shown.contains(round) else { continue }
                var sources: [Place] = []
                var targets: [Place] = []
                schedule.forEachSource(of: step) { sources.append($0) }
                schedule.forEachTarget(of: step) { targets.append($0) }
                let event = Event(step: step, sources: sources, targets: targets)
                events[Cell(round: round, endpoint: endpoint), default: []].append(event)
            }
        }
    }

    /// Looks at the first ranks and the last one, at the first aggregators and the last one, and at
    /// the first rounds of each phase and its last one.
    public init(
        _ schedule: Schedule,
        track: Int = 0,
        roundsOfAPhase rounds: Int,
        endpoints most: Int = 64
    ) {
        self.init(
            schedule,
            track: track,
            rounds: schedule.sampledRounds(track: track, most: rounds),
            endpoints: Self.endpoints(of: schedule, most: most)
        )
    }

    /// A few ranks and a few aggregators, half of each where there are many of both.
    private static func endpoints(of schedule: Schedule, most: Int) -> [Int] {
        let (ranks, all) = (0..<schedule.ranks, 0..<schedule.endpoints)
        if all.count <= most + 1 || ranks.count == all.count { return sample(all, most: most) }
        let aggregators = min(all.count - ranks.count, max(most / 2, most - ranks.count))
        return sample(ranks, most: most - aggregators)
            + sample(ranks.upperBound..<all.upperBound, most: aggregators)
    }

    /// The first numbers of a range and its last one, at most so many and one more.
    ///
    /// A gap that hides a single number would take as much room as the number.
    fileprivate static func sample(_ range: Range<Int>, most: Int) -> [Int] {
        if range.count <= most + 1 { return Array(range) }
        return Array(range.prefix(most - 1)) + [range.upperBound - 1]
    }

    /// The steps of an endpoint in a round of the track.
    public func events(of endpoint: Int, round: Int) -> [Event] {
        events[Cell(round: round, endpoint: endpoint)] ?? []
    }

    /// The steps of an endpoint in all rounds that are shown.
    public func events(of endpoint: Int) -> [Event] {
        rounds.flatMap { events(of: endpoint, round: $0) }
    }

    /// The phase that a round of the track belongs to.
    public func phase(ofRound round: Int) -> Int {
        schedule.tracks[track].phase(ofRound: round)
    }

    /// The same rounds at fewer endpoints.
    func limited(to endpoints: [Int]) -> SpaceTime {
        var result = self
        result.endpoints = endpoints
        return result
    }
}

extension Schedule {
    /// A few rounds of each phase, the first ones and the last.
    fileprivate func sampledRounds(track: Int, most: Int) -> [Int] {
        let track = tracks[track]
        return track.phases.indices.flatMap { phase in
            SpaceTime.sample(track.starts[phase]..<track.starts[phase + 1], most: most)
        }
    }
}

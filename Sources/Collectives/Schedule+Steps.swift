/// One step of one endpoint: which, not what.
///
/// The schedule answers what it reads and writes. Half as wide as its numbers, since programs and
/// dependency graphs hold many.
public struct Step: Hashable, Sendable {
    private let storedTrack: Int32
    private let storedPhase: Int32
    private let storedRound: Int32
    private let storedSlice: Int32
    private let storedActor: Int32
    private let storedEntry: Int32

    /// The track.
    public var track: Int { Int(storedTrack) }
    /// The phase of the track.
    public var phase: Int { Int(storedPhase) }
    /// The round within the phase.
    public var round: Int { Int(storedRound) }
    /// The slice of the track's data.
    public var slice: Int { Int(storedSlice) }
    /// Who acts.
    public var actor: Int { Int(storedActor) }
    /// The step's number in a table, -1 in a pattern.
    var entry: Int { Int(storedEntry) }

    @inline(__always)
    init(track: Int, phase: Int, round: Int, slice: Int, actor: Int, entry: Int) {
        storedTrack = Int32(truncatingIfNeeded: track)
        storedPhase = Int32(truncatingIfNeeded: phase)
        storedRound = Int32(truncatingIfNeeded: round)
        storedSlice = Int32(truncatingIfNeeded: slice)
        storedActor = Int32(truncatingIfNeeded: actor)
        storedEntry = Int32(truncatingIfNeeded: entry)
    }
}

extension Schedule {
    /// The lane of a step.
    public func lane(of step: Step) -> Int { step.track * slices + step.slice }

    /// The logical time of a step within its lane.
    func time(of step: Step) -> Int { tracks[step.track].starts[step.phase] + step.round }

    /// Whether what a step combines holds every contribution.
    @inline(__always)
    public func isComplete(_ step: Step) -> Bool {
        let phase = tracks[step.track].phases[step.phase]
        if case .table(let table) = phase.form { return table.steps[step.entry].isComplete }
        return step.round >= phase.completeFrom ?? .max
    }

    /// Calls `body` with every step of a slice of a track, in logical order.
    @inline(__always)
    public func forEachStep(track: Int, slice: Int, _ body: (Step) -> Void) {
        for (number, phase) in tracks[track].phases.enumerated() {
            switch phase.form {
            case .pattern(let pattern):
                for round in 0..<phase.rounds {
                    pattern.forEachActor(round: round) { actor in
                        body(
                            Step(
                                track: track,
                                phase: number,
                                round: round,
                                slice: slice,
                                actor: actor,
                                entry: -1
                            )
                        )
                    }
                }
            case .table(let table):
                for entry in table.logicalOrder {
                    let step = table.steps[entry]
                    body(
                        Step(
                            track: track,
                            phase: number,
                            round: step.round,
                            slice: slice,
                            actor: step.actor,
                            entry: entry
                        )
                    )
                }
            }
        }
    }

    /// An endpoint's own steps in the order in which it takes them; no other endpoint is looked at.
    ///
    /// The order is by round plus `stride` times the slice, which is the same on every endpoint:
    /// so the earliest unfinished step of all can always go on.
    public func program(of endpoint: Int) -> [Step] { keyedProgram(of: endpoint).map(\.step) }

    /// An endpoint's own steps in its order, each with the time by which they are ordered.
    func keyedProgram(of endpoint: Int) -> [(key: Int, step: Step)] {
        var keyed: [(key: Int, step: Step)] = []
        keyed.reserveCapacity(slices * tracks.reduce(0) { $0 + $1.ownSteps(of: endpoint) })
        var sorted = true
        func add(_ key: Int, _ step: Step) {
            if let last = keyed.last, last.key > key { sorted = false }
            keyed.append((key, step))
        }
        for track in tracks.indices {
            for slice in 0..<slices {
                forEachOwnStep(of: endpoint, track: track, slice: slice) { round, step in
                    add(round + slice * stride, step)
                }
            }
        }
        return sorted ? keyed : Self.ordered(keyed)
    }

    /// Steps by time, in a stable order: at the same time by track and slice, as they were added.
    private static func ordered(_ keyed: [(key: Int, step: Step)]) -> [(key: Int, step: Step)] {
        let end = 1 + keyed.reduce(0) { max($0, $1.key) }
        guard end <= 4 * keyed.count else {
            let order = keyed.indices.sorted { (keyed[$0].key, $0) < (keyed[$1].key, $1) }
            return order.map { keyed[$0] }
        }
        // Most often there is a step or two for each time: then counting is faster.
        var next = [Int](repeating: 0, count: end + 1)
        for entry in keyed { next[entry.key + 1] += 1 }
        for time in 1...end { next[time] += next[time - 1] }
        var order = [Int](repeating: 0, count: keyed.count)
        for (index, entry) in keyed.enumerated() {
            order[next[entry.key]] = index
            next[entry.key] += 1
        }
        return order.map { keyed[$0] }
    }

    private func forEachOwnStep(
        of endpoint: Int,
        track: Int,
        slice: Int,
        _ body: (_ round: Int, _ step: Step) -> Void
    ) {
        let phases = tracks[track].phases
        for number in phases.indices {
            let start = tracks[track].starts[number]
            switch phases[number].form {
            case .pattern(let pattern):
                for round in pattern.rounds(of: endpoint, below: phases[number].rounds) {
                    let step = Step(
                        track: track,
                        phase: number,
                        round: round,
                        slice: slice,
                        actor: endpoint,
                        entry: -1
                    )
                    body(start + round, step)
                }
            case .table(let table):
                var latest = 0
                for entry in table.steps(of: endpoint) {
                    let round = table.steps[Int(entry)].round
                    // Listed order is executed order, whatever the rounds say.
                    latest = max(latest, round)
                    let step = Step(
                        track: track,
                        phase: number,
                        round: round,
                        slice: slice,
                        actor: endpoint,
                        entry: Int(entry)
                    )
                    body(start + latest, step)
                }
            }
        }
    }

    /// Calls `body` with each place that a step reads, in the order in which they are combined.
    @inline(__always)
    public func forEachSource(of step: Step, _ body: (Place) -> Void) {
        switch tracks[step.track].phases[step.phase].form {
        case .pattern(let pattern):
            pattern.forEachPlace(
                of: pattern.sources,
                actor: step.actor,
                round: step.round,
                body
            )
        case .table(let table):
            for place in table.steps[step.entry].sources { body(place) }
        }
    }

    /// Calls `body` with each place that a step writes.
    @inline(__always)
    public func forEachTarget(of step: Step, _ body: (Place) -> Void) {
        switch tracks[step.track].phases[step.phase].form {
        case .pattern(let pattern):
            pattern.forEachPlace(
                of: pattern.targets,
                actor: step.actor,
                round: step.round,
                body
            )
        case .table(let table):
            for place in table.steps[step.entry].targets { body(place) }
        }
    }

    /// The same schedule with every phase written out step by step.
    public func tabulated() -> Schedule {
        var result = self
        result.tracks = tracks.indices.map { track in
            var phases = tracks[track].phases.map { Phase($0.name, table: StepTable([])) }
            var steps: [[StepTable.Step]] = phases.map { _ in [] }
            forEachStep(track: track, slice: 0) { step in
                var sources: [Place] = []
                var targets: [Place] = []
                forEachSource(of: step) { sources.append($0) }
                forEachTarget(of: step) { targets.append($0) }
                steps[step.phase].append(
                    StepTable.Step(
                        round: step.round,
                        actor: step.actor,
                        sources: sources,
                        targets: targets,
                        isComplete: isComplete(step)
                    )
                )
            }
            for (number, list) in steps.enumerated() {
                phases[number] = Phase(phases[number].name, table: StepTable(list))
            }
            return Track(phases)
        }
        return result
    }
}

extension Track {
    /// How many steps an endpoint has in one slice.
    fileprivate func ownSteps(of endpoint: Int) -> Int {
        phases.reduce(0) { count, phase in
            switch phase.form {
            case .pattern(let pattern):
                count + pattern.rounds(of: endpoint, below: phase.rounds).count
            case .table(let table): count + table.steps(of: endpoint).count
            }
        }
    }
}

extension StepTable {
    /// The steps by round; those of a round as they are listed.
    var logicalOrder: [Int] {
        steps.indices.sorted { (steps[$0].round, $0) < (steps[$1].round, $1) }
    }
}

extension Schedule {
    /// An equivalent schedule in which every step writes only its own actor's memory and reads from
    /// at most one other endpoint: what can be said with messages.
    ///
    /// What was written to others is read by them, from where the actor has it; a sum of many
    /// becomes a chain of sums of two in the same order. What lies nowhere between lies in the
    /// target, or in slots behind the schedule's own where that is still read. Tracks and slices
    /// stay; lines become ordinary slots. All phases of a track become one table, whose rounds are
    /// the lengths of chains of data.
    ///
    /// Each sum is rounded when it is stored. So in types narrower than what sums are computed in,
    /// a long sum may come out otherwise than in one step.
    public func pointToPoint() throws(ExchangeError) -> Schedule {
        do throws(Flaw) {
            _ = try prove()
        } catch {
            throw ExchangeError(message: "a wrong schedule is not exported: \(error)")
        }
        var result = self
        result.scratch.lines = false
        // Rounds are others now, by which slices would have slots in turn; each gets its own.
        result.scratch.window = nil
        var moves: [[Move]] = []
        for track in tracks.indices {
            var splitter = Splitter(self)
            forEachStep(track: track, slice: 0) { splitter.split($0) }
            result.scratch.slots = max(result.scratch.slots, splitter.slots)
            moves.append(splitter.moves)
        }
        if collective == .allToAllV && result.scratch.slots > 0 {
            throw ExchangeError(
                message: "\(algorithm) \(collective.rawValue) writes over what it still reads, "
                    + "and blocks of differing size have no slots for it"
            )
        }
        result.tracks = moves.map { moves in
            var table = MoveTable(result)
            for move in moves { table.append(move) }
            return Track([Phase(Self.exchangedPhase, table: table.table())])
        }
        return result
    }

    /// The name of the one phase that exchanged schedules have.
    static let exchangedPhase = "steps"
}

/// Splits steps into moves.
private struct Splitter {
    private let schedule: Schedule
    private let cells: CellMap
    private(set) var moves: [Move] = []
    /// Slots in use, those of the schedule first.
    private(set) var slots: Int

    init(_ schedule: Schedule) {
        self.schedule = schedule
        cells = CellMap(schedule)
        slots = schedule.scratch.slots
    }

    mutating func split(_ step: Step) {
        var sources: [Place] = []
        var targets: [Place] = []
        schedule.forEachSource(of: step) { sources.append(clipped($0)) }
        schedule.forEachTarget(of: step) { targets.append(clipped($0)) }
        let isComplete = schedule.isComplete(step)
        if sources.count == 1 {
            copy(sources[0], to: targets, by: step.actor, isComplete: isComplete)
        } else {
            combine(sources, to: targets, by: step.actor, isComplete: isComplete)
        }
    }

    private mutating func copy(
        _ source: Place,
        to targets: [Place],
        by actor: Int,
        isComplete: Bool
    ) {
        var source = source
        var isComplete = isComplete
        // What comes from elsewhere and goes elsewhere goes through the actor, as a switch does it.
        let passes = source.endpoint != actor && targets.contains { $0.endpoint != actor }
        let overlaps = targets.contains { relation(of: $0, to: source) == .overlapping }
        if passes || overlaps {
            let own = passes && !overlaps ? targets.first { $0.endpoint == actor } : nil
            let kept = own ?? temporary(for: source, at: actor)
            moves.append(Move(sources: [source], target: kept, isComplete: isComplete))
            source = kept
            isComplete = false
        }
        for target in targets where target != source {
            moves.append(Move(sources: [source], target: target, isComplete: isComplete))
        }
    }

    private mutating func combine(
        _ sources: [Place],
        to targets: [Place],
        by actor: Int,
        isComplete: Bool
    ) {
        let own = targets.first { target in
            target.endpoint == actor && mayHoldSums(target, of: sources)
        }
        let sum = own ?? temporary(for: sources[0], at: actor)
        var left = sources[0]
        if sources[0].endpoint != actor && sources[1].endpoint != actor {
            moves.append(Move(sources: [left], target: sum, isComplete: false))
            left = sum
        }
        for (number, source) in sources.enumerated().dropFirst() {
            moves.append(
                Move(
                    sources: [left, source],
                    target: sum,
                    isComplete: isComplete && number == sources.count - 1
                )
            )
            left = sum
        }
        for target in targets where target != sum {
            moves.append(Move(sources: [sum], target: target, isComplete: false))
        }
    }

    /// Whether a target may be written before the last source has been read.
    private func mayHoldSums(_ target: Place, of sources: [Place]) -> Bool {
        sources.enumerated().allSatisfy { number, source in
            switch relation(of: target, to: source) {
            case .apart: true
            case .same: number < 2
            case .overlapping: false
            }
        }
    }

    private enum Relation {
        case apart
        case same
        case overlapping
    }

    private func relation(of left: Place, to right: Place) -> Relation {
        guard left.endpoint == right.endpoint else { return .apart }
        let (one, other) = (cells.list(left), cells.list(right))
        if one == other { return .same }
        return Set(one).isDisjoint(with: other) ? .apart : .overlapping
    }

    /// Slots for what a place holds; every step uses the same ones again.
    private mutating func temporary(for place: Place, at endpoint: Int) -> Place {
        let count = cells.list(place).count
        var result = place
        result.endpoint = endpoint
        result.buffer = .scratch
        result.slot = schedule.scratch.slots
        result.byChunk = false
        slots = max(slots, schedule.scratch.slots + count)
        return result
    }

    /// A place that says no more chunks than there are.
    private func clipped(_ place: Place) -> Place {
        var result = place
        if place.runs == 1 && !place.wraps {
            result.count = min(place.count, schedule.chunks - place.first)
        }
        return result
    }
}

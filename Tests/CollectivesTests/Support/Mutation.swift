import Collectives

/// One way to break a schedule that was right.
enum Mutation: String, CaseIterable {
    case dropStep = "drop a step"
    case dropSource = "drop a source"
    case dropTarget = "drop a target"
    case duplicateSource = "duplicate a source"
    case extraSource = "add a source, so that a copy reduces"
    case onlySource = "keep one source, so that a reduction copies"
    case extraTarget = "add a target"
    case wrongPeer = "wrong peer"
    case wrongChunk = "wrong chunk"
    case wrongSlot = "wrong slot"
    case wrongBuffer = "wrong buffer"
    case wrongActor = "wrong actor"
    case wrongRound = "wrong round"
    case swappedRounds = "two rounds swapped"
    case swappedOrder = "an actor's steps in another order"
    case wrongMark = "a sum said to be complete, or a result not"

    typealias Steps = [StepTable.Step]

    /// The steps with one change, nil where there is nothing to change in this way.
    func applied(to steps: Steps, of schedule: Schedule, _ random: inout SplitMix64) -> Steps? {
        var result = steps
        let index = random.below(steps.count)
        switch self {
        case .dropStep: result.remove(at: index)
        case .wrongMark:
            if !schedule.collective.reduces { return nil }
            result[index].isComplete.toggle()
        case .wrongActor:
            result[index].actor = random.below(schedule.endpoints)
        case .wrongRound:
            let rounds = 1 + (steps.map(\.round).max() ?? 0)
            result[index].round = random.below(rounds)
        case .swappedRounds:
            let other = steps[random.below(steps.count)].round
            let one = steps[index].round
            for index in result.indices {
                if steps[index].round == one { result[index].round = other }
                if steps[index].round == other { result[index].round = one }
            }
        case .swappedOrder:
            let mine = steps.indices.filter { steps[$0].actor == steps[index].actor }
            guard let other = mine.randomElement(using: &random) else { return nil }
            result.swapAt(index, other)
        case .dropSource, .dropTarget, .duplicateSource, .extraSource, .onlySource, .extraTarget:
            changeList(&result[index], of: schedule, &random)
        case .wrongPeer, .wrongChunk, .wrongSlot, .wrongBuffer:
            let isSource = Bool.random(using: &random)
            let list = isSource ? \StepTable.Step.sources : \StepTable.Step.targets
            let which = random.below(result[index][keyPath: list].count)
            changePlace(&result[index][keyPath: list][which], of: schedule, &random)
        }
        return result == steps ? nil : result
    }

    private func changeList(
        _ step: inout StepTable.Step,
        of schedule: Schedule,
        _ random: inout SplitMix64
    ) {
        let (source, target) = (
            random.below(step.sources.count), random.below(step.targets.count)
        )
        switch self {
        case .dropSource where step.sources.count > 1: step.sources.remove(at: source)
        case .dropTarget: step.targets.remove(at: target)
        case .duplicateSource: step.sources.append(step.sources[source])
        case .extraSource: step.sources.append(neighbour(of: step.sources[source], schedule))
        case .onlySource: step.sources = [step.sources[source]]
        case .extraTarget: step.targets.append(neighbour(of: step.targets[target], schedule))
        default: break
        }
    }

    private func neighbour(of place: Place, _ schedule: Schedule) -> Place {
        var place = place
        place.endpoint = (place.endpoint + 1) % schedule.endpoints
        return place
    }

    private func changePlace(
        _ place: inout Place,
        of schedule: Schedule,
        _ random: inout SplitMix64
    ) {
        switch self {
        case .wrongPeer: place.endpoint = random.below(schedule.endpoints)
        case .wrongChunk: place.first = random.below(schedule.chunks)
        case .wrongSlot where place.buffer == .scratch:
            place.slot = random.below(schedule.scratch.slots)
        case .wrongBuffer:
            let buffers: [Buffer] =
                schedule.scratch.slots > 0 ? [.input, .output, .scratch] : [.input, .output]
            place.buffer = buffers[random.below(buffers.count)]
        default: break
        }
    }
}

extension Schedule {
    /// The steps of the first track, with rounds counted through all phases.
    var flatSteps: [StepTable.Step] {
        var result: [StepTable.Step] = []
        let phases = tracks[0].phases
        forEachStep(track: 0, slice: 0) { step in
            let start = phases[..<step.phase].map(\.rounds).reduce(0, +)
            var written = StepTable.Step(
                round: start + step.round,
                actor: step.actor,
                sources: [],
                targets: [],
                isComplete: isComplete(step)
            )
            forEachSource(of: step) { written.sources.append($0) }
            forEachTarget(of: step) { written.targets.append($0) }
            result.append(written)
        }
        return result
    }

    /// The same schedule with other steps.
    func with(_ steps: [StepTable.Step]) -> Schedule {
        var result = self
        result.tracks = [Track([Phase("steps", table: StepTable(steps))])]
        return result
    }
}

extension Schedule {
    /// Whether every step's places have equally many elements, all of which exist.
    var isWellFormed: Bool {
        var isGood = true
        forEachStep(track: 0, slice: 0) { step in
            var counts: Set<Int> = []
            func look(_ place: Place) {
                counts.insert(elementCount(of: place, lane: 0))
                var end = 0
                forEachSpan(of: place, lane: 0) { end = max(end, $0.offset + $0.count) }
                let room =
                    place.buffer == .scratch
                    ? (slotCount - place.slot) * slotElements
                    : place.endpoint < ranks
                        ? elementCount(of: place.buffer, rank: place.endpoint) : 0
                if end > room { isGood = false }
            }
            forEachSource(of: step, look)
            forEachTarget(of: step, look)
            if counts.count != 1 { isGood = false }
        }
        return isGood
    }
}

extension Schedule {
    /// The node whose memory each endpoint shares, given the node that each runs on.
    ///
    /// A switch that only ranks of its own node reach is part of that node, as one inside a server
    /// is. Any other stands in the network: it shares memory with nobody, so that what it takes and
    /// gives has gone over the links of the ranks' nodes, wherever its process runs.
    ///
    /// - Parameter hosts: by endpoint, of which the schedule may have fewer.
    public func nodes(runningOn hosts: [Int]) -> [Int] {
        var isInside = Array(repeating: true, count: hosts.count)
        func note(_ one: Int, _ other: Int) {
            for (own, met) in [(one, other), (other, one)] where own >= ranks && met != own {
                if met >= ranks || hosts[met] != hosts[own] { isInside[own] = false }
            }
        }
        for track in aggregators > 0 ? tracks.indices : 0..<0 {
            forEachStep(track: track, slice: 0) { step in
                forEachSource(of: step) { note($0.endpoint, step.actor) }
                forEachTarget(of: step) { note($0.endpoint, step.actor) }
            }
        }
        let apart = (hosts.max() ?? 0) + 1
        return hosts.indices.map { endpoint in
            let isSwitch = endpoint >= ranks
            let stands = isSwitch && (endpoint >= endpoints || !isInside[endpoint])
            return stands ? apart + endpoint - ranks : hosts[endpoint]
        }
    }

    /// The same schedule for endpoints that share memory within their node only.
    ///
    /// Every step then touches memory of its actor's node, but for *sends*: copies of one place to
    /// one on another node. What a step reads elsewhere is sent by its owner into a *mailbox*, a
    /// slot of the reader's scratch for this one receipt, so that nobody has to say that a place
    /// may be written again; only where slices have slots in turn, who sends waits for it. Large
    /// copies go straight to where they belong, which saves a copy and costs a word from there
    /// before: that the operation has been entered.
    ///
    /// It is a schedule like any other: proved, and waiting for data by the same rule.
    ///
    /// - Parameters:
    ///   - nodes: the node of each endpoint.
    ///   - directFrom: bytes of a copy from which on it goes straight to its place.
    ///   - inputsChange: whether a rank's own contribution is multiplied as it is loaded, which a
    ///     send can't do.
    public func cut(nodes: [Int], directFrom: Int, inputsChange: Bool = false) -> Schedule {
        precondition(nodes.count == endpoints, "a node for each endpoint")
        var result = self
        result.scratch.lines = false
        result.stride = stride * NodeCut.rounds
        result.tracks = tracks.indices.map { number in
            var cut = NodeCut(
                schedule: self,
                track: number,
                nodes: nodes,
                directFrom: directFrom,
                inputsChange: inputsChange
            )
            var tables = tracks[number].phases.map { _ in [StepTable.Step]() }
            forEachStep(track: number, slice: 0) { step in
                cut.steps = []
                cut.add(step)
                tables[step.phase] += cut.steps
            }
            result.scratch.slots = max(result.scratch.slots, cut.next.max() ?? 0)
            let phases = zip(tracks[number].phases, tables).map { phase, steps in
                // An actor takes its steps as they are listed.
                let order = steps.indices.sorted { (steps[$0].round, $0) < (steps[$1].round, $1) }
                return Phase(phase.name, table: StepTable(order.map { steps[$0] }))
            }
            return Track(phases)
        }
        return result
    }
}

/// Cuts the steps of one track.
private struct NodeCut {
    /// What one round becomes: contributions are multiplied, sent to who reads them, combined,
    /// the result is sent, and copied out of mailboxes.
    static let rounds = 5
    private enum Part: Int { case multiply, fetch, combine, send, unpack }

    let schedule: Schedule
    let track: Int
    let nodes: [Int]
    let directFrom: Int
    let inputsChange: Bool
    /// The next free slot of each endpoint.
    var next: [Int]
    /// What the step at hand has become.
    var steps: [StepTable.Step] = []

    init(schedule: Schedule, track: Int, nodes: [Int], directFrom: Int, inputsChange: Bool) {
        self.schedule = schedule
        self.track = track
        self.nodes = nodes
        self.directFrom = directFrom
        self.inputsChange = inputsChange
        next = Array(repeating: schedule.scratch.slots, count: schedule.endpoints)
    }

    mutating func add(_ step: Step) {
        var sources: [Place] = []
        var near: [Place] = []
        var far: [Place] = []
        schedule.forEachSource(of: step) { sources.append($0) }
        schedule.forEachTarget(of: step) { target in
            if isNear(target, step.actor) { near.append(target) } else { far.append(target) }
        }
        let isComplete = schedule.isComplete(step)
        let changes = isComplete || sources.contains { isChanged($0) }
        if sources.count == 1, !changes, far.isEmpty, near.count == 1,
            !isNear(sources[0], step.actor), goesStraight(to: near[0])
        {
            emit(step, .combine, sources[0].endpoint, sources, near)
            return
        }
        sources = sources.map { isNear($0, step.actor) ? $0 : fetch($0, step) }
        var result = sources[0]
        if sources.count > 1 || changes || !near.isEmpty {
            if near.isEmpty { near = [slots(for: sources[0], at: step.actor)] }
            emit(step, .combine, step.actor, sources, near, isComplete: isComplete)
            if sources.count > 1 || changes {
                result = near.first { $0.endpoint == step.actor } ?? near[0]
            }
        }
        for target in far { send(result, to: target, step) }
    }

    private func isNear(_ place: Place, _ actor: Int) -> Bool {
        nodes[place.endpoint] == nodes[actor]
    }

    private func isChanged(_ place: Place) -> Bool {
        inputsChange && schedule.collective.reduces && place.buffer == .input
    }

    /// Whether a copy is not worth a mailbox; blocks of differing size have no slots for one.
    private func goesStraight(to target: Place) -> Bool {
        if target.buffer == .scratch || schedule.collective == .allToAllV { return true }
        let elements = schedule.elementCount(of: target, lane: track * schedule.slices)
        return elements * schedule.elementSize >= directFrom
    }

    /// Has a place's owner send it to who reads it; where it arrives.
    private mutating func fetch(_ place: Place, _ step: Step) -> Place {
        var source = place
        if isChanged(place) {
            source = slots(for: place, at: place.endpoint)
            emit(step, .multiply, place.endpoint, [place], [source])
        }
        let mailbox = slots(for: place, at: step.actor)
        emit(step, .fetch, place.endpoint, [source], [mailbox])
        return mailbox
    }

    private mutating func send(_ source: Place, to target: Place, _ step: Step) {
        if goesStraight(to: target) {
            emit(step, .send, step.actor, [source], [target])
            return
        }
        let mailbox = slots(for: target, at: target.endpoint)
        emit(step, .send, step.actor, [source], [mailbox])
        emit(step, .unpack, target.endpoint, [mailbox], [target])
    }

    /// Free slots for the chunks of a place.
    private mutating func slots(for place: Place, at endpoint: Int) -> Place {
        var copy = place
        copy.endpoint = endpoint
        copy.buffer = .scratch
        copy.slot = next[endpoint]
        copy.byChunk = false
        copy.forEachChunk(of: schedule.chunks) { _, _ in next[endpoint] += 1 }
        return copy
    }

    private mutating func emit(
        _ step: Step,
        _ part: Part,
        _ actor: Int,
        _ sources: [Place],
        _ targets: [Place],
        isComplete: Bool = false
    ) {
        steps.append(
            StepTable.Step(
                round: step.round * Self.rounds + part.rawValue,
                actor: actor,
                sources: sources,
                targets: targets,
                isComplete: isComplete
            )
        )
    }
}

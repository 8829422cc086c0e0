extension Schedule {
    /// The schedule in GOAL, the group operation assembly language that LogGOPSim reads.
    ///
    /// Each move of the point-to-point form is a message, whose tag counts the messages between its
    /// two ranks; aggregators are ranks behind the ranks. An operation requires those of its own
    /// rank that wrote what it reads, or touched what it overwrites: the order in which a rank does
    /// what needs nothing else is the simulator's to choose. Empty messages are left out.
    ///
    /// Copies within a rank cost nothing. A sum costs what is asked for, rounded up to whole
    /// nanoseconds, which is LogGOPSim's unit of time.
    ///
    /// - Parameter reductionPicosecondsPerByte: what adding a byte to another takes.
    public func goal(reductionPicosecondsPerByte: Int = 0) throws(ExchangeError) -> String {
        guard reductionPicosecondsPerByte >= 0 else {
            throw ExchangeError(message: "a sum can't take less than no time")
        }
        let schedule = try pointToPoint()
        var text = GOALText(schedule, cost: reductionPicosecondsPerByte)
        var steps: [(key: Int, step: Step)] = []
        for track in schedule.tracks.indices {
            for slice in 0..<slices {
                schedule.forEachStep(track: track, slice: slice) { step in
                    steps.append((schedule.time(of: step) + slice * stride, step))
                }
            }
        }
        // By time, and for the same time in the order of lanes, as endpoints take them.
        let order = steps.indices.sorted { (steps[$0].key, $0) < (steps[$1].key, $1) }
        for index in order { text.add(steps[index].step) }
        return text.whole()
    }
}

/// The operations of all ranks.
private struct GOALText {
    private struct Message: Hashable {
        let source: Int
        let target: Int
    }

    /// The operations of a rank that touched a chunk last.
    private struct Users {
        var writer: Int?
        var readers: [Int] = []
    }

    private let schedule: Schedule
    private let cost: Int
    private let cells: CellMap
    private var bodies: [String]
    private var operations: [Int]
    private var tags: [Message: Int] = [:]
    private var users: [Int: Users] = [:]

    init(_ schedule: Schedule, cost: Int) {
        self.schedule = schedule
        self.cost = cost
        cells = CellMap(schedule)
        bodies = Array(repeating: "", count: schedule.endpoints)
        operations = Array(repeating: 0, count: schedule.endpoints)
    }

    mutating func add(_ step: Step) {
        var sources: [Place] = []
        var targets: [Place] = []
        schedule.forEachSource(of: step) { sources.append($0) }
        schedule.forEachTarget(of: step) { targets.append($0) }
        let lane = schedule.lane(of: step)
        guard let target = targets.first else { return }
        let bytes = schedule.elementCount(of: target, lane: lane) * schedule.elementSize
        if bytes == 0 { return }
        let own = sources.filter { $0.endpoint == step.actor }
        var requirements: Set<Int> = []
        collectUsers(of: target, lane, isWrite: true, &requirements)
        for place in own { collectUsers(of: place, lane, isWrite: false, &requirements) }
        let duration = sources.count > 1 ? nanoseconds(bytes) : 0
        var operation: Int?
        if let remote = sources.first(where: { $0.endpoint != step.actor }) {
            let tag = nextTag(from: remote.endpoint, to: step.actor)
            send(remote, bytes, to: step.actor, tag, lane)
            operation = append(
                "recv \(bytes)b from \(remote.endpoint) tag \(tag)",
                at: step.actor,
                requiring: requirements
            )
        }
        if operation == nil || duration > 0 {
            let after = operation.map { [$0] } ?? requirements
            operation = append("calc \(duration)", at: step.actor, requiring: after)
        }
        guard let operation else { return }
        for place in own { use(place, lane, isWrite: false, operation) }
        use(target, lane, isWrite: true, operation)
    }

    private mutating func send(
        _ place: Place,
        _ bytes: Int,
        to actor: Int,
        _ tag: Int,
        _ lane: Int
    ) {
        var requirements: Set<Int> = []
        collectUsers(of: place, lane, isWrite: false, &requirements)
        let operation = append(
            "send \(bytes)b to \(actor) tag \(tag)",
            at: place.endpoint,
            requiring: requirements
        )
        use(place, lane, isWrite: false, operation)
    }

    private mutating func nextTag(from source: Int, to target: Int) -> Int {
        let message = Message(source: source, target: target)
        defer { tags[message, default: 0] += 1 }
        return tags[message, default: 0]
    }

    private func nanoseconds(_ bytes: Int) -> Int {
        let (picoseconds, isTooLong) = bytes.multipliedReportingOverflow(by: cost)
        return isTooLong ? Int.max / 1000 : (picoseconds / 1000) + (picoseconds % 1000 > 0 ? 1 : 0)
    }

    /// Appends an operation and returns its number on its rank, from 1.
    private mutating func append(
        _ text: String,
        at endpoint: Int,
        requiring requirements: Set<Int>
    ) -> Int {
        operations[endpoint] += 1
        let number = operations[endpoint]
        bodies[endpoint] += "l\(number): \(text)\n"
        for other in requirements.sorted() {
            bodies[endpoint] += "l\(number) requires l\(other)\n"
        }
        return number
    }

    private func list(_ place: Place, _ lane: Int) -> [Int] {
        cells.list(place).map { lane * cells.count + $0 }
    }

    /// The operations that a read or a write of a place comes after.
    private func collectUsers(
        of place: Place,
        _ lane: Int,
        isWrite: Bool,
        _ requirements: inout Set<Int>
    ) {
        for cell in list(place, lane) {
            guard let users = users[cell] else { continue }
            if let writer = users.writer { requirements.insert(writer) }
            if isWrite { requirements.formUnion(users.readers) }
        }
    }

    private mutating func use(_ place: Place, _ lane: Int, isWrite: Bool, _ operation: Int) {
        for cell in list(place, lane) {
            if isWrite {
                users[cell] = Users(writer: operation)
            } else {
                users[cell, default: Users()].readers.append(operation)
            }
        }
    }

    func whole() -> String {
        var text = "// weft: \(commented(schedule.algorithm)) \(schedule.collective.rawValue), "
        text += "\(schedule.ranks) ranks, "
        text += "\(schedule.elements) elements of \(schedule.elementSize) bytes\n"
        if schedule.aggregators > 0 {
            text += "// The ranks from \(schedule.ranks) on are aggregators.\n"
        }
        text += "num_ranks \(schedule.endpoints)\n"
        for (rank, body) in bodies.enumerated() { text += "\nrank \(rank) {\n\(body)}\n" }
        return text
    }

    /// A name that doesn't leave its line.
    private func commented(_ name: String) -> String {
        String(name.map { $0.isNewline ? " " : $0 })
    }
}

/// Why a schedule is wrong, and at which step.
public struct Flaw: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let message: String
    /// The first step that shows it, nil when it shows only in the end.
    public let step: Step?
    /// Where that step stands, in words.
    public let location: String

    /// One sentence.
    public var description: String { location.isEmpty ? message : "\(location): \(message)" }
}

/// What the proof of a schedule found.
public struct Proof: Hashable, Sendable {
    /// Steps of all endpoints.
    public let steps: Int
    /// Elements of scratch memory at each endpoint.
    public let scratchElements: Int
}

extension Schedule {
    /// Shows that the schedule computes its collective, or throws the first step that breaks it.
    ///
    /// Symbolic contents go through every step: each contribution must arrive exactly once, no
    /// step may touch what another of its round writes, nothing may be read that is not there, the
    /// input stays as it was, and waiting for data must not go round in a circle. Slices of a track
    /// differ only in their share of the elements, so one of them stands for all.
    public func prove() throws(Flaw) -> Proof {
        guard elements == 0 || lanes > 0 else {
            throw Flaw(message: "there are no tracks", step: nil, location: "")
        }
        for track in tracks.indices {
            var prover = Prover(self, track: track)
            try prover.run()
        }
        let graph = DependencyGraph(self)
        try graph.checkProgress(self)
        return Proof(
            steps: graph.programs.reduce(0) { $0 + $1.count },
            scratchElements: slotCount * slotElements
        )
    }

    /// A step's place in the schedule, in words.
    public func describe(_ step: Step) -> String {
        let phase = tracks[step.track].phases[step.phase]
        let lane = tracks.count > 1 ? "track \(step.track), " : ""
        return "\(lane)\(phase.name), round \(step.round), \(name(of: step.actor))"
    }

    /// An endpoint's name.
    public func name(of endpoint: Int) -> String {
        endpoint < ranks ? "rank \(endpoint)" : "aggregator \(endpoint - ranks)"
    }
}

/// Runs one track of a schedule on symbols.
private struct Prover {
    let schedule: Schedule
    let track: Int
    let cells: CellMap
    /// What each cell holds: a number into `values`, -1 for nothing.
    var contents: [Int32]
    /// For each value its chunk and, in `words` words, the set of ranks that contributed.
    var chunkOf: [Int32] = []
    var members: [UInt64] = []
    let words: Int
    /// When each cell was last written and read, and by whom; -2 stands for several readers.
    var writeTime: [Int32]
    var writer: [Int32]
    var readTime: [Int32]
    var reader: [Int32]

    init(_ schedule: Schedule, track: Int) {
        self.schedule = schedule
        self.track = track
        cells = CellMap(schedule)
        words = (schedule.ranks + 63) / 64
        contents = Array(repeating: -1, count: cells.count)
        writeTime = Array(repeating: -1, count: cells.count)
        writer = writeTime
        readTime = writeTime
        reader = writeTime
        for rank in 0..<schedule.ranks {
            for chunk in cells.inputChunks(of: rank) {
                let place = Place(endpoint: rank, buffer: .input, first: chunk)
                contents[cells.cell(of: place, chunk: chunk, piece: 0)] = leaf(rank, chunk)
            }
        }
    }

    private mutating func leaf(_ rank: Int, _ chunk: Int) -> Int32 {
        chunkOf.append(Int32(chunk))
        for word in 0..<words {
            members.append(word == rank / 64 ? 1 << UInt64(rank % 64) : 0)
        }
        return Int32(chunkOf.count - 1)
    }

    mutating func run() throws(Flaw) {
        var flaw: Flaw?
        schedule.forEachStep(track: track, slice: 0) { step in
            if flaw == nil { flaw = take(step) }
        }
        if let flaw { throw flaw }
        for rank in 0..<schedule.ranks { try checkOutcome(rank) }
    }

    private func flaw(_ message: String, at step: Step) -> Flaw {
        Flaw(message: message, step: step, location: schedule.describe(step))
    }

    private func describe(_ place: Place, _ chunk: Int) -> String {
        let slot = place.buffer == .scratch ? " slot \(place.slot)" : " chunk \(chunk)"
        return "\(schedule.name(of: place.endpoint))'s \(place.buffer)\(slot)"
    }

    private mutating func take(_ step: Step) -> Flaw? {
        let now = Int32(schedule.time(of: step))
        let actor = Int32(step.actor)
        var sums: [Int32] = []
        var problem: String?
        var isFirst = true
        if step.actor >= schedule.endpoints { problem = "its actor does not exist" }
        schedule.forEachSource(of: step) { place in
            if problem == nil { problem = cells.problem(with: place) }
            if problem != nil { return }
            var pieces = 0
            place.forEachChunk(of: schedule.chunks) { chunk, piece in
                if problem != nil { return }
                let cell = cells.cell(of: place, chunk: chunk, piece: piece)
                problem = read(cell, by: actor, at: now, place, chunk)
                if problem != nil { return }
                if isFirst {
                    sums.append(contents[cell])
                } else if piece < sums.count {
                    problem = add(contents[cell], to: &sums[piece])
                }
                pieces += 1
            }
            if problem == nil && pieces != sums.count {
                problem = "combines \(sums.count) chunks with \(pieces)"
            }
            isFirst = false
        }
        if problem == nil && isFirst { problem = "has no source" }
        var targets = 0
        schedule.forEachTarget(of: step) { place in
            targets += 1
            if problem == nil { problem = cells.problem(with: place) }
            if problem == nil { problem = write(sums, to: place, by: actor, at: now) }
        }
        if problem == nil && targets == 0 { problem = "has no target" }
        return problem.map { flaw($0, at: step) }
    }

    private mutating func read(
        _ cell: Int,
        by actor: Int32,
        at now: Int32,
        _ place: Place,
        _ chunk: Int
    ) -> String? {
        if contents[cell] < 0 { return "reads \(describe(place, chunk)), where nothing is" }
        if writeTime[cell] == now && writer[cell] != actor {
            let other = schedule.name(of: Int(writer[cell]))
            return "reads \(describe(place, chunk)) while \(other) writes it"
        }
        if cells.sizesDiffer && chunkOf[Int(contents[cell])] != chunk {
            return "reads chunk \(chunkOf[Int(contents[cell])]) as chunk \(chunk)"
        }
        let isShared = readTime[cell] == now && reader[cell] != actor
        reader[cell] = isShared ? -2 : actor
        readTime[cell] = now
        return nil
    }

    private mutating func write(
        _ sums: [Int32],
        to place: Place,
        by actor: Int32,
        at now: Int32
    ) -> String? {
        if place.buffer == .input && !schedule.inPlace {
            return "writes \(schedule.name(of: place.endpoint))'s input"
        }
        var problem: String?
        var pieces = 0
        place.forEachChunk(of: schedule.chunks) { chunk, piece in
            pieces += 1
            if problem != nil || piece >= sums.count { return }
            let cell = cells.cell(of: place, chunk: chunk, piece: piece)
            if writeTime[cell] == now {
                let other = schedule.name(of: Int(writer[cell]))
                problem = "writes \(describe(place, chunk)), which \(other) writes too"
            } else if readTime[cell] == now && reader[cell] != actor {
                problem = "writes \(describe(place, chunk)) while another reads it"
            } else if cells.sizesDiffer && chunkOf[Int(sums[piece])] != chunk {
                problem = "writes chunk \(chunkOf[Int(sums[piece])]) as chunk \(chunk)"
            } else if place.buffer == .scratch && schedule.scratch.lines && writeTime[cell] >= 0 {
                problem = "writes \(describe(place, chunk)) again, whose flags count only once"
            }
            contents[cell] = sums[piece]
            writeTime[cell] = now
            writer[cell] = actor
        }
        if problem == nil && pieces != sums.count {
            problem = "writes \(sums.count) chunks to room for \(pieces)"
        }
        return problem
    }

    private mutating func add(_ value: Int32, to sum: inout Int32) -> String? {
        let (left, right) = (Int(sum), Int(value))
        if chunkOf[left] != chunkOf[right] {
            return "adds chunk \(chunkOf[right]) to chunk \(chunkOf[left])"
        }
        for word in 0..<words {
            let both = members[left * words + word] & members[right * words + word]
            if both != 0 {
                let rank = word * 64 + both.trailingZeroBitCount
                return "counts rank \(rank)'s chunk \(chunkOf[left]) twice"
            }
        }
        chunkOf.append(chunkOf[left])
        for word in 0..<words {
            members.append(members[left * words + word] | members[right * words + word])
        }
        sum = Int32(chunkOf.count - 1)
        return nil
    }

    private func checkOutcome(_ rank: Int) throws(Flaw) {
        for chunk in cells.outputChunks(of: rank) {
            guard
                let want = schedule.collective.outcome(
                    rank: rank,
                    chunk: chunk,
                    root: schedule.root
                )
            else { continue }
            let place = Place(endpoint: rank, buffer: .output, first: chunk)
            let value = Int(contents[cells.cell(of: place, chunk: chunk, piece: 0)])
            if let problem = compare(value, with: want) {
                throw Flaw(
                    message: "rank \(rank)'s output chunk \(chunk) \(problem)",
                    step: nil,
                    location: ""
                )
            }
        }
    }

    private func compare(_ value: Int, with want: Outcome) -> String? {
        if value < 0 { return "is never written" }
        if Int(chunkOf[value]) != want.chunk {
            return "holds chunk \(chunkOf[value]) instead of chunk \(want.chunk)"
        }
        for rank in 0..<schedule.ranks {
            let isIn = members[value * words + rank / 64] >> UInt64(rank % 64) & 1 == 1
            let isWanted = want.origin == nil || want.origin == rank
            if isIn != isWanted {
                return isIn
                    ? "holds the contribution of rank \(rank), which does not belong there"
                    : "lacks the contribution of rank \(rank)"
            }
        }
        return nil
    }
}

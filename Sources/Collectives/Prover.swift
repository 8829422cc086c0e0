/// Runs one track of a schedule on symbols.
///
/// A value is a number: first the ranks' chunks as they were given, then the same chunks as they
/// enter sums, then the sums, each of a left and a right value. Equal sums are one number, so the
/// order in which a result was combined is the tree below its number.
struct Prover {
    let schedule: Schedule
    let track: Int
    let cells: CellMap
    /// Whether the ranks behind every sum are kept, to find the very step that counts one twice.
    let isExact: Bool
    private let words: Int
    /// What each cell holds: a value, -1 for nothing.
    private(set) var contents: [Int32]
    /// When each cell was last written and read, and by whom; -2 stands for several readers.
    private var writeTime: [Int32]
    private var writer: [Int32]
    private var readTime: [Int32]
    /// When each slot was first written, where slices have the same slots in turn.
    private var firstTime: [Int32]
    private var reader: [Int32]
    private(set) var values: ValueTable
    private var members: [UInt64] = []
    private var sums: [Int32] = []
    private(set) var steps = 0
    private var complete: [Bool] = []

    init(_ schedule: Schedule, track: Int, isExact: Bool) {
        self.schedule = schedule
        self.track = track
        self.isExact = isExact || schedule.collective == .barrier
        cells = CellMap(schedule)
        words = (schedule.ranks + 63) / 64
        contents = Array(repeating: -1, count: cells.count)
        writeTime = contents
        writer = contents
        readTime = contents
        reader = contents
        firstTime = schedule.sharesSlots ? contents : []
        values = ValueTable()
        for rank in 0..<schedule.ranks {
            for chunk in cells.inputChunks(of: rank) {
                let place = Place(endpoint: rank, buffer: .input, first: chunk)
                let leaf = values.addLeaf(rank: rank, chunk: chunk)
                contents[cells.cell(of: place, chunk: chunk, piece: 0)] = leaf
            }
        }
        values.endLeaves(areCombined: combines)
        complete = Array(repeating: false, count: values.count)
        guard self.isExact else { return }
        for value in 0..<values.count {
            let rank = Int(values.origin(of: Int32(value)))
            for word in 0..<words { members.append(word == rank / 64 ? 1 << (rank % 64) : 0) }
        }
    }

    /// Whether inputs must be told from what was combined.
    private var combines: Bool { schedule.collective.reduces }

    mutating func run() throws(Flaw) {
        var flaw: Flaw?
        schedule.forEachStep(track: track, slice: 0) { step in
            if flaw == nil { flaw = take(step) }
        }
        if let flaw { throw flaw }
        try checkTurns()
        var checked = Set<Int32>()
        for rank in 0..<schedule.ranks { try checkOutcome(rank, &checked) }
    }

    private mutating func take(_ step: Step) -> Flaw? {
        let now = Int32(schedule.time(of: step))
        let actor = Int32(truncatingIfNeeded: step.actor)
        var problem: String?
        var sources = 0
        steps += 1
        sums.removeAll(keepingCapacity: true)
        if step.actor >= schedule.endpoints { problem = "its actor does not exist" }
        schedule.forEachSource(of: step) { place in
            if problem == nil { problem = cells.problem(with: place) }
            if problem == nil { problem = read(place, isFirst: sources == 0, by: actor, at: now) }
            sources += 1
        }
        if problem == nil && sources == 0 { problem = "has no source" }
        if problem == nil && combines { problem = close(schedule.isComplete(step), sources) }
        var targets = 0
        schedule.forEachTarget(of: step) { place in
            targets += 1
            if problem == nil { problem = cells.problem(with: place) }
            if problem == nil { problem = write(to: place, by: actor, at: now) }
        }
        if problem == nil && targets == 0 { problem = "has no target" }
        return problem.map {
            Flaw(message: $0, step: step, location: schedule.describe(step))
        }
    }

    private mutating func read(
        _ place: Place,
        isFirst: Bool,
        by actor: Int32,
        at now: Int32
    ) -> String? {
        var problem: String?
        var pieces = 0
        place.forEachChunk(of: schedule.chunks) { chunk, piece in
            if problem != nil { return }
            let cell = cells.cell(of: place, chunk: chunk, piece: piece)
            problem = look(at: cell, by: actor, at: now, place, chunk)
            if problem != nil { return }
            var value = contents[cell]
            if combines && place.buffer == .input { value = values.entering(value) }
            if isFirst {
                sums.append(value)
            } else if piece < sums.count {
                problem = add(value, to: piece)
            }
            pieces += 1
        }
        if problem == nil && pieces != sums.count {
            problem = "combines \(sums.count) chunks with \(pieces)"
        }
        return problem
    }

    private mutating func look(
        at cell: Int,
        by actor: Int32,
        at now: Int32,
        _ place: Place,
        _ chunk: Int
    ) -> String? {
        let value = contents[cell]
        if value < 0 { return "reads \(describe(place, chunk)), where nothing is" }
        if writeTime[cell] == now && writer[cell] != actor {
            let other = schedule.name(of: Int(writer[cell]))
            return "reads \(describe(place, chunk)) while \(other) writes it"
        }
        if cells.sizesDiffer && values.chunk(of: value) != chunk {
            return "reads chunk \(values.chunk(of: value)) as chunk \(chunk)"
        }
        if combines && values.isLeaf(value) != (place.buffer == .input) {
            return place.buffer == .input
                ? "reads \(describe(place, chunk)), which is no input any more"
                : "reads \(describe(place, chunk)), where the input still is, as a partial result"
        }
        let isShared = readTime[cell] == now && reader[cell] != actor
        reader[cell] = isShared ? -2 : actor
        readTime[cell] = now
        return nil
    }

    /// Looks at whether what was combined is what the schedule says: results, or partial sums.
    private mutating func close(_ isComplete: Bool, _ sources: Int) -> String? {
        for piece in sums.indices {
            let value = sums[piece]
            let count = values.contributions(to: value)
            if isComplete && (count != schedule.ranks || complete[Int(value)]) {
                return "is said to complete chunk \(values.chunk(of: value)), but holds "
                    + "\(count) of \(schedule.ranks) contributions"
                    + (complete[Int(value)] ? " completed before" : "")
            }
            if sources > 1 && !isComplete && count >= schedule.ranks {
                return "completes chunk \(values.chunk(of: value)) without saying so"
            }
            if isComplete { sums[piece] = completed(value) }
        }
        return nil
    }

    private mutating func completed(_ value: Int32) -> Int32 {
        let result = values.completed(value)
        if Int(result) == complete.count {
            complete.append(true)
            if isExact { for word in 0..<words { members.append(set(value, word)) } }
        }
        return result
    }

    private func set(_ value: Int32, _ word: Int) -> UInt64 { members[Int(value) * words + word] }

    private mutating func add(_ value: Int32, to piece: Int) -> String? {
        let left = sums[piece]
        let chunk = values.chunk(of: left)
        if chunk != values.chunk(of: value) {
            return "adds chunk \(values.chunk(of: value)) to chunk \(chunk)"
        }
        if isExact && schedule.collective != .barrier {
            for word in 0..<words {
                let both = set(left, word) & set(value, word)
                if both != 0 {
                    let rank = word * 64 + both.trailingZeroBitCount
                    return "counts rank \(rank)'s chunk \(chunk) twice"
                }
            }
        }
        if complete[Int(left)] || complete[Int(value)] {
            return "adds to chunk \(chunk) what was complete before"
        }
        let sum = values.sum(left, value)
        if Int(sum) == complete.count {
            complete.append(false)
            if isExact {
                for word in 0..<words { members.append(set(left, word) | set(value, word)) }
            }
        }
        sums[piece] = sum
        return nil
    }

    private mutating func write(to place: Place, by actor: Int32, at now: Int32) -> String? {
        if place.buffer == .input {
            return "writes \(schedule.name(of: place.endpoint))'s input"
        }
        var problem: String?
        var pieces = 0
        let areLines = place.buffer == .scratch && schedule.scratch.lines
        place.forEachChunk(of: schedule.chunks) { chunk, piece in
            pieces += 1
            if problem != nil || piece >= sums.count { return }
            let cell = cells.cell(of: place, chunk: chunk, piece: piece)
            if writeTime[cell] == now {
                let other = schedule.name(of: Int(writer[cell]))
                problem = "writes \(describe(place, chunk)), which \(other) writes too"
            } else if readTime[cell] == now && reader[cell] != actor {
                problem = "writes \(describe(place, chunk)) while another reads it"
            } else if cells.sizesDiffer && values.chunk(of: sums[piece]) != chunk {
                problem = "writes chunk \(values.chunk(of: sums[piece])) as chunk \(chunk)"
            } else if areLines && writeTime[cell] >= 0 {
                problem = "writes \(describe(place, chunk)) again, whose flags count only once"
            }
            contents[cell] = sums[piece]
            if !firstTime.isEmpty && firstTime[cell] < 0 { firstTime[cell] = now }
            writeTime[cell] = now
            writer[cell] = actor
        }
        if problem == nil && pieces != sums.count {
            problem = "writes \(sums.count) chunks to room for \(pieces)"
        }
        return problem
    }

    /// Looks at whether a slice has done with its slots when the next one that has them begins.
    private func checkTurns() throws(Flaw) {
        guard schedule.sharesSlots else { return }
        if schedule.scratch.lines {
            throw Flaw(
                message: "slices have the same lines in turn, whose flags count only once",
                step: nil,
                location: ""
            )
        }
        let turn = schedule.slotSets * schedule.stride
        for endpoint in 0..<schedule.endpoints {
            let start = cells.buffers(of: endpoint).upperBound
            for slot in 0..<cells.slots where firstTime[start + slot] >= 0 {
                let first = Int(firstTime[start + slot])
                let last = Int(max(writeTime[start + slot], readTime[start + slot]))
                if last - first < turn { continue }
                throw Flaw(
                    message: "slice \(schedule.slotSets) writes \(schedule.name(of: endpoint))'s "
                        + "slot \(slot) in round \(first + turn), but slice 0 needs it until "
                        + "round \(last)",
                    step: nil,
                    location: ""
                )
            }
        }
    }

    private func describe(_ place: Place, _ chunk: Int) -> String {
        let slot = place.buffer == .scratch ? " slot \(place.slot)" : " chunk \(chunk)"
        return "\(schedule.name(of: place.endpoint))'s \(place.buffer)\(slot)"
    }

    private func checkOutcome(_ rank: Int, _ checked: inout Set<Int32>) throws(Flaw) {
        for chunk in cells.outputChunks(of: rank) {
            let want = schedule.collective.outcome(
                rank: rank,
                chunk: chunk,
                root: schedule.root,
                ranks: schedule.ranks
            )
            guard let want else { continue }
            let value = self.value(ofOutput: chunk, at: rank)
            let isNew = want.origin != nil || checked.insert(value).inserted
            if let problem = compare(value, with: want, countsLeaves: isNew) {
                throw Flaw(
                    message: "rank \(rank)'s output chunk \(chunk) \(problem)",
                    step: nil,
                    location: ""
                )
            }
        }
    }

    /// What a rank's output holds, -1 for nothing.
    func value(ofOutput chunk: Int, at rank: Int) -> Int32 {
        let place = Place(endpoint: rank, buffer: .output, first: chunk)
        return contents[cells.cell(of: place, chunk: chunk, piece: 0)]
    }

    private func compare(_ value: Int32, with want: Outcome, countsLeaves: Bool) -> String? {
        if value < 0 { return "is never written" }
        if values.chunk(of: value) != want.chunk {
            return "holds chunk \(values.chunk(of: value)) instead of chunk \(want.chunk)"
        }
        if let origin = want.origin {
            if values.isLeaf(value) && values.origin(of: value) == origin { return nil }
            return "holds the contribution of rank \(values.origin(of: value)), "
                + "which does not belong there; it lacks the contribution of rank \(origin)"
        }
        if !countsLeaves { return nil }
        if schedule.collective == .barrier {
            // A token may come by many ways; what counts is that it comes.
            let lost = (0..<schedule.ranks).first { set(value, $0 / 64) >> ($0 % 64) & 1 == 0 }
            return lost.map { "lacks the contribution of rank \($0)" }
        }
        var counts = [Int32](repeating: 0, count: schedule.ranks)
        values.forEachLeaf(below: value) { counts[$0] += 1 }
        for (rank, count) in counts.enumerated() {
            if count == 0 { return "lacks the contribution of rank \(rank)" }
            if count > 1 { return "counts the contribution of rank \(rank) twice" }
        }
        if !complete[Int(value)] { return "is complete without a step that says so" }
        return nil
    }
}

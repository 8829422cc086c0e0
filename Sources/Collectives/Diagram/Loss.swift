/// A contribution that a result lacks, and how far it came.
public struct Loss: Hashable, Sendable {
    /// Whose output lacks it.
    public let rank: Int
    /// The chunk of the output.
    public let chunk: Int
    /// The rank whose contribution it is.
    public let origin: Int
    /// Where it lies in the end; empty when every copy was overwritten.
    public let holders: [Int]
    /// The last step that passed it on, nil when it never leaves its rank's input.
    public let lastStep: Step?
    /// The step to look at: the one that overwrites its last copy, or the last that passed it on,
    /// or the first that should have.
    public let step: Step?
    /// In one sentence.
    public let description: String
}

extension Schedule {
    /// The first contribution that a result lacks when every step is taken, however wrong it is.
    public func firstLoss() -> Loss? {
        for track in tracks.indices {
            var trace = LossTrace(self, track: track)
            trace.run()
            if let lack = trace.firstLack() {
                return loss(of: lack, writer: trace.lastWriter(of: lack), track: track)
            }
        }
        return nil
    }

    private func loss(of lack: LossTrace.Lack, writer: Step?, track: Int) -> Loss {
        var journey = Journey(self, of: lack)
        forEachStep(track: track, slice: 0) { journey.take($0) }
        let holders = journey.holders
        let name = "rank \(lack.rank)'s output chunk \(lack.chunk)"
        let its = lack.origin == lack.rank ? "its own" : "rank \(lack.origin)'s"
        let fate: String
        if let last = journey.lastStep {
            var ends = "and in the end lies only at " + names(of: holders)
            if let end = journey.end, holders.isEmpty {
                ends = "and lost when \(describe(end)) writes over it"
            }
            fate = "which is passed on last in \(describe(last)), \(ends)"
        } else {
            fate = "which never leaves the input"
        }
        return Loss(
            rank: lack.rank,
            chunk: lack.chunk,
            origin: lack.origin,
            holders: holders,
            lastStep: journey.lastStep,
            step: (holders.isEmpty ? journey.end : nil) ?? journey.lastStep ?? journey.firstTouch
                ?? writer,
            description: "\(name) lacks \(its) contribution, \(fate)"
        )
    }

    private func names(of endpoints: [Int]) -> String {
        let names = endpoints.prefix(4).map { name(of: $0) }.joined(separator: ", ")
        return endpoints.count > 4 ? "\(names) and \(endpoints.count - 4) more" : names
    }
}

/// All steps of a track, taken on sets of contributions.
private struct LossTrace {
    /// An output chunk and a rank that is not in it.
    struct Lack {
        let rank: Int
        let chunk: Int
        let origin: Int
        /// The chunk of the origin's input.
        let input: Int
    }

    private let schedule: Schedule
    private let track: Int
    private let cells: CellMap
    /// What each cell holds, -1 for nothing: a leaf is a rank's chunk, a union has two parts.
    private var contents: [Int32]
    private var left: [Int32] = []
    private var right: [Int32] = []

    init(_ schedule: Schedule, track: Int) {
        self.schedule = schedule
        self.track = track
        cells = CellMap(schedule)
        contents = Array(repeating: -1, count: cells.count)
        for rank in 0..<schedule.ranks {
            for chunk in cells.inputChunks(of: rank) {
                let place = Place(endpoint: rank, buffer: .input, first: chunk)
                contents[cells.cell(of: place, chunk: chunk, piece: 0)] = Int32(left.count)
                left.append(Int32(rank))
                right.append(-1 - Int32(chunk))
            }
        }
    }

    mutating func run() {
        schedule.forEachStep(track: track, slice: 0) { take($0) }
    }

    private mutating func take(_ step: Step) {
        var values: [Int32] = []
        schedule.forEachSource(of: step) { place in
            guard cells.problem(with: place) == nil else { return }
            place.forEachChunk(of: schedule.chunks) { chunk, piece in
                let value = contents[cells.cell(of: place, chunk: chunk, piece: piece)]
                if piece >= values.count {
                    values.append(value)
                } else if values[piece] < 0 {
                    values[piece] = value
                } else if value >= 0 {
                    left.append(values[piece])
                    right.append(value)
                    values[piece] = Int32(left.count - 1)
                }
            }
        }
        schedule.forEachTarget(of: step) { place in
            guard cells.problem(with: place) == nil else { return }
            place.forEachChunk(of: schedule.chunks) { chunk, piece in
                let cell = cells.cell(of: place, chunk: chunk, piece: piece)
                contents[cell] = piece < values.count ? values[piece] : -1
            }
        }
    }

    func firstLack() -> Lack? {
        var known: [Int32: Int] = [:]
        for rank in 0..<schedule.ranks {
            for chunk in cells.outputChunks(of: rank) {
                let want = schedule.collective.outcome(
                    rank: rank,
                    chunk: chunk,
                    root: schedule.root,
                    ranks: schedule.ranks
                )
                guard let want else { continue }
                let place = Place(endpoint: rank, buffer: .output, first: chunk)
                let value = contents[cells.cell(of: place, chunk: chunk, piece: 0)]
                // Results of which nothing is missing are the rule, and often the same value.
                if want.origin == nil, known[value] == want.chunk { continue }
                if let origin = missing(want, in: value) {
                    return Lack(rank: rank, chunk: chunk, origin: origin, input: want.chunk)
                }
                known[value] = want.chunk
            }
        }
        return nil
    }

    private func missing(_ want: Outcome, in value: Int32) -> Int? {
        var found = [Bool](repeating: false, count: schedule.ranks)
        var seen: Set<Int32> = []
        var pending = value < 0 ? [] : [value]
        while let next = pending.popLast() {
            if !seen.insert(next).inserted { continue }
            let (one, other) = (left[Int(next)], right[Int(next)])
            if other >= 0 {
                pending += [one, other]
            } else if Int(-1 - other) == want.chunk {
                found[Int(one)] = true
            }
        }
        if let origin = want.origin { return found[origin] ? nil : origin }
        return found.firstIndex(of: false)
    }

    /// The last step that writes where something is missing.
    func lastWriter(of lack: Lack) -> Step? {
        let output = Place(endpoint: lack.rank, buffer: .output, first: lack.chunk)
        let wanted = cells.cell(of: output, chunk: lack.chunk, piece: 0)
        var last: Step?
        schedule.forEachStep(track: track, slice: 0) { step in
            schedule.forEachTarget(of: step) { place in
                guard cells.problem(with: place) == nil else { return }
                place.forEachChunk(of: schedule.chunks) { chunk, piece in
                    if cells.cell(of: place, chunk: chunk, piece: piece) == wanted { last = step }
                }
            }
        }
        return last
    }
}

/// The way of one rank's chunk through a track.
private struct Journey {
    private let schedule: Schedule
    private let cells: CellMap
    private let origin: Int
    private let chunk: Int
    /// Where the contribution lies.
    private var held: Set<Int>
    private(set) var lastStep: Step?
    /// The last step that wrote over a copy.
    private(set) var end: Step?
    /// The first step of the contribution's own rank that writes its chunk.
    private(set) var firstTouch: Step?

    init(_ schedule: Schedule, of lack: LossTrace.Lack) {
        self.schedule = schedule
        cells = CellMap(schedule)
        origin = lack.origin
        chunk = lack.input
        let input = Place(endpoint: origin, buffer: .input, first: chunk)
        held = [cells.cell(of: input, chunk: chunk, piece: 0)]
    }

    mutating func take(_ step: Step) {
        var carried: Set<Int> = []
        schedule.forEachSource(of: step) { place in
            guard cells.problem(with: place) == nil else { return }
            place.forEachChunk(of: schedule.chunks) { chunk, piece in
                if held.contains(cells.cell(of: place, chunk: chunk, piece: piece)) {
                    carried.insert(piece)
                }
            }
        }
        schedule.forEachTarget(of: step) { place in
            guard cells.problem(with: place) == nil else { return }
            place.forEachChunk(of: schedule.chunks) { chunk, piece in
                let cell = cells.cell(of: place, chunk: chunk, piece: piece)
                if carried.contains(piece) {
                    held.insert(cell)
                    lastStep = step
                } else if held.remove(cell) != nil {
                    end = step
                }
                if step.actor == origin && chunk == self.chunk {
                    firstTouch = firstTouch ?? step
                }
            }
        }
    }

    /// Endpoints that have it beside the input that it came from.
    var holders: [Int] {
        let input = Place(endpoint: origin, buffer: .input, first: chunk)
        let start = schedule.inPlace ? -1 : cells.cell(of: input, chunk: chunk, piece: 0)
        return Set(held.filter { $0 != start }.map { $0 / cells.stride }).sorted()
    }
}

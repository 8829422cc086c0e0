/// A chunk's memory, as formats name it that know nothing of chunks in scratch.
struct Spot {
    let endpoint: Int
    let buffer: Buffer
    /// The chunk, or in scratch the slot.
    let index: Int
}

/// Makes the table of one track from single chunks that are moved, in an order that is possible.
///
/// Other formats say where data goes, but not what it is. This follows the data and so knows
/// - which chunk lies in a slot,
/// - what still is a rank's input where input and output are the same memory,
/// - whether a sum holds every contribution.
/// Neighbouring chunks that move together are one move again.
struct ExchangeTable {
    private let schedule: Schedule
    private let cells: CellMap
    private let isVector: Bool
    private var moves: MoveTable
    /// What each cell holds: the chunk, -1 for nothing, and how many contributions.
    private var chunks: [Int32]
    private var counts: [Int32]
    private var isInput: [Bool]
    private var isComplete: [Bool]
    private var open: Move?

    init(_ schedule: Schedule) {
        self.schedule = schedule
        cells = CellMap(schedule)
        if case .vector = schedule.collective.layout(of: .output) {
            isVector = true
        } else {
            isVector = false
        }
        moves = MoveTable(schedule)
        chunks = Array(repeating: -1, count: cells.count)
        counts = Array(repeating: 0, count: cells.count)
        isInput = Array(repeating: false, count: cells.count)
        isComplete = isInput
        for rank in 0..<schedule.ranks {
            for chunk in cells.inputChunks(of: rank) {
                let cell = self.cell(of: Spot(endpoint: rank, buffer: .input, index: chunk))
                chunks[cell] = Int32(chunk)
                counts[cell] = 1
                isInput[cell] = true
            }
        }
    }

    /// Adds a step, chunk by chunk: copies, or sums of two.
    ///
    /// Sums are brought into the one form that MSCCL has: to what is at hand is added what comes
    /// from elsewhere; and what is added at hand is added to what lies in the target. Addition of
    /// two commutes, so no bit changes.
    mutating func add(_ pieces: [(sources: [Spot], target: Spot)]) {
        close()
        let isApart = pieces.map { sources, target in
            sources.count == 2 && sources.allSatisfy { $0.endpoint == target.endpoint }
                && sources.allSatisfy { cell(of: $0) != cell(of: target) }
        }
        for (number, piece) in pieces.enumerated() where isApart[number] {
            add([piece.sources[0]], to: piece.target)
        }
        close()
        for (number, (sources, target)) in pieces.enumerated() {
            if isApart[number] {
                add([target, sources[1]], to: target)
            } else if sources.count == 2 && isSecond(sources, in: target) {
                add([sources[1], sources[0]], to: target)
            } else {
                add(sources, to: target)
            }
        }
        close()
    }

    /// Whether of two in a sum the first must come second.
    private func isSecond(_ sources: [Spot], in target: Spot) -> Bool {
        if sources[0].endpoint != target.endpoint { return true }
        return sources[1].endpoint == target.endpoint && cell(of: sources[0]) != cell(of: target)
    }

    private mutating func add(_ sources: [Spot], to target: Spot) {
        var places: [Place] = []
        var count: Int32 = 0
        var isDone = false
        for source in sources {
            let cell = cell(of: source)
            places.append(place(of: source, isInput: isInput[cell], chunk: chunks[cell]))
            count = count.addingReportingOverflow(counts[cell]).partialValue
            isDone = isDone || isComplete[cell]
        }
        let first = cell(of: sources[0])
        let content = chunks[first] >= 0 ? chunks[first] : Int32(places[0].first)
        let isResult =
            schedule.collective.reduces && count == schedule.ranks && !isDone
            && (sources.count > 1 || schedule.ranks == 1)
        let move = Move(
            sources: places,
            target: place(of: target, isInput: false, chunk: content),
            isComplete: isResult
        )
        let end = cell(of: target)
        chunks[end] = content
        counts[end] = count
        isInput[end] = false
        isComplete[end] = isDone || isResult
        if open == nil || !join(move) {
            close()
            open = move
        }
    }

    private mutating func close() {
        if let move = open { moves.append(move) }
        open = nil
    }

    /// The table of all moves.
    func table() -> StepTable { moves.table() }

    private func cell(of spot: Spot) -> Int {
        let place = Place(
            endpoint: spot.endpoint,
            buffer: spot.buffer,
            slot: spot.index,
            first: spot.index
        )
        return cells.cell(of: place, chunk: spot.index, piece: 0)
    }

    private func place(of spot: Spot, isInput: Bool, chunk: Int32) -> Place {
        if spot.buffer == .scratch {
            // Blocks are all alike, so it doesn't matter which of them a slot is said to hold.
            let first = isVector ? max(0, Int(chunk)) : 0
            return Place(endpoint: spot.endpoint, buffer: .scratch, slot: spot.index, first: first)
        }
        let buffer = schedule.inPlace ? (isInput ? Buffer.input : .output) : spot.buffer
        return Place(endpoint: spot.endpoint, buffer: buffer, first: spot.index)
    }

    /// Makes the open move longer by one chunk, if that follows it everywhere.
    private mutating func join(_ move: Move) -> Bool {
        guard var joined = open, joined.isComplete == move.isComplete,
            joined.sources.count == move.sources.count,
            joined.target.join(move.target, chunks: schedule.chunks, isVector: isVector)
        else { return false }
        for index in joined.sources.indices {
            let isNext = joined.sources[index]
                .join(move.sources[index], chunks: schedule.chunks, isVector: isVector)
            guard isNext else { return false }
        }
        open = joined
        return true
    }
}

extension Place {
    /// Takes in the chunk behind the place's last; false when the other place is something else.
    fileprivate mutating func join(_ next: Place, chunks: Int, isVector: Bool) -> Bool {
        let isNeighbour =
            buffer == .scratch
            ? next.slot == slot + count && (!isVector || next.first == first + count)
            : next.first == first + count
        guard isNeighbour, next.endpoint == endpoint, next.buffer == buffer, first + count < chunks
        else { return false }
        count += 1
        return true
    }
}

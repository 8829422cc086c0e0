/// A step that only its actor takes part in as a writer: one source is copied to the actor's own
/// memory, or two are summed there, and at most one of them comes from elsewhere.
struct Move {
    var sources: [Place]
    var target: Place
    var isComplete: Bool

    var actor: Int { target.endpoint }

    /// The place elsewhere that is read, nil if there is none.
    var remote: Place? { sources.first { $0.endpoint != actor } }
}

/// Gives moves their rounds and their order.
///
/// The round is the length of the longest chain of data before a move: it reads what earlier rounds
/// wrote, and it overwrites what earlier rounds wrote or read. Within a round an actor first reads
/// from those next behind it, so that not everybody reads from rank 0 at once.
struct MoveTable {
    private struct Entry {
        let round: Int
        let distance: Int
        let move: Move
    }

    private let cells: CellMap
    /// For each cell the last rounds in which it was written and read, -1 for none.
    private var written: [Int32]
    private var read: [Int32]
    private var entries: [Entry] = []

    init(_ schedule: Schedule) {
        cells = CellMap(schedule)
        written = Array(repeating: -1, count: cells.count)
        read = written
    }

    /// Adds a move behind all that were added before it.
    mutating func append(_ move: Move) {
        let sources = move.sources.flatMap(cells.list)
        let target = cells.list(move.target)
        var round: Int32 = 0
        for cell in sources { round = max(round, written[cell] + 1) }
        for cell in target { round = max(round, written[cell] + 1, read[cell] + 1) }
        for cell in sources { read[cell] = max(read[cell], round) }
        for cell in target { written[cell] = round }
        let reader = move.remote ?? move.target
        let ahead = reader.endpoint - move.actor
        entries.append(
            Entry(
                round: Int(round),
                distance: ahead < 0 ? ahead + cells.endpoints : ahead,
                move: move
            )
        )
    }

    /// The moves in their order, as steps.
    func table() -> StepTable {
        let keys = entries.map(key)
        let order = keys.indices.sorted { keys[$0] < keys[$1] }
        return StepTable(
            order.map { index in
                let entry = entries[index]
                return StepTable.Step(
                    round: entry.round,
                    actor: entry.move.actor,
                    sources: entry.move.sources,
                    targets: [entry.move.target],
                    isComplete: entry.move.isComplete
                )
            }
        )
    }

    private func key(_ entry: Entry) -> (Int, Int, Int, UInt8, Int, Int) {
        let target = entry.move.target
        return (
            entry.round, entry.move.actor, entry.distance, target.buffer.rawValue, target.slot,
            target.first
        )
    }
}

extension CellMap {
    /// The cells of a place, in the order of its chunks.
    func list(_ place: Place) -> [Int] {
        var result: [Int] = []
        place.forEachChunk(of: chunks) { chunk, piece in
            result.append(cell(of: place, chunk: chunk, piece: piece))
        }
        return result
    }
}

/// PAT, parallel aggregated trees: contributions to every block go up a binomial tree of its own,
/// the nearest first, and those that go the same way go together.
///
/// - n ranks, any number. Rank r is p ranks behind block r - p, where it stands on top of the ranks
///   up to p + w, w being the lowest binary digit of p. It adds, in this order, its contribution
///   and the sums of the ranks 1, 2, 4, … behind it that are below it: so a result is added up in
///   the order of ranks, around the end, from its owner on.
/// - The trees of blocks that are `span` apart are walked together, as columns of a table, K = ⌈n /
///   span⌉ of them and at most A; span is a power of two. They are walked in depth, so that one sum
///   at each inner level is all that waits: K (log₂ span - 1) slots instead of one for each block.
///   A round adds all that is below a rank, from as many peers.
/// - The sums at the heads of the columns are added at the end, the nearest first: all at once
///   from K slots where columns are no more than they are long, else by halves, in an image of all
///   blocks.
/// - Steps, for powers of two: n/2A rounds, and one or log₂ A for the heads.
/// - Bytes on the wire: (n - 1) blocks from every rank: the least possible.
/// - Where the results' memory has room for all blocks, sums lie there. Where no set of chunks
///   turns around the end of the team, or contributions are packed, there is one column.
/// - Source: S. Jeaugey, "PAT: a new algorithm for all-gather and reduce-scatter operations at
///   scale", arXiv:2506.20252, 2025; in NCCL from 2.23 on.
enum PATReduceScatter {
    static let algorithm = Algorithm(
        "pat",
        .reduceScatter,
        "binomial trees in parallel, near ones first; few steps, bounded memory",
        parameters: [.aggregation],
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let trees = PATColumns(work)
        return Stage(trees.near + trees.far, slots: trees.slots)
    }
}

/// The trees of a PAT reduce-scatter as columns of a table: rank r is in row p of column c for the
/// block r - (c span + p).
private struct PATColumns {
    private let work: Work
    private let n: Int
    /// Rows of a column.
    private let span: Int
    /// Columns, and the rows of the last one.
    private let count: Int
    private let rest: Int
    /// Levels of a column's tree.
    private let levels: Int

    init(_ work: Work) {
        self.work = work
        n = work.team.size
        let most = work.from.buffer == .scratch ? 1 : work.aggregation
        var span = 2
        while span < n && (n + span - 1) / span > most { span *= 2 }
        self.span = span
        count = (n + span - 1) / span
        rest = n - (count - 1) * span
        levels = span.trailingZeroBitCount
    }

    // MARK: - Memory

    private var hasRoom: Bool { work.hasRoomForAll }
    /// Whether the heads of all columns are added at once.
    private var isFlat: Bool { !hasRoom && count <= span }
    /// The first slot of the heads, behind the sums that wait at each level but the lowest.
    private var heads: Int { work.slot + (levels - 1) * count * work.team.pieces }

    /// Slots that all this takes.
    var slots: Int {
        if hasRoom { return 0 }
        let heads = count == 1 ? 0 : isFlat ? count * work.team.pieces : work.request.ranks
        return self.heads - work.slot + heads
    }

    /// Some columns of a row, or of several rows one after the other.
    private struct Cells {
        let columns: Range<Int>
        /// The first row, the highest, and how many rows there are, two apart.
        let row: Int
        var rounds = 1
        /// Rows from here on are not there.
        let end: Int

        var last: Int { row - 2 * (rounds - 1) }
    }

    /// The position of the block in the first column.
    private func position(_ cells: Cells) -> Index {
        Index.position + .round * 2 - Index(cells.columns.lowerBound * span + cells.row)
    }

    private func chunks(_ cells: Cells) -> ChunkSet {
        let first = position(cells)
        return work.turn(from: first, count: cells.columns.count, stride: -span)
            ?? work.team.chunks(ofBlock: first.modulo(n))
    }

    /// The sums of a level's rows that wait for those above.
    private func waiting(_ cells: Cells, level: Int, of peer: Peer) -> Operand {
        if hasRoom { return Operand(peer, work.to.buffer, chunks(cells)) }
        let slot = ((level - 1) * count + cells.columns.lowerBound) * work.team.pieces
        return Operand(peer, .scratch, chunks(cells), slot: Index(work.slot + slot))
    }

    /// The sums at the heads of columns.
    private func heads(_ chunks: ChunkSet, column: Int, of peer: Peer) -> Operand {
        if hasRoom { return Operand(peer, work.to.buffer, chunks) }
        let slot = isFlat ? column * work.team.pieces : 0
        return Operand(peer, .scratch, chunks, slot: Index(heads + slot), byChunk: !isFlat)
    }

    // MARK: - Inside the columns

    /// Sums of all rows but the odd ones, from the highest to the head.
    var near: [Phase] {
        var phases: [Phase] = []
        func add(_ columns: Range<Int>, from row: Int, through last: Int, end: Int) {
            if row < last || columns.isEmpty { return }
            let rounds = (row - last) / 2 + 1
            phases.append(sums(Cells(columns: columns, row: row, rounds: rounds, end: end)))
        }
        let full = 0..<(count - 1)
        let lowest = (rest + 1) / 2 * 2
        add(full, from: span - 2, through: lowest, end: span)
        var row = lowest - 2
        for cut in cuts {
            // Here the last column lacks some of what the others have below.
            add(0..<count, from: row, through: cut + 2, end: span)
            add(full, from: cut, through: cut, end: span)
            add((count - 1)..<count, from: cut, through: cut, end: rest)
            row = cut - 2
        }
        add(0..<count, from: row, through: 2, end: span)
        if row >= 0 { add(0..<count, from: 0, through: 0, end: span) }
        return phases
    }

    /// Rows below which the last column ends, from the highest to the lowest.
    private var cuts: [Int] {
        var cuts: [Int] = []
        for level in 1...levels where rest % (1 << level) != 0 {
            let row = (rest >> level) << level
            if cuts.last != row { cuts.append(row) }
        }
        return cuts
    }

    private func sums(_ cells: Cells) -> Phase {
        let first = position(cells).modulo(n)
        var own = work.team.block(first, of: .shift(.item), in: work.from)
        own.chunks = chunks(cells)
        own.to = cells.row + 1 < cells.end ? 2 : 1
        var sources = [own]
        var targets: [Operand] = []
        for level in 1..<levels {
            let weight = 1 << level
            if cells.row + weight < cells.end || cells.rounds > 1 {
                var below = waiting(cells, level: level, of: .shift(Index(weight)))
                if restrict(&below, cells, to: 0, modulo: 2 * weight) { sources.append(below) }
            }
            var above = waiting(cells, level: level, of: .own)
            if cells.last > 0, restrict(&above, cells, to: weight, modulo: 2 * weight) {
                targets.append(above)
            }
        }
        let isResult = cells.last == 0 && count == 1
        if isResult {
            targets = [work.team.block(.position, of: .own, in: work.to)]
        } else if cells.last == 0 {
            targets = [heads(chunks(cells), column: cells.columns.lowerBound, of: .own)]
        }
        return Phase(
            cells.last == 0 ? "sums of columns" : "sums in columns",
            rounds: cells.rounds,
            completeFrom: isResult ? work.complete(from: 0) : nil,
            Pattern(view: work.team.view, sources: sources, targets: targets)
        )
    }

    /// Lets an operand have an item only in rounds whose row has a residue; false if there is no
    /// such round.
    private func restrict(
        _ operand: inout Operand,
        _ cells: Cells,
        to residue: Int,
        modulo modulus: Int
    ) -> Bool {
        let highest = cells.row - (cells.row - residue + modulus) % modulus
        if highest < cells.last { return false }
        if cells.rounds == 1 { return true }
        operand.from = Index(modulus - 1)
        operand.to = (Index(cells.row - residue - 1) - .round * 2).modulo(modulus) + 1
        return true
    }

    // MARK: - Across the columns

    /// The sums at the heads of columns as results.
    var far: [Phase] {
        if count == 1 { return [] }
        if isFlat { return [sum(of: 1, by: 1, to: count)] }
        return powers(of: 2, below: count).map { distance in
            sum(of: (count - 1 - distance) / (2 * distance) + 1, by: distance, to: 2)
        }
    }

    /// Adds the sums of neighbouring heads at a distance, for some blocks.
    private func sum(of blocks: Int, by distance: Int, to items: Int) -> Phase {
        let own = work.team.chunks(ofBlock: .position)
        let set = work.turn(from: .position, count: blocks, stride: -2 * distance * span) ?? own
        var read = heads(set, column: 0, of: .shift(Index.item * (distance * span)))
        read.to = Index(items)
        if isFlat { read.slot = read.slot + .item * work.team.pieces }
        let isLast = isFlat || 2 * distance >= count
        let sums =
            isLast
            ? work.team.block(.position, of: .own, in: work.to)
            : heads(set, column: 0, of: .own)
        return Phase(
            "sums across columns, \(distance)",
            completeFrom: isLast ? work.complete(from: 0) : nil,
            Pattern(view: work.team.view, sources: [read], targets: [sums])
        )
    }
}

/// Bidirectional ring: partial sums travel around in two halves, one each way.
///
/// - n ranks, two parts with half of every block; in round t rank r adds the first half of its
///   block r - 2 - t to what it reads from rank r - 1, and the second half of its block r + 2 + t
///   to what it reads from rank r + 1.
/// - Steps: n - 1 rounds, in each of which every rank moves half a block either way.
/// - Bytes on the wire: (n - 1) blocks from every rank, the least possible, and half of them to
///   either neighbour, so that both directions of every link are used.
/// - Partial sums take turns in two slots for either half, unless the results' memory has room for
///   all blocks.
/// - Source: the ring of P. Patarasuk, X. Yuan, "Bandwidth optimal all-reduce algorithms for
///   clusters of workstations", J. Parallel Distrib. Comput. 69(2), 2009, twice.
enum BidirectionalRingReduceScatter {
    static let algorithm = Algorithm(
        "bidirectional-ring",
        .reduceScatter,
        "half of each block travels either way around the ring; both directions of a link",
        parameters: [.order],
        parts: 2,
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        let direction = work.part == 0 ? 1 : -1
        var phases = [sums("first sums", work, direction, rounds: 0..<1)]
        if n > 3 { phases.append(sums("sums", work, direction, rounds: 1..<(n - 2))) }
        if n > 2 { phases.append(sums("last sums", work, direction, rounds: (n - 2)..<(n - 1))) }
        let needsSlots = n > 2 && !work.hasRoomForAll
        return Stage(phases, slots: needsSlots ? 2 * work.team.pieces : 0)
    }

    private static func sums(
        _ name: String,
        _ work: Work,
        _ direction: Int,
        rounds: Range<Int>
    ) -> Phase {
        let n = work.team.size
        let isLast = rounds.upperBound == n - 1
        let round = Index.round + Index(rounds.lowerBound)
        let block = (Index.position - (round + 2) * direction).modulo(n)
        let before = Peer.shift(Index(-direction))
        var read = partial(work, block, after: round - 1)
        if rounds.lowerBound == 0 { read = work.team.block(block, of: before, in: work.from) }
        read.peer = before
        let sum =
            isLast
            ? work.team.block(.position, of: .own, in: work.to)
            : partial(work, block, after: round)
        return Phase(
            name,
            rounds: rounds.count,
            completeFrom: isLast ? work.complete(from: 0) : nil,
            Pattern(
                view: work.team.view,
                sources: [read, work.team.block(block, of: .own, in: work.from)],
                targets: [sum]
            )
        )
    }

    /// Where an actor's sums of a round lie.
    private static func partial(_ work: Work, _ block: Index, after round: Index) -> Operand {
        let pieces = work.team.pieces
        return work.blockSums(
            of: work.team.chunks(ofBlock: block),
            at: (round * pieces).modulo(2 * pieces)
        )
    }
}

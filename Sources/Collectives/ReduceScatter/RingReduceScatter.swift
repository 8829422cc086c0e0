/// Ring: partial sums travel around until they are whole at their owner.
///
/// - n ranks; in round t rank r adds its block r - 2 - t to what it reads from rank r - 1, so that
///   block b sets out at rank b + 1 and ends at rank b.
/// - Steps: n - 1 rounds. Bytes on the wire: (n - 1) blocks from every rank: the least possible.
/// - Partial sums take turns in two slots, unless the results' memory has room for all blocks.
/// - Source: P. Patarasuk, X. Yuan, "Bandwidth optimal all-reduce algorithms for clusters of
///   workstations", J. Parallel Distrib. Comput. 69(2), 2009: the first half of its all-reduce.
enum RingReduceScatter {
    static let algorithm = Algorithm(
        "ring",
        .reduceScatter,
        "partial sums travel around the ring; the fewest bytes, the most steps",
        parameters: [.order],
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        var phases = [sums("first sums", work, rounds: 0..<1)]
        if n > 3 { phases.append(sums("sums", work, rounds: 1..<(n - 2))) }
        if n > 2 { phases.append(sums("last sums", work, rounds: (n - 2)..<(n - 1))) }
        let needsSlots = n > 2 && !work.hasRoomForAll
        return Stage(phases, slots: needsSlots ? 2 * work.team.pieces : 0)
    }

    private static func sums(_ name: String, _ work: Work, rounds: Range<Int>) -> Phase {
        let n = work.team.size
        let isFirst = rounds.lowerBound == 0
        let isLast = rounds.upperBound == n - 1
        let round = Index.round + Index(rounds.lowerBound)
        let block = (Index.position - 2 - round).modulo(n)
        let got =
            isFirst
            ? work.team.block(block, of: .shift(-1), in: work.from)
            : partial(work, block, of: .shift(-1), after: round - 1)
        let result =
            isLast
            ? work.team.block(isFirst ? block : .position, of: .own, in: work.to)
            : partial(work, block, of: .own, after: round)
        return Phase(
            name,
            rounds: rounds.count,
            completeFrom: isLast ? work.complete(from: 0) : nil,
            Pattern(
                view: work.team.view,
                sources: [got, work.team.block(block, of: .own, in: work.from)],
                targets: [result]
            )
        )
    }

    /// Where the sums of a round lie.
    private static func partial(
        _ work: Work,
        _ block: Index,
        of peer: Peer,
        after round: Index
    ) -> Operand {
        if work.hasRoomForAll { return work.team.block(block, of: peer, in: work.to) }
        let pieces = work.team.pieces
        var operand = work.team.block(block, of: peer, in: .single(0))
        operand.slot = (round * pieces).modulo(2 * pieces) + Index(work.slot)
        return operand
    }
}

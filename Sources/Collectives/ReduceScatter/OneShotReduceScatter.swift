/// One-shot: everyone sends each block to its owner, then each reduces its own.
///
/// - n ranks; slot s of a rank's scratch holds what rank s sent.
/// - Steps: n rounds, of which the n - 1 that cross between ranks depend on nothing. Nobody has to
///   say that its input may be read, or has been.
/// - Bytes on the wire: (n - 1) blocks from every rank: the least possible.
/// - Every byte is stored once more, so for small messages, which travel as lines.
/// - The order is that of ranks, as in the direct one.
/// - Source: the low-latency (LL) protocol of NCCL.
enum OneShotReduceScatter {
    static let algorithm = Algorithm(
        "one-shot",
        .reduceScatter,
        "everyone sends each block to its owner; one exchange, for small messages",
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        let team = work.team
        func sent(from: Index, to: Index) -> Operand {
            var slot = team.block(
                .position,
                of: .own,
                in: .single(work.slot),
                from: from,
                to: to
            )
            slot.slot = .item * team.pieces + Index(work.slot)
            return slot
        }
        let combine = Pattern(
            view: team.view,
            sources: [
                sent(from: 0, to: .position),
                team.block(.position, of: .own, in: work.from),
                sent(from: .position + 1, to: Index(n)),
            ],
            targets: [team.block(.position, of: .own, in: work.to)]
        )
        return Stage(
            [
                Phase.sendBlocks(work),
                Phase("combine", completeFrom: work.complete(from: 0), combine),
            ],
            slots: n * team.pieces,
            usesLines: work.fitsLines
        )
    }
}

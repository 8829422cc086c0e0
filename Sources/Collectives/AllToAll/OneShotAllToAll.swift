/// One-shot: everyone sends each block to its receiver, then each takes what it was sent.
///
/// - n ranks; slot s of a rank's scratch holds what rank s sent.
/// - Steps: 2n - 1 rounds, of which the n - 1 that cross between ranks depend on nothing. Nobody
///   has to say that its output may be written, or has been.
/// - Bytes on the wire: (n - 1) blocks from every rank: the least possible.
/// - Every byte is stored twice, so for small messages, which travel as lines. In place all blocks
///   have gone before the first comes.
/// - Source: the low-latency (LL) protocol of NCCL, in its grouped sends and receives.
enum OneShotAllToAll {
    static let algorithm = Algorithm(
        "one-shot",
        .allToAll,
        "everyone sends each block to its receiver; one exchange, for small messages",
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        Stage(
            [Phase.sendBlocks(work)] + Phase.ownBlock(work) + [Phase.takeBlocks(work)],
            slots: work.team.size * work.team.pieces,
            usesLines: work.fitsLines
        )
    }
}

extension Phase {
    /// Everyone puts each block into its receiver's slot of the sender's position.
    static func sendBlocks(_ work: Work) -> Phase {
        let team = work.team
        let receiver = (Index.position + 1 + .round).modulo(team.size)
        var slot = team.block(
            receiver,
            of: .shift(.round + 1),
            in: .single(work.slot)
        )
        slot.slot = .position * team.pieces + Index(work.slot)
        let send = Pattern(
            view: team.view,
            sources: [team.block(receiver, of: .own, in: work.from)],
            targets: [slot]
        )
        return Phase("send", rounds: team.size - 1, send)
    }
}

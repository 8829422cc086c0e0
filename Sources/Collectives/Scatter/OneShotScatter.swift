/// One-shot: the root sends each block to its receiver, which takes it.
///
/// - n ranks; everyone's only slot holds what the root sent.
/// - Steps: n rounds, of which the n - 1 that cross between ranks depend on nothing. The root has
///   to wait for nobody, so that it may be ahead.
/// - Bytes on the wire: n - 1 blocks, all from the root.
/// - Every byte is stored twice, so for small messages, which travel as lines.
/// - Source: the low-latency (LL) protocol of NCCL.
enum OneShotScatter {
    static let algorithm = Algorithm(
        "one-shot",
        .scatter,
        "the root sends each block to its receiver; one way, for small messages",
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let slot = Storage.single(work.slot)
        let receiver = Index.round + 1
        let send = Pattern(
            view: team.view,
            actors: Actors(to: 1),
            sources: [team.block(receiver, of: .own, in: work.from)],
            targets: [team.block(receiver, of: .shift(receiver), in: slot)]
        )
        let take = Pattern(
            view: team.view,
            actors: Actors(from: 1),
            sources: [team.block(.position, of: .own, in: slot)],
            targets: [team.block(.position, of: .own, in: work.to)]
        )
        return Stage(
            [Phase("send", rounds: team.size - 1, send)] + Phase.ownBlockOfRoot(work)
                + [Phase("take", take)],
            slots: team.pieces,
            usesLines: work.fitsLines
        )
    }
}

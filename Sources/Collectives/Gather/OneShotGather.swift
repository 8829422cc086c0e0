/// One-shot: everyone sends its block to the root, which takes them.
///
/// - n ranks; slot s of the root's scratch holds the block of position s.
/// - Steps: n rounds, of which only the first crosses between ranks. Nobody has to wait for the
///   root, so that all others may be ahead.
/// - Bytes on the wire: one block from every rank but the root.
/// - Every byte is stored twice, so for small messages, which travel as lines.
/// - Source: the low-latency (LL) protocol of NCCL.
enum OneShotGather {
    static let algorithm = Algorithm(
        "one-shot",
        .gather,
        "everyone sends its block to the root; one way, for small messages",
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let n = team.size
        let slots = Storage.slots(work.slot)
        let send = Pattern(
            view: team.view,
            actors: Actors(from: 1),
            sources: [team.block(.position, of: .own, in: work.from)],
            targets: [team.block(.position, of: .each, in: slots)]
        )
        let sender = Index.round + 1
        let take = Pattern(
            view: team.view,
            actors: Actors(to: 1),
            sources: [team.block(sender, of: .own, in: slots)],
            targets: [team.block(sender, of: .own, in: work.to)]
        )
        return Stage(
            [Phase("send", send)] + Phase.ownBlockOfRoot(work)
                + [Phase("take", rounds: n - 1, take)],
            slots: n * team.pieces,
            usesLines: work.fitsLines
        )
    }
}

extension Phase {
    /// The root's block to its place among the results, unless it is there already.
    static func ownBlockOfRoot(_ work: Work) -> [Phase] {
        if work.isInPlace { return [] }
        let copy = Pattern(
            view: work.team.view,
            actors: Actors(to: 1),
            sources: [work.team.block(.position, of: .own, in: work.from)],
            targets: [work.team.block(.position, of: .own, in: work.to)]
        )
        return [Phase("own block", copy)]
    }
}

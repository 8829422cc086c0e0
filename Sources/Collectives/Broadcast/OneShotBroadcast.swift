/// One-shot: the root sends to everyone, then each takes what it was sent.
///
/// - n ranks; everyone's only slot holds what the root sent.
/// - Steps: 2 rounds, of which only the first crosses between ranks. Nobody has to say that its
///   output may be written, or has been, so that the root may be ahead.
/// - Bytes on the wire: n - 1 vectors, all from the root.
/// - Every byte is stored twice, so for small messages, which travel as lines.
/// - Source: the low-latency (LL) protocol of NCCL.
enum OneShotBroadcast {
    static let algorithm = Algorithm(
        "one-shot",
        .broadcast,
        "the root sends to everyone; one way, for small messages",
        blocks: { _ in 1 },
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let slot = Storage.single(work.slot)
        let share = Pattern(
            view: team.view,
            actors: Actors(to: 1),
            sources: [team.whole(of: .own, in: work.from)],
            targets: [
                team.whole(of: .each, in: slot, to: Index(team.size), skipsOwn: true)
            ]
        )
        let take = Pattern(
            view: team.view,
            actors: Actors(from: 1),
            sources: [team.whole(of: .own, in: slot)],
            targets: [team.whole(of: .own, in: work.to)]
        )
        return Stage(
            [Phase("share", share)] + Phase.ownVectorOfRoot(work) + [Phase("take", take)],
            slots: team.whole.count,
            usesLines: work.fitsLines
        )
    }
}

extension Phase {
    /// The root's vector to its own result, unless it is there already.
    static func ownVectorOfRoot(_ work: Work, _ name: String = "own vector") -> [Phase] {
        if work.isInPlace { return [] }
        let copy = Pattern(
            view: work.team.view,
            actors: Actors(to: 1),
            sources: [work.team.whole(of: .own, in: work.from)],
            targets: [work.team.whole(of: .own, in: work.to)]
        )
        return [Phase(name, copy)]
    }
}

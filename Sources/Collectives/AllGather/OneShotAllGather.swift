/// One-shot: everyone sends its block to everyone, then each takes what it was sent.
///
/// - n ranks; slot s of a rank's scratch holds the block of rank s.
/// - Steps: n rounds, of which only the first crosses between ranks. Where it lies behind what was
///   sent, nobody has to say that its output may be written, or has been.
/// - Bytes on the wire: (n - 1) blocks from every rank, all at once.
/// - Every byte is stored twice, so for small messages, which travel as lines.
/// - Source: the low-latency (LL) protocol of NCCL.
enum OneShotAllGather {
    static func algorithm(for collective: Collective) -> Algorithm {
        Algorithm(
            "one-shot",
            collective,
            "everyone sends its block to everyone; one exchange, for small messages",
            stage: stage
        )
    }

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        let team = work.team
        let slots = Storage.slots(work.slot)
        let share = Pattern(
            view: team.view,
            sources: [team.block(.position, of: .own, in: work.from)],
            targets: [
                team.block(.position, of: .each, in: slots, to: Index(n), skipsOwn: true)
            ]
        )
        let sender = (Index.position + 1 + .round).modulo(n)
        let take = Pattern(
            view: team.view,
            sources: [team.block(sender, of: .own, in: slots)],
            targets: [team.block(sender, of: .own, in: work.to)]
        )
        return Stage(
            [Phase("share", share)] + Phase.ownBlock(work) + [Phase("take", rounds: n - 1, take)],
            slots: n * team.pieces,
            usesLines: work.fitsLines
        )
    }
}

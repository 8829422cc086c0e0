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
        return Stage(
            [Phase("share", share)] + Phase.ownBlock(work) + [Phase.takeBlocks(work)],
            slots: n * team.pieces,
            usesLines: work.fitsLines
        )
    }
}

extension Phase {
    /// Everyone takes each block that was sent to it out of the sender's slot.
    static func takeBlocks(_ work: Work) -> Phase {
        let team = work.team
        let sender = (Index.position + 1 + .round).modulo(team.size)
        let take = Pattern(
            view: team.view,
            sources: [team.block(sender, of: .own, in: Storage.slots(work.slot))],
            targets: [team.block(sender, of: .own, in: work.to)]
        )
        return Phase("take", rounds: team.size - 1, take)
    }
}

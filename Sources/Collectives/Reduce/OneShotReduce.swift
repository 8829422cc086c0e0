/// One-shot: everyone sends to the root, which then reduces.
///
/// - n ranks; slot s of the root's scratch holds what position s sent.
/// - Steps: 2 rounds, of which only the first crosses between ranks. Nobody has to say that its
///   input may be read, or has been, so that all but the root may be ahead.
/// - Bytes on the wire: one vector from every rank but the root, all at once to the root.
/// - Every byte is stored once more, so for small messages, which travel as lines.
/// - The order is that of ranks whichever the root is, as in the direct one.
/// - Source: the low-latency (LL) protocol of NCCL.
enum OneShotReduce {
    static let algorithm = Algorithm(
        "one-shot",
        .reduce,
        "everyone sends to the root; one way, for small messages",
        blocks: { _ in 1 },
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let n = team.size
        let chunks = team.whole.count
        let slots = Storage.single(work.slot)
        let send = Pattern(
            view: team.view,
            actors: Actors(from: 1),
            sources: [team.whole(of: .own, in: work.from)],
            targets: [team.whole(of: .each, in: slots, slot: .position * chunks)]
        )
        // Positions count from the root on: those that stand before it in the team come first.
        let first = (n - team.view.rotation) % n
        func sent(_ positions: Range<Int>) -> [Operand] {
            if positions.isEmpty { return [] }
            return [
                team.whole(
                    of: .own,
                    in: slots,
                    slot: .item * chunks,
                    from: Index(positions.lowerBound),
                    to: Index(positions.upperBound)
                )
            ]
        }
        let own = team.whole(of: .own, in: work.from)
        let combine = Pattern(
            view: team.view,
            actors: Actors(to: 1),
            sources: first == 0
                ? [own] + sent(1..<n) : sent(first..<n) + [own] + sent(1..<first),
            targets: [team.whole(of: .own, in: work.to)]
        )
        return Stage(
            [
                Phase("send", send),
                Phase("combine", completeFrom: work.complete(from: 0), combine),
            ],
            slots: n * chunks,
            usesLines: work.fitsLines
        )
    }
}

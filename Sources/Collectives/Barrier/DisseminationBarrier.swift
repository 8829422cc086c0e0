/// Dissemination: everyone tells ever farther ranks of all that it has heard of.
///
/// - n ranks, any number. Before the exchange of weight w a rank has heard of the w ranks up to
///   itself; it tells those w, 2w, … (k - 1)w further on, as far as there are any.
/// - Steps: ⌈log_k n⌉ rounds that cross between ranks, each followed by one in which a rank puts
///   together what it was told. Messages: at most (k - 1)⌈log_k n⌉ from every rank.
/// - Around the end some are heard of twice, which a barrier does not mind.
/// - Every message has a slot of its own, so that a token and its flag travel in one cache line.
/// - Source: D. Hensgen, R. Finkel, U. Manber, "Two algorithms for barrier synchronization", Int.
///   J. Parallel Program. 17(1), 1988; with several messages at once: T. Hoefler, T. Mehlan, F.
///   Mietke, W. Rehm, "Fast barrier synchronization for InfiniBand", IPDPS 2006.
enum DisseminationBarrier {
    static let algorithm = Algorithm(
        "dissemination",
        .barrier,
        "everyone tells ever farther ranks; the fewest steps for many ranks",
        parameters: [.radix],
        blocks: { _ in 1 },
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        var phases: [Phase] = []
        var slots = 0
        for weight in powers(of: work.radixInTeam, below: team.size) {
            let known = weight == 1 ? work.from : work.to
            let count = min(work.radixInTeam - 1, (team.size - 1) / weight)
            func told(_ peer: Peer) -> Operand {
                team.whole(
                    of: peer,
                    in: .single(work.slot + slots),
                    slot: .item - 1,
                    from: 1,
                    to: Index(count + 1)
                )
            }
            let own = team.whole(of: .own, in: known)
            let tell = Pattern(
                view: team.view,
                sources: [own],
                targets: [told(.shift(Index.item * weight))]
            )
            let combine = Pattern(
                view: team.view,
                sources: [own, told(.own)],
                targets: [team.whole(of: .own, in: work.to)]
            )
            phases += [Phase("tell \(weight)", tell), Phase("combine \(weight)", combine)]
            slots += count
        }
        return Stage(phases, slots: slots, usesLines: true)
    }
}

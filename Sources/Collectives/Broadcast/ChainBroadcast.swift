/// Chain: data travels along a chain that begins at the root.
///
/// - n ranks; the root is position 0. In round t position t stores to the next one.
/// - Steps: n - 1 rounds for the first slice; each next slice is a round behind.
/// - Bytes on the wire: one vector from every rank but the last.
/// - Source: the "pipeline" of J. Pješivac-Grbović et al., "Performance analysis of MPI collective
///   operations", Cluster Comput. 10(2), 2007; NCCL's broadcast around its rings.
enum ChainBroadcast {
    static let algorithm = Algorithm(
        "chain",
        .broadcast,
        "slices travel along a chain; neighbours only, for many slices",
        blocks: { _ in 1 },
        stride: 1,
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let next = team.whole(of: .ahead(1), in: work.to)
        let own = work.isInPlace ? [] : [team.whole(of: .own, in: work.to)]
        let first = Pattern(
            view: team.view,
            actors: Actors(to: 1),
            sources: [team.whole(of: .own, in: work.from)],
            targets: own + [next]
        )
        var phases = [Phase("set out", first)]
        if team.size > 2 {
            let pass = Pattern(
                view: team.view,
                actors: Actors(from: .round + 1, to: .round + 2),
                sources: [team.whole(of: .own, in: work.to)],
                targets: [next]
            )
            phases.append(Phase("pass on", rounds: team.size - 2, pass))
        }
        return Stage(phases)
    }
}

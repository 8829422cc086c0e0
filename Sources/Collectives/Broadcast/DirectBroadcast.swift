/// Direct: the root stores to everyone.
///
/// - n ranks, one round of one step with n targets.
/// - Steps: 1. Bytes on the wire: n - 1 vectors, all from the root.
/// - Source: "linear" in Open MPI's tuned component.
enum DirectBroadcast {
    static let algorithm = Algorithm(
        "direct",
        .broadcast,
        "the root stores to everyone; one step, for small messages or few ranks",
        blocks: { _ in 1 },
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let store = Pattern(
            view: team.view,
            actors: Actors(to: 1),
            sources: [team.whole(of: .own, in: work.from)],
            targets: [
                team.whole(
                    of: .each,
                    in: work.to,
                    to: Index(team.size),
                    skipsOwn: work.isInPlace
                )
            ]
        )
        return Stage([Phase("store", store)])
    }
}

/// Direct: everyone stores its block to the root.
///
/// - n ranks, one round; all transfers are by different ranks, so none waits for another.
/// - Steps: 1. Bytes on the wire: one block from every rank but the root.
/// - Source: "linear" in Open MPI's tuned component.
enum DirectGather {
    static let algorithm = Algorithm(
        "direct",
        .gather,
        "everyone stores its block to the root; one step",
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let store = Pattern(
            view: team.view,
            actors: Actors(from: work.isInPlace ? 1 : 0),
            sources: [team.block(.position, of: .own, in: work.from)],
            targets: [team.block(.position, of: .each, in: work.to)]
        )
        return Stage([Phase("store", store)])
    }
}

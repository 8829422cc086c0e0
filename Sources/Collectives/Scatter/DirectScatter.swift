/// Direct: everyone reads its block from the root.
///
/// - n ranks, one round; all transfers are by different ranks, so none waits for another.
/// - Steps: 1. Bytes on the wire: n - 1 blocks, all from the root.
/// - Source: "linear" in Open MPI's tuned component.
enum DirectScatter {
    static let algorithm = Algorithm(
        "direct",
        .scatter,
        "everyone reads its block from the root; one step",
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let read = Pattern(
            view: team.view,
            actors: Actors(from: work.isInPlace ? 1 : 0),
            sources: [team.block(.position, of: .each, in: work.from)],
            targets: [team.block(.position, of: .own, in: work.to)]
        )
        return Stage([Phase("read", read)])
    }
}

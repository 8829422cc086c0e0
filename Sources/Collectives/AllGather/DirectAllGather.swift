/// Direct: everyone stores its block to everyone.
///
/// - n ranks, one round of one step with n targets.
/// - Steps: 1. Bytes on the wire: (n - 1) blocks from every rank, all at once.
/// - Source: the "all-pairs" all-gather of MSCCL++; "linear" in Open MPI's tuned component.
enum DirectAllGather {
    static func algorithm(for collective: Collective) -> Algorithm {
        Algorithm(
            "direct",
            collective,
            "everyone stores its block to everyone; one step, where links do not collide",
            stage: stage
        )
    }

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let store = Pattern(
            view: team.view,
            sources: [team.block(.position, of: .own, in: work.from)],
            targets: [
                team.block(
                    .position,
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

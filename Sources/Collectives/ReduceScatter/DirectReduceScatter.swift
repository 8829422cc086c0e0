/// Direct: everyone reads its block from everyone and adds in the order of ranks.
///
/// - n ranks, one round of one step with n sources.
/// - Steps: 1. Bytes on the wire: (n - 1) blocks to every rank, all at once.
/// - Source: the "all-pairs" reduce-scatter of MSCCL++.
enum DirectReduceScatter {
    static let algorithm = Algorithm(
        "direct",
        .reduceScatter,
        "everyone adds its block from everyone; one step, where links do not collide",
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let add = Pattern(
            view: team.view,
            sources: [team.block(.position, of: .each, in: work.from, to: Index(team.size))],
            targets: [team.block(.position, of: .own, in: work.to)]
        )
        return Stage([Phase("add", completeFrom: work.complete(from: 0), add)])
    }
}

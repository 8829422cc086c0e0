/// Direct: the root reads from everyone and adds in the order of ranks.
///
/// - n ranks, one round of one step with n sources.
/// - Steps: 1. Bytes on the wire: one vector from every rank but the root, all at once to the root.
/// - The order is the same whichever rank the root is: positions count from the root on, so those
///   that stand before it in the team come first.
/// - Source: "linear" in Open MPI's tuned component.
enum DirectReduce {
    static let algorithm = Algorithm(
        "direct",
        .reduce,
        "the root adds from everyone; one step, for small messages or few ranks",
        blocks: { _ in 1 },
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let n = team.size
        let first = (n - team.view.rotation) % n
        func read(_ positions: Range<Int>) -> Operand {
            team.whole(
                of: .each,
                in: work.from,
                from: Index(positions.lowerBound),
                to: Index(positions.upperBound)
            )
        }
        let add = Pattern(
            view: team.view,
            actors: Actors(to: 1),
            sources: [first..<n, 0..<first].filter { !$0.isEmpty }.map(read),
            targets: [team.whole(of: .own, in: work.to)]
        )
        return Stage([Phase("add", completeFrom: work.complete(from: 0), add)])
    }
}

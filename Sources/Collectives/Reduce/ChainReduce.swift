/// Chain: partial sums travel along a chain that ends at the root.
///
/// - n ranks; the root is position 0. In round t position n - 2 - t adds its own to what it reads
///   from the next one.
/// - Steps: n - 1 rounds for the first slice; each next slice is a round behind.
/// - Bytes on the wire: one vector from every rank but the root.
/// - One slot for partial sums, unless everyone has room among the results.
/// - Source: the "pipeline" of J. Pješivac-Grbović et al., "Performance analysis of MPI collective
///   operations", Cluster Comput. 10(2), 2007.
enum ChainReduce {
    static let algorithm = Algorithm(
        "chain",
        .reduce,
        "slices are summed along a chain; neighbours only, for many slices",
        blocks: { _ in 1 },
        stride: 1,
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        var phases = [sums("first sum", work, rounds: 0..<1)]
        if n > 3 { phases.append(sums("sums", work, rounds: 1..<(n - 2))) }
        if n > 2 { phases.append(sums("last sum", work, rounds: (n - 2)..<(n - 1))) }
        return Stage(phases, slots: work.slotsOfPartialSums(ifAny: n > 2))
    }

    private static func sums(_ name: String, _ work: Work, rounds: Range<Int>) -> Phase {
        let team = work.team
        let actor = Index(team.size - 2 - rounds.lowerBound) - .round
        let got = rounds.lowerBound == 0 ? work.from : work.partialSums
        let isLast = rounds.upperBound == team.size - 1
        return Phase(
            name,
            rounds: rounds.count,
            completeFrom: isLast ? work.complete(from: 0) : nil,
            Pattern(
                view: team.view,
                actors: Actors(from: actor, to: actor + 1),
                sources: [
                    team.whole(of: .ahead(1), in: got), team.whole(of: .own, in: work.from),
                ],
                targets: [team.whole(of: .own, in: isLast ? work.to : work.partialSums)]
            )
        )
    }
}

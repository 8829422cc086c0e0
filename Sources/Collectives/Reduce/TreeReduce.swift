/// Tree: partial sums go up a k-nomial tree.
///
/// - n ranks; the root is position 0. In round t the positions whose t lowest digits are zero add,
///   if the next digit is zero too, what the positions with its other values have.
/// - Steps: ⌈log_k n⌉ rounds. Bytes on the wire: one vector from every rank but the root.
/// - A parent adds its own first, then its children's in the order of their digit.
/// - One slot for partial sums, unless everyone has room among the results.
/// - Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication
///   operations in MPICH", Int. J. High Perform. Comput. Appl. 19(1), 2005; any radix: UCC's
///   k-nomial reduce.
enum TreeReduce {
    static let algorithm = Algorithm(
        "tree",
        .reduce,
        "sums go up a k-nomial tree; few steps",
        parameters: [.radix],
        blocks: { _ in 1 },
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let radix = work.radixInTeam
        let weights = powers(of: radix, below: team.size)
        let phases = weights.map { weight in
            let isFirst = weight == 1
            let isLast = weight == weights.last
            // Who has no child adds nothing, but in the first round its input becomes a sum.
            let end = isFirst ? nil : Index(team.size - weight)
            let held = isFirst ? work.from : work.partialSums
            return Phase(
                "add \(weight)",
                completeFrom: isLast ? work.complete(from: 0) : nil,
                Pattern(
                    view: team.view,
                    weight: weight,
                    radix: radix,
                    actors: Actors(to: end, lowBelow: 1, digit: 0),
                    sources: [team.whole(of: .digit, in: held, to: Index(radix))],
                    targets: [team.whole(of: .own, in: isLast ? work.to : work.partialSums)]
                )
            )
        }
        return Stage(phases, slots: work.slotsOfPartialSums(ifAny: weights.count > 1))
    }
}

/// Tree: data goes down a k-nomial tree.
///
/// - n ranks; the root is position 0. Digits are used up from the highest on: whoever has the data,
///   with zeros in all digits that are left, stores it to the positions with the other values of
///   the next one.
/// - Steps: ⌈log_k n⌉ rounds. Bytes on the wire: at most (k - 1)⌈log_k n⌉ vectors, from the root.
/// - Most transfers are between neighbours, as in the tree that reduces.
/// - Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication
///   operations in MPICH", Int. J. High Perform. Comput. Appl. 19(1), 2005; any radix: UCC's
///   k-nomial broadcast.
enum TreeBroadcast {
    static let algorithm = Algorithm(
        "tree",
        .broadcast,
        "data goes down a k-nomial tree; few steps",
        parameters: [.radix],
        blocks: { _ in 1 },
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let radix = work.radixInTeam
        let weights = powers(of: radix, below: team.size)
        return Stage(
            weights.reversed().map { weight in
                let isFirst = weight == weights.last
                let own = isFirst && !work.isInPlace ? 0 : 1
                return Phase(
                    "reach \(weight)",
                    Pattern(
                        view: team.view,
                        weight: weight,
                        radix: radix,
                        actors: Actors(to: Index(team.size - weight), lowBelow: 1, digit: 0),
                        sources: [team.whole(of: .own, in: isFirst ? work.from : work.to)],
                        targets: [
                            team.whole(
                                of: .digit,
                                in: work.to,
                                from: Index(own),
                                to: Index(radix)
                            )
                        ]
                    )
                )
            }
        )
    }
}

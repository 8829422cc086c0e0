/// Pairwise by exclusive or: in every round the ranks are pairs that exchange two blocks.
///
/// - n ranks, a power of two; in round t rank r exchanges with rank r xor t, so that whoever it
///   reads from reads from it.
/// - Steps: n - 1 rounds that cross between ranks.
/// - Bytes on the wire: (n - 1) blocks from every rank: the least possible.
/// - In place everyone moves its blocks to n slots first.
/// - Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication
///   operations in MPICH", Int. J. High Perform. Comput. Appl. 19(1), 2005: its all-to-all for long
///   messages, for powers of two.
enum PairwiseXorAllToAll {
    static func algorithm(for collective: Collective) -> Algorithm {
        Algorithm(
            "pairwise-xor",
            collective,
            "pairs of ranks exchange their blocks; both directions of a link at a time",
            ranks: .powersOfTwo,
            allowsInPlace: collective != .allToAllV,
            stage: stage
        )
    }

    static func stage(_ work: Work) -> Stage {
        work.unlessInPlace { work in
            var partner = work.team.block(.position, of: .each, in: work.from)
            partner.from = .partner
            partner.to = .partner + 1
            let fetch = Pattern(
                view: work.team.view,
                sources: [partner],
                targets: [work.team.block(.partner, of: .own, in: work.to)]
            )
            return Stage([Phase("exchange", rounds: work.team.size, fetch)])
        }
    }
}

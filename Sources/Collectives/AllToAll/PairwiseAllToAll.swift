/// Pairwise: in every round each rank gets a block from one rank and gives one to another.
///
/// - n ranks; in round t rank r reads its block from rank r - t, while rank r + t reads from it: a
///   rotation, in which every link carries one block at a time.
/// - Steps: n - 1 rounds that cross between ranks.
/// - Bytes on the wire: (n - 1) blocks from every rank: the least possible.
/// - In place everyone moves its blocks to n slots first.
/// - Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication
///   operations in MPICH", Int. J. High Perform. Comput. Appl. 19(1), 2005: its all-to-all for long
///   messages.
enum PairwiseAllToAll {
    static func algorithm(for collective: Collective) -> Algorithm {
        Algorithm(
            "pairwise",
            collective,
            "everyone reads from one rank after the other, no two from the same at a time",
            allowsInPlace: collective != .allToAllV,
            stage: stage
        )
    }

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        return work.unlessInPlace { work in
            let sender = (Index.position - .round).modulo(n)
            let fetch = Pattern(
                view: work.team.view,
                sources: [
                    work.team.block(.position, of: .shift(Index(0) - .round), in: work.from)
                ],
                targets: [work.team.block(sender, of: .own, in: work.to)]
            )
            return Stage([Phase("fetch", rounds: n, fetch)])
        }
    }
}

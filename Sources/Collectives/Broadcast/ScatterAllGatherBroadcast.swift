/// Scatter and all-gather: the vector is scattered along a binomial tree, then its blocks travel
/// around a ring.
///
/// - n ranks, n blocks; the root is position 0. In the tree a position gets the blocks of all that
///   are below it; in the ring everyone but the root, who has all, reads a block from the one
///   before.
/// - Steps: ⌈log₂ n⌉ rounds of the tree, n - 1 of the ring.
/// - Bytes on the wire: 2(n - 1)/n of the vector from the root, and fewer than that from the
///   others, who stand below it in the tree: for large messages.
/// - Every position's blocks are its number's, so this is for all ranks as one team.
/// - Source: M. Barnett, L. Shuler, R. van de Geijn, S. Gupta, D. Payne, J. Watts, "Interprocessor
///   collective communication library (InterCom)", Scalable High Performance Computing Conference,
///   1994; with a ring: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective
///   communication operations in MPICH", Int. J. High Perform. Comput. Appl. 19(1), 2005.
enum ScatterAllGatherBroadcast {
    static let algorithm = Algorithm(
        "scatter-allgather",
        .broadcast,
        "blocks are scattered down a tree and travel around a ring; for large messages",
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        var phases: [Phase] = []
        for weight in powers(of: 2, below: n).reversed() {
            phases.append(scatter(work, weight, work.from, Actors(to: 1)))
            if 3 * weight < n {
                let others = Actors(
                    from: Index(2 * weight),
                    to: Index(n - weight),
                    lowBelow: 1,
                    digit: 0
                )
                phases.append(scatter(work, weight, work.to, others))
            }
        }
        // The root has its results at once, while the others are still busy with each other.
        return Stage(phases + Phase.ownVectorOfRoot(work, "copy") + [gather(work)])
    }

    /// Parents store the upper half of what they have to their child; behind the last rank there is
    /// no block.
    private static func scatter(
        _ work: Work,
        _ weight: Int,
        _ held: Storage,
        _ actors: Actors
    ) -> Phase {
        let half = ChunkSet(first: .position + Index(weight), count: weight)
        return Phase(
            "scatter \(weight)",
            Pattern(
                view: work.team.view,
                weight: weight,
                radix: 2,
                actors: actors,
                sources: [Operand(.own, held.buffer, half)],
                targets: [Operand(.ahead(Index(weight)), work.to.buffer, half)]
            )
        )
    }

    private static func gather(_ work: Work) -> Phase {
        let n = work.team.size
        let block = ChunkSet(first: (Index.position - 1 - .round).modulo(n))
        let pass = Pattern(
            view: work.team.view,
            actors: Actors(from: 1),
            sources: [Operand(.ahead(-1), work.to.buffer, block)],
            targets: [Operand(.own, work.to.buffer, block)]
        )
        return Phase("pass on", rounds: n - 1, pass)
    }
}

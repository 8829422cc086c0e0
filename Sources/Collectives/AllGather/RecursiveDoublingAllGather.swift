/// Recursive doubling: partners exchange all the blocks that they have, ever farther apart.
///
/// - n ranks, a power of two. In the exchange of weight w a position has the w blocks of those that
///   share its digits from there on, and stores them to the one that differs in that digit alone.
/// - Steps: log₂ n rounds. Bytes on the wire: (n - 1) blocks from every rank: the least possible.
/// - The blocks that are exchanged are neighbours, so nothing is moved afterwards.
/// - Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication
///   operations in MPICH", Int. J. High Perform. Comput. Appl. 19(1), 2005.
enum RecursiveDoublingAllGather {
    static func algorithm(for collective: Collective) -> Algorithm {
        Algorithm(
            "recursive-doubling",
            collective,
            "partners exchange all they have, ever farther apart; few bytes and few steps",
            ranks: .powersOfTwo,
            stage: stage
        )
    }

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let exchanges = powers(of: 2, below: team.size).map { weight in
            let mine = team.row(from: Index.high * (2 * weight) + .digit * weight, count: weight)
            let store = Pattern(
                view: team.view,
                weight: weight,
                radix: 2,
                sources: [Operand(.own, work.to.buffer, mine)],
                targets: [Operand(.digit, work.to.buffer, mine, to: 2, skipsOwn: true)]
            )
            return Phase("exchange \(weight)", store)
        }
        return Stage(Phase.ownBlock(work) + exchanges)
    }
}

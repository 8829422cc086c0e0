/// Recursive halving: partners share what they still have to add, ever nearer.
///
/// - n ranks, a power of two. In the exchange of weight w a position keeps the w blocks of those
///   that share its digits from there on, and adds to its own sums of them those of the position
///   that differs in that digit alone: the lower position's first.
/// - Steps: log₂ n rounds. Bytes on the wire: (n - 1) blocks from every rank: the least possible.
/// - Partial sums lie in n/2 slots, unless the results' memory has room for all blocks. They stay
///   where they are, since partners read other blocks than each other writes. Where a block is
///   several runs of chunks, every chunk has a slot of its own.
/// - Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication
///   operations in MPICH", Int. J. High Perform. Comput. Appl. 19(1), 2005.
enum RecursiveHalvingReduceScatter {
    static let algorithm = Algorithm(
        "recursive-halving",
        .reduceScatter,
        "partners share what is left to add, ever nearer; few bytes and few steps",
        ranks: .powersOfTwo,
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        let weights = powers(of: 2, below: n)
        let phases = weights.reversed().map { halve(work, $0) }
        if n == 2 || work.hasRoomForAll { return Stage(phases) }
        let pieces = work.team.pieces
        return Stage(phases, slots: work.needsImage ? work.request.ranks : n / 2 * pieces)
    }

    private static func halve(_ work: Work, _ weight: Int) -> Phase {
        let n = work.team.size
        let first = Index.high * (2 * weight) + .digit * weight
        var both = partial(work, first, weight)
        if 2 * weight == n {
            both = work.team.block(first, of: .own, in: work.from)
            both.chunks = work.team.row(from: first, count: weight)
        }
        both.peer = .digit
        both.to = 2
        let sums =
            weight == 1
            ? work.team.block(.position, of: .own, in: work.to) : partial(work, first, weight)
        return Phase(
            "halve \(weight)",
            completeFrom: weight == 1 ? work.complete(from: 0) : nil,
            Pattern(
                view: work.team.view,
                weight: weight,
                radix: 2,
                sources: [both],
                targets: [sums]
            )
        )
    }

    /// Where the sums of some neighbours' blocks lie.
    private static func partial(_ work: Work, _ first: Index, _ count: Int) -> Operand {
        let half = first.modulo(work.team.size / 2)
        return work.blockSums(
            of: work.team.row(from: first, count: count),
            at: half * work.team.pieces,
            byChunk: work.needsImage
        )
    }
}

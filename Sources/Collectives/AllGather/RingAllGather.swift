/// Ring: blocks travel around until everyone has had them.
///
/// - n ranks; in round t rank r fetches block r - 1 - t from rank r - 1.
/// - Steps: n - 1 rounds. Bytes on the wire: (n - 1) blocks from every rank: the least possible.
/// - Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication
///   operations in MPICH", Int. J. High Perform. Comput. Appl. 19(1), 2005.
enum RingAllGather {
    static func algorithm(for collective: Collective) -> Algorithm {
        Algorithm(
            "ring",
            collective,
            "blocks travel around the ring; neighbours only, the most steps",
            parameters: [.order],
            stage: stage
        )
    }

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        let block = (Index.position - 1 - .round).modulo(n)
        let pass = Pattern(
            view: work.team.view,
            sources: [work.team.block(block, of: .shift(-1), in: work.to)],
            targets: [work.team.block(block, of: .own, in: work.to)]
        )
        return Stage(Phase.ownBlock(work) + [Phase("pass on", rounds: n - 1, pass)])
    }
}

extension Phase {
    /// Everyone puts its own block among the results, unless it is there already.
    static func ownBlock(_ work: Work) -> [Phase] {
        if work.isInPlace { return [] }
        let copy = Pattern(
            view: work.team.view,
            sources: [work.team.block(.position, of: .own, in: work.from)],
            targets: [work.team.block(.position, of: .own, in: work.to)]
        )
        return [Phase("own block", copy)]
    }
}

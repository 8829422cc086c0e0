/// Bidirectional ring: blocks travel around in two halves, one each way.
///
/// - n ranks, two parts with half of every block; in round t rank r fetches from rank r - 1 the
///   first half of block r - 1 - t, and from rank r + 1 the second half of block r + 1 + t.
/// - Steps: n - 1 rounds, in each of which every rank moves half a block either way.
/// - Bytes on the wire: (n - 1) blocks from every rank, the least possible, and half of them to
///   either neighbour, so that both directions of every link are used.
/// - Source: the ring of R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective
///   communication operations in MPICH", Int. J. High Perform. Comput. Appl. 19(1), 2005, twice.
enum BidirectionalRingAllGather {
    static func algorithm(for collective: Collective) -> Algorithm {
        Algorithm(
            "bidirectional-ring",
            collective,
            "half of each block travels either way around the ring; both directions of a link",
            parameters: [.order],
            parts: 2,
            stage: stage
        )
    }

    static func stage(_ work: Work) -> Stage {
        let direction = work.part == 0 ? 1 : -1
        let block = (Index.position - (Index.round + 1) * direction).modulo(work.team.size)
        let pass = Pattern(
            view: work.team.view,
            sources: [work.team.block(block, of: .shift(Index(-direction)), in: work.to)],
            targets: [work.team.block(block, of: .own, in: work.to)]
        )
        let phase = Phase("pass on", rounds: work.team.size - 1, pass)
        return Stage(Phase.ownBlock(work) + [phase])
    }
}

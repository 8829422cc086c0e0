/// Bruck: everyone stores all the blocks that it has to k - 1 ranks, ever farther apart.
///
/// - n ranks, any number. Before the exchange of weight w rank r has the w blocks from its own on,
///   around the end; it stores them to the ranks w, 2w, … (k - 1)w before it, as far as there are
///   any. The last of these may lack fewer than w blocks, so the others get the rest in a round of
///   their own.
/// - Blocks lie where they belong from the start: a set of chunks may turn around the end, so that
///   nothing is rotated in the end.
/// - Steps: ⌈log_k n⌉ rounds, and one more if the last exchange has several distances of which one
///   lacks fewer blocks.
/// - Bytes on the wire: (n - 1) blocks from every rank: the least possible.
/// - In a team whose end no set of chunks turns around, the blocks of an exchange are stored one by
///   one, in as many rounds.
/// - Source: J. Bruck, C.-T. Ho, S. Kipnis, E. Upfal, D. Weathersby, "Efficient algorithms for
///   all-to-all communications in multiport message-passing systems", IEEE Trans. Parallel Distrib.
///   Syst. 8(11), 1997: its concatenation.
enum BruckAllGather {
    static func algorithm(for collective: Collective) -> Algorithm {
        Algorithm(
            "bruck",
            collective,
            "everyone stores all it has ever farther away; few steps for any number of ranks",
            parameters: [.radix],
            stage: stage
        )
    }

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        let radix = work.radixInTeam
        var phases = Phase.ownBlock(work)
        for weight in powers(of: radix, below: n) {
            let distances = min(radix - 1, (n - 1) / weight)
            let lacking = min(weight, n - distances * weight)
            phases.append(store(work, 0..<lacking, weight, distances))
            if lacking < weight && distances > 1 {
                phases.append(store(work, lacking..<weight, weight, distances - 1))
            }
        }
        return Stage(phases)
    }

    /// Stores some of the blocks from the own one on to several ranks before.
    private static func store(
        _ work: Work,
        _ blocks: Range<Int>,
        _ weight: Int,
        _ distances: Int
    ) -> Phase {
        let first = Index.position + Index(blocks.lowerBound)
        let all = work.turn(from: first, count: blocks.count)
        let chunks =
            all ?? work.team.chunks(ofBlock: (first + .round).modulo(work.team.size))
        let store = Pattern(
            view: work.team.view,
            sources: [Operand(.own, work.to.buffer, chunks)],
            targets: [
                Operand(
                    .shift(Index.item * -weight),
                    work.to.buffer,
                    chunks,
                    from: 1,
                    to: Index(distances + 1)
                )
            ]
        )
        return Phase("reach \(weight)", rounds: all == nil ? blocks.count : 1, store)
    }
}

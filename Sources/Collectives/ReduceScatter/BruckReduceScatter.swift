/// Bruck: the mirror image of Bruck's all-gather, in which everyone adds up from k - 1 ranks, ever
/// nearer, what is left of ever fewer blocks.
///
/// - n ranks, any number. After the exchange of weight w rank r has partial sums of the w blocks
///   from its own on, around the end; to its own it has added those of the ranks w, 2w, … (k - 1)w
///   before it, in this order, as far as there are any. The last of these may lack fewer than w
///   blocks, so the others are added in a round of their own.
/// - Steps: ⌈log_k n⌉ rounds, and one more if the first exchange has several distances of which one
///   lacks fewer blocks.
/// - Bytes on the wire: (n - 1) blocks from every rank: the least possible.
/// - Partial sums lie in p slots, where p is the largest power of k below n, unless the results'
///   memory has room for all blocks. Where a block is several runs of chunks, every chunk has a
///   slot of its own.
/// - In a team whose end no set of chunks turns around, the blocks of an exchange are added one by
///   one, in as many rounds.
/// - Source: J. Bruck, C.-T. Ho, S. Kipnis, E. Upfal, D. Weathersby, "Efficient algorithms for
///   all-to-all communications in multiport message-passing systems", IEEE Trans. Parallel Distrib.
///   Syst. 8(11), 1997, in reverse; its like with distances that are halved: J. L. Träff, "Optimal,
///   non-pipelined reduce-scatter and allreduce algorithms", arXiv:2410.14234, 2024.
enum BruckReduceScatter {
    static let algorithm = Algorithm(
        "bruck",
        .reduceScatter,
        "everyone adds from ever nearer; few steps for any number of ranks",
        parameters: [.radix],
        stage: stage
    )

    /// The sums of some blocks from the own one on.
    private struct Sums {
        let work: Work
        let weight: Int
        /// Blocks that are left before.
        let left: Int

        var isFirst: Bool { left == work.team.size }

        func phase(_ blocks: Range<Int>, _ distances: Int) -> Phase {
            let team = work.team
            let first = Index.position + Index(blocks.lowerBound)
            // Packed contributions lie by position, so they do not turn around the end.
            let isPacked = isFirst && work.from.buffer == .scratch
            let all = isPacked ? nil : work.turn(from: first, count: blocks.count)
            let block = (first + .round).modulo(team.size)
            let chunks = all ?? team.chunks(ofBlock: block)
            let number = all == nil ? .round + Index(blocks.lowerBound) : Index(blocks.lowerBound)
            func sums(_ number: Index) -> Operand {
                work.blockSums(of: chunks, at: number * team.pieces, byChunk: work.needsImage)
            }

            var read = sums(number + .item * weight)
            if isFirst {
                read = team.block(block, of: .own, in: work.from)
                read.chunks = chunks
            }
            read.peer = .shift(Index.item * -weight)
            read.to = Index(distances + 1)
            let isLast = weight == 1
            let target =
                isLast ? team.block(.position, of: .own, in: work.to) : sums(number)
            return Phase(
                "add from \(weight)",
                rounds: all == nil ? blocks.count : 1,
                completeFrom: isLast ? work.complete(from: 0) : nil,
                Pattern(view: team.view, sources: [read], targets: [target])
            )
        }
    }

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        let radix = work.radixInTeam
        let weights = powers(of: radix, below: n)
        var phases: [Phase] = []
        for weight in weights.reversed() {
            let sums = Sums(work: work, weight: weight, left: min(n, radix * weight))
            let distances = (sums.left - 1) / weight
            let lacking = sums.left - distances * weight
            phases.append(sums.phase(0..<lacking, distances))
            if lacking < weight { phases.append(sums.phase(lacking..<weight, distances - 1)) }
        }
        guard weights.count > 1, !work.hasRoomForAll else { return Stage(phases) }
        let most = weights[weights.count - 1] * work.team.pieces
        return Stage(phases, slots: work.needsImage ? work.request.ranks : most)
    }
}

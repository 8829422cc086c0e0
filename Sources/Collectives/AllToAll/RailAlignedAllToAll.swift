/// Rail-aligned: each rank of a node collects what its node has for its rail, then the ranks of a
/// rail exchange.
///
/// - n ranks, m nodes of g neighbours; a rail is the ranks that are i-th in their nodes. In the
///   node a rank reads from each of its neighbours the blocks for all ranks of its own rail; along
///   the rail it then reads from each rank the g blocks that are for itself.
/// - Nothing crosses nodes but on a rail, where every rank is a single switch away.
/// - Steps: g - 1 rounds in the nodes, then m - 1 along the rails.
/// - Bytes on the wire: (g - 1) m blocks from every rank inside its node and (m - 1) g along its
///   rail, in messages of g blocks instead of one.
/// - What is collected lies in n slots, in place or not.
/// - With one node, or nodes of one rank, this is the pairwise exchange.
/// - Source: NCCL's PXN: "Doubling all2all performance with NVIDIA Collective Communication Library
///   2.12", NVIDIA, 2022; the two-dimensional all-to-all of C. Hwang et al., "Tutel: adaptive
///   mixture-of-experts at scale", MLSys 2023.
enum RailAlignedAllToAll {
    static let algorithm = Algorithm(
        "rail-aligned",
        .allToAll,
        "collected in the node, exchanged along the rails; no rail is ever left",
        parameters: [.node],
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let g = work.request.ranksPerNode
        let m = work.team.size / g
        if g == 1 || m == 1 { return PairwiseAllToAll.stage(work) }

        let forRail = ChunkSet(first: .position, runs: m, stride: g)
        let neighbour = (Index.position - .round).modulo(g)
        let collect = Pattern(
            view: View(size: g, groups: m),
            sources: [Operand(.shift(Index(0) - .round), work.from.buffer, forRail)],
            targets: [Operand(.own, .scratch, forRail, slot: neighbour * m + Index(work.slot))]
        )
        // A neighbour's blocks lie by node: those for one node are m apart.
        let forNode = ChunkSet(first: .position, runs: g, stride: m)
        let node = (Index.position - .round).modulo(m)
        let exchange = Pattern(
            view: View(size: m, stride: g, groups: g),
            sources: [
                Operand(
                    .shift(Index(0) - .round),
                    .scratch,
                    forNode,
                    slot: Index(work.slot),
                    byChunk: true
                )
            ],
            targets: [Operand(.own, work.to.buffer, ChunkSet(first: node * g, count: g))]
        )
        return Stage(
            [
                Phase("collect in the node", rounds: g, collect),
                Phase("exchange along the rail", rounds: m, exchange),
            ],
            slots: work.team.size
        )
    }
}

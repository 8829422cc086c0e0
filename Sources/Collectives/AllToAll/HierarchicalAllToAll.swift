/// Hierarchical: the leaders of nodes collect what their nodes send, exchange it, and hand it out.
///
/// - n ranks, m nodes of g neighbours; the first of each is its leader. Everyone stores its blocks
///   to its leader; leaders store to each other what goes to the other's node; everyone reads its
///   blocks from its leader.
/// - A message between leaders is g² blocks, all that one node has for another, if these are no
///   more than n; else it is the g blocks that one rank has for the other node.
/// - Rounds that cross between ranks: m to the leader, m - 1 between leaders, m from the leader;
///   where a node has more ranks than there are nodes 1, g (m - 1) and g. They overlap: 2 m steps
///   lie behind each other, or g (m - 1) + 1.
/// - Bytes on the wire: (m - 1) g² blocks from a leader to others and (g - 1) n to its node: few
///   messages between nodes, but leaders carry all, so for small blocks.
/// - 2 g n slots, in place or not: what a leader sends, and what it gets.
/// - With nodes of one rank this is the pairwise exchange.
/// - Source: J. L. Träff, A. Rougier, "MPI collectives and datatypes for hierarchical all-to-all
///   communication", EuroMPI/ASIA 2014; leader-based collectives of MPI libraries.
enum HierarchicalAllToAll {
    static let algorithm = Algorithm(
        "hierarchical",
        .allToAll,
        "leaders of nodes exchange for all; the fewest messages between nodes",
        parameters: [.node],
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let g = work.request.ranksPerNode
        if g == 1 { return PairwiseAllToAll.stage(work) }
        let leaders = Leaders(work: work, g: g, m: work.team.size / g)
        let phases =
            leaders.hasWideMessages
            ? [leaders.collectByNode, leaders.exchange, leaders.handOutByNode]
            : [leaders.collectByRank, leaders.exchange, leaders.handOutByRank]
        return Stage(phases, slots: 2 * g * work.team.size)
    }

    /// What leaders have in slots: for every node, counted from the own one on, g² blocks, by
    /// sender and then receiver; or the same for every sender apart.
    private struct Leaders {
        let work: Work
        let g: Int
        let m: Int

        var hasWideMessages: Bool { g <= m }

        private var nodes: View { View(size: g, groups: m) }
        private var sent: Index { Index(work.slot) }
        private var received: Index { Index(work.slot + g * g * m) }

        private func leaderSlots(
            _ chunks: ChunkSet,
            _ slot: Index,
            byChunk: Bool = false
        ) -> Operand {
            Operand(.each, .scratch, chunks, slot: slot, byChunk: byChunk)
        }

        var collectByNode: Phase {
            let node = ChunkSet(first: (Index.group + .round).modulo(m) * g, count: g)
            let slot = Index.round * (g * g) + .position * g + sent
            let store = Pattern(
                view: nodes,
                sources: [Operand(.own, work.from.buffer, node)],
                targets: [leaderSlots(node, slot)]
            )
            return Phase("to the leader", rounds: m, store)
        }

        var handOutByNode: Phase {
            let mine = ChunkSet(first: .position, runs: g, stride: g)
            let node = ChunkSet(first: (Index.group - .round).modulo(m) * g, count: g)
            let slot = Index.round * (g * g) + received
            let fetch = Pattern(
                view: nodes,
                sources: [leaderSlots(mine, slot, byChunk: true)],
                targets: [Operand(.own, work.to.buffer, node)]
            )
            return Phase("from the leader", rounds: m, fetch)
        }

        var collectByRank: Phase {
            let all = ChunkSet(first: .group * g, count: g * m, wraps: true)
            let store = Pattern(
                view: nodes,
                sources: [Operand(.own, work.from.buffer, all)],
                targets: [leaderSlots(all, .position * (g * m) + sent)]
            )
            return Phase("to the leader", store)
        }

        var handOutByRank: Phase {
            let mine = ChunkSet(first: .position, runs: m, stride: g)
            let rank = ChunkSet(first: .group * g + .round, runs: m, stride: -g, wraps: true)
            let fetch = Pattern(
                view: nodes,
                sources: [leaderSlots(mine, .round * (g * m) + received, byChunk: true)],
                targets: [Operand(.own, work.to.buffer, rank)]
            )
            return Phase("from the leader", rounds: g, fetch)
        }

        /// The own node's share is among what is exchanged.
        var exchange: Phase {
            let size = hasWideMessages ? g * g : g
            let message = ChunkSet(first: 0, count: size)
            let store = Pattern(
                view: View(size: m, stride: g),
                sources: [Operand(.own, .scratch, message, slot: .round * size + sent)],
                targets: [
                    Operand(
                        .shift(Index.round.modulo(m)),
                        .scratch,
                        message,
                        slot: .round * size + received
                    )
                ]
            )
            return Phase("between leaders", rounds: g * g * m / size, store)
        }
    }
}

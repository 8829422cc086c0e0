/// Halving and doubling: a reduce-scatter in which partners halve what they still share, then an
/// all-gather in which they double what they have.
///
/// - n ranks, p blocks, where p is the largest power of two up to n. The first p positions act; the
///   halves of a position are told by its highest digit first.
/// - Positions are numbered with the digits of the ranks' order reversed, so that the largest
///   halves go between neighbours: vector halving with distance doubling, in contiguous blocks.
/// - The n - p others are neighbours of acting ones. Whoever reads an acting one's half in the
///   first exchange reads theirs too, and stores to them in the last what it stores to that one. So
///   folding takes no round, and no more bytes than a round of its own would.
/// - Steps: 2 log₂ p rounds.
/// - Bytes on the wire: 2(p - 1)/p of the vector from every rank when n is p: the least possible;
///   otherwise up to one vector more.
/// - The partial sums lie in the output, so no scratch is needed, in place or not.
/// - Source: R. Rabenseifner, "Optimization of collective reduction operations", ICCS 2004, LNCS
///   3036; R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication
///   operations in MPICH", Int. J. High Perform. Comput. Appl. 19(1), 2005.
enum HalvingDoublingAllReduce {
    static let algorithm = Algorithm(
        "halving-doubling",
        .allReduce,
        "partners halve the vector, then double it; few bytes and few steps",
        blocks: blocks,
        stage: stage
    )

    /// The largest power of two up to a team's size.
    private static func blocks(_ size: Int) -> Int {
        powers(of: 2, below: size + 1).last ?? 1
    }

    static func stage(_ work: Work) -> Stage {
        let acting = blocks(work.team.size)
        let weights = powers(of: 2, below: acting)
        let view = work.team.view.folded(onto: acting) { index in
            weights.reduce(0) { $0 * 2 + index / $1 % 2 }
        }
        let exchange = Exchange(work: work, view: view, acting: acting)
        return Stage(weights.reversed().map(exchange.halve) + weights.map(exchange.double))
    }

    /// Exchanges between positions that differ in one binary digit.
    private struct Exchange {
        let work: Work
        let view: View
        let acting: Int

        private func pattern(_ weight: Int, _ sources: [Operand], _ targets: [Operand]) -> Pattern {
            Pattern(
                view: view,
                weight: weight,
                radix: 2,
                actors: Actors(to: Index(acting)),
                sources: sources,
                targets: targets
            )
        }

        /// The blocks that are told by the digits from this one on; any position may have any
        /// block, so the team's own blocks count, not those of the view.
        private func mine(_ weight: Int) -> ChunkSet {
            let first = Index.high * (2 * weight) + .digit * weight
            return work.team.chunks(ofBlocks: first, count: weight)
        }

        private func own(_ weight: Int) -> Operand {
            Operand(.own, work.to.buffer, mine(weight))
        }

        /// What both partners have, and in the first and last exchange those for whom they act.
        private func both(_ weight: Int, in storage: Storage, skipsOwn: Bool) -> [Operand] {
            let buffer = storage.buffer
            let set = mine(weight)
            let partners = Operand(.digit, buffer, set, to: 2, skipsOwn: skipsOwn)
            guard weight == acting / 2, acting < view.size else { return [partners] }
            let behind = Index.item * weight - Index.digit * weight + Index(acting)
            return [partners, Operand(.ahead(behind), buffer, set, to: 2)]
        }

        func halve(_ weight: Int) -> Phase {
            let from = weight == acting / 2 ? work.from : work.to
            let sources = both(weight, in: from, skipsOwn: false)
            let complete = weight == 1 ? work.complete(from: 0) : nil
            let add = pattern(weight, sources, [own(weight)])
            return Phase("halve \(weight)", completeFrom: complete, add)
        }

        func double(_ weight: Int) -> Phase {
            let targets = both(weight, in: work.to, skipsOwn: true)
            return Phase("double \(weight)", pattern(weight, [own(weight)], targets))
        }
    }
}

/// PAT, parallel aggregated trees: every block goes down a binomial tree of its own, the farthest
/// first, and blocks that go the same way go together.
///
/// - n ranks, any number. A block that is j ranks from home, as seen by rank r the block r - j,
///   came from d ranks away, where d is the lowest binary digit of j. So few blocks go far, and
///   most go to neighbours.
/// - At most A blocks go together: the blocks of a distance take several rounds where they are
///   more. Messages stay as small as buffers ask for; with A of n/2 or more there are ⌈log₂ n⌉
///   rounds.
/// - Steps, for powers of two: log₂ A + n/A - 1 rounds; ⌈log₂ n⌉ dependent ones at any A.
/// - Bytes on the wire: (n - 1) blocks from every rank: the least possible.
/// - Results are read from where they lie, so no buffers are needed, and the trees need not be
///   walked in depth to keep them few: a distance ends before the next begins.
/// - In a team whose end no set of chunks turns around, A is 1.
/// - Source: S. Jeaugey, "PAT: a new algorithm for all-gather and reduce-scatter operations at
///   scale", arXiv:2506.20252, 2025; in NCCL from 2.23 on.
enum PATAllGather {
    static func algorithm(for collective: Collective) -> Algorithm {
        Algorithm(
            "pat",
            collective,
            "binomial trees in parallel, far ones first; few steps, most of them near",
            parameters: [.aggregation],
            stage: stage
        )
    }

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        let most = work.aggregation
        var phases = Phase.ownBlock(work)
        for distance in powers(of: 2, below: n).reversed() {
            let count = (n - 1 - distance) / (2 * distance) + 1
            let (rounds, rest) = count.quotientAndRemainder(dividingBy: most)
            if rounds > 0 { phases.append(fetch(work, distance, 0, most, rounds: rounds)) }
            if rest > 0 { phases.append(fetch(work, distance, rounds * most, rest, rounds: 1)) }
        }
        return Stage(phases)
    }

    /// Fetches the blocks whose lowest digit is a distance, some in every round, from one of them
    /// on.
    private static func fetch(
        _ work: Work,
        _ distance: Int,
        _ first: Int,
        _ count: Int,
        rounds: Int
    ) -> Phase {
        let position =
            Index.position - Index((2 * first + 1) * distance) - .round * (2 * count * distance)
        let chunks =
            work.turn(from: position, count: count, stride: -2 * distance)
            ?? work.team.chunks(ofBlock: position.modulo(work.team.size))
        let fetch = Pattern(
            view: work.team.view,
            sources: [Operand(.shift(Index(-distance)), work.to.buffer, chunks)],
            targets: [Operand(.own, work.to.buffer, chunks)]
        )
        return Phase("from \(distance)", rounds: rounds, fetch)
    }
}

extension Work {
    /// How many blocks go together in PAT: what was asked for, or what NCCL has room for in a step
    /// of its buffers, 4 MiB in 8 steps.
    ///
    /// Where no set of chunks turns around the end of the team, every block goes alone.
    var aggregation: Int {
        if turn(from: .position, count: 2, stride: 2) == nil { return 1 }
        let isVector = if case .vector = collective.layout(of: .input) { true } else { false }
        let block = isVector ? bytes / team.size : bytes
        return max(1, request.aggregation ?? (1 << 19) / max(1, block))
    }
}

/// Bidirectional ring: two rings of opposite directions, each with half of the data.
///
/// - n ranks, two parts of n blocks each; the second ring goes around the other way.
/// - Steps: 2(n - 1) rounds, in each of which every rank moves a block of either part.
/// - Bytes on the wire: 2(n - 1)/n of the vector from every rank, as in one ring, but half of them
///   to either neighbour, so that both directions of every link are used.
/// - The partial sums lie in the output, so no scratch is needed, in place or not.
/// - Source: the ring of P. Patarasuk, X. Yuan, "Bandwidth optimal all-reduce algorithms for
///   clusters of workstations", J. Parallel Distrib. Comput. 69(2), 2009, once in either direction.
enum BidirectionalRingAllReduce {
    static let algorithm = Algorithm(
        "bidirectional-ring",
        .allReduce,
        "two opposite rings with half of the data each; both ways of a link",
        parameters: [.order],
        parts: 2,
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        var work = work
        if work.part == 1 {
            let last = work.team.size - 1
            work.team.view = work.team.view.reordered { last - $0 }
        }
        return RingAllReduce.stage(work)
    }
}

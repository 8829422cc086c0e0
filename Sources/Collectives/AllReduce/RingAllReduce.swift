/// Ring: reduce-scatter around the ring, then all-gather around it.
///
/// - n ranks, n blocks; rank r reads from r - 1, and owns block r in between.
/// - Steps: 2(n - 1) rounds, in each of which every rank moves one block.
/// - Bytes on the wire: 2(n - 1)/n of the vector from every rank: the least possible.
/// - The partial sums lie in the output, so no scratch is needed, in place or not.
/// - Source: P. Patarasuk, X. Yuan, "Bandwidth optimal all-reduce algorithms for clusters of
///   workstations", J. Parallel Distrib. Comput. 69(2), 2009.
enum RingAllReduce {
    static let algorithm = Algorithm(
        "ring",
        .allReduce,
        "neighbours pass blocks around twice; the fewest bytes, the most steps",
        parameters: [.order],
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        work.then(RingReduceScatter.stage, RingAllGather.stage)
    }
}

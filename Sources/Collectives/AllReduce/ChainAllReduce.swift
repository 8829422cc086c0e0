/// Chain: sums travel along a chain of all ranks, and the result travels back.
///
/// - n ranks, one block; the sums end at the chain's first rank.
/// - Steps: 2(n - 1) rounds for the first slice; each next slice is a round behind.
/// - Bytes on the wire: two vectors from every rank, one to either neighbour; with many slices
///   both ways are busy at once.
/// - The partial sums lie in the output, so no scratch is needed, in place or not.
/// - Source: the "pipeline" of J. Pješivac-Grbović et al., "Performance analysis of MPI collective
///   operations", Cluster Comput. 10(2), 2007, there and back.
enum ChainAllReduce {
    static let algorithm = Algorithm(
        "chain",
        .allReduce,
        "slices are summed along a chain and come back; neighbours only, for many slices",
        parameters: [.order],
        blocks: { _ in 1 },
        stride: 1,
        stage: { work in work.then(ChainReduce.stage, ChainBroadcast.stage) }
    )
}

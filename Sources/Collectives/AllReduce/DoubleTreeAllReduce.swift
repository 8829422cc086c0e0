/// Double tree: two binary trees, each with half of the data, up and down.
///
/// - n ranks, two parts; whoever has children in one tree is a leaf of the other.
/// - Steps: ⌈log₂ n⌉ transfers behind each other up and as many down for the first slice; each next
///   slice is a round behind.
/// - Bytes on the wire: at most two vectors from every rank, one up and one down.
/// - The partial sums lie in the output, so no scratch is needed, in place or not.
/// - Source: P. Sanders, J. Speck, J. L. Träff, "Two-tree algorithms for full bandwidth broadcast,
///   reduction and scan", Parallel Comput. 35(12), 2009; NCCL's "tree".
enum DoubleTreeAllReduce {
    static let algorithm = Algorithm(
        "double-tree",
        .allReduce,
        "two binary trees with half of the data each, in slices; few steps and all links",
        blocks: { _ in 1 },
        parts: 2,
        stride: 1,
        stage: { work in work.then(DoubleTreeReduce.stage, DoubleTreeBroadcast.stage) }
    )
}

/// Tree: a reduction along a k-nomial tree, then a broadcast along the same tree.
///
/// - n ranks, one block; rank 0 stands on top, whatever it ends with is what all get.
/// - Steps: 2⌈log_k n⌉ rounds.
/// - Bytes on the wire: one vector from every rank on the way up, and one from a parent to each of
///   its children on the way down: at most (k - 1)⌈log_k n⌉, from rank 0.
/// - The partial sums lie in the output, so no scratch is needed, in place or not.
/// - Source: "reduce and broadcast" in R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of
///   collective communication operations in MPICH", Int. J. High Perform. Comput. Appl. 19(1),
///   2005.
enum TreeAllReduce {
    static let algorithm = Algorithm(
        "tree",
        .allReduce,
        "sums go up a k-nomial tree and the result goes down; few steps and few messages",
        parameters: [.radix],
        blocks: { _ in 1 },
        stage: { work in work.then(TreeReduce.stage, TreeBroadcast.stage) }
    )
}

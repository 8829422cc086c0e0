/// Tree: blocks go up a k-nomial tree, those of a subtree together.
///
/// - n ranks; the root is position 0. Every rank stores what it has of its subtree to its parent
///   once, so whatever the radix no parent's children wait for each other.
/// - Steps: ⌈log_k n⌉ transfers behind each other. Bytes on the wire: each rank's subtree, at most
///   n/2 blocks.
/// - Slots for the largest subtree but the root's; subtrees arrive at the root in place.
/// - Source: S. L. Johnsson, C.-T. Ho, "Optimum broadcasting and personalized communication in
///   hypercubes", IEEE Trans. Comput. 38(9), 1989; MPICH's binomial gather; any radix: UCC's
///   k-nomial gather.
enum TreeGather {
    static let algorithm = Algorithm(
        "tree",
        .gather,
        "blocks go up a k-nomial tree, subtree by subtree; few messages to the root",
        parameters: [.radix],
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let tree = BlockTree(work, own: work.from, root: work.to)
        return Stage(tree.passes.map { tree.phase($0, isToRoot: true) }, slots: tree.slots)
    }
}

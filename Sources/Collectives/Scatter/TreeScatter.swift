/// Tree: blocks go down a k-nomial tree, those of a subtree together.
///
/// - n ranks; the root is position 0. Every rank reads the blocks of its subtree from its parent
///   once, so whatever the radix no parent's children wait for each other.
/// - Steps: ⌈log_k n⌉ transfers behind each other. Bytes on the wire: n - 1 blocks from the root,
///   and fewer than n/2 from the others.
/// - Slots for the largest subtree but the root's; subtrees leave the root from where they are.
/// - Source: S. L. Johnsson, C.-T. Ho, "Optimum broadcasting and personalized communication in
///   hypercubes", IEEE Trans. Comput. 38(9), 1989; MPICH's binomial scatter; any radix: UCC's
///   k-nomial scatter.
enum TreeScatter {
    static let algorithm = Algorithm(
        "tree",
        .scatter,
        "blocks go down a k-nomial tree, subtree by subtree; few messages from the root",
        parameters: [.radix],
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let tree = BlockTree(work, own: work.to, root: work.from)
        let passes = tree.passes.reversed()
        return Stage(passes.map { tree.phase($0, isToRoot: false) }, slots: tree.slots)
    }
}

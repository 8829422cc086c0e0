/// Double tree: partial sums go up two binary trees, each with half of the data.
///
/// - n ranks, two parts; the root is position 0 and on top of both trees. Whoever has children in
///   one tree is a leaf of the other.
/// - Steps: ⌈log₂ n⌉ transfers behind each other for the first slice; each next slice is a round
///   behind.
/// - Bytes on the wire: one vector from every rank but the root, half in either tree; no rank gets
///   more than one.
/// - A parent adds its own first, then its children's from left to right.
/// - One slot for partial sums, unless everyone has room among the results.
/// - Source: P. Sanders, J. Speck, J. L. Träff, "Two-tree algorithms for full bandwidth broadcast,
///   reduction and scan", Parallel Comput. 35(12), 2009.
enum DoubleTreeReduce {
    static let algorithm = Algorithm(
        "double-tree",
        .reduce,
        "sums go up two binary trees with half of the data each, in slices; all links",
        blocks: { _ in 1 },
        parts: 2,
        stride: 1,
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let view = InOrderTree.view(of: work)
        let levels = InOrderTree(team.size).levels
        let phases = levels.map { level in
            let isLast = level.weight == team.size
            let children = level.children.map { child in
                team.whole(
                    of: .ahead(Index(child.distance)),
                    in: child.isLeaf ? work.from : work.partialSums
                )
            }
            return Phase(
                isLast ? "top" : "up \(level.weight)",
                completeFrom: isLast ? work.complete(from: 0) : nil,
                Pattern(
                    view: view,
                    weight: level.weight,
                    radix: 2,
                    actors: level.actors,
                    sources: [team.whole(of: .own, in: work.from)] + children,
                    targets: [team.whole(of: .own, in: isLast ? work.to : work.partialSums)]
                )
            )
        }
        return Stage(phases, slots: work.slotsOfPartialSums(ifAny: levels.count > 1))
    }
}

/// Double tree: data goes down two binary trees, each with half of it.
///
/// - n ranks, two parts; the root is position 0 and on top of both trees. Whoever has children in
///   one tree is a leaf of the other.
/// - Steps: ⌈log₂ n⌉ transfers behind each other for the first slice; each next slice is a round
///   behind.
/// - Bytes on the wire: at most one vector from every rank: the root stores a half in either tree,
///   everyone else its half to two children.
/// - Source: P. Sanders, J. Speck, J. L. Träff, "Two-tree algorithms for full bandwidth broadcast,
///   reduction and scan", Parallel Comput. 35(12), 2009.
enum DoubleTreeBroadcast {
    static let algorithm = Algorithm(
        "double-tree",
        .broadcast,
        "data goes down two binary trees, half in each, in slices; all links",
        blocks: { _ in 1 },
        parts: 2,
        stride: 1,
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let view = InOrderTree.view(of: work)
        let phases = InOrderTree(team.size).levels.reversed().map { level in
            let isFirst = level.weight == team.size
            let own = isFirst && !work.isInPlace ? [team.whole(of: .own, in: work.to)] : []
            let children = level.children.map { child in
                team.whole(of: .ahead(Index(child.distance)), in: work.to)
            }
            return Phase(
                isFirst ? "top" : "down \(level.weight)",
                Pattern(
                    view: view,
                    weight: level.weight,
                    radix: 2,
                    actors: level.actors,
                    sources: [team.whole(of: .own, in: isFirst ? work.from : work.to)],
                    targets: own + children
                )
            )
        }
        return Stage(phases)
    }
}

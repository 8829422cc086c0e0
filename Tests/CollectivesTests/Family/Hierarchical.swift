import Collectives

/// All-reduce in nodes and across them: each member of a node reduces its share from all of the
/// node, the members of a rail reduce theirs around a ring, and each member gathers its node's.
enum Hierarchical {
    static func allReduce(_ request: Request, node g: Int) -> Schedule {
        let m = request.ranks / g
        let node = View(size: g, groups: m)
        let rail = View(size: m, stride: g, groups: g)
        let mine = ChunkSet(first: .position * m, count: m)
        let inside = Pattern(
            view: node,
            sources: [Operand(.each, .input, mine, to: Index(g))],
            targets: [Operand(.own, .output, mine)]
        )
        let distance = Index.round + 1
        let peer = Index.position - distance
        let theirs = ChunkSet(first: (peer * m).modulo(g * m), count: m)
        let gather = Pattern(
            view: node,
            sources: [Operand(.shift(distance * -1), .output, theirs)],
            targets: [Operand(.own, .output, theirs)]
        )
        let phases =
            [Phase("reduce inside", inside)]
            + Rings.allReduce(rail, first: .output, chunks: m)
            + [Phase("gather inside", rounds: g - 1, gather)]
        return Schedule("two-level", .allReduce, request, chunks: g * m, tracks: [phases])
    }
}

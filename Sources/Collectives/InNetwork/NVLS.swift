/// NVLS: the switch inside a node reduces what is loaded through it and copies what is stored
/// through it (NVLink SHARP, from Hopper and its NVSwitch on).
///
/// - n ranks below one switch, an aggregation tree of a single level; each group has its own.
/// - All-reduce: rank r owns block r of n. The switch reduces the block on load to its owner
///   (multimem.ld_reduce), who stores it once, to everyone (multimem.st), itself included: n + 1
///   of n blocks on each rank's link each way, (n + 1)/(2(n - 1)) of a ring's.
/// - Steps: 2n rounds, in which the switch acts for one block after the other; n in reduce-scatter
///   (n blocks out, one in) and all-gather (one out, n in); 1 in reduce and broadcast.
/// - Memory: none at the switch, which holds nothing between its steps.
/// - Sources: B. Klenk and others, "An In-Network Architecture for Accelerating Shared-Memory
///   Multiprocessor Collectives", ISCA 2020; the NVLS algorithm of NCCL; multimem in the PTX ISA.
enum NVLS {
    static let allReduce = Algorithm(
        name,
        .allReduce,
        "the switch in the node reduces what owners load and copies what they store",
        stage: { work in work.then(reduceScatter.stage, allGather(.allGather).stage) }
    )

    static let reduceScatter = algorithm(
        .reduceScatter,
        "the switch in the node reduces each block on load",
        AggregationTree.reduceScatter
    )

    static func allGather(_ collective: Collective) -> Algorithm {
        algorithm(
            collective,
            "the switch in the node copies each block on store",
            AggregationTree.allGather
        )
    }

    static let reduce = algorithm(
        .reduce,
        "the switch in the node reduces the vector on load by the root",
        AggregationTree.reduce
    )

    static let broadcast = algorithm(
        .broadcast,
        "the switch in the node copies the vector on store by the root",
        AggregationTree.broadcast
    )

    private static let name = "nvls"

    private static func algorithm(
        _ collective: Collective,
        _ summary: String,
        _ tree: @escaping @Sendable (Work, _ radix: Int, _ room: SwitchRoom?) -> Stage
    ) -> Algorithm {
        Algorithm(
            name,
            collective,
            summary,
            blocks: { _ in 1 },
            stage: { work in tree(work, work.team.size, nil) }
        )
    }
}

extension Algorithm {
    /// Every algorithm, in the order in which they are listed.
    public static let all: [Algorithm] =
        allReduce + reduceScatter + allGather(.allGather) + allGather(.allGatherV) + allToAll
        + allToAllV + broadcast + reduce + gather + scatter + [DirectSendReceive.algorithm]
        + barrier

    private static let allReduce = [
        RingAllReduce.algorithm,
        OneShotAllReduce.algorithm,
        TwoShotAllReduce.algorithm,
        BidirectionalRingAllReduce.algorithm,
        RecursiveDoublingAllReduce.algorithm,
        HalvingDoublingAllReduce.algorithm,
        TreeAllReduce.algorithm,
        DoubleTreeAllReduce.algorithm,
        ChainAllReduce.algorithm,
        TwoLevel.algorithm(
            "two-level",
            .allReduce,
            "shares are summed in the node, across on every rail, and spread in the node",
            inner: "direct",
            outer: "ring"
        ),
        TwoLevel.algorithm(
            "rail-ring",
            .allReduce,
            "a ring in the node, and a ring across on every rail",
            inner: "ring",
            outer: "ring"
        ),
        SHARP.allReduce(.lowLatency),
        SHARP.allReduce(.streaming),
        NVLS.allReduce,
        TwoLevel.algorithm(
            "nvls-tree",
            .allReduce,
            "the node's switch reduces and copies, a double tree goes across",
            inner: "nvls",
            outer: "double-tree"
        ),
        TwoLevel.algorithm(
            "nvls-sharp",
            .allReduce,
            "the node's switch reduces and copies, and so do the switches across",
            inner: "nvls",
            outer: "sharp-sat"
        ),
    ]

    private static let reduceScatter = [
        RingReduceScatter.algorithm,
        OneShotReduceScatter.algorithm,
        BidirectionalRingReduceScatter.algorithm,
        RecursiveHalvingReduceScatter.algorithm,
        BruckReduceScatter.algorithm,
        PATReduceScatter.algorithm,
        DirectReduceScatter.algorithm,
        TwoLevel.algorithm(
            "two-level",
            .reduceScatter,
            "in the node first, then across on every rail",
            inner: "direct",
            outer: "ring"
        ),
        SHARP.reduceScatter,
        NVLS.reduceScatter,
    ]

    private static func allGather(_ collective: Collective) -> [Algorithm] {
        [
            RingAllGather.algorithm(for: collective),
            OneShotAllGather.algorithm(for: collective),
            BidirectionalRingAllGather.algorithm(for: collective),
            RecursiveDoublingAllGather.algorithm(for: collective),
            BruckAllGather.algorithm(for: collective),
            PATAllGather.algorithm(for: collective),
            DirectAllGather.algorithm(for: collective),
            TwoLevel.algorithm(
                "two-level",
                collective,
                "across on every rail first, then in the node",
                inner: "direct",
                outer: "ring"
            ),
            SHARP.allGather(collective),
            NVLS.allGather(collective),
        ]
    }

    private static let allToAll = [
        LinearAllToAll.algorithm(for: .allToAll),
        OneShotAllToAll.algorithm,
        PairwiseAllToAll.algorithm(for: .allToAll),
        PairwiseXorAllToAll.algorithm(for: .allToAll),
        BruckAllToAll.algorithm,
        HierarchicalAllToAll.algorithm,
        RailAlignedAllToAll.algorithm,
    ]

    private static let allToAllV = [
        LinearAllToAll.algorithm(for: .allToAllV),
        PairwiseAllToAll.algorithm(for: .allToAllV),
        PairwiseXorAllToAll.algorithm(for: .allToAllV),
    ]

    private static let broadcast = [
        TreeBroadcast.algorithm,
        OneShotBroadcast.algorithm,
        ChainBroadcast.algorithm,
        DirectBroadcast.algorithm,
        DoubleTreeBroadcast.algorithm,
        ScatterAllGatherBroadcast.algorithm,
        TwoLevel.algorithm(
            "two-level",
            .broadcast,
            "across on the root's rail first, then in every node",
            inner: "direct",
            outer: "tree"
        ),
        SHARP.broadcast(.lowLatency),
        SHARP.broadcast(.streaming),
        NVLS.broadcast,
    ]

    private static let reduce = [
        TreeReduce.algorithm,
        OneShotReduce.algorithm,
        ChainReduce.algorithm,
        DirectReduce.algorithm,
        DoubleTreeReduce.algorithm,
        TwoLevel.algorithm(
            "two-level",
            .reduce,
            "in every node first, then across on the root's rail",
            inner: "direct",
            outer: "tree"
        ),
        SHARP.reduce(.lowLatency),
        SHARP.reduce(.streaming),
        NVLS.reduce,
    ]

    private static let gather = [
        DirectGather.algorithm,
        OneShotGather.algorithm,
        TreeGather.algorithm,
        TwoLevel.algorithm(
            "two-level",
            .gather,
            "in every node first, then across on the root's rail",
            inner: "direct",
            outer: "tree"
        ),
    ]

    private static let scatter = [
        DirectScatter.algorithm,
        OneShotScatter.algorithm,
        TreeScatter.algorithm,
        TwoLevel.algorithm(
            "two-level",
            .scatter,
            "across on the root's rail first, then in every node",
            inner: "direct",
            outer: "tree"
        ),
    ]

    private static let barrier = [
        DisseminationBarrier.algorithm,
        TreeBarrier.algorithm,
        DirectBarrier.algorithm,
        TwoLevel.algorithm(
            "two-level",
            .barrier,
            "up in the node, across between leaders, down in the node",
            inner: "tree",
            outer: "dissemination"
        ),
        SHARP.barrier,
    ]
}

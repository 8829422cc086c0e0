/// SHARP: the switches of the network reduce what passes through them.
///
/// - n ranks under a tree of D levels of switches (`AggregationTree`); the radix is how many
///   children a switch has. The least radix r with rᵈ ≥ n gives a tree of depth d.
/// - Low latency (`sharp-llt`): the message goes whole, stored and forwarded level by level, as
///   long as it fits an operation.
/// - Streaming (`sharp-sat`): the same tree, and each slice follows a round behind the one before,
///   so that slices go up and come down at once. The message is cut by slices rather than by
///   blocks with rounds of their own: phases follow each other, so within a slice a switch sends
///   nothing down before it has taken everything from below, while slices are ordered by time. A
///   switch of level l has never more than 2(D - l) slices that went up and did not come down yet.
/// - Steps: all-reduce and barrier 2D - 1 rounds, reduce D, broadcast at most 3D - 2, and n rounds
///   a level in reduce-scatter and all-gather, whose blocks stream too.
/// - Bytes on a host's link: an all-reduce takes one vector out and one in, n/(2(n - 1)) of a
///   ring's; a reduce-scatter takes n blocks out and one in, an all-gather one out and n in.
/// - Memory: one vector at each switch below the top, none where the top is the only level; never
///   more than the switches have room for.
/// - Room: each tree has room for so many outstanding operations of so many bytes, as aggregation
///   nodes have (an OST, and its payload). A larger message is cut into slices that fit, and a
///   slice waits until the one that had its buffer has come down. Across nodes the same holds of
///   what arrives at a switch, by port. In reduce-scatter and all-gather an operation is a slice
///   of all blocks, at least a cache line of each.
/// - Sources: R. Graham and others, "Scalable Hierarchical Aggregation Protocol (SHArP): A Hardware
///   Architecture for Efficient Data Reduction", COMHPC 2016; R. Graham and others, "Scalable
///   Hierarchical Aggregation and Reduction Protocol (SHARP) Streaming-Aggregation Hardware Design
///   and Evaluation", ISC High Performance 2020. Reduce-scatter and all-gather are in the SHARP
///   library that UCC's tl/sharp calls; the multicast all-gather that complements an in-network
///   reduce-scatter is in M. Khalilov and others, "Network-Offloaded Bandwidth-Optimal Broadcast
///   and Allgather for Distributed AI", 2024 (arXiv:2408.13356). OSTs and their payload: NVIDIA
///   SHARP Rev 3.10.3, "SHARP Collective Library" (docs.nvidia.com/networking).
enum SHARP {
    /// How a message goes through the tree.
    enum Mode: String {
        case lowLatency = "sharp-llt"
        case streaming = "sharp-sat"

        /// How many rounds a slice runs behind the one before.
        var stride: Int { self == .streaming ? 1 : 0 }

        /// Bytes of an operation in a switch, unless the request says otherwise.
        ///
        /// Low latency: the most that SHARP_COLL_JOB_QUOTA_PAYLOAD_PER_OST may be. Nothing is
        /// published of what streams take; docs/MEASUREMENT.md has what suits switches that are
        /// processes.
        var buffer: Int { self == .streaming ? 128 << 10 : 1024 }
    }

    /// Operations of a tree that are under way at a time, unless the request says otherwise: the
    /// default of SHARP_COLL_OSTS_PER_GROUP.
    static let outstanding = 8

    private static func room(for request: Request, _ mode: Mode) -> SwitchRoom {
        SwitchRoom(
            buffer: request.buffer ?? mode.buffer,
            outstanding: request.outstanding ?? outstanding
        )
    }

    /// The hosts of a leaf switch, unless the request says otherwise: half of the 64 ports of a
    /// QM9700 (Quantum-2, NDR), since in a fat tree that blocks nothing the other half goes up.
    static let radix = 32

    static func allReduce(_ mode: Mode) -> Algorithm {
        algorithm(
            mode,
            .allReduce,
            mode == .lowLatency
                ? "switches reduce all at once and copy it down; few steps, for small messages"
                : "switches reduce slices while results come down; half of a ring's bytes",
            AggregationTree.allReduce
        )
    }

    static func reduce(_ mode: Mode) -> Algorithm {
        algorithm(
            mode,
            .reduce,
            mode == .lowLatency
                ? "switches reduce all at once for the root; for small messages"
                : "switches reduce slice after slice for the root; one vector on each link",
            AggregationTree.reduce
        )
    }

    static func broadcast(_ mode: Mode) -> Algorithm {
        algorithm(
            mode,
            .broadcast,
            mode == .lowLatency
                ? "switches copy all at once to their ports; for small messages"
                : "switches copy slice after slice to their ports; one vector on each link",
            AggregationTree.broadcast
        )
    }

    static let barrier = algorithm(
        .lowLatency,
        .barrier,
        "tokens meet at the switch at the top and come back",
        AggregationTree.allReduce
    )

    static let reduceScatter = algorithm(
        .streaming,
        .reduceScatter,
        "switches reduce block after block for its owner; a single block comes in",
        AggregationTree.reduceScatter
    )

    static func allGather(_ collective: Collective) -> Algorithm {
        algorithm(
            .streaming,
            collective,
            "switches copy block after block to everyone; a single block goes out",
            AggregationTree.allGather
        )
    }

    private static func algorithm(
        _ mode: Mode,
        _ collective: Collective,
        _ summary: String,
        _ tree: @escaping @Sendable (Work, _ radix: Int, _ room: SwitchRoom?) -> Stage
    ) -> Algorithm {
        Algorithm(
            mode.rawValue,
            collective,
            summary,
            // A barrier's token always fits.
            parameters: collective == .barrier ? [.radix] : [.radix, .buffer, .outstanding],
            blocks: { _ in 1 },
            stride: mode.stride,
            stage: { work in
                tree(work, work.request.radix ?? radix, room(for: work.request, mode))
            }
        )
    }
}

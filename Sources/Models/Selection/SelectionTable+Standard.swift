internal import Collectives

extension SelectionTable {
    /// What to take where this machine was neither tuned nor calibrated.
    ///
    /// Measured by `weft tune` and `weft bench`, 2026-11-21, on a Zen 3 virtual machine with two
    /// cores and 32 MiB of L3 that others used too: two ranks, over shared memory and as two nodes
    /// over loopback. Times are of the range's first size that was measured, both placements
    /// together. Where several were as fast, it is the one that needs the fewest steps with more
    /// ranks.
    static let standard = SelectionTable(
        machine: "AMD Zen 3 virtual machine · 2 cores",
        sections: [
            section(.allReduce, [(0, "one-shot", 0.12), (1 << 10, "two-shot", 0.26)]),
            section(.reduceScatter, [(0, "one-shot", 0.24), (1 << 10, "direct", 0.32)]),
            section(.allGather, [(0, "one-shot", 0.17), (2 << 10, "direct", 0.44)]),
            section(.allGatherV, [(0, "one-shot", 0.21), (2 << 10, "direct", 0.44)]),
            section(.allToAll, [(0, "one-shot", 0.16), (4 << 10, "linear", 0.43)]),
            section(.allToAllV, [(0, "linear", 0.19)]),
            section(.broadcast, [(0, "one-shot", 0.09), (4 << 10, "direct", 0.39)]),
            // Parts reach the root's own memory by no copy in place: 76 us instead of 168 at 4 MiB.
            section(
                .broadcast,
                buffers: .inPlace,
                [
                    (0, "one-shot", 0.04), (4 << 10, "direct", 0.19),
                    (64 << 10, "scatter-allgather", 0.92),
                ]
            ),
            section(.reduce, [(0, "one-shot", 0.17), (2 << 10, "tree", 0.26)]),
            section(.gather, [(0, "one-shot", 0.14), (2 << 10, "direct", 0.19)]),
            section(.scatter, [(0, "one-shot", 0.32), (1 << 10, "direct", 0.29)]),
            section(.barrier, [(0, "dissemination", 0.18)]),

            section(.allReduce, nodes: 2, [(0, "one-shot", 16.8), (1 << 20, "two-shot", 857)]),
            section(.reduceScatter, nodes: 2, [(0, "one-shot", 24.1), (64 << 10, "ring", 38.9)]),
            section(.allGather, nodes: 2, [(0, "one-shot", 21.1), (4 << 20, "ring", 6114)]),
            section(.allToAll, nodes: 2, [(0, "linear", 20.8)]),
            section(
                .broadcast,
                nodes: 2,
                [(0, "tree", 18.6), (4 << 20, "scatter-allgather", 7091)]
            ),
        ]
    )

    private static func section(
        _ collective: Collective,
        buffers: Buffers = .either,
        nodes: Int = 1,
        _ ranges: [(from: Int, algorithm: String, microseconds: Double)]
    ) -> Section {
        Section(
            key: Key(collective, ranks: 2, nodes: nodes, buffers: buffers),
            date: "2026-11-21",
            version: "0.1.0",
            ranges: ranges.map {
                Range(
                    from: $0.from,
                    chosen: Timed(Variant($0.algorithm), microseconds: $0.microseconds)
                )
            }
        )
    }
}

public import Fabrics

extension Placement {
    /// The tree of real switches over the endpoints of the ranks.
    ///
    /// Its `radix` is what an in-network algorithm may be told of the fabric: the most children of
    /// any switch; `radixes` has those of each tier.
    ///
    /// - Parameters:
    ///   - number: which of the parallel trees, from 0.
    ///   - reduces: whether its switches must reduce, which multicast does not ask for.
    public func switchTree(
        number: Int = 0,
        reduces: Bool = true
    ) throws(SwitchTreeError) -> SwitchTree {
        try SwitchTree(
            over: (0..<ranks).map(endpoint(of:)).sorted(),
            number: number,
            in: Router(fabric),
            reduces: reduces
        )
    }
}

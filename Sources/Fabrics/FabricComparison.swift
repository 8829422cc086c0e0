internal import Text
internal import Units

/// What distinguishes fabrics, in rows that are the same for all.
public struct FabricComparison: Sendable {
    /// The rows of one fabric.
    public let rows: [FabricSummary.Row]

    /// Sums up a fabric beside others.
    public init(of fabric: Fabric) {
        let bill = Bill(of: fabric)
        let router = Router(fabric)
        let outer = fabric.tiers[fabric.tiers.count - 1]
        let inner = fabric.networks[0]
        let each = TotalRate(bits: fabric.allToAllLimit.bits / UInt128(fabric.endpoints))
        let farthest = fabric.tiers.indices.compactMap { tier -> Int? in
            var path: [Int] = []
            let other = fabric.tiers[tier].groupSize - 1
            let isJoined = router.route(from: 0, to: other, into: &path) { _, _ in 0 }
            return isJoined ? path.count : nil
        }.max()
        rows = [
            .init("family", fabric.family),
            .init("endpoints", "\(fabric.endpoints)"),
            .init("tiers", fabric.tiers.map(\.name).joined(separator: ", ")),
            .init("inner domain", "\(fabric.tiers[inner.tiers.upperBound - 1].groupSize)"),
            .init("rate of an endpoint, inner", rateText(TotalRate(inner.rate, times: 1))),
            .init(
                "rate of an endpoint, outer",
                rateText(TotalRate(fabric.networks[fabric.networks.count - 1].rate, times: 1))
            ),
            .init("bisection each way", rateText(fabric.bisection)),
            .init("all-to-all, an endpoint at most", rateText(each)),
            .init("oversubscription", outer.oversubscription.map { "\($0.value)" } ?? "none"),
            .init("latency, nearest", timeText(fabric.tiers[0].latency.value)),
            .init("latency, farthest", timeText(outer.latency.value)),
            .init("links on the longest way", farthest.map { "\($0)" } ?? "not joined"),
            .init("reduces in the network", reduces(fabric)),
            .init("switch chips", "\(bill.count(of: .part(.chip)))"),
            .init("switches", "\(bill.count(of: .part(.switch)))"),
            .init("cables", "\(bill.count(of: .cable))"),
            .init(
                "network's power, an endpoint",
                bill.networkWatts > 0
                    ? "\(significant(bill.networkWatts / Double(fabric.endpoints), 3)) W"
                    : "unknown"
            ),
        ]
    }
}

private func reduces(_ fabric: Fabric) -> String {
    let names = fabric.tiers.filter(\.reducesInNetwork).map(\.name)
    return names.isEmpty ? "no" : names.joined(separator: ", ")
}

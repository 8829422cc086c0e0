public import Fabrics

/// Which rank sits on which endpoint of a fabric.
public struct Placement: Hashable, Sendable {
    /// How ranks follow each other over the groups of the innermost tier.
    public enum Order: String, CaseIterable, Sendable {
        /// Rank r on endpoint r: a group is filled before the next is begun.
        case packed
        /// As few groups as hold the ranks, neighbours in rank in neighbouring groups: ranks at the
        /// same place of their group follow each other, as rails do.
        case byRail = "by-rail"
        /// One rank in each group, on its first endpoint.
        case onePerGroup = "one-per-group"
    }

    /// Where the ranks are.
    public let fabric: Fabric
    /// How many ranks there are.
    public let ranks: Int
    /// How they follow each other.
    public let order: Order
    /// Ranks go round over this many groups: all orders are this one number.
    private let groups: Int

    /// Places ranks on a fabric, or says why they do not fit.
    public init(
        ranks: Int,
        on fabric: Fabric,
        order: Order = .packed
    ) throws(PlacementError) {
        let size = fabric.tiers[0].groupSize
        let places = order == .onePerGroup ? fabric.endpoints / size : fabric.endpoints
        guard ranks > 0, ranks <= places else {
            throw .doesNotFit(ranks: ranks, fabric: fabric.name, places: places, order: order)
        }
        self.fabric = fabric
        self.ranks = ranks
        self.order = order
        groups =
            switch order {
            case .packed: 1
            case .byRail: (ranks + size - 1) / size
            case .onePerGroup: ranks
            }
    }

    /// The endpoint that a rank sits on; no two ranks share one.
    public func endpoint(of rank: Int) -> Int {
        precondition((0..<ranks).contains(rank), "the rank exists")
        let (place, group) = rank.quotientAndRemainder(dividingBy: groups)
        return group * fabric.tiers[0].groupSize + place
    }

    /// The innermost tier with a group that holds both ranks; nil for a rank and itself.
    public func tier(between first: Int, and second: Int) -> Int? {
        fabric.tier(between: endpoint(of: first), and: endpoint(of: second))
    }
}

/// Why ranks or a schedule do not go onto a fabric.
public enum PlacementError: Error, Equatable, CustomStringConvertible {
    /// There are fewer places than ranks, or no ranks.
    case doesNotFit(ranks: Int, fabric: String, places: Int, order: Placement.Order)
    /// The schedule is for another number of ranks.
    case otherRanks(schedule: Int, placement: Int)
    /// A step of the schedule involves an endpoint that is no rank: an aggregator, whose place in
    /// the fabric only its reduction tree tells.
    case notARank(endpoint: Int, ranks: Int)

    /// One sentence.
    public var description: String {
        switch self {
        case .doesNotFit(let ranks, let fabric, let places, let order):
            let way = order == .packed ? "" : " placed \(order.rawValue)"
            return "\(fabric) has room for 1 to \(places) ranks\(way), not for \(ranks)"
        case .otherRanks(let schedule, let placement):
            return "the schedule is for \(schedule) ranks, but \(placement) were placed"
        case .notARank(let endpoint, let ranks):
            return "endpoint \(endpoint) of the schedule is none of its \(ranks) ranks;"
                + " aggregators have no place on an endpoint"
        }
    }
}

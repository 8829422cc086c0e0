public import Fabrics

/// Which rank sits on which endpoint of a fabric.
public struct Placement: Hashable, Sendable {
    /// How ranks follow each other over the groups of the innermost tier.
    public enum Order: String, CaseIterable, Sendable {
        /// A group is filled before the next is begun.
        case packed
        /// As few groups as hold the ranks, neighbours in rank in neighbouring groups: ranks at the
        /// same place of their group follow each other, as rails do.
        case byRail = "by-rail"
        /// The same over all groups of the fabric: one rank in each, as long as there are more.
        case roundRobin = "round-robin"
        /// Groups as a busy cluster's scheduler finds them: drawn by lot, each filled in its turn.
        case random
    }

    /// Where the ranks are.
    public let fabric: Fabric
    /// How many ranks there are.
    public let ranks: Int
    private let seats: Seats

    /// Where ranks sit: by a formula, as far as there is one.
    private enum Seats: Hashable {
        /// Ranks go round over this many groups of a size; 1 group is as packed as can be.
        case round(groups: Int, size: Int)
        case listed([Int])
    }

    /// Places ranks on a fabric, or says why they do not fit.
    ///
    /// - Parameters:
    ///   - ranks: how many.
    ///   - fabric: where.
    ///   - order: how they follow each other.
    ///   - seed: what is drawn, where the order is random.
    ///   - failed: endpoints that are left out.
    public init(
        ranks: Int,
        on fabric: Fabric,
        order: Order = .packed,
        seed: UInt64 = 1,
        without failed: Set<Int> = []
    ) throws(PlacementError) {
        let all = 0..<fabric.endpoints
        if let stranger = failed.filter({ !all.contains($0) }).min() {
            throw .noEndpoint(stranger, fabric: fabric.name, endpoints: fabric.endpoints)
        }
        let places = fabric.endpoints - failed.count
        guard ranks > 0, ranks <= places else {
            throw .doesNotFit(ranks: ranks, fabric: fabric.name, places: places)
        }
        self.fabric = fabric
        self.ranks = ranks
        let size = fabric.tiers[0].groupSize
        let groups = fabric.endpoints / size
        let seating = Seating(ranks: ranks, size: size, failed: failed)
        switch order {
        case .packed where failed.isEmpty: seats = .round(groups: 1, size: size)
        case .byRail where failed.isEmpty:
            seats = .round(groups: (ranks + size - 1) / size, size: size)
        case .roundRobin where failed.isEmpty:
            seats = .round(groups: min(ranks, groups), size: size)
        case .packed: seats = .listed(seating.packed(in: 0..<groups))
        case .byRail: seats = .listed(seating.across(0..<seating.fewest))
        case .roundRobin: seats = .listed(seating.across(0..<groups))
        case .random: seats = .listed(seating.packed(in: DrawnNumbers(below: groups, seed)))
        }
    }

    /// Places ranks one by one, as a host file does.
    ///
    /// - Parameters:
    ///   - endpoints: that of each rank.
    ///   - fabric: where they are.
    public init(on fabric: Fabric, endpoints: [Int]) throws(PlacementError) {
        if endpoints.isEmpty {
            throw .doesNotFit(ranks: 0, fabric: fabric.name, places: fabric.endpoints)
        }
        var seen: Set<Int> = []
        for endpoint in endpoints {
            if !(0..<fabric.endpoints).contains(endpoint) {
                throw .noEndpoint(endpoint, fabric: fabric.name, endpoints: fabric.endpoints)
            }
            if !seen.insert(endpoint).inserted { throw .twice(endpoint) }
        }
        self.fabric = fabric
        ranks = endpoints.count
        seats = .listed(endpoints)
    }

    /// The endpoint that a rank sits on; no two ranks share one.
    public func endpoint(of rank: Int) -> Int {
        precondition((0..<ranks).contains(rank), "the rank exists")
        switch seats {
        case .round(let groups, let size):
            let (place, group) = rank.quotientAndRemainder(dividingBy: groups)
            return group * size + place
        case .listed(let list): return list[rank]
        }
    }

    /// The innermost tier with a group that holds both ranks; nil for a rank and itself.
    public func tier(between first: Int, and second: Int) -> Int? {
        fabric.tier(between: endpoint(of: first), and: endpoint(of: second))
    }
}

/// Why ranks or a schedule do not go onto a fabric.
public enum PlacementError: Error, Equatable, CustomStringConvertible {
    /// There are fewer places than ranks, or no ranks.
    case doesNotFit(ranks: Int, fabric: String, places: Int)
    /// There is no such endpoint.
    case noEndpoint(Int, fabric: String, endpoints: Int)
    /// Two ranks would share it.
    case twice(Int)
    /// The schedule is for another number of ranks.
    case otherRanks(schedule: Int, placement: Int)
    /// A step of the schedule involves an endpoint that is no rank: an aggregator, whose place in
    /// the fabric only its reduction tree tells.
    case notARank(endpoint: Int, ranks: Int)
    /// More go from rank to rank than are looked at one by one.
    case tooManyFlows

    /// One sentence.
    public var description: String {
        switch self {
        case .doesNotFit(let ranks, let fabric, let places):
            return "\(fabric) has room for 1 to \(places) ranks, not for \(ranks)"
        case .noEndpoint(let endpoint, let fabric, let endpoints):
            return "\(fabric) has no endpoint \(endpoint): they count from 0 to \(endpoints - 1)"
        case .twice(let endpoint):
            return "endpoint \(endpoint) is there twice; a rank sits alone on its endpoint"
        case .otherRanks(let schedule, let placement):
            return "the schedule is for \(schedule) ranks, but \(placement) were placed"
        case .notARank(let endpoint, let ranks):
            return "endpoint \(endpoint) of the schedule is none of its \(ranks) ranks;"
                + " aggregators have no place on an endpoint"
        case .tooManyFlows:
            return "the schedule sends more than \(Placement.flowsMost) times, too often to follow"
                + " each to its cables; take fewer ranks"
        }
    }
}

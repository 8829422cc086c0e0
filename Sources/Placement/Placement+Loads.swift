public import Collectives
internal import Fabrics
public import Units

/// What a schedule sends over the links of one tier.
public struct TierLoad: Hashable, Sendable {
    /// The tier, from the innermost.
    public let tier: Int
    /// What the rank that sends the most sends over this tier.
    public let busiestOut: ByteCount
    /// What the rank that receives the most receives over this tier.
    public let busiestIn: ByteCount
    /// What all ranks together send over this tier.
    public let total: ByteCount
}

/// Ranks that do the same: in every phase each sends, and each receives, equally many pieces over
/// each tier.
public struct RankClass: Hashable, Sendable {
    /// The lowest of the ranks.
    public let first: Int
    /// How many there are.
    public let count: Int

    /// Makes a class.
    public init(first: Int, count: Int) {
        self.first = first
        self.count = count
    }
}

/// Bytes that go from one rank to another.
struct Flow {
    let track: Int
    let phase: Int
    let round: Int
    let source: Int
    let target: Int
    let tier: Int
    let bytes: Int
}

extension Placement {
    /// What a schedule sends over each tier of the fabric, innermost first.
    ///
    /// A flow is a source or a target of a step that is not the actor's own. It crosses the tier
    /// where both ranks meet, and the tiers of the same network below. Every step is walked: this
    /// is for hundreds of ranks, not for a million.
    public func loads(of schedule: Schedule) throws(PlacementError) -> [TierLoad] {
        let none = [Int](repeating: 0, count: ranks)
        var out = fabric.tiers.map { _ in none }
        var into = out
        var total = fabric.tiers.map { _ in 0 }
        let crossed = fabric.tiers.indices.map { tier in
            let network = fabric.tiers[tier].network
            return (fabric.tiers.firstIndex { $0.network == network } ?? tier)...tier
        }
        try forEachFlow(of: schedule) { flow in
            for tier in crossed[flow.tier] {
                out[tier][flow.source] += flow.bytes
                into[tier][flow.target] += flow.bytes
                total[tier] += flow.bytes
            }
        }
        return fabric.tiers.indices.map { tier in
            TierLoad(
                tier: tier,
                busiestOut: ByteCount(out[tier].max() ?? 0),
                busiestIn: ByteCount(into[tier].max() ?? 0),
                total: ByteCount(total[tier])
            )
        }
    }

    /// The classes of ranks that do the same in a schedule, by their first rank.
    ///
    /// What one rank of a class does, all do, so a model looks at one of each; the pieces of ranks
    /// of a class may differ by a cache line. Every step is walked, as for the loads.
    public func classes(of schedule: Schedule) throws(PlacementError) -> [RankClass] {
        // For each rank: pieces sent and received, by phase and tier.
        var starts: [Int] = []
        var width = 0
        for track in schedule.tracks {
            starts.append(width)
            width += track.phases.count * fabric.tiers.count * 2
        }
        var pieces = [[Int]](repeating: [Int](repeating: 0, count: width), count: ranks)
        try forEachFlow(of: schedule) { flow in
            let phase = flow.phase * fabric.tiers.count + flow.tier
            let place = starts[flow.track] + 2 * phase
            pieces[flow.source][place] += 1
            pieces[flow.target][place + 1] += 1
        }
        var firsts: [Int] = []
        var counts: [[Int]: Int] = [:]
        for rank in 0..<ranks {
            if counts[pieces[rank]] == nil { firsts.append(rank) }
            counts[pieces[rank], default: 0] += 1
        }
        return firsts.map { RankClass(first: $0, count: counts[pieces[$0], default: 0]) }
    }

    func forEachFlow(
        of schedule: Schedule,
        _ body: (Flow) -> Void
    ) throws(PlacementError) {
        guard schedule.ranks == ranks else {
            throw .otherRanks(schedule: schedule.ranks, placement: ranks)
        }
        var stranger: Int?
        func visit(_ place: Place, of step: Step, isSource: Bool) {
            if place.endpoint == step.actor { return }
            for endpoint in [place.endpoint, step.actor] where !(0..<ranks).contains(endpoint) {
                stranger = endpoint
                return
            }
            guard let tier = tier(between: place.endpoint, and: step.actor) else { return }
            let count = schedule.elementCount(of: place, lane: schedule.lane(of: step))
            body(
                Flow(
                    track: step.track,
                    phase: step.phase,
                    round: step.round,
                    source: isSource ? place.endpoint : step.actor,
                    target: isSource ? step.actor : place.endpoint,
                    tier: tier,
                    bytes: count * schedule.elementSize
                )
            )
        }
        for track in schedule.tracks.indices {
            for slice in 0..<schedule.slices {
                schedule.forEachStep(track: track, slice: slice) { step in
                    schedule.forEachSource(of: step) { visit($0, of: step, isSource: true) }
                    schedule.forEachTarget(of: step) { visit($0, of: step, isSource: false) }
                }
            }
        }
        if let stranger { throw .notARank(endpoint: stranger, ranks: ranks) }
    }
}

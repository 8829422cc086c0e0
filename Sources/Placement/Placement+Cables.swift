public import Collectives
public import Fabrics
public import Units

/// What a schedule puts on the cables of a fabric, as its switches route it.
///
/// Nothing is simulated: a round takes at least as long as the cable that must carry the most, and
/// rounds follow each other.
public struct CableLoads: Sendable {
    /// What the cables of one tier carry, each direction by itself.
    public struct Use: Hashable, Sendable {
        /// The tier, from the innermost.
        public let tier: Int
        /// How many directions of cables carry anything.
        public let channels: Int
        /// What all of them carry.
        public let total: ByteCount
        /// The one that carries the most for its rate, as a number of the router's.
        public let busiest: Int
        /// What it carries.
        public let most: ByteCount
        /// How much longer rounds take than at best because of a cable of this tier.
        public let delay: Picoseconds
    }

    /// The cable that holds a round up the most.
    public struct Worst: Hashable, Sendable {
        /// One direction of it, as a number of the router's.
        public let channel: Int
        /// How long it takes in that round, beside what the endpoints' own links take.
        public let times: Double
    }

    /// How ways were picked.
    public let routing: Routing
    /// The busiest cables of all rounds, one after the other.
    public let time: Picoseconds
    /// The same if only what endpoints send into and receive from their networks took time: no
    /// routing is better.
    public let best: Picoseconds
    /// The tiers that carry anything, innermost first.
    public let tiers: [Use]
    /// Nil where no round takes longer than at best.
    public let worst: Worst?
    /// What goes between endpoints that no way joins.
    public let unjoined: ByteCount
}

extension Placement {
    /// The most flows of a schedule that are routed one by one.
    public static let flowsMost = 1 << 23

    /// What a schedule puts on the cables of the fabric.
    ///
    /// - Parameters:
    ///   - schedule: one whose endpoints are all ranks.
    ///   - router: that of the fabric.
    ///   - routing: how ways are picked.
    ///   - flows: how many a pair's bytes are divided into, as queue pairs do: each has a hash of
    ///     its own.
    ///   - seed: of hashes and lots.
    public func cableLoads(
        of schedule: Schedule,
        on router: Router,
        _ routing: Routing,
        flows: Int = 1,
        seed: UInt64 = 1
    ) throws(PlacementError) -> CableLoads {
        let sent = try sent(by: schedule)
        var counter = CableCounter(self, router, routing, flows: flows, seed: seed)
        func end(of start: Int) -> Int {
            sent[start...].firstIndex { $0.round != sent[start].round } ?? sent.count
        }
        var start = 0
        while start < sent.count {
            let round = sent[start..<end(of: start)]
            // What a ring does round after round is looked at once.
            var (next, times) = (round.endIndex, 1)
            while next < sent.count {
                let other = sent[next..<end(of: next)]
                guard round.elementsEqual(other, by: { $0.isAs($1) }) else { break }
                next = other.endIndex
                times += 1
            }
            counter.take(round, times: times)
            start = next
        }
        return counter.loads
    }

    private func sent(by schedule: Schedule) throws(PlacementError) -> [Sent] {
        var sent: [Sent] = []
        var isSorted = true
        var isTooLong = false
        try forEachFlow(of: schedule) { flow in
            if sent.count == Self.flowsMost { isTooLong = true }
            if isTooLong { return }
            // Tracks and slices go through their phases side by side.
            let round = flow.phase << 32 | flow.round
            if let last = sent.last, last.round > round { isSorted = false }
            sent.append(
                Sent(
                    round: round,
                    source: Int32(flow.source),
                    target: Int32(flow.target),
                    bytes: flow.bytes
                )
            )
        }
        if isTooLong { throw .tooManyFlows }
        if !isSorted { sent.sort { $0.round < $1.round } }
        return sent
    }
}

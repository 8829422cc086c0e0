public import Units

/// Ways between endpoints over channels that have numbers.
///
/// What works on routes is generic over them, so that a fabric's, which are computed, and those of
/// a network that was found cost what they cost by themselves.
public protocol Routes: Sendable {
    /// How many endpoints there are; their numbers are smaller.
    var endpoints: Int { get }
    /// How many channels there are; their numbers are smaller.
    var channels: Int { get }
    /// What a channel carries, 0 bits where that is not known.
    func rate(of channel: Int) -> BitsPerSecond
    /// Where a channel leads, for people: `gpu 3 → leaf 0.2`.
    func words(for channel: Int) -> String
    /// Appends the channels from one endpoint to another, in order.
    ///
    /// - Parameters:
    ///   - first: where they begin.
    ///   - second: where they end.
    ///   - path: what they are appended to.
    ///   - choose: picks one of several ways on that are equally good.
    /// - Returns: whether there is a way; without one, nothing is appended.
    mutating func route(
        from first: Int,
        to second: Int,
        into path: inout [Int],
        choose: Choice
    ) -> Bool
    /// Whether there are ways by somewhere else that are worth to be tried.
    func hasDetours(from first: Int, to second: Int) -> Bool
    /// Appends the channels of a way by somewhere that is drawn; where there is nothing such, those
    /// of a shortest one.
    ///
    /// - Parameters:
    ///   - first: where they begin.
    ///   - second: where they end.
    ///   - path: what they are appended to.
    ///   - draw: draws one of so many.
    ///   - choose: picks one of several ways on that are equally good.
    /// - Returns: whether there is a way; without one, nothing is appended.
    mutating func detour(
        from first: Int,
        to second: Int,
        into path: inout [Int],
        draw: (Int) -> Int,
        choose: Choice
    ) -> Bool
    /// Over how many of its first ways an endpoint divides all that it sends, whatever switches do:
    /// 1 where a flow stays whole.
    func planes(from first: Int, to second: Int) -> Int
    /// The place of an endpoint in the tables of switches, as seen from another one.
    func address(of endpoint: Int, from other: Int) -> Int
}

extension Routes {
    /// There are none where nobody says so.
    public func hasDetours(from first: Int, to second: Int) -> Bool { false }

    /// A shortest way, since there is no other.
    public mutating func detour(
        from first: Int,
        to second: Int,
        into path: inout [Int],
        draw: (Int) -> Int,
        choose: Choice
    ) -> Bool {
        route(from: first, to: second, into: &path, choose: choose)
    }

    /// Flows stay whole where nobody says else.
    public func planes(from first: Int, to second: Int) -> Int { 1 }

    /// Its number.
    public func address(of endpoint: Int, from other: Int) -> Int { endpoint }

    /// Picks one of so many ways, from 0; each has a channel that it begins with.
    public typealias Choice = (_ ways: Int, _ channel: (Int) -> Int) -> Int

    /// How many equally good ways there are from one endpoint to another, up to a limit.
    public mutating func ways(from first: Int, to second: Int, upTo limit: Int) -> Int {
        // All picks in turn, the last one first, as an odometer counts.
        var picks: [(way: Int, of: Int)] = []
        var path: [Int] = []
        var found = 0
        while found < limit {
            var depth = 0
            path.removeAll(keepingCapacity: true)
            let isThere = route(from: first, to: second, into: &path) { ways, _ in
                if depth == picks.count { picks.append((0, ways)) }
                depth += 1
                return picks[depth - 1].way
            }
            if !isThere { return 0 }
            found += 1
            while let last = picks.last, last.way + 1 == last.of { picks.removeLast() }
            if picks.isEmpty { break }
            picks[picks.count - 1].way += 1
        }
        return found
    }
}

extension Router: Routes {
    /// How many endpoints the fabric has.
    public var endpoints: Int { fabric.endpoints }

    /// What a channel carries.
    public func rate(of channel: Int) -> BitsPerSecond { self.channel(channel).rate }

    /// Where a channel leads: `gpu 3 → leaf 0.2`, the third switch of the first group of leaves.
    public func words(for channel: Int) -> String {
        let channel = self.channel(channel)
        return "\(words(for: channel.from)) → \(words(for: channel.to))"
    }

    private func words(for vertex: Vertex) -> String {
        switch vertex {
        case .endpoint(let number):
            return (fabric.endpoint.contains("GPU") ? "gpu " : "endpoint ") + "\(number)"
        case .switch(let tier, let group, let number):
            let name = fabric.tiers[tier].name
            if case .switched(let switching) = fabric.tiers[tier].structure,
                switching.switches == 1
            {
                return "\(name) \(group)"
            }
            return "\(name) \(group).\(number)"
        }
    }
}

internal import Units

/// What flows put on each channel of a network, as it routes them.
///
/// Nothing moves in time here: it is the sum of what must cross each cable.
public struct RoutedLoad: Sendable {
    /// How ways are picked.
    public let routing: Routing
    /// What each channel carries.
    public private(set) var carried = ChannelBytes()
    private let seed: UInt64
    /// Memory for paths, so that none is asked for anew.
    private var spare: [[Int]] = [[], []]
    private var draws: Draws

    /// Begins with nothing on any channel.
    public init(_ routing: Routing, seed: UInt64 = 1) {
        self.routing = routing
        self.seed = seed
        draws = Draws(seed: seed)
    }

    /// Takes everything off all channels.
    public mutating func clear() { carried.removeAll() }

    /// Puts a flow on the channels of its ways.
    ///
    /// - Parameters:
    ///   - bytes: what it carries.
    ///   - first: where it begins.
    ///   - second: where it ends.
    ///   - flow: tells flows between the same two apart, as a queue pair's number does.
    ///   - routes: the network, the same each time.
    /// - Returns: whether there is a way.
    public mutating func add(
        bytes: Int,
        from first: Int,
        to second: Int,
        flow: Int = 0,
        over routes: inout some Routes
    ) -> Bool {
        let planes = routes.planes(from: first, to: second)
        let packets = min(Routing.partsMost, max(1, bytes / Routing.partBytes))
        let parts = planes > 1 ? planes : routing.dividesFlows ? packets : 1
        var paths = spare
        spare = []
        defer { spare = paths }
        var left = bytes
        for part in 0..<parts {
            let share = left / (parts - part)
            left -= share
            // Of a few bytes some parts are empty; whether there is a way the last one tells.
            if share == 0 && part + 1 < parts { continue }
            paths[0].removeAll(keepingCapacity: true)
            let isThere =
                planes > 1
                ? interleave(from: first, to: second, part, over: &routes, into: &paths[0])
                : find(from: first, to: second, flow, over: &routes, into: &paths)
            if !isThere { return false }
            for channel in paths[0] { carried.add(share, to: channel) }
        }
        return true
    }

    /// The path of a part that the endpoint itself sends over one of its planes.
    private mutating func interleave(
        from first: Int,
        to second: Int,
        _ plane: Int,
        over routes: inout some Routes,
        into path: inout [Int]
    ) -> Bool {
        var isFirst = true
        return routes.route(from: first, to: second, into: &path) { ways, _ in
            if !isFirst { return draws.below(ways) }
            isFirst = false
            return plane % ways
        }
    }

    /// Finds the path of a part: the first of two, of which the other is room.
    private mutating func find(
        from first: Int,
        to second: Int,
        _ flow: Int,
        over routes: inout some Routes,
        into paths: inout [[Int]]
    ) -> Bool {
        switch routing {
        case .ecmp, .polarised:
            let isOne = routing == .polarised
            let ends = UInt64(first) << 32 | UInt64(second)
            var hash = Draws.mixed(Draws.mixed(ends ^ seed) &+ UInt64(flow))
            return routes.route(from: first, to: second, into: &paths[0]) { ways, _ in
                if !isOne { hash = Draws.mixed(hash &+ 1) }
                return Int(hash % UInt64(ways))
            }
        case .ftree, .minhop:
            let isRound = routing == .minhop
            var address = routes.address(of: second, from: first)
            return routes.route(from: first, to: second, into: &paths[0]) { ways, _ in
                defer { if !isRound { address /= ways } }
                return address % ways
            }
        case .spray:
            return routes.route(from: first, to: second, into: &paths[0]) { ways, _ in
                draws.below(ways)
            }
        case .valiant:
            return routes.detour(
                from: first,
                to: second,
                into: &paths[0],
                draw: { draws.below($0) },
                choose: { ways, _ in draws.below(ways) }
            )
        case .adaptive: return adapt(from: first, to: second, over: &routes, into: &paths)
        }
    }

    private mutating func adapt(
        from first: Int,
        to second: Int,
        over routes: inout some Routes,
        into paths: inout [[Int]]
    ) -> Bool {
        guard routes.route(from: first, to: second, into: &paths[0], choose: { least($0, $1) })
        else { return false }
        guard routes.hasDetours(from: first, to: second) else { return true }
        paths[1].removeAll(keepingCapacity: true)
        let isThere = routes.detour(
            from: first,
            to: second,
            into: &paths[1],
            draw: { draws.below($0) },
            choose: { least($0, $1) }
        )
        if isThere && cost(paths[1]) < cost(paths[0]) { paths.swapAt(0, 1) }
        return true
    }

    /// The way whose first channel carries least: a switch sees its own channels only.
    private mutating func least(_ ways: Int, _ channel: (Int) -> Int) -> Int {
        if ways == 1 { return 0 }
        let start = draws.below(ways)
        var best = start
        var bytes = carried[channel(start)]
        var way = start
        for _ in 1..<ways where bytes > 0 {
            way = way + 1 == ways ? 0 : way + 1
            let other = carried[channel(way)]
            if other < bytes { (best, bytes) = (way, other) }
        }
        return best
    }

    /// UGAL's: what waits on a way, times how long the way is.
    private func cost(_ path: [Int]) -> Int {
        (path.lazy.map { carried[$0] }.max() ?? 0) * path.count
    }
}

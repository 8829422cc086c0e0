/// What the trees of several jobs take of switches and cables, and what these have room for.
///
/// Trees of low latency and multicast groups take entries of a switch's tables; streaming trees
/// take them as well, of tables of their own, and the whole of a switch or of a port while they
/// run.
public struct SwitchTreeLoad: Sendable {
    /// How many trees there are at a place.
    public struct Count: Hashable, Sendable {
        /// Those of low latency, and multicast groups.
        public fileprivate(set) var trees = 0
        /// Those that stream.
        public fileprivate(set) var streams = 0

        /// All of them.
        public var total: Int { trees + streams }

        fileprivate subscript(isStreaming: Bool) -> Int {
            get { isStreaming ? streams : trees }
            set { if isStreaming { streams = newValue } else { trees = newValue } }
        }
    }

    /// A switch or a cable with more trees than it has room for.
    public struct Overload: Hashable, Sendable {
        /// The switch; nil where it is a cable's ports that are overloaded.
        public let vertex: Vertex?
        /// The channel that leads up through the ports; nil where it is a switch.
        public let channel: Int?
        /// Whether it is streaming trees that are too many.
        public let isStreaming: Bool
        /// How many there are.
        public let trees: Int
        /// How many there may be.
        public let capacity: Int
    }

    /// The routes of the fabric.
    public let router: Router
    private var vertices: [Vertex: Count] = [:]
    /// By the number of the channel up; what comes down takes the same ports.
    private var channels: [Int: Count] = [:]

    /// Begins without trees.
    public init(_ router: Router) {
        self.router = router
    }

    /// Adds a job's tree.
    public mutating func add(_ tree: SwitchTree, isStreaming: Bool = false) {
        for vertex in tree.switches { vertices[vertex, default: Count()][isStreaming] += 1 }
        for channel in tree.memberChannels { channels[channel, default: Count()][isStreaming] += 1 }
        for channel in tree.channels { channels[channel, default: Count()][isStreaming] += 1 }
    }

    /// The trees that lead through a switch.
    public func count(at vertex: Vertex) -> Count { vertices[vertex] ?? Count() }

    /// The trees that go up a channel.
    public func count(on channel: Int) -> Count { channels[channel] ?? Count() }

    /// Switches, tier by tier from the innermost, and then cables that have more trees than room.
    ///
    /// What nobody has stated of a switch is no limit.
    public var overloads: [Overload] {
        var found: [Overload] = []
        for (vertex, count) in vertices {
            for isStreaming in [false, true] {
                guard let most = capacity(at: vertex, isStreaming), count[isStreaming] > most else {
                    continue
                }
                found.append(
                    Overload(
                        vertex: vertex,
                        channel: nil,
                        isStreaming: isStreaming,
                        trees: count[isStreaming],
                        capacity: most
                    )
                )
            }
        }
        for (channel, count) in channels {
            guard let most = capacity(on: channel), count.streams > most else { continue }
            found.append(
                Overload(
                    vertex: nil,
                    channel: channel,
                    isStreaming: true,
                    trees: count.streams,
                    capacity: most
                )
            )
        }
        return found.sorted { $0.order.lexicographicallyPrecedes($1.order) }
    }

    /// The tree over some endpoints that would overload the fewest switches and cables; of these
    /// one whose cables, and then switches, have the fewest trees; then the lowest number.
    ///
    /// Every variant is built and looked at.
    public func leastLoaded(
        over members: [Int],
        isStreaming: Bool = false,
        reduces: Bool = true
    ) throws(SwitchTreeError) -> SwitchTree {
        var best = try SwitchTree(over: members, in: router, reduces: reduces)
        var least = burden(of: best, isStreaming)
        for number in 1..<max(1, best.variants) {
            let tree = try SwitchTree(over: members, number: number, in: router, reduces: reduces)
            let burden = burden(of: tree, isStreaming)
            if burden.lexicographicallyPrecedes(least) { (best, least) = (tree, burden) }
        }
        return best
    }

    /// What a tree would overload, and what lies on its cables and at its switches already.
    private func burden(of tree: SwitchTree, _ isStreaming: Bool) -> [Int] {
        var (over, onCables, atSwitches) = (0, 0, 0)
        for vertex in tree.switches {
            let count = count(at: vertex)
            atSwitches += count.total
            let most = capacity(at: vertex, isStreaming)
            over += most.map { count[isStreaming] >= $0 ? 1 : 0 } ?? 0
        }
        for channels in [tree.memberChannels, tree.channels] {
            for channel in channels {
                let count = count(on: channel)
                onCables += count.total
                guard isStreaming, let most = capacity(on: channel) else { continue }
                over += count.streams >= most ? 1 : 0
            }
        }
        return [over, onCables, atSwitches]
    }

    private func device(at vertex: Vertex) -> Part? {
        guard case .switch(let tier, _, _) = vertex,
            case .switched(let switching) = router.fabric.tiers[tier].structure
        else { return nil }
        return switching.device
    }

    /// How many trees a switch may have, nil where nobody says.
    private func capacity(at vertex: Vertex, _ isStreaming: Bool) -> Int? {
        let device = device(at: vertex)
        let trees = device?.trees?.value
        guard isStreaming, let streams = device?.streams?.value else { return trees }
        return min(streams, trees ?? streams)
    }

    /// How many streaming trees a cable may have, nil where nobody says it of either end.
    private func capacity(on channel: Int) -> Int? {
        let channel = router.channel(channel)
        return [channel.from, channel.to].compactMap { device(at: $0)?.portStreams?.value }.min()
    }
}

extension SwitchTreeLoad.Overload {
    /// Where it stands among others.
    fileprivate var order: [Int] {
        let kind = isStreaming ? 1 : 0
        guard case .switch(let tier, let group, let number) = vertex else {
            return [Int.max, channel ?? 0, 0, kind]
        }
        return [tier, group, number, kind]
    }
}

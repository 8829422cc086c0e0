public import Units

/// Static routes as subnet managers of InfiniBand compute them: at each switch, for each port of an
/// adapter or host, the one port to send by.
///
/// It is the Min Hop algorithm of OpenSM without options, as its `current-routing.txt` and
/// `osm_ucast_mgr.c` have it: of the ports with the fewest hops to the destination's switch the one
/// that has been given the fewest destinations so far, and of equals the one of the lowest number.
/// Switches with the most destinations have theirs placed first, each in the order of its ports.
/// Among equals the lower GUID comes first, compared as machines do that have its last byte first;
/// where not all switches have one, the lower LID, and without these the earlier in the list.
///
/// Switches are those of networks, not NVSwitches; endpoints are what is linked to one. Links
/// between endpoints are not used. An endpoint with several ports has an address at each.
public struct MinimalHopTables: Routes {
    /// The most entries of all switches' tables together.
    public static let entryLimit = 1 << 28

    /// No way leads there.
    static let nowhere = UInt16.max

    private let graph: WiringGraph
    private let names: EndpointNames
    private let ports: SubnetPorts
    /// For each switch, for each destination, the place among its ports, or `nowhere`.
    private let entries: [UInt16]

    /// Computes the tables of a wiring.
    public init(_ wiring: Wiring) throws(WiringError) {
        let graph = try WiringGraph(wiring)
        let ports = SubnetPorts(graph)
        guard !ports.endpoints.isEmpty else {
            throw WiringError(
                "\(wiring.name) has no adapter, host or GPU at a switch of a network, so there are "
                    + "no tables to compute"
            )
        }
        let most = ports.mostPorts
        guard most < Int(Self.nowhere) else {
            throw WiringError(
                "\(wiring.name) has a switch with \(most) ports; tables have room for "
                    + "\(Self.nowhere - 1)"
            )
        }
        let (switches, destinations) = (ports.switches.count, ports.destinations.count)
        guard switches * destinations <= Self.entryLimit else {
            throw WiringError(
                "\(wiring.name) has \(switches) switches and \(destinations) destinations; at most "
                    + "\(Self.entryLimit) entries are computed, so import a part of it"
            )
        }
        self.graph = graph
        self.ports = ports
        names = EndpointNames(graph, ports.endpoints)
        var builder = MinimalHopBuilder(graph, ports)
        entries = builder.entries()
    }

    /// How many endpoints there are, in the order of the wiring's devices.
    public var endpoints: Int { names.devices.count }

    /// How many channels there are, which are numbered as `WiringRouter` does.
    public var channels: Int { graph.channels }

    /// What an endpoint is called.
    public func name(of endpoint: Int) -> String { names.name(of: endpoint) }

    /// The endpoint of a name, nil where it is none.
    public func endpoint(named name: String) -> Int? { names.endpoint(named: name) }

    /// What a channel carries, 0 bits where that is not known.
    public func rate(of channel: Int) -> BitsPerSecond { graph.rate(of: channel) }

    /// Where a channel leads: `leaf1 port 33 → spine1 port 1`.
    public func words(for channel: Int) -> String { graph.words(for: channel) }

    /// The devices at both ends of a channel, as indices into the wiring's.
    public func ends(of channel: Int) -> (from: Int, to: Int) { graph.ends(of: channel) }

    /// Appends the channels from one endpoint to another, as the tables have them.
    ///
    /// - Parameters:
    ///   - first: where they begin.
    ///   - second: where they end.
    ///   - path: what they are appended to.
    ///   - choose: picks one of so many pairs of ports of both ends that are fewest hops apart; it
    ///     is not asked where there is only one.
    /// - Returns: whether there is a way; without one, nothing is appended.
    public func route(
        from first: Int,
        to second: Int,
        into path: inout [Int],
        choose: Choice = { _, _ in 0 }
    ) -> Bool {
        precondition(min(first, second) >= 0, "the endpoint exists")
        precondition(max(first, second) < endpoints, "the endpoint exists")
        if first == second { return true }
        let (sources, goals) = (ports.places[first], ports.places[second])
        if sources.count == 1 && goals.count == 1 {
            return walk(sources.lowerBound, goals.lowerBound, &path)
        }
        var best: [(source: Int, goal: Int)] = []
        var fewest = Int.max
        var trial: [Int] = []
        for source in sources {
            for goal in goals {
                trial.removeAll(keepingCapacity: true)
                guard walk(source, goal, &trial), trial.count <= fewest else { continue }
                if trial.count < fewest { best.removeAll(keepingCapacity: true) }
                fewest = trial.count
                best.append((source, goal))
            }
        }
        if best.isEmpty { return false }
        let pair =
            best.count == 1
            ? best[0]
            : best[
                choose(best.count) { Int(ports.destinations[best[$0].source].channel) ^ 1 }
            ]
        return walk(pair.source, pair.goal, &path)
    }

    /// From one port of an endpoint to another; each step is one hop less, so that it ends.
    private func walk(_ source: Int, _ goal: Int, _ path: inout [Int]) -> Bool {
        let start = path.count
        path.append(Int(ports.destinations[source].channel) ^ 1)
        var here = Int(ports.destinations[source].switch)
        while true {
            let entry = entries[here * ports.destinations.count + goal]
            if entry == Self.nowhere {
                path.removeLast(path.count - start)
                return false
            }
            let port = Int(ports.starts[here]) + Int(entry)
            path.append(Int(ports.channels[port]))
            if ports.channels[port] == ports.destinations[goal].channel { return true }
            here = Int(ports.next[port])
        }
    }
}

/// The switches of a network, their ports by number, and what is linked to them.
struct SubnetPorts: Sendable {
    /// A cable from a switch to an endpoint.
    struct Destination: Sendable {
        let `switch`: Int32
        /// The channel from the switch.
        let channel: Int32
    }

    /// The devices that are switches.
    let switches: [Int]
    /// The devices that are linked to them and are none.
    let endpoints: [Int]
    /// The destinations of each endpoint.
    let places: [Range<Int>]
    /// By endpoint.
    let destinations: [Destination]
    /// Where the ports of each switch begin, and behind the last one's.
    let starts: [Int32]
    /// By switch and number, the channel out of each port.
    let channels: [Int32]
    /// The switch at the other end of each port, -1 where it is none.
    let next: [Int32]

    init(_ graph: WiringGraph) {
        let devices = graph.wiring.devices
        let switches = devices.indices.filter { devices[$0].kind == .networkSwitch }
        var numbers = [Int32](repeating: -1, count: devices.count)
        for (number, device) in switches.enumerated() { numbers[device] = Int32(number) }
        var starts: [Int32] = [0]
        var channels: [Int32] = []
        var next: [Int32] = []
        for device in switches {
            // Sorting by number keeps those without one in the order of the list.
            let arms = graph.arms(of: device).map { ($0, graph.port(of: $0) ?? .max) }
            for (arm, _) in arms.sorted(by: { ($0.1, $0.0) < ($1.1, $1.0) }) {
                for cable in 0..<graph.cables(of: arm) {
                    channels.append(Int32(graph.channel(of: arm, cable: cable)))
                    next.append(numbers[Int(graph.far[arm])])
                }
            }
            starts.append(Int32(channels.count))
        }
        var endpoints: [Int] = []
        var places: [Range<Int>] = []
        var destinations: [Destination] = []
        for device in devices.indices where numbers[device] < 0 {
            let first = destinations.count
            for arm in graph.arms(of: device) where numbers[Int(graph.far[arm])] >= 0 {
                let near = numbers[Int(graph.far[arm])]
                for cable in 0..<graph.cables(of: arm) {
                    let channel = Int32(graph.channel(of: arm, cable: cable) ^ 1)
                    destinations.append(Destination(switch: near, channel: channel))
                }
            }
            if destinations.count == first { continue }
            endpoints.append(device)
            places.append(first..<destinations.count)
        }
        self.switches = switches
        self.endpoints = endpoints
        self.places = places
        self.destinations = destinations
        self.starts = starts
        self.channels = channels
        self.next = next
    }

    /// The most ports of any switch.
    var mostPorts: Int {
        switches.indices.map { Int(starts[$0 + 1] - starts[$0]) }.max() ?? 0
    }
}

extension WiringGraph {
    /// The number of the port that an arm begins at, nil where that is not known.
    fileprivate func port(of arm: Int) -> Int32? {
        let link = wiring.links[Int(arms[arm]) / 2]
        return arms[arm].isMultiple(of: 2) ? link.fromPort : link.toPort
    }
}

public import Units

/// Finds the channels that lead from one endpoint of a wiring to another.
///
/// Endpoints are its GPUs where any is linked, else its hosts, else its adapters. A channel is one
/// direction of one cable: of a cable's two, the even number leads the way that the wiring has the
/// link, the odd one behind it leads back. Ways pass through as few devices that don't forward as
/// possible (none in a network of hosts and switches, the adapters of both ends between GPUs of two
/// computers, other GPUs only in a mesh), and of those ways are the shortest by hops. Of several,
/// `choose` picks hop by hop among all next cables, slow ones too, as switches do that hash; but
/// NVLink, xGMI and C2C are taken before PCIe, and what stays in the computer before a network.
///
/// A search from the last destination is kept, so that whoever asks for routes destination by
/// destination pays for one walk over all links each.
public struct WiringRouter: Routes {
    /// What the endpoints are.
    public let kind: Wiring.Device.Kind
    private let graph: WiringGraph
    private let names: EndpointNames
    private var search: WiringSearch

    /// Makes the routes of a wiring.
    public init(_ wiring: Wiring) throws(WiringError) {
        let graph = try WiringGraph(wiring)
        let kinds: [Wiring.Device.Kind] = [.gpu, .host, .nic]
        let kind = kinds.first { kind in
            wiring.devices.indices.contains {
                wiring.devices[$0].kind == kind && !graph.arms(of: $0).isEmpty
            }
        }
        guard let kind else {
            throw WiringError(
                "\(wiring.name) has no GPU, host or adapter with a link, so there is nothing to "
                    + "find ways between"
            )
        }
        self.kind = kind
        self.graph = graph
        names = EndpointNames(
            graph,
            wiring.devices.indices.filter { wiring.devices[$0].kind == kind }
        )
        search = WiringSearch(devices: wiring.devices.count)
    }

    /// How many endpoints there are, in the order of the wiring's devices.
    public var endpoints: Int { names.devices.count }

    /// How many channels there are: two for each cable.
    public var channels: Int { graph.channels }

    /// What an endpoint is called.
    public func name(of endpoint: Int) -> String { names.name(of: endpoint) }

    /// The endpoint of a name, nil where it is none.
    public func endpoint(named name: String) -> Int? { names.endpoint(named: name) }

    /// What a channel carries, 0 bits where that is not known.
    public func rate(of channel: Int) -> BitsPerSecond { graph.rate(of: channel) }

    /// Where a channel leads: `leaf1 port 33 → spine1 port 1`, or `gpu0 → sw2 (3 of 18)`.
    public func words(for channel: Int) -> String { graph.words(for: channel) }

    /// The devices at both ends of a channel, as indices into the wiring's.
    public func ends(of channel: Int) -> (from: Int, to: Int) { graph.ends(of: channel) }

    /// Appends the channels from one endpoint to another, in order.
    ///
    /// - Parameters:
    ///   - first: where they begin.
    ///   - second: where they end.
    ///   - path: what they are appended to.
    ///   - choose: picks one of several cables that are equally good.
    /// - Returns: whether there is a way; without one, nothing is appended.
    public mutating func route(
        from first: Int,
        to second: Int,
        into path: inout [Int],
        choose: Choice
    ) -> Bool {
        precondition(min(first, second) >= 0, "the endpoint exists")
        precondition(max(first, second) < endpoints, "the endpoint exists")
        if first == second { return true }
        let goal = Int(names.devices[second])
        search.start(from: goal, in: graph)
        var here = Int(names.devices[first])
        guard search.reaches(here) else { return false }
        while here != goal {
            // The arms that lead nearer over the best medium, and how many cables these have.
            var best = -1
            var ways = 0
            var only = 0
            for arm in graph.arms(of: here) where search.isNearer(arm, from: here, in: graph) {
                let preference = graph.preference(of: arm)
                if preference < best { continue }
                if preference > best { (best, ways) = (preference, 0) }
                if ways == 0 { only = arm }
                ways += graph.cables(of: arm)
            }
            func cable(_ way: Int) -> (arm: Int, channel: Int) {
                var (arm, left) = (only, way)
                while left >= graph.cables(of: arm) {
                    left -= graph.cables(of: arm)
                    repeat {
                        arm += 1
                    } while !search.isNearer(arm, from: here, in: graph)
                        || graph.preference(of: arm) != best
                }
                return (arm, graph.channel(of: arm, cable: left))
            }
            let way = ways == 1 ? 0 : choose(ways) { cable($0).channel }
            precondition((0..<ways).contains(way), "one of the ways is chosen")
            let next = cable(way)
            path.append(next.channel)
            here = Int(graph.far[next.arm])
        }
        return true
    }
}

/// Which devices are endpoints, and what they are called.
struct EndpointNames: Sendable {
    /// The device of each endpoint.
    let devices: [Int32]
    private let graph: WiringGraph
    private let places: [String: Int]

    init(_ graph: WiringGraph, _ devices: [Int]) {
        self.graph = graph
        self.devices = devices.map(Int32.init)
        var places: [String: Int] = [:]
        places.reserveCapacity(devices.count)
        for (number, device) in devices.enumerated() {
            places[graph.wiring.devices[device].name] = number
        }
        self.places = places
    }

    func name(of endpoint: Int) -> String { graph.wiring.devices[Int(devices[endpoint])].name }

    func endpoint(named name: String) -> Int? { places[name] }
}

extension WiringGraph {
    /// What is taken first of arms that lead equally far.
    fileprivate func preference(of arm: Int) -> Int {
        switch wiring.links[Int(arms[arm]) / 2].medium {
        case .nvlink, .xgmi, .c2c: 2
        case .pcie, .smp, .path: 1
        case .infiniband, .ethernet, .other: 0
        }
    }
}

/// How far all devices are from one: first by devices on the way that don't forward, then by hops.
private struct WiringSearch: Sendable {
    /// One more device that doesn't forward costs more than any number of hops.
    private static let detour = 1 << 32

    private var goal = -1
    private var costs: [Int]
    /// What is reached through as many devices that don't forward, in the order of costs.
    private var queue: [Int32] = []
    /// Devices that don't forward, in the order of costs: of the last wave, and of this one.
    private var gates: [Int32] = []
    private var found: [Int32] = []

    init(devices: Int) { costs = [Int](repeating: .max, count: devices) }

    func reaches(_ device: Int) -> Bool { costs[device] < .max }

    /// Whether an arm is part of a best way from the device that it belongs to.
    func isNearer(_ arm: Int, from device: Int, in graph: WiringGraph) -> Bool {
        let next = Int(graph.far[arm])
        return costs[next] < .max && costs[next] + step(through: next, graph) == costs[device]
    }

    /// What one hop costs to a device from which the way goes on.
    private func step(through device: Int, _ graph: WiringGraph) -> Int {
        device == goal || graph.forwards[device] ? 1 : 1 + Self.detour
    }

    /// Looks from a device backwards for all that reach it, unless that was the last one.
    ///
    /// In waves, one for each number of devices on the way that don't forward. Within a wave there
    /// are two lists to go on from, each in the order of costs: merged, they need no heap.
    mutating func start(from device: Int, in graph: WiringGraph) {
        if goal == device { return }
        goal = device
        for place in costs.indices { costs[place] = .max }
        costs[goal] = 0
        queue.removeAll(keepingCapacity: true)
        queue.append(Int32(goal))
        gates.removeAll(keepingCapacity: true)
        var left = costs.count - 1
        repeat {
            left -= spread(graph)
            swap(&gates, &found)
            found.removeAll(keepingCapacity: true)
            queue.removeAll(keepingCapacity: true)
        } while left > 0 && !gates.isEmpty
    }

    /// One wave; returns how many devices it has reached.
    private mutating func spread(_ graph: WiringGraph) -> Int {
        let before = queue.count
        var (turn, gate) = (0, 0)
        while true {
            let device: Int
            if gate < gates.count && (turn == queue.count || isNext(gates[gate], queue[turn])) {
                device = Int(gates[gate])
                gate += 1
            } else if turn < queue.count {
                device = Int(queue[turn])
                turn += 1
                if device != goal && !graph.forwards[device] {
                    found.append(Int32(device))
                    continue
                }
            } else {
                return queue.count - before
            }
            let cost = costs[device] + step(through: device, graph)
            for arm in graph.arms(of: device) {
                let next = Int(graph.far[arm])
                if cost < costs[next] {
                    costs[next] = cost
                    queue.append(graph.far[arm])
                }
            }
        }
    }

    private func isNext(_ gate: Int32, _ other: Int32) -> Bool {
        costs[Int(gate)] + Self.detour < costs[Int(other)]
    }
}

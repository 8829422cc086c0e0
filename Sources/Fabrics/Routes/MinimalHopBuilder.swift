/// Fills the tables of `MinimalHopTables`, one destination's switch after the other.
struct MinimalHopBuilder {
    private let graph: WiringGraph
    private let ports: SubnetPorts
    /// By port, how many destinations have been given to it.
    private var loads: [Int32]
    /// By switch, its hops to the one that is looked at, -1 where there is no way.
    private var hops: [Int32]
    private var queue: [Int] = []

    init(_ graph: WiringGraph, _ ports: SubnetPorts) {
        self.graph = graph
        self.ports = ports
        loads = [Int32](repeating: 0, count: ports.channels.count)
        hops = [Int32](repeating: -1, count: ports.switches.count)
    }

    mutating func entries() -> [UInt16] {
        let width = ports.destinations.count
        var entries = [UInt16](
            repeating: MinimalHopTables.nowhere,
            count: ports.switches.count * width
        )
        // The destination behind each channel out of a switch.
        var behind = [Int32](repeating: -1, count: graph.channels / 2)
        for (number, destination) in ports.destinations.enumerated() {
            behind[Int(destination.channel) / 2] = Int32(number)
        }
        for goal in order() {
            let own = range(of: goal).filter { ports.next[$0] < 0 }
            // Whatever is linked to a switch and is none is a destination.
            let places = own.map { Int(behind[Int(ports.channels[$0]) / 2]) }
            measure(to: goal)
            for near in ports.switches.indices where hops[near] > 0 {
                let ways = range(of: near).filter {
                    ports.next[$0] >= 0 && hops[Int(ports.next[$0])] == hops[near] - 1
                }
                for place in places {
                    let way = lightest(ways)
                    loads[way] += 1
                    entries[near * width + place] = UInt16(way - Int(ports.starts[near]))
                }
            }
            for (port, place) in zip(own, places) {
                entries[goal * width + place] = UInt16(port - Int(ports.starts[goal]))
            }
        }
        return entries
    }

    private func range(of number: Int) -> Range<Int> {
        Int(ports.starts[number])..<Int(ports.starts[number + 1])
    }

    private func lightest(_ ways: [Int]) -> Int {
        var best = ways[0]
        for way in ways where loads[way] < loads[best] { best = way }
        return best
    }

    /// The switches with destinations, in the order in which these are placed.
    private func order() -> [Int] {
        let devices = ports.switches.map { graph.wiring.devices[$0] }
        let haveGUIDs = devices.allSatisfy { $0.guid != nil }
        var keys: [(number: Int, load: Int, key: UInt64)] = []
        for (number, device) in devices.enumerated() {
            let load = range(of: number).count { ports.next[$0] < 0 }
            if load == 0 { continue }
            let lid = device.lid.map { UInt64($0) } ?? .max
            keys.append((number, load, haveGUIDs ? (device.guid ?? 0).byteSwapped : lid))
        }
        keys.sort { ($1.load, $0.key, $0.number) < ($0.load, $1.key, $1.number) }
        return keys.map(\.number)
    }

    /// The hops of all switches to one.
    private mutating func measure(to goal: Int) {
        for number in hops.indices { hops[number] = -1 }
        hops[goal] = 0
        queue.removeAll(keepingCapacity: true)
        queue.append(goal)
        var turn = 0
        while turn < queue.count {
            let here = queue[turn]
            turn += 1
            for port in range(of: here) {
                let next = Int(ports.next[port])
                if next >= 0 && hops[next] < 0 {
                    hops[next] = hops[here] + 1
                    queue.append(next)
                }
            }
        }
    }
}

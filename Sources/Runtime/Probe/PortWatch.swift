/// The counters of a node's RDMA ports, before something and after it.
public struct PortWatch: Sendable {
    private struct Place {
        let device: String
        let port: Int
        let interface: String?
        var before = PortCounters([:])

        var now: PortCounters { PortCounters(device: device, port: port, interface: interface) }
    }

    private var places: [Place]

    /// Finds the ports that are active, of which there may be none.
    public init() {
        places = RdmaHost().devices.flatMap { device in
            device.ports.filter(\.isActive).map { port in
                Place(
                    device: device.name,
                    port: port.number,
                    interface: port.gids.first?.interface
                )
            }
        }
    }

    /// How many ports there are.
    public var count: Int { places.count }

    /// Reads them, for `growth` to compare with.
    public mutating func begin() {
        for index in places.indices { places[index].before = places[index].now }
    }

    /// How much those counters of all ports together have grown whose meaning is known, by their
    /// place among `KnownCounter.all`.
    public func growth() -> [Int: Int] {
        var sum: [Int: Int] = [:]
        for place in places {
            let growth = place.now.growth(since: place.before)
            for (index, counter) in KnownCounter.all.enumerated() {
                guard let grown = growth[counter.name] else { continue }
                sum[index, default: 0] += Int(clamping: grown)
            }
        }
        return sum
    }
}

/// How far the known counters of a port have grown: what a rank leaves on its board for the head.
public struct RailGrowth: Equatable, Sendable {
    /// The device's name.
    public let device: String
    /// The port of it.
    public let port: Int
    /// How far each has grown; those that have not are left out.
    public let growth: [PortCounters.Name: UInt64]

    private static let nameBytes = 64
    /// Words of a board that one takes: the name, the port and a number for each counter.
    public static let words = nameBytes / 8 + 1 + KnownCounter.all.count

    /// Tells of a port.
    public init(device: String, port: Int, growth: [PortCounters.Name: UInt64]) {
        self.device = device
        self.port = port
        self.growth = growth
    }

    /// Leaves it on a board.
    public func leave(at board: UnsafeMutablePointer<UInt64>) {
        let name = UnsafeMutableRawBufferPointer(start: board, count: Self.nameBytes)
        name.initializeMemory(as: UInt8.self, repeating: 0)
        // The kernel's names of devices have 63 bytes at most.
        name.copyBytes(from: device.utf8.prefix(Self.nameBytes - 1))
        let rest = board + Self.nameBytes / 8
        rest[0] = UInt64(clamping: port)
        for (index, counter) in KnownCounter.all.enumerated() {
            rest[1 + index] = growth[counter.name, default: 0]
        }
    }

    /// Reads it again; nil where nothing was left.
    public init?(at board: UnsafePointer<UInt64>) {
        let name = UnsafeRawBufferPointer(start: board, count: Self.nameBytes).prefix { $0 != 0 }
        if name.isEmpty { return nil }
        device = String(decoding: name, as: UTF8.self)
        let rest = board + Self.nameBytes / 8
        port = Int(clamping: rest[0])
        var growth: [PortCounters.Name: UInt64] = [:]
        for (index, counter) in KnownCounter.all.enumerated() where rest[1 + index] > 0 {
            growth[counter.name] = rest[1 + index]
        }
        self.growth = growth
    }

    /// What it has grown by in both of two rows.
    public func summed(with other: RailGrowth) -> RailGrowth {
        RailGrowth(device: device, port: port, growth: [self, other].total)
    }

    /// One of two that are of the same port, read by different ranks at slightly different times.
    public func merged(with other: RailGrowth) -> RailGrowth {
        RailGrowth(
            device: device,
            port: port,
            growth: growth.merging(other.growth) { max($0, $1) }
        )
    }
}

extension Sequence<RailGrowth> {
    /// How far counters have grown on all of them together.
    public var total: [PortCounters.Name: UInt64] {
        reduce(into: [:]) { sums, rail in
            sums.merge(rail.growth) { first, second in
                let sum = first.addingReportingOverflow(second)
                return sum.overflow ? .max : sum.partialValue
            }
        }
    }
}

/// The counters of ports, from one time on.
public struct RailMeter: Sendable {
    private struct Place {
        let device: String
        let port: Int
        let interface: String?
        let before: PortCounters

        init(_ device: String, _ port: Int, _ interface: String?) {
            self.device = device
            self.port = port
            self.interface = interface
            before = PortCounters(device: device, port: port, interface: interface)
        }
    }

    private let places: [Place]

    /// Reads those of the ports that a rank uses.
    public init(_ ports: [RdmaPort]) {
        places = ports.map { Place($0.device, $0.port, $0.interface) }
    }

    /// Reads those of all ports of a host that are active.
    public init(_ host: RdmaHost) {
        places = host.devices.flatMap { device in
            device.ports.filter(\.isActive).map {
                Place(device.name, $0.number, $0.gids.first?.interface)
            }
        }
    }

    /// Reads them again, and says how far they have grown.
    public func growth() -> [RailGrowth] {
        places.map {
            let now = PortCounters(device: $0.device, port: $0.port, interface: $0.interface)
            let growth = now.growth(since: $0.before)
            return RailGrowth(device: $0.device, port: $0.port, growth: growth)
        }
    }
}

internal import Text

/// What the counters of a port show at one time: all files of the kernel that hold a number.
public struct PortCounters: Equatable, Sendable {
    /// Where a counter lies.
    public enum Source: String, CaseIterable, Sendable {
        /// Of the port itself, as InfiniBand defines them.
        case port = "counters"
        /// Of the device, as its driver calls them.
        case hardware = "hw_counters"
        /// Of the network interface, for all that crosses it.
        case interface = "statistics"
    }

    /// A counter's place and name.
    public struct Name: Hashable, Comparable, Sendable, CustomStringConvertible {
        /// Where it lies.
        public let source: Source
        /// The file's name.
        public let text: String

        /// Names a counter.
        public init(_ source: Source, _ text: String) {
            self.source = source
            self.text = text
        }

        /// As in hw_counters/np_cnp_sent.
        public var description: String { "\(source.rawValue)/\(text)" }

        /// By source and then by name.
        public static func < (a: Name, b: Name) -> Bool { a.description < b.description }
    }

    /// The numbers.
    public let values: [Name: UInt64]

    /// Holds numbers.
    public init(_ values: [Name: UInt64]) { self.values = values }

    /// Reads those of a port.
    ///
    /// - Parameters:
    ///   - device: the device's name.
    ///   - port: the port's number.
    ///   - interface: the network interface that it belongs to, nil for none.
    ///   - sys: the folder where the kernel's files lie.
    public init(device: String, port: Int, interface: String?, sys: String = "/sys") {
        let sys = Sysfs(sys)
        let folder = "class/infiniband/\(device)/ports/\(port)"
        var folders: [(Source, String)] = [
            (.port, "\(folder)/counters"), (.hardware, "\(folder)/hw_counters"),
        ]
        if let interface { folders.append((.interface, "class/net/\(interface)/statistics")) }
        var values: [Name: UInt64] = [:]
        for (source, folder) in folders {
            // How long the kernel keeps numbers before it asks the device again is none of them.
            for name in sys.names(folder) where name != "lifespan" {
                values[Name(source, name)] = sys.number("\(folder)/\(name)")
            }
        }
        self.values = values
    }

    /// How much each has grown since an earlier reading; those that have not are left out, and
    /// so are those that are in one of the two only.
    public func growth(since earlier: PortCounters) -> [Name: UInt64] {
        var growth: [Name: UInt64] = [:]
        for (name, value) in values {
            guard let before = earlier.values[name] else { continue }
            let grown = Self.growth(name, from: before, to: value)
            if grown > 0 { growth[name] = grown }
        }
        return growth
    }

    private static func growth(_ name: Name, from before: UInt64, to value: UInt64) -> UInt64 {
        if value >= before { return value - before }
        // Those of queue pairs are of 32 bits in mlx5 and go round; anything else was set back,
        // and has grown by what it shows at least.
        let isRound = name.source == .hardware && before <= UInt64(UInt32.max) && before >> 31 == 1
        return isRound ? value + (1 << 32) - before : value
    }

    /// Bits of a port's counters that stop at their largest value instead of going round, so that
    /// what shows it has grown by more than it says.
    ///
    /// InfiniBand specification, 16.1.3.5; Linux, drivers/infiniband/core/sysfs.c. Counts of data
    /// and packets have 64 bits where the device has the extended ones, as all since 2010 do.
    static let stoppingBits: [String: Int] = [
        "symbol_error": 16, "link_error_recovery": 8, "link_downed": 8, "port_rcv_errors": 16,
        "port_rcv_remote_physical_errors": 16, "port_rcv_switch_relay_errors": 16,
        "port_xmit_discards": 16, "port_xmit_constraint_errors": 8,
        "port_rcv_constraint_errors": 8, "local_link_integrity_errors": 4,
        "excessive_buffer_overrun_errors": 4, "VL15_dropped": 16, "port_xmit_wait": 32,
    ]

    /// The counters that show their largest value, and so no longer count.
    public var stopped: [Name] {
        values.compactMap { name, value in
            guard name.source == .port, let bits = Self.stoppingBits[name.text] else { return nil }
            return value == (1 << bits) - 1 ? name : nil
        }.sorted()
    }
}

extension PortCounters {
    /// Sentences for what should not have happened on a port between two readings, or what makes
    /// it slower; empty where all is well.
    ///
    /// - Parameters:
    ///   - growth: how much counters have grown.
    ///   - place: what the port is called, such as "mlx5_0 port 1 of node1".
    public static func warnings(of growth: [Name: UInt64], on place: String) -> [String] {
        KnownCounter.Kind.allCases.compactMap { kind in
            guard let words = words(kind) else { return nil }
            let found = KnownCounter.all.filter {
                $0.kind == kind && growth[$0.name, default: 0] > 0
            }
            if found.isEmpty { return nil }
            let list = found.map {
                "\(growth[$0.name, default: 0]) \($0.meaning) (\($0.name.text))"
            }
            return "\(place) \(words.what): \(list.joined(separator: ", ")); \(words.look)"
        }
    }

    /// What to say of a kind, and where to look.
    private static func words(_ kind: KnownCounter.Kind) -> (what: String, look: String)? {
        switch kind {
        case .traffic: nil
        case .lost:
            (
                "sent packets again that were lost or late",
                "look for drops in switches, for priorities without flow control, at cables, and "
                    + "whether '--timeout' is too short"
            )
        case .notReady:
            ("met receivers that were not ready", "a rank was kept from running, or is too slow")
        case .dropped:
            ("threw packets away", "its buffers or its interface's queues were full")
        case .damaged:
            ("had errors on its link", "clean or change the cable, or its transceivers")
        case .paused:
            ("had to wait before it could send", "the network, or a receiver, was full")
        case .congested:
            (
                "met congestion",
                "several senders share a link: these are marks of ECN, which slow them down"
            )
        }
    }
}

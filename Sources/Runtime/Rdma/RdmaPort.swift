/// A port that a rank uses, and how it shows itself there.
public struct RdmaPort: Equatable, Sendable {
    /// The device's name.
    public let device: String
    /// The port of it.
    public let port: Int
    /// Which entry of the table of GIDs.
    public let gidIndex: Int
    /// The GID's 16 bytes.
    public let gid: [UInt8]
    /// The GID as addresses are written.
    public let gidText: String
    /// Whether it is RoCE, whose packets are led by GIDs and not by LIDs.
    public let isEthernet: Bool
    /// Its address in an InfiniBand subnet, 0 in Ethernet.
    public let lid: Int
    /// Which entry of the table of partition keys.
    public let partitionIndex: Int
    /// Bytes of the largest packet's data: what was asked for, or what the interface's packets
    /// leave; nil where only the device knows.
    public let mtu: Int?
    /// Bits a second.
    public let rate: Double
    /// The NUMA node that the device is near to.
    public let numaNode: Int?
    /// The network interface of the GID, whose statistics count too; nil in InfiniBand networks.
    public let interface: String?
}

extension RdmaPort {
    /// A port that may come into question.
    private struct Candidate {
        let device: RdmaDevice
        let port: RdmaDevice.Port

        var name: String { "\(device.name) port \(port.number)" }
    }

    /// The ports for a rank: those of the nearest NUMA nodes first, and of equal ones other ranks
    /// get others.
    ///
    /// - Parameters:
    ///   - options: which devices may be used, and how.
    ///   - host: what is there.
    ///   - node: the NUMA node that the rank runs on, where it is known.
    ///   - ordinal: the rank's number among those that have the same nearest devices: on its host,
    ///     or better on its NUMA node.
    ///   - interface: the network interface that the user has named: GIDs of it come first.
    public static func choose(
        _ options: RdmaOptions,
        on host: RdmaHost,
        node: Int?,
        ordinal: Int,
        interface: String = ""
    ) throws(RuntimeError) -> [RdmaPort] {
        let candidates = try active(try named(options.devices, on: host), on: host)
        var usable: [RdmaPort] = []
        var reasons: [String] = []
        for candidate in candidates {
            do throws(RuntimeError) {
                usable.append(try port(candidate, options, interface))
            } catch {
                reasons.append(error.description)
            }
        }
        if usable.isEmpty { throw RuntimeError(reasons.prefix(3).joined(separator: "; ")) }
        usable = try alike(usable, isNamed: !options.devices.isEmpty)
        guard options.rails <= usable.count else {
            let names = usable.map { "\($0.device) port \($0.port)" }.joined(separator: ", ")
            throw RuntimeError(
                "\(options.rails) rails were asked for and \(usable.count) can be used: \(names)"
            )
        }
        return take(options.rails, of: usable, on: host, node: node, ordinal: ordinal)
    }

    /// The ports that the user's list allows.
    private static func named(
        _ list: String,
        on host: RdmaHost
    ) throws(RuntimeError) -> [Candidate] {
        let pattern = try DevicePattern(list)
        guard !host.devices.isEmpty else {
            throw RuntimeError(
                "this host has no RDMA device: the kernel shows none in /sys/class/infiniband; "
                    + "load the adapter's module (mlx5_ib, bnxt_re, irdma; rdma_rxe makes one of "
                    + "an Ethernet interface), or use '--transport tcp'"
            )
        }
        let all = host.devices.flatMap { device in
            device.ports.map { Candidate(device: device, port: $0) }
        }
        guard !all.isEmpty else {
            let names = host.devices.map(\.name).joined(separator: ", ")
            throw RuntimeError("no RDMA device here has a port: \(names)")
        }
        let allowed = all.filter { pattern.allows($0.device.name, port: $0.port.number) }
        guard !allowed.isEmpty else {
            let names = all.map { "\($0.device.name):\($0.port.number)" }.joined(separator: ", ")
            throw RuntimeError("'--device' allows none of the RDMA devices here: \(names)")
        }
        return allowed
    }

    /// Those of them that data can flow over.
    private static func active(
        _ candidates: [Candidate],
        on host: RdmaHost
    ) throws(RuntimeError) -> [Candidate] {
        var reasons: [String] = []
        let active = candidates.filter { candidate in
            let complaint = host.complaint(of: candidate.device, candidate.port)
            if let complaint, !reasons.contains(complaint) { reasons.append(complaint) }
            return complaint == nil
        }
        if active.isEmpty {
            throw RuntimeError(
                "no RDMA port can be used: " + reasons.prefix(4).joined(separator: "; ")
            )
        }
        return active
    }

    /// Ports that can reach each other: of one kind of network, and, unless the user has chosen,
    /// as fast as the fastest.
    private static func alike(
        _ ports: [RdmaPort],
        isNamed: Bool
    ) throws(RuntimeError) -> [RdmaPort] {
        if isNamed {
            guard Set(ports.map(\.isEthernet)).count == 1 else {
                let names = ports.map {
                    "\($0.device) (\($0.isEthernet ? "Ethernet" : "InfiniBand"))"
                }
                throw RuntimeError(
                    "'--device' names ports of InfiniBand and of Ethernet, which can't reach each "
                        + "other: \(names.joined(separator: ", "))"
                )
            }
            return ports
        }
        let rate = ports.map(\.rate).max() ?? 0
        let fastest = ports.filter { $0.rate == rate }
        let infiniBand = fastest.filter { !$0.isEthernet }
        return infiniBand.isEmpty ? fastest : infiniBand
    }

    private static func take(
        _ count: Int,
        of ports: [RdmaPort],
        on host: RdmaHost,
        node: Int?,
        ordinal: Int
    ) -> [RdmaPort] {
        let byDistance = Dictionary(grouping: ports) {
            host.distance(from: node, to: $0.numaNode)
        }
        var taken: [RdmaPort] = []
        for (_, equal) in byDistance.sorted(by: { $0.key < $1.key }) where taken.count < count {
            let first = ordinal * count % equal.count
            let turned = equal[first...] + equal[..<first]
            taken += turned.prefix(count - taken.count)
        }
        return taken
    }
}

// How a rank shows itself on a port.
extension RdmaPort {
    private static func port(
        _ candidate: Candidate,
        _ options: RdmaOptions,
        _ interface: String
    ) throws(RuntimeError) -> RdmaPort {
        let port = candidate.port
        let gid = try gid(candidate, options.gidIndex, interface)
        if let asked = options.mtu, let most = port.mtu, asked > most {
            throw RuntimeError(
                "\(candidate.name) can send \(most) bytes in a packet, not \(asked): raise the MTU "
                    + "of \(gid.interface ?? "its interface") ('ip link set dev NAME mtu "
                    + "\(asked + 96)'), and of the switches, or leave '--mtu' out"
            )
        }
        return RdmaPort(
            device: candidate.device.name,
            port: port.number,
            gidIndex: gid.index,
            gid: gid.bytes,
            gidText: gid.text,
            isEthernet: port.isEthernet,
            lid: port.lid,
            partitionIndex: try partitionIndex(candidate, options.partition),
            mtu: options.mtu ?? port.mtu,
            rate: port.rate,
            numaNode: candidate.device.numaNode,
            interface: gid.interface
        )
    }

    /// The entry of the GID table that was asked for, or the best one.
    private static func gid(
        _ candidate: Candidate,
        _ index: Int?,
        _ interface: String
    ) throws(RuntimeError) -> Gid {
        let gids = candidate.port.gids
        let list = gids.prefix(8).map(\.description).joined(separator: "; ")
        if let index {
            if let gid = gids.first(where: { $0.index == index }) { return gid }
            throw RuntimeError(
                "entry \(index) of the GID table of \(candidate.name) is empty"
                    + (list.isEmpty ? "" : "; there are \(list)")
            )
        }
        if let best = candidate.port.bestGid(interface) {
            return best
        }
        throw RuntimeError(
            "the GID table of \(candidate.name) is empty"
                + (candidate.port.isEthernet
                    ? ": give its interface an address ('ip address add')"
                    : ": its subnet manager has not set it up")
        )
    }

    /// The entry of a partition key: whether its top bit is set, which says full member, is only
    /// looked at where two entries differ in nothing else.
    private static func partitionIndex(
        _ candidate: Candidate,
        _ key: Int?
    ) throws(RuntimeError) -> Int {
        guard let key else { return 0 }
        let same = candidate.port.partitions.sorted { $0.key < $1.key }
            .filter { $0.value & 0x7FFF == key & 0x7FFF }
        if let entry = same.first(where: { $0.value == key }) ?? same.first { return entry.key }
        let list = candidate.port.partitions.sorted { $0.key < $1.key }.prefix(16)
            .map { hexadecimal($0.value) }.joined(separator: ", ")
        throw RuntimeError(
            "\(candidate.name) is not in partition \(hexadecimal(key))"
                + (list.isEmpty ? "" : "; its keys are \(list)")
        )
    }

    private static func hexadecimal(_ key: Int) -> String {
        let digits = String(key, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

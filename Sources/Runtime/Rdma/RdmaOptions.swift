/// How a job uses RDMA devices.
public struct RdmaOptions: Equatable, Sendable {
    /// How connections come about.
    public enum Path: String, CaseIterable, Sendable {
        /// Both ends tell each other their numbers over the job's own TCP connections.
        case exchange
        /// By the connection manager (librdmacm), which asks the network for the way.
        case cm
    }

    /// Which devices and ports, as `DevicePattern` has it; empty for any.
    public var devices = ""
    /// The index in the port's table of GIDs, nil for the best one.
    public var gidIndex: Int?
    /// The partition key, of 16 bits, nil for the first of the port's table.
    public var partition: Int?
    /// Which service level messages have in an InfiniBand network; its low three bits are the
    /// priority of a VLAN.
    public var serviceLevel = 0
    /// The traffic class byte of the IP header: its upper six bits are the DSCP.
    public var trafficClass = 0
    /// A message that is not acknowledged within 4.096 us times two to this power is sent again.
    ///
    /// A device may take up to four times as long (InfiniBand specification, 9.7.6.1.3). By default
    /// it is 134 ms, the longest of which eight times four are still under five seconds: that is
    /// when a dead peer is noticed at the latest.
    public var timeout = 15
    /// How often that is done before the connection is given up; the most that there is, as NCCL,
    /// UCX and perftest have it.
    public var retries = 7
    /// Bytes of the largest packet's data, nil for what the port is set to.
    public var mtu: Int?
    /// How connections come about.
    public var path = Path.exchange
    /// Queue pairs to each peer, over which large messages are cut.
    public var queuePairs = 1
    /// Devices that a rank uses at the same time.
    public var rails = 1
    /// Whether devices may write to memory out of order.
    public var relaxedOrdering = false
    /// Whether devices fault memory in instead of having it pinned.
    public var onDemand = false
    /// Whether code may be used that no test could run.
    public var untested = false

    /// The usual.
    public init() {}

    /// What `gidIndex` may be.
    public static let gidIndices = 0...255
    /// What `serviceLevel` may be.
    public static let serviceLevels = 0...15
    /// What `trafficClass` may be.
    public static let trafficClasses = 0...255
    /// What `timeout` may be: 0 would be to wait forever.
    public static let timeouts = 1...31
    /// What `retries` may be.
    public static let retryCounts = 0...7
    /// What `mtu` may be.
    public static let mtus = [256, 512, 1024, 2048, 4096]
    /// What `queuePairs` and `rails` may be.
    public static let counts = 1...16

    /// Whether a number can be a partition key: the top bit says who is a full member, and a key
    /// is more than that.
    public static func isPartition(_ key: Int) -> Bool {
        (0...0xFFFF).contains(key) && key & 0x7FFF != 0
    }

    /// Why these can't be obeyed, nil if they can.
    public var problem: String? {
        do {
            _ = try DevicePattern(devices)
        } catch {
            return error.description
        }
        if !untested, relaxedOrdering || onDemand {
            let option = relaxedOrdering ? "--relaxed-ordering" : "--on-demand"
            return "'\(option)' needs '--untested': no test could run it on hardware "
                + "(docs/RDMA.md)"
        }
        let isSound =
            gidIndex.map(Self.gidIndices.contains) ?? true
            && partition.map(Self.isPartition) ?? true
            && Self.serviceLevels.contains(serviceLevel)
            && Self.trafficClasses.contains(trafficClass)
            && Self.timeouts.contains(timeout) && Self.retryCounts.contains(retries)
            && mtu.map(Self.mtus.contains) ?? true
            && Self.counts.contains(queuePairs) && Self.counts.contains(rails)
        return isSound ? nil : "a setting of RDMA is out of its range"
    }
}

extension RdmaOptions {
    func pack(_ packer: inout Packer) {
        packer.add(devices)
        packer.add(path.rawValue)
        // No setting is negative.
        for value in [gidIndex, partition, mtu] { packer.add(value ?? -1) }
        for value in [serviceLevel, trafficClass, timeout, retries, queuePairs, rails] {
            packer.add(value)
        }
        for value in [relaxedOrdering, onDemand, untested] { packer.add(value) }
    }

    init(reading reader: inout Unpacker) throws(RuntimeError) {
        func optional() throws(RuntimeError) -> Int? {
            let value = try reader.int()
            return value == -1 ? nil : value
        }
        self.init()
        devices = try reader.text()
        guard let path = Path(rawValue: try reader.text()) else { throw Unpacker.isCut }
        self.path = path
        gidIndex = try optional()
        partition = try optional()
        mtu = try optional()
        serviceLevel = try reader.int()
        trafficClass = try reader.int()
        timeout = try reader.int()
        retries = try reader.int()
        queuePairs = try reader.int()
        rails = try reader.int()
        relaxedOrdering = try reader.bool()
        onDemand = try reader.bool()
        untested = try reader.bool()
        if problem != nil { throw Unpacker.isCut }
    }
}

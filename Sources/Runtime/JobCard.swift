internal import Glibc

/// What lies in the memory of a node for all its endpoints: who is where, what to run, and then
/// where each listens, and plans.
struct JobCard {
    /// Bytes of an address.
    private static let addressBytes = 64

    /// What each endpoint is called.
    var names: [String]
    /// What to run; the runtime does not look inside.
    var payload: [UInt8]
    /// The node of each endpoint, empty where there is one.
    var nodes: [Int] = []
    /// Whether agents watch the endpoints, each its own, and not one launcher all.
    var hasAgents = false
    /// How nodes talk.
    var network = NetOptions()
    /// The job's secret.
    var token = ""
    /// The version of all its parts.
    var version = ""

    private var packed: [UInt8] {
        var packer = Packer()
        packer.add(names)
        packer.add(payload)
        packer.add(nodes)
        packer.add(hasAgents)
        network.pack(&packer)
        packer.add(token)
        packer.add(version)
        return packer.bytes
    }

    private var addressesOffset: Int { (packed.count + 8 + 63) / 64 * 64 }

    private var plansOffset: Int {
        (addressesOffset + names.count * Self.addressBytes + 4095) / 4096 * 4096
    }

    /// Bytes of memory that it needs; those of plans are only taken as they are written.
    var jobBytes: Int { plansOffset + PlanBook.capacity }

    func write(to segment: borrowing Segment) {
        let bytes = packed
        segment.job.storeBytes(of: UInt64(bytes.count), as: UInt64.self)
        UnsafeMutableRawBufferPointer(start: segment.job + 8, count: bytes.count)
            .copyBytes(from: bytes)
    }

    init(
        names: [String],
        payload: [UInt8],
        nodes: [Int] = [],
        hasAgents: Bool = false,
        network: NetOptions = NetOptions(),
        token: String = "",
        version: String = ""
    ) {
        self.names = names
        self.payload = payload
        self.nodes = nodes
        self.hasAgents = hasAgents
        self.network = network
        self.token = token
        self.version = version
    }

    init(in segment: borrowing Segment) throws(RuntimeError) {
        let count = Int(segment.job.load(as: UInt64.self))
        var reader = Unpacker(
            Array(UnsafeRawBufferPointer(start: segment.job + 8, count: count))
        )
        names = try reader.texts()
        payload = try reader.data()
        nodes = try reader.ints()
        hasAgents = try reader.bool()
        network = try NetOptions(reading: &reader)
        token = try reader.text()
        version = try reader.text()
    }

    /// Where plans are written.
    func plans(in segment: borrowing Segment) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(
            start: segment.job + plansOffset,
            count: PlanBook.capacity
        )
    }

    /// Says where an endpoint listens.
    func setAddress(_ text: String, of endpoint: Int, in segment: borrowing Segment) {
        let place = segment.job + addressesOffset + endpoint * Self.addressBytes
        let bytes = Array(text.utf8.prefix(Self.addressBytes - 1)) + [0]
        UnsafeMutableRawBufferPointer(start: place, count: bytes.count).copyBytes(from: bytes)
    }

    /// Where an endpoint listens, empty where it has not said.
    func address(of endpoint: Int, in segment: borrowing Segment) -> String {
        let place = segment.job + addressesOffset + endpoint * Self.addressBytes
        let bytes = UnsafeRawBufferPointer(start: place, count: Self.addressBytes)
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}

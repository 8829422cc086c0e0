public import Units

/// A network as ASTRA-sim's analytical back end has it: dimensions, not links.
///
/// An NPU has a number in each dimension; those that differ in one only are connected by it.
public struct ASTRANetwork: Equatable, Sendable {
    /// How the NPUs of a dimension are connected.
    public enum Shape: String, CaseIterable, Sendable {
        /// Each with the next and the one before, in both directions.
        case ring = "Ring"
        /// Each with every other.
        case fullyConnected = "FullyConnected"
        /// Each with a switch.
        case star = "Switch"
    }

    /// One dimension.
    public struct Dimension: Equatable, Sendable {
        /// How its NPUs are connected.
        public var shape: Shape
        /// How many there are.
        public var size: Int
        /// What one link carries each way.
        public var rate: BitsPerSecond
        /// How long a link takes; through a switch data takes two.
        public var latency: Picoseconds

        /// Describes a dimension.
        public init(shape: Shape, size: Int, rate: BitsPerSecond, latency: Picoseconds) {
            self.shape = shape
            self.size = size
            self.rate = rate
            self.latency = latency
        }
    }

    /// What users call it.
    public var name: String
    /// The dimensions, in which numbers change fastest first.
    public var dimensions: [Dimension]

    /// Describes a network.
    public init(name: String, dimensions: [Dimension]) {
        self.name = name
        self.dimensions = dimensions
    }

    /// How many NPUs there are, nil for more than can be counted.
    public var count: Int? {
        var count = 1
        for dimension in dimensions {
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension.size)
            if overflow { return nil }
            count = product
        }
        return count
    }
}

extension ASTRANetwork {
    /// A fabric's tiers as dimensions of switches.
    ///
    /// ASTRA-sim gives each dimension links of its own, while tiers of one network share the
    /// endpoint's; and its latency is that of a link, half of the way through a switch.
    public init(_ fabric: Fabric) {
        name = fabric.name
        dimensions = fabric.tiers.map { tier in
            Dimension(
                shape: .star,
                size: tier.holds.value,
                rate: tier.sustainedRate,
                latency: Picoseconds(tier.latency.value.count / 2)
            )
        }
    }

    /// Every NPU, switch and link.
    public func wiring() throws(WiringError) -> Wiring {
        let (devices, links) = try sizes()
        var builder = WiringBuilder(name: name)
        if let refusal = builder.refusal(devices: devices, links: links) {
            throw WiringError("\(refusal); its dimensions can be kept as they are")
        }
        let count = count ?? 0
        for number in 0..<count { _ = builder.add(Wiring.Device(.gpu, "gpu\(number)")) }
        var stride = 1
        for (place, dimension) in dimensions.enumerated() {
            // Groups start where the dimension's number is 0.
            for number in 0..<count where number / stride % dimension.size == 0 {
                let members = (0..<dimension.size).map { Int32(number + $0 * stride) }
                connect(members, dimension, place, &builder)
            }
            stride *= dimension.size
        }
        return builder.finish()
    }

    /// How many devices and links there would be, without making them.
    private func sizes() throws(WiringError) -> (devices: Int, links: Int) {
        if dimensions.contains(where: { $0.size < 2 }) {
            throw WiringError("a dimension has at least 2 NPUs")
        }
        guard let count, count <= Wiring.deviceLimit else {
            throw WiringError(
                "more than \(Wiring.deviceLimit) NPUs are too many to write one by one; the "
                    + "dimensions can be kept as they are"
            )
        }
        var devices = count
        var links = 0
        for dimension in dimensions {
            let groups = count / dimension.size
            let size = dimension.size
            // No sum overflows: there are at most 2^20 NPUs, and 2^19 for each of them.
            switch dimension.shape {
            case .ring: links += groups * (size == 2 ? 1 : size)
            case .fullyConnected: links += groups * (size * (size - 1) / 2)
            case .star:
                devices += groups
                links += count
            }
        }
        return (devices, links)
    }

    private func connect(
        _ members: [Int32],
        _ dimension: Dimension,
        _ place: Int,
        _ builder: inout WiringBuilder
    ) {
        func connect(_ one: Int32, _ other: Int32) {
            var link = Wiring.Link(one, other, .other)
            link.rate = dimension.rate
            link.latency = dimension.latency
            builder.links.append(link)
        }
        switch dimension.shape {
        case .ring:
            for (one, other) in zip(members, members.dropFirst()) { connect(one, other) }
            if members.count > 2 { connect(members[members.count - 1], members[0]) }
        case .fullyConnected:
            for (index, one) in members.enumerated() {
                for other in members[(index + 1)...] { connect(one, other) }
            }
        case .star:
            let name = "switch-\(place + 1)-\(members[0])"
            let hub = builder.add(Wiring.Device(.networkSwitch, name))
            for one in members { connect(one, hub) }
        }
    }
}

internal import Units

extension Wiring {
    /// The most endpoints of a fabric that are written one by one.
    public static let endpointLimit = 1 << 16

    /// A fabric of tiers with all its endpoints, switches and cables, one by one.
    ///
    /// Cables are those of its routes. Latencies are those of tiers, cut into equal halves for the
    /// way up and down.
    public init(expanding fabric: Fabric) throws(WiringError) {
        guard fabric.endpoints <= Self.endpointLimit else {
            throw WiringError(
                "\(fabric.name) has \(fabric.endpoints) endpoints; at most \(Self.endpointLimit) "
                    + "are written one by one"
            )
        }
        let router = Router(fabric)
        guard router.channels <= 16 * Self.linkLimit else {
            throw WiringError("\(fabric.name) has more cables than can be written one by one")
        }
        var builder = WiringBuilder(name: fabric.name)
        let isGPU = fabric.endpoint.contains("GPU")
        for number in 0..<fabric.endpoints {
            var device = Device(isGPU ? .gpu : .host, "\(isGPU ? "gpu" : "host")\(number)")
            device.model = fabric.endpoint
            _ = builder.add(device)
        }
        var firsts: [Int] = []
        for tier in fabric.tiers {
            firsts.append(builder.devices.count)
            let isNVLink = tier.link?.name.hasPrefix("nvlink") == true
            let (groups, each) = tier.switches(in: fabric)
            let (count, overflow) = groups.multipliedReportingOverflow(by: each)
            if overflow || count > Self.deviceLimit - builder.devices.count {
                throw WiringError("\(fabric.name) has more switches than can be written one by one")
            }
            for number in 0..<groups * each {
                let name = each == 1 ? "\(number)" : "\(number / each).\(number % each)"
                var device = Device(isNVLink ? .nvswitch : .networkSwitch, "\(tier.name)-\(name)")
                device.model = tier.device?.name
                _ = builder.add(device)
            }
        }
        func place(_ vertex: Vertex) -> Int32 {
            switch vertex {
            case .endpoint(let number): Int32(number)
            case .switch(let tier, let group, let number):
                Int32(firsts[tier] + group * fabric.tiers[tier].switches(in: fabric).each + number)
            }
        }
        // Cables between the same two ends, and of the same rate, are one link.
        var known: [Ends: Int] = [:]
        for number in 0..<router.channels {
            let channel = router.channel(number)
            let ends = Ends(place(channel.from), place(channel.to), channel.tier, channel.rate)
            // Of each cable the one direction; nothing has a cable to itself.
            if ends.from >= ends.to || channel.rate.bits == 0 { continue }
            if let found = known[ends] {
                builder.links[found].count += 1
                continue
            }
            known[ends] = builder.links.count
            var link = Link(ends.from, ends.to, Self.medium(of: channel.tier, in: fabric))
            link.kind = Self.kind(of: channel.tier, in: fabric)
            link.rate = channel.rate
            link.latency = Self.latency(of: channel.tier, in: fabric)
            builder.links.append(link)
        }
        self = builder.finish()
    }

    private struct Ends: Hashable {
        let from: Int32
        let to: Int32
        let tier: Int
        let rate: BitsPerSecond

        init(_ from: Int32, _ to: Int32, _ tier: Int, _ rate: BitsPerSecond) {
            self.from = from
            self.to = to
            self.tier = tier
            self.rate = rate
        }
    }

    private static func kind(of tier: Int, in fabric: Fabric) -> LinkKind? {
        if case .switched(let switching) = fabric.tiers[tier].structure { return switching.cable }
        return fabric.tiers[tier].link
    }

    private static func medium(of tier: Int, in fabric: Fabric) -> Link.Medium {
        let network = fabric.tiers[tier].network
        let first = fabric.tiers.first { $0.network == network }?.link
        let name = (kind(of: tier, in: fabric) ?? first)?.name ?? ""
        if name.hasPrefix("ib-") { return .infiniband }
        return Link.Medium.allCases.first { name.hasPrefix($0.rawValue) } ?? .other
    }

    private static func latency(of index: Int, in fabric: Fabric) -> Picoseconds {
        let tier = fabric.tiers[index]
        guard case .switched = tier.structure else { return tier.latency.value }
        let isFirst = index == 0 || fabric.tiers[index - 1].network != tier.network
        let inner = isFirst ? 0 : fabric.tiers[index - 1].latency.value.count
        return Picoseconds(max(0, (tier.latency.value.count - inner) / 2))
    }
}

extension Tier {
    /// Groups of switches, or of a Dragonfly's routers, and how many are in each.
    fileprivate func switches(in fabric: Fabric) -> (groups: Int, each: Int) {
        let groups = fabric.endpoints / groupSize
        return switch structure {
        case .switched(let switching): (groups, switching.switches)
        case .dragonfly(let dragonfly): (groups * dragonfly.groups, dragonfly.routers)
        case .torus, .direct: (groups, 0)
        }
    }

    fileprivate var device: Part? {
        switch structure {
        case .switched(let switching): switching.device
        case .dragonfly(let dragonfly): dragonfly.device
        case .torus, .direct: nil
        }
    }
}

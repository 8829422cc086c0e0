public import Units

/// A network as nested groups: endpoints in nodes or racks, these under leaves, these under spines.
///
/// Everything is derived from its few tiers; nothing is stored for an endpoint or a pair of them,
/// so a fabric of a million endpoints is as cheap as one of eight.
public struct Fabric: Hashable, Sendable {
    /// What users call it.
    public let name: String
    /// One line on what it is.
    public let summary: String
    /// What it is listed under.
    public let family: String
    /// The device that sends and receives.
    public let endpoint: String
    /// The levels, innermost first.
    public let tiers: [Tier]
    /// What a probe found on it, nil where none did.
    public let measured: Measured?

    /// The most tiers that a fabric may have.
    public static let tierLimit = 8
    /// The most endpoints that a fabric may have.
    public static let endpointLimit = 1 << 32

    /// How many endpoints there are.
    public var endpoints: Int { tiers[tiers.count - 1].groupSize }

    /// The innermost tier with a group that holds both endpoints; nil for an endpoint and itself.
    public func tier(between first: Int, and second: Int) -> Int? {
        let all = 0..<endpoints
        precondition(all.contains(first) && all.contains(second), "the endpoint exists")
        if first == second { return nil }
        return tiers.firstIndex { first / $0.groupSize == second / $0.groupSize }
    }

    /// Endpoints below a tier's group: 1 for the innermost tier.
    public func sizeBelow(_ tier: Int) -> Int { tier == 0 ? 1 : tiers[tier - 1].groupSize }

    /// How many others an endpoint has at the distance of a tier, each at the tier's latency.
    public func peers(at tier: Int) -> Int { tiers[tier].groupSize - sizeBelow(tier) }
}

/// The tiers that share one set of links at the endpoint.
public struct Network: Hashable, Sendable {
    /// Its tiers.
    public let tiers: Range<Int>
    /// What an endpoint can send into it, and at the same time receive.
    public let rate: BitsPerSecond
}

extension Fabric {
    /// The endpoint's networks, that of the innermost tier first.
    public var networks: [Network] {
        var networks: [Network] = []
        var start = 0
        for end in 1...tiers.count where end == tiers.count || tiers[end].network != networks.count
        {
            networks.append(Network(tiers: start..<end, rate: tiers[start].rate.value))
            start = end
        }
        return networks
    }

    /// What all endpoints together can send into a network, each way.
    public func injection(into network: Network) -> TotalRate {
        TotalRate(network.rate, times: endpoints)
    }

    /// What one half of the endpoints can send to the other half through the outermost tier, each
    /// way.
    public var bisection: TotalRate {
        TotalRate(tiers[tiers.count - 1].sustainedRate, times: endpoints / 2)
    }

    /// What all endpoints together send, at most, while each sends equally to every other.
    ///
    /// A tier must carry from each endpoint its share for all those that lie beyond the group below
    /// and are reached through the same network; the tier where this takes longest decides.
    public var allToAllLimit: TotalRate {
        let others = UInt128(endpoints - 1)
        var limit = UInt128.max
        for network in networks {
            let reached = tiers[network.tiers.upperBound - 1].groupSize
            for tier in network.tiers {
                if let uniform = tiers[tier].uniformRate {
                    limit = min(limit, UInt128(uniform.bits))
                    continue
                }
                let beyond = UInt128(reached - sizeBelow(tier))
                limit = min(limit, UInt128(tiers[tier].sustainedRate.bits) * others / beyond)
            }
        }
        return TotalRate(bits: limit * UInt128(endpoints))
    }
}

public import Units

/// Where a channel begins or ends.
public enum Vertex: Hashable, Sendable {
    /// An endpoint.
    case endpoint(Int)
    /// A switch or router of a tier: which group, and which of its switches.
    case `switch`(tier: Int, group: Int, number: Int)
}

/// One direction of a cable.
public struct Channel: Hashable, Sendable {
    /// Where it begins.
    public let from: Vertex
    /// Where it ends.
    public let to: Vertex
    /// What it carries.
    public let rate: BitsPerSecond
    /// The tier that it belongs to.
    public let tier: Int
}

extension Router {
    /// What a number stands for.
    public func channel(_ number: Int) -> Channel {
        let tier = tier(of: number)
        let level = levels[tier]
        let place = number - level.base
        switch fabric.tiers[tier].structure {
        case .switched(let switching): return cable(switching, tier, place)
        case .torus(let torus): return side(torus, tier, place)
        case .direct(let direct):
            let (from, there) = place.quotientAndRemainder(dividingBy: direct.count)
            let to = from / direct.count * direct.count + there
            return Channel(
                from: .endpoint(from),
                to: .endpoint(to),
                rate: rateOfOne(tier) * direct.links[from % direct.count * direct.count + there],
                tier: tier
            )
        case .dragonfly(let dragonfly): return flight(dragonfly, tier, place)
        }
    }

    /// The tier that a channel belongs to.
    public func tier(of channel: Int) -> Int {
        precondition((0..<channels).contains(channel), "the channel exists")
        // As long as the tiers are few, looking at each is quickest.
        var tier = 0
        while channel >= levels[tier].base + levels[tier].channels { tier += 1 }
        return tier
    }

    /// What one of the endpoint's links carries.
    private func rateOfOne(_ tier: Int) -> BitsPerSecond {
        let tier = fabric.tiers[tier]
        return BitsPerSecond(tier.rate.value.bits / tier.linksPerEndpoint)
    }

    private func cable(_ switching: Switching, _ tier: Int, _ place: Int) -> Channel {
        let level = levels[tier]
        let (unit, cable) = (place / 2).quotientAndRemainder(dividingBy: level.cables)
        let isFirst = tier == 0 || levels[tier - 1].network != level.network
        let group: Int
        let lower: Vertex
        let number: Int
        if isFirst {
            group = unit / level.groupSize
            lower = .endpoint(unit)
            number = level.switchOf(unit % level.counted.value, cable: cable)
        } else {
            let (below, own) = unit.quotientAndRemainder(dividingBy: level.units)
            group = below * level.sizeBelow.value / level.groupSize
            lower = .switch(tier: tier - 1, group: below, number: own)
            number = level.switchOf(own, cable: cable)
        }
        let upper = Vertex.switch(tier: tier, group: group, number: number)
        let isUp = place.isMultiple(of: 2)
        return Channel(
            from: isUp ? lower : upper,
            to: isUp ? upper : lower,
            rate: switching.cableRate,
            tier: tier
        )
    }

    private func side(_ torus: Torus, _ tier: Int, _ place: Int) -> Channel {
        let (endpoint, way) = place.quotientAndRemainder(dividingBy: torus.links)
        let base = endpoint / torus.count * torus.count
        let stride = torus.sides[..<(way / 2)].reduce(1, *)
        let side = torus.sides[way / 2]
        let here = (endpoint - base) / stride % side
        let isForward = way.isMultiple(of: 2)
        let there = (here + (isForward ? 1 : side - 1)) % side
        // At the edge of a mesh there is a number, but no cable.
        let isThere = torus.wraps || (isForward ? here < there : there < here)
        return Channel(
            from: .endpoint(endpoint),
            to: .endpoint(endpoint + (there - here) * stride),
            rate: isThere ? rateOfOne(tier) : BitsPerSecond(0),
            tier: tier
        )
    }

    private func flight(_ dragonfly: Dragonfly, _ tier: Int, _ place: Int) -> Channel {
        let level = levels[tier]
        let outside = 2 * fabric.endpoints * level.cables
        func router(_ group: Int, _ number: Int) -> Vertex {
            .switch(tier: tier, group: group, number: number)
        }
        let ends: (from: Vertex, to: Vertex)
        if place < outside {
            let endpoint = place / 2 / level.cables
            let (group, number) = (endpoint / dragonfly.endpoints)
                .quotientAndRemainder(dividingBy: dragonfly.routers)
            let pair = (Vertex.endpoint(endpoint), router(group, number))
            ends = place.isMultiple(of: 2) ? pair : (pair.1, pair.0)
        } else {
            let routers = dragonfly.routers
            let (group, rest) = (place - outside)
                .quotientAndRemainder(dividingBy: routers * routers + dragonfly.ports)
            if rest < routers * routers {
                ends = (router(group, rest / routers), router(group, rest % routers))
            } else {
                let port = rest - routers * routers
                let others = dragonfly.groups - 1
                let first = group / dragonfly.groups * dragonfly.groups
                let (turn, ahead) = port.quotientAndRemainder(dividingBy: others)
                let goal = (group - first + ahead + 1) % dragonfly.groups
                let back = others - 1 - ahead + turn * others
                ends = (
                    router(group, port / dragonfly.global),
                    router(first + goal, back / dragonfly.global)
                )
            }
        }
        return Channel(from: ends.from, to: ends.to, rate: rateOfOne(tier), tier: tier)
    }
}

private func * (rate: BitsPerSecond, count: Int) -> BitsPerSecond {
    BitsPerSecond(rate.bits * count)
}

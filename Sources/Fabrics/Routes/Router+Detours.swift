/// Ways that are longer than they need be, and what tables know an endpoint by.
extension Router {
    /// Whether there are ways by somewhere else: across another group of a Dragonfly, or by another
    /// endpoint of a torus.
    public func hasDetours(from first: Int, to second: Int) -> Bool {
        if first == second { return false }
        let tier = meeting(first, second)
        return switch fabric.tiers[tier].structure {
        case .dragonfly(let dragonfly):
            dragonfly.groups > 2 && group(dragonfly, tier, first) != group(dragonfly, tier, second)
        case .torus(let torus): torus.count > 2
        case .switched, .direct: false
        }
    }

    /// Appends the channels of a way by somewhere that is drawn; where there is nothing such, those
    /// of a shortest one.
    ///
    /// - Parameters:
    ///   - first: where they begin.
    ///   - second: where they end.
    ///   - path: what they are appended to.
    ///   - draw: draws one of so many.
    ///   - choose: picks one of several ways on that are equally short.
    /// - Returns: whether there is a way.
    public func detour(
        from first: Int,
        to second: Int,
        into path: inout [Int],
        draw: (Int) -> Int,
        choose: Choice
    ) -> Bool {
        guard hasDetours(from: first, to: second) else {
            return route(from: first, to: second, into: &path, choose: choose)
        }
        let tier = meeting(first, second)
        let level = levels[tier]
        switch fabric.tiers[tier].structure {
        case .dragonfly(let dragonfly):
            let ends = [group(dragonfly, tier, first), group(dragonfly, tier, second)].sorted()
            var between = draw(dragonfly.groups - 2)
            for end in ends where between >= end { between += 1 }
            fly(dragonfly, level, from: first, to: second, through: between, &path, choose)
        case .torus(let torus):
            let between = first / torus.count * torus.count + draw(torus.count)
            walk(torus, level, from: first, to: between, &path, choose)
            walk(torus, level, from: between, to: second, &path, choose)
        case .switched, .direct: return false
        }
        return true
    }

    private func group(_ dragonfly: Dragonfly, _ tier: Int, _ endpoint: Int) -> Int {
        endpoint % levels[tier].groupSize / (dragonfly.endpoints * dragonfly.routers)
    }

    /// All links of an endpoint, where they are of a kind that is interleaved and lead to switches.
    public func planes(from first: Int, to second: Int) -> Int {
        if first == second { return 1 }
        let tier = levels[meeting(first, second)].first
        let isDivided = fabric.tiers[tier].link?.isInterleaved ?? false
        return isDivided && levels[tier].isSwitched ? levels[tier].cables : 1
    }

    /// The place of an endpoint among those of its network as they are numbered switch by switch,
    /// as a subnet manager that goes from leaf to leaf gives addresses.
    public func address(of endpoint: Int, from other: Int) -> Int {
        if endpoint == other { return 0 }
        let level = levels[levels[meeting(endpoint, other)].first]
        guard level.isSwitched else { return endpoint }
        let (group, inGroup) = endpoint.quotientAndRemainder(dividingBy: level.groupSize)
        let (node, unit) = inGroup.quotientAndRemainder(dividingBy: level.counted.value)
        let each = (level.counted.value * level.cables + level.switches - 1) / level.switches
        let (turn, leaf) = (unit * level.cables).quotientAndRemainder(dividingBy: level.switches)
        let nodes = level.groupSize / level.counted.value
        return ((group * level.switches + leaf) * nodes + node) * each + turn
    }
}

/// Finds the channels that lead from one endpoint to another.
///
/// A channel is one direction of a cable. Channels have numbers, which follow from the structure:
/// nothing is stored for a cable, a switch or a pair of endpoints, so a router of a million
/// endpoints is as large as one of eight.
public struct Router: Sendable {
    /// One tier, in plain numbers.
    struct Level: Sendable {
        var network = 0
        /// The first tier of this network, and the one behind its last.
        var first = 0
        var end = 0
        /// The number of its first channel.
        var base = 0
        var channels = 0
        var sizeBelow = Divisor(1)
        var group = Divisor(1)
        /// Switched: units in a group below, cables of each, switches in a group.
        var units = 1
        var cables = 1
        var switches = 1
        var bySwitches = Divisor(1)
        /// Endpoints are counted in groups of so many.
        var counted = Divisor(1)
        /// How many endpoints are in a group.
        var groupSize: Int { group.value }
        var isSwitched = false
        /// Cables of a unit to each switch, where all units reach all switches alike; else 0.
        var parallel = 0
        /// Whether no switch has cables from two units of a group: then nothing goes round.
        var isApart = false
    }

    /// The fabric.
    public let fabric: Fabric
    let levels: [Level]

    /// How many channels there are; their numbers are smaller.
    public var channels: Int { levels.last.map { $0.base + $0.channels } ?? 0 }

    /// Makes the routes of a fabric.
    public init(_ fabric: Fabric) {
        self.fabric = fabric
        var levels: [Level] = []
        var base = 0
        for (index, tier) in fabric.tiers.enumerated() {
            var level = Level()
            level.network = tier.network
            level.first = fabric.networks[tier.network].tiers.lowerBound
            level.end = fabric.networks[tier.network].tiers.upperBound
            level.base = base
            level.sizeBelow = Divisor(fabric.sizeBelow(index))
            level.group = Divisor(tier.groupSize)
            level.counted = index == 0 ? level.group : level.sizeBelow
            let groups = fabric.endpoints / tier.groupSize
            switch tier.structure {
            case .switched(let switching):
                level.isSwitched = true
                level.units = switching.unitsBelow
                level.cables = switching.cables
                level.switches = switching.switches
                level.bySwitches = Divisor(switching.switches)
                let first = level.first == index
                if level.cables.isMultiple(of: level.switches) {
                    level.parallel = level.cables / level.switches
                }
                let units = first ? level.counted.value : level.units
                level.isApart = units * level.cables <= level.switches
                let below = first ? fabric.endpoints : fabric.endpoints / level.sizeBelow.value
                level.channels = 2 * below * level.units * level.cables
            case .torus(let torus):
                level.channels = fabric.endpoints * torus.links
            case .direct(let direct):
                level.channels = groups * direct.count * direct.count
            case .dragonfly(let dragonfly):
                level.cables = tier.linksPerEndpoint
                level.channels =
                    2 * fabric.endpoints * level.cables + groups * dragonfly.groups
                    * (dragonfly.routers * dragonfly.routers + dragonfly.ports)
            }
            base += level.channels
            levels.append(level)
        }
        self.levels = levels
    }

    /// Appends the channels from one endpoint to another, in order.
    ///
    /// - Parameters:
    ///   - first: where they begin.
    ///   - second: where they end.
    ///   - path: what they are appended to.
    ///   - choose: picks one of several ways on that are equally short.
    /// - Returns: whether there is a way inside one network; without one, nothing is appended.
    public func route(
        from first: Int,
        to second: Int,
        into path: inout [Int],
        choose: Choice
    ) -> Bool {
        if first == second { return true }
        let tier = meeting(first, second)
        if levels[tier].isSwitched { return climb(first, second, meeting: tier, &path, choose) }
        switch fabric.tiers[tier].structure {
        case .switched: return false
        case .torus(let torus):
            walk(torus, levels[tier], from: first, to: second, &path, choose)
        case .direct(let direct):
            hop(direct, levels[tier], from: first, to: second, &path, choose)
        case .dragonfly(let dragonfly):
            fly(dragonfly, levels[tier], from: first, to: second, &path, choose)
        }
        return true
    }

    /// The innermost tier with a group that holds both.
    func meeting(_ first: Int, _ second: Int) -> Int {
        precondition(
            min(first, second) >= 0 && max(first, second) < levels[levels.count - 1].groupSize,
            "the endpoint exists"
        )
        var tier = 0
        while first / levels[tier].group != second / levels[tier].group { tier += 1 }
        return tier
    }
}

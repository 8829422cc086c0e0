/// Where endpoints meet, whatever the number of the tree: every group of a tier is wired alike, so
/// it takes no more than the places that members have in their nodes.
struct TreeShape {
    /// From where the network begins to where all meet.
    let tiers: ClosedRange<Int>
    /// The switches of the top tier's group that all members reach.
    let roots: [Int]
    private let levels: [Router.Level]
    /// Places in the node, one for each set of switches that cables of the first tier lead to.
    private let units: [Int]

    init(over members: [Int], in router: Router) throws(SwitchTreeError) {
        let fabric = router.fabric
        guard let first = members.first, let last = members.last else { throw .noMembers }
        guard first >= 0, last < fabric.endpoints,
            zip(members, members.dropFirst()).allSatisfy({ $0 < $1 })
        else { throw .notEndpoints(endpoints: fabric.endpoints) }
        let nearest = fabric.tier(between: first, and: last) ?? 0
        var isSwitched = false
        for network in fabric.networks[fabric.tiers[nearest].network...] {
            guard router.levels[network.tiers.lowerBound].isSwitched else { continue }
            isSwitched = true
            let units = router.levels[network.tiers.lowerBound].distinctUnits(of: members)
            for top in network.tiers where top >= nearest {
                let levels = Array(router.levels[network.tiers.lowerBound...top])
                let roots = Self.roots(units, levels)
                if roots.isEmpty { continue }
                tiers = network.tiers.lowerBound...top
                (self.roots, self.levels, self.units) = (roots, levels, units)
                return
            }
        }
        throw isSwitched
            ? .apart(tier: fabric.tiers[fabric.tiers.count - 1].name)
            : .notSwitched(tier: fabric.tiers[nearest].name)
    }

    /// The switches of the last level that each of the units reaches.
    private static func roots(_ units: [Int], _ levels: [Router.Level]) -> [Int] {
        let counts = coverage(levels[levels.count - 1].switches) { add in
            for unit in units {
                let start = [unit..<unit + 1]
                levels.reduce(start) { ranges, level in level.reached(from: ranges) }.forEach(add)
            }
        }
        return counts.indices.filter { counts[$0] == units.count }
    }

    /// How many numbers take each root with each of the parallel cables.
    var variants: Int {
        roots.count * (levels.map { ($0.cables + $0.switches - 1) / $0.switches }.max() ?? 1)
    }

    /// Which way up the tree of a number takes in each tier.
    func ways(to number: Int) -> [TreeWay] {
        // Whence the root is reached: from the top down.
        var isAllowed = [Bool](repeating: false, count: levels[levels.count - 1].switches)
        isAllowed[roots[number % roots.count]] = true
        var allowed = [isAllowed]
        for (lower, upper) in zip(levels, levels.dropFirst()).reversed() {
            isAllowed = upper.unitsReaching(isAllowed, of: lower.switches)
            allowed.append(isAllowed)
        }
        // What is wanted: from the bottom up.
        var ways: [TreeWay] = []
        var units = units
        for (level, allowed) in zip(levels, allowed.reversed()) {
            let way = TreeWay(level, allowed, units, number, turn: number / roots.count)
            units = Set(units.map(way.goal)).sorted()
            ways.append(way)
        }
        return ways
    }
}

/// Which switch of a tier each unit below goes to.
struct TreeWay {
    let level: Router.Level
    /// Where everyone goes who can.
    private let wanted: Int
    /// The next switch that leads to the root, from each on, going round.
    private let next: [Int]
    /// Which one of parallel cables.
    private let turn: Int

    init(_ level: Router.Level, _ allowed: [Bool], _ units: [Int], _ number: Int, turn: Int) {
        self.level = level
        self.turn = turn
        let counts = coverage(level.switches) { add in
            for unit in units { level.reached(from: [unit..<unit + 1]).forEach(add) }
        }
        let most = counts.indices.reduce(0) { allowed[$1] ? max($0, counts[$1]) : $0 }
        let best = counts.indices.filter { allowed[$0] && counts[$0] == most }
        wanted = best[number % best.count]
        var next = [Int](repeating: best[0], count: level.switches)
        // The second time round everything has a successor.
        var latest = best[0]
        for _ in 0..<2 {
            for place in next.indices.reversed() {
                if allowed[place] { latest = place }
                next[place] = latest
            }
        }
        self.next = next
    }

    /// The switch that a unit goes to.
    func goal(_ unit: Int) -> Int {
        let start = unit * level.cables % level.switches
        let ahead = wanted - start
        let isReached = (ahead < 0 ? ahead + level.switches : ahead) < level.cables
        return isReached ? wanted : next[start]
    }

    /// The switches above what lies below, which is ascending by its group, and the channels there.
    ///
    /// - Parameters:
    ///   - groups: for the first tier the endpoints, for others the groups of the tier below.
    ///   - units: the numbers in their groups.
    ///   - isFirst: whether it is the first tier of the network.
    func climb(
        _ groups: [Int],
        _ units: [Int],
        isFirst: Bool
    ) -> (groups: [Int], numbers: [Int], children: [Int], parents: [Int], channels: [Int]) {
        var above: (groups: [Int], numbers: [Int], children: [Int]) = ([], [], [])
        var parents: [Int] = []
        var channels: [Int] = []
        parents.reserveCapacity(units.count)
        channels.reserveCapacity(units.count)
        // Where the switches of the present group stand; older entries are of other groups.
        var places = [Int](repeating: -1, count: level.switches)
        for (group, unit) in zip(groups, units) {
            let goal = goal(unit)
            let cable = level.cable(from: unit, to: goal, channel: 0) { ways, _ in turn % ways }
            let from = isFirst ? group : group * level.units + unit
            let own = isFirst ? group / level.group : group * level.sizeBelow.value / level.group
            if places[goal] < 0 || above.groups[places[goal]] != own {
                places[goal] = above.groups.count
                above.groups.append(own)
                above.numbers.append(goal)
                above.children.append(0)
            }
            above.children[places[goal]] += 1
            parents.append(places[goal])
            channels.append(level.base + 2 * (from * level.cables + cable))
        }
        return (above.groups, above.numbers, above.children, parents, channels)
    }
}

/// How many of some ranges cover each of so many places.
private func coverage(_ count: Int, _ body: ((Range<Int>) -> Void) -> Void) -> [Int] {
    var changes = [Int](repeating: 0, count: count + 1)
    body { range in
        changes[range.lowerBound] += 1
        changes[range.upperBound] -= 1
    }
    var covered = 0
    for place in 0..<count {
        covered += changes[place]
        changes[place] = covered
    }
    changes.removeLast()
    return changes
}

extension Router.Level {
    /// Places of endpoints in their node, one for each set of switches that their cables lead to.
    fileprivate func distinctUnits(of members: [Int]) -> [Int] {
        if cables >= switches { return [members[0] % counted] }
        var isKnown = [Bool](repeating: false, count: switches)
        var units: [Int] = []
        for member in members {
            let unit = member % counted
            let start = unit * cables % switches
            if isKnown[start] { continue }
            isKnown[start] = true
            units.append(unit)
        }
        return units
    }

    /// The switches that cables of some units lead to, as ranges that are apart.
    ///
    /// The cables of neighbours follow each other, so of a range of units they lead to a range, or
    /// to two where it goes round.
    fileprivate func reached(from units: [Range<Int>]) -> [Range<Int>] {
        var arcs: [Range<Int>] = []
        for range in units {
            let length = range.count * cables
            if length >= switches { return [0..<switches] }
            let start = range.lowerBound * cables % switches
            arcs.append(start..<min(start + length, switches))
            if start + length > switches { arcs.append(0..<start + length - switches) }
        }
        arcs.sort { $0.lowerBound < $1.lowerBound }
        var apart: [Range<Int>] = []
        for arc in arcs {
            if let last = apart.last, arc.lowerBound <= last.upperBound {
                apart[apart.count - 1] = last.lowerBound..<max(last.upperBound, arc.upperBound)
            } else {
                apart.append(arc)
            }
        }
        return apart
    }

    /// Which of so many units have a cable to one of some switches.
    fileprivate func unitsReaching(_ goals: [Bool], of count: Int) -> [Bool] {
        var sums = [0]
        sums.reserveCapacity(goals.count + 1)
        for isGoal in goals { sums.append(sums[sums.count - 1] + (isGoal ? 1 : 0)) }
        return (0..<count).map { unit in
            reached(from: [unit..<unit + 1]).contains { sums[$0.upperBound] > sums[$0.lowerBound] }
        }
    }
}

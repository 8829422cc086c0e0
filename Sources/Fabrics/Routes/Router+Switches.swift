/// Up to a switch that both ends reach, and down again.
extension Router {
    /// How far one end has climbed: the switch of its group that it has come to.
    private struct End {
        /// Groups of the tier below are counted from 0 over the whole fabric.
        let endpoint: Int
        var unit: Int

        init(_ endpoint: Int, _ level: Level) {
            self.endpoint = endpoint
            unit = endpoint % level.counted
        }

        /// The number of the channel up from here, over one of the unit's cables.
        func channel(_ level: Level, isFirst: Bool, cable: Int) -> Int {
            let place =
                isFirst ? endpoint : endpoint / level.sizeBelow * level.units + unit
            return level.base + 2 * (place * level.cables + cable)
        }
    }

    func climb(
        from first: Int,
        to second: Int,
        meeting tier: Int,
        _ path: inout [Int],
        _ choose: (Int) -> Int
    ) -> Bool {
        let start = path.count
        let network = levels[tier].network
        var index = tier
        while index > 0 && levels[index - 1].network == network { index -= 1 }
        var isFirst = true
        var (near, far) = (End(first, levels[index]), End(second, levels[index]))
        var down = InlineArray<8, Int>(repeating: 0)
        var depth = 0
        while index < levels.count && levels[index].network == network {
            let level = levels[index]
            let common = level.common(near.unit, far.unit)
            if common == 0 {
                // Different rails or planes: each goes up its own.
                let (one, other) = (choose(level.cables), choose(level.cables))
                path.append(near.channel(level, isFirst: isFirst, cable: one))
                down[depth] = far.channel(level, isFirst: isFirst, cable: other) + 1
                near.unit = level.switchOf(near.unit, cable: one)
                far.unit = level.switchOf(far.unit, cable: other)
            } else {
                let cable = level.commonCable(near.unit, far.unit, choose(common))
                let reached = level.switchOf(near.unit, cable: cable)
                let back = level.cable(from: far.unit, to: reached, choose)
                path.append(near.channel(level, isFirst: isFirst, cable: cable))
                down[depth] = far.channel(level, isFirst: isFirst, cable: back) + 1
                near.unit = reached
                far.unit = reached
                if index >= tier {
                    for step in stride(from: depth, through: 0, by: -1) { path.append(down[step]) }
                    return true
                }
            }
            depth += 1
            index += 1
            isFirst = false
        }
        path.removeLast(path.count - start)
        return false
    }
}

extension Router.Level {
    /// The switch that a cable of a unit leads to. Divisions are what routes cost, so the commonest
    /// shapes go without.
    func switchOf(_ unit: Int, cable: Int) -> Int {
        if parallel == 1 { return cable }
        if parallel > 1 { return cable % switches }
        let place = unit * cables + cable
        return isApart ? place : place % switches
    }

    /// How far the first switch of one unit lies behind that of another, going round.
    private func distance(_ first: Int, _ second: Int) -> Int {
        let distance = (second - first) * cables % switches
        return distance < 0 ? distance + switches : distance
    }

    /// How many cables of one unit lead to switches that another one has a cable to as well.
    ///
    /// With fewer cables than switches each unit reaches an arc of them; two arcs may meet at both
    /// of their ends.
    func common(_ first: Int, _ second: Int) -> Int {
        if first == second || cables >= switches { return cables }
        if isApart { return 0 }
        let behind = distance(first, second)
        return max(0, cables - behind) + max(0, cables - (switches - behind))
    }

    /// One of these cables.
    func commonCable(_ first: Int, _ second: Int, _ choice: Int) -> Int {
        if first == second || cables >= switches { return choice }
        let behind = distance(first, second)
        let ahead = max(0, cables - behind)
        return choice < ahead ? behind + choice : choice - ahead
    }

    /// A cable of a unit to a switch that it reaches.
    func cable(from unit: Int, to goal: Int, _ choose: (Int) -> Int) -> Int {
        if parallel == 1 { return goal }
        if parallel > 1 { return goal + switches * choose(parallel) }
        if isApart { return goal - unit * cables }
        var first = (goal - unit * cables) % switches
        if first < 0 { first += switches }
        if cables < switches { return first }
        let parallel = (cables - 1 - first) / switches + 1
        return parallel == 1 ? first : first + switches * choose(parallel)
    }
}

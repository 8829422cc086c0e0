/// Up to a switch that both ends reach, and down again.
extension Router {
    /// Climbs from both ends until they meet.
    ///
    /// Where the ends lie on different rails both go up the same of their cables, which is the same
    /// plane; only where these never meet does the other end take one so many further on.
    ///
    /// - Parameters:
    ///   - near: the groups below each tier that the beginning is in, up to where both meet.
    ///   - far: the same of the end.
    ///   - tier: the innermost tier with a group that holds both.
    func climb(
        _ near: Groups,
        _ far: Groups,
        meeting tier: Int,
        _ path: inout [Int],
        _ choose: (Int) -> Int
    ) -> Bool {
        if climb(near, far, meeting: tier, 0, &path, choose) { return true }
        let widest = levels[levels[tier].first..<levels[tier].end].map(\.cables).max() ?? 1
        return (1..<widest).contains { climb(near, far, meeting: tier, $0, &path, choose) }
    }

    private func climb(
        _ near: Groups,
        _ far: Groups,
        meeting tier: Int,
        _ shift: Int,
        _ path: inout [Int],
        _ choose: (Int) -> Int
    ) -> Bool {
        let start = path.count
        var index = levels[tier].first
        let end = levels[tier].end
        var down = InlineArray<8, Int>(repeating: 0)
        var depth = 0
        // Units are counted in their group: endpoints in their node.
        var (here, there) = (near[0] % levels[index].counted, far[0] % levels[index].counted)
        var (from, to) = (near[0], far[0])
        while index < end {
            let level = levels[index]
            if depth > 0 {
                // Beyond where they meet both are in the same groups.
                let one = index <= tier ? near[index] : near[0] / level.sizeBelow
                let other = index <= tier ? far[index] : one
                from = one * level.units + here
                to = other * level.units + there
            }
            let common = level.common(here, there)
            let up: Int
            let back: Int
            if common == 0 {
                // Different rails: each goes up its own.
                up = choose(level.cables)
                back = shift == 0 ? up : (up + shift) % level.cables
                there = level.switchOf(there, cable: back)
                here = level.switchOf(here, cable: up)
            } else {
                up = level.commonCable(here, there, choose(common))
                here = level.switchOf(here, cable: up)
                back = level.cable(from: there, to: here, choose)
                there = here
            }
            path.append(level.base + 2 * (from * level.cables + up))
            down[depth] = level.base + 2 * (to * level.cables + back) + 1
            if common > 0 && index >= tier {
                for step in stride(from: depth, through: 0, by: -1) { path.append(down[step]) }
                return true
            }
            depth += 1
            index += 1
        }
        path.removeLast(path.count - start)
        return false
    }
}

extension Router.Level {
    /// The switch that a cable of a unit leads to.
    ///
    /// Divisions are what routes cost, so the commonest shapes go without.
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

/// Up to a switch that both ends reach, and down again.
extension Router {
    /// Climbs from both ends until they meet.
    ///
    /// Where the ends lie on different rails both go up the same of their cables, which is the same
    /// plane; only where these never meet does the other end take one so many further on.
    ///
    /// - Parameters:
    ///   - near: the one end.
    ///   - far: the other.
    ///   - tier: the innermost tier with a group that holds both.
    func climb(
        _ near: Int,
        _ far: Int,
        meeting tier: Int,
        _ path: inout [Int],
        _ choose: Choice
    ) -> Bool {
        if climb(near, far, meeting: tier, 0, &path, choose) { return true }
        let widest = levels[levels[tier].first..<levels[tier].end].map(\.cables).max() ?? 1
        return (1..<widest).contains { climb(near, far, meeting: tier, $0, &path, choose) }
    }

    private func climb(
        _ near: Int,
        _ far: Int,
        meeting tier: Int,
        _ shift: Int,
        _ path: inout [Int],
        _ choose: Choice
    ) -> Bool {
        // Looked at in place, since a level is many words long; and nothing can overflow that is
        // smaller than the number of channels.
        levels.withUnsafeBufferPointer { levels in
            let first = levels[tier].first
            var up = InlineArray<8, Int>(repeating: 0)
            var down = up
            // Units are counted in their group: endpoints in their node.
            let counted = levels[first].counted
            var (here, there) = (near % counted, far % counted)
            for index in first..<levels[tier].end {
                let depth = index &- first
                var (from, to) = (near, far)
                if depth > 0 {
                    let below = levels[index].sizeBelow
                    from = (near / below) &* levels[index].units &+ here
                    to = (far / below) &* levels[index].units &+ there
                }
                from = levels[index].base &+ 2 &* from &* levels[index].cables
                to = levels[index].base &+ 2 &* to &* levels[index].cables &+ 1
                let step = levels[index].climb(here, there, shift, from, to, choose)
                up[depth] = from &+ 2 &* step.up
                down[depth] = to &+ 2 &* step.back
                if step.isMet && index >= tier {
                    for place in 0...depth { path.append(up[place]) }
                    for place in 0...depth { path.append(down[depth &- place]) }
                    return true
                }
                (here, there) = (step.here, step.there)
            }
            return false
        }
    }
}

extension Router.Level {
    /// Cables up from two units, as places among theirs, and the switches that they lead to.
    struct Step {
        let up: Int
        let back: Int
        let here: Int
        let there: Int

        /// Whether it is the same switch.
        let isMet: Bool
    }

    /// One step up from both units, to a switch that both reach where there is one.
    ///
    /// Nobody is asked where there is only one way. What is asked holds on to numbers only: copying
    /// the level for it would take as long as all the rest.
    ///
    /// - Parameters:
    ///   - from: the channel up over the one's first cable.
    ///   - to: the channel down over the other's first cable.
    @inline(__always)
    func climb(
        _ here: Int,
        _ there: Int,
        _ shift: Int,
        _ from: Int,
        _ to: Int,
        _ choose: Router.Choice
    ) -> Step {
        if parallel > 0 {
            let up = cables == 1 ? 0 : choose(cables) { from &+ 2 &* $0 }
            if parallel == 1 { return Step(up: up, back: up, here: up, there: up, isMet: true) }
            let goal = up % bySwitches
            let back = cable(from: there, to: goal, channel: to, choose)
            return Step(up: up, back: back, here: goal, there: goal, isMet: true)
        }
        let (near, far) = (start(of: here), start(of: there))
        let common = here == there ? cables : common(near, far)
        if common == 0 {
            // Different rails: each goes up its own.
            let up = cables == 1 ? 0 : choose(cables) { from &+ 2 &* $0 }
            let back = shift == 0 ? up : (up + shift) % cables
            let (one, other) = (reached(near, up), reached(far, back))
            return Step(up: up, back: back, here: one, there: other, isMet: false)
        }
        // One arc of common switches begins so far on; what is left of them begins with cable 0.
        let behind = here == there || cables >= switches ? 0 : distance(near, far)
        let ahead = max(0, cables &- behind)
        func place(_ way: Int) -> Int { way < ahead ? behind &+ way : way &- ahead }
        let up = place(common == 1 ? 0 : choose(common) { from &+ 2 &* place($0) })
        let goal = reached(near, up)
        let back = cable(from: there, to: goal, channel: to, choose)
        return Step(up: up, back: back, here: goal, there: goal, isMet: true)
    }

    /// The switch that the first cable of a unit leads to.
    @inline(__always)
    private func start(of unit: Int) -> Int {
        isApart ? unit &* cables : (unit &* cables) % bySwitches
    }

    /// The switch that a cable leads to, counted from where the unit's first one does.
    @inline(__always)
    private func reached(_ start: Int, _ cable: Int) -> Int {
        let place = start &+ cable
        return place < switches ? place : place % bySwitches
    }

    /// The switch that a cable of a unit leads to.
    func switchOf(_ unit: Int, cable: Int) -> Int { reached(start(of: unit), cable) }

    /// How far one switch lies behind another, going round.
    @inline(__always)
    private func distance(_ first: Int, _ second: Int) -> Int {
        second < first ? second &- first &+ switches : second &- first
    }

    /// How many cables of one unit lead to switches that another one has a cable to as well, by
    /// where the first cable of each leads.
    ///
    /// With fewer cables than switches each unit reaches an arc of them; two arcs may meet at both
    /// of their ends.
    private func common(_ first: Int, _ second: Int) -> Int {
        if cables >= switches { return cables }
        if isApart { return 0 }
        let behind = distance(first, second)
        return max(0, cables &- behind) &+ max(0, cables &- (switches &- behind))
    }

    /// A cable of a unit to a switch that it reaches; the channel of its cable 0 is given.
    func cable(
        from unit: Int,
        to goal: Int,
        channel: Int,
        _ choose: Router.Choice
    ) -> Int {
        if parallel == 1 { return goal }
        var first = goal
        var ways = parallel
        if parallel == 0 {
            first = distance(start(of: unit), goal)
            if cables < switches { return first }
            ways = (cables - 1 - first) / switches + 1
        }
        if ways == 1 { return first }
        let (start, stride) = (channel + 2 * first, 2 * switches)
        return first + switches * choose(ways) { start + stride * $0 }
    }
}

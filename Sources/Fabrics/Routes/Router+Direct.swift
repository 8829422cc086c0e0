/// Routes without switches, and through a Dragonfly's routers.
extension Router {
    /// One dimension after the other, the shorter way round.
    func walk(
        _ torus: Torus,
        _ level: Level,
        from first: Int,
        to second: Int,
        _ path: inout [Int],
        _ choose: Choice
    ) {
        let base = first / level.groupSize * level.groupSize
        var (here, goal) = (first - base, second - base)
        var (stride, rest) = (1, first - base)
        for (dimension, side) in torus.sides.enumerated() {
            var place = rest % side
            let distance = (goal % side - place + side) % side
            rest /= side
            goal /= side
            if distance > 0 {
                let isForward: Bool
                if !torus.wraps {
                    isForward = distance + place < side
                } else if 2 * distance == side {
                    let first = level.base + (base + here) * torus.links + 2 * dimension
                    isForward = choose(2) { first + $0 } == 0
                } else {
                    isForward = 2 * distance < side
                }
                let steps = isForward ? distance : side - distance
                for _ in 0..<steps {
                    path.append(
                        level.base + (base + here) * torus.links + 2 * dimension
                            + (isForward ? 0 : 1)
                    )
                    let next = (place + (isForward ? 1 : side - 1)) % side
                    here += (next - place) * stride
                    place = next
                }
            }
            stride *= side
        }
    }

    /// Over neighbours that are nearer.
    func hop(
        _ direct: DirectLinks,
        _ level: Level,
        from first: Int,
        to second: Int,
        _ path: inout [Int],
        _ choose: Choice
    ) {
        let group = first / direct.count
        var here = first % direct.count
        let goal = second % direct.count
        while here != goal {
            let ways = direct.nearer[here * direct.count + goal]
            let base = level.base + (group * direct.count + here) * direct.count
            let next = ways.count == 1 ? ways[0] : ways[choose(ways.count) { base + ways[$0] }]
            path.append(base + next)
            here = next
        }
    }

    /// From router to router through groups, the last of which is the goal's.
    ///
    /// Into each group it goes from a router with a port to it; the group in between is a detour's.
    func fly(
        _ dragonfly: Dragonfly,
        _ level: Level,
        from first: Int,
        to second: Int,
        through between: Int? = nil,
        _ path: inout [Int],
        _ choose: Choice
    ) {
        let routers = dragonfly.routers
        let all = first / level.groupSize * dragonfly.groups
        var (group, router) = (first % level.groupSize / dragonfly.endpoints)
            .quotientAndRemainder(dividingBy: routers)
        let (goal, last) = (second % level.groupSize / dragonfly.endpoints)
            .quotientAndRemainder(dividingBy: routers)
        let inside = level.base + 2 * fabric.endpoints * level.cables
        let each = routers * routers + dragonfly.ports
        func local(to next: Int) {
            if next == router { return }
            path.append(inside + (all + group) * each + router * routers + next)
            router = next
        }
        func cross(to next: Int) {
            if next == group { return }
            let others = dragonfly.groups - 1
            let ahead = (next - group + dragonfly.groups) % dragonfly.groups - 1
            let ports = inside + (all + group) * each + routers * routers + ahead
            let turn =
                dragonfly.parallel == 1
                ? 0 : choose(dragonfly.parallel) { ports + $0 * others }
            local(to: (ahead + turn * others) / dragonfly.global)
            path.append(ports + turn * others)
            group = next
            router = (others - 1 - ahead + turn * others) / dragonfly.global
        }
        let up = level.base + 2 * first * level.cables
        path.append(up + (level.cables == 1 ? 0 : 2 * choose(level.cables) { up + 2 * $0 }))
        if let between { cross(to: between) }
        cross(to: goal)
        local(to: last)
        let down = level.base + 2 * second * level.cables + 1
        path.append(down + (level.cables == 1 ? 0 : 2 * choose(level.cables) { down + 2 * $0 }))
    }
}

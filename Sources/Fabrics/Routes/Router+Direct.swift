/// Routes without switches, and through a Dragonfly's routers.
extension Router {
    /// One dimension after the other, the shorter way round.
    func walk(
        _ torus: Torus,
        _ level: Level,
        from first: Int,
        to second: Int,
        _ path: inout [Int],
        _ choose: (Int) -> Int
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
                    isForward = choose(2) == 0
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
        _ choose: (Int) -> Int
    ) {
        let group = first / direct.count
        var here = first % direct.count
        let goal = second % direct.count
        while here != goal {
            let ways = direct.nearer[here * direct.count + goal]
            let next = ways.count == 1 ? ways[0] : ways[choose(ways.count)]
            path.append(
                level.base + (group * direct.count + here) * direct.count + next
            )
            here = next
        }
    }

    /// To a router with a port to the other group, across, and on to the other router.
    func fly(
        _ dragonfly: Dragonfly,
        _ level: Level,
        from first: Int,
        to second: Int,
        _ path: inout [Int],
        _ choose: (Int) -> Int
    ) {
        let routers = dragonfly.routers
        let all = first / level.groupSize * dragonfly.groups
        let place = (first % level.groupSize / dragonfly.endpoints)
            .quotientAndRemainder(dividingBy: routers)
        let goal = (second % level.groupSize / dragonfly.endpoints)
            .quotientAndRemainder(dividingBy: routers)
        let inside = level.base + 2 * fabric.endpoints * level.cables
        let each = routers * routers + dragonfly.ports
        func local(_ group: Int, _ from: Int, _ to: Int) -> Int {
            inside + (all + group) * each + from * routers + to
        }
        let up = level.cables == 1 ? 0 : choose(level.cables)
        path.append(level.base + 2 * (first * level.cables + up))
        if place.quotient == goal.quotient {
            if place.remainder != goal.remainder {
                path.append(local(place.quotient, place.remainder, goal.remainder))
            }
        } else {
            let others = dragonfly.groups - 1
            let ahead = (goal.quotient - place.quotient + dragonfly.groups) % dragonfly.groups - 1
            let turn = dragonfly.parallel == 1 ? 0 : choose(dragonfly.parallel)
            let (out, back) = (ahead + turn * others, others - 1 - ahead + turn * others)
            let (leaves, enters) = (out / dragonfly.global, back / dragonfly.global)
            if leaves != place.remainder {
                path.append(local(place.quotient, place.remainder, leaves))
            }
            path.append(inside + (all + place.quotient) * each + routers * routers + out)
            if enters != goal.remainder {
                path.append(local(goal.quotient, enters, goal.remainder))
            }
        }
        let down = level.cables == 1 ? 0 : choose(level.cables)
        path.append(level.base + 2 * (second * level.cables + down) + 1)
    }
}

import Collectives

/// Reduction in the network, as SHARP does it.
///
/// Aggregators behind the ranks are the levels of a tree; each combines its children, and the
/// root's result comes back down (Graham and others, COMHPC 2016).
enum Aggregation {
    static func allReduce(_ request: Request, radix: Int, pulls: Bool) -> Schedule {
        var levels = [View(size: request.ranks)]
        var aggregators = 0
        repeat {
            let size = (levels[levels.count - 1].size + radix - 1) / radix
            levels.append(View(base: request.ranks + aggregators, size: size))
            aggregators += size
        } while levels[levels.count - 1].size > 1
        let top = levels.count - 1
        var phases: [Phase] = []
        for level in 1...top {
            phases.append(up(levels, level, radix))
        }
        for level in (0..<top).reversed() {
            phases.append(
                pulls ? pull(levels, level, radix) : multicast(levels, level + 1, radix)
            )
        }
        return Schedule(
            "aggregation",
            .allReduce,
            request,
            aggregators: aggregators,
            tracks: [phases],
            scratch: Scratch(slots: 2)
        )
    }

    private static func up(_ levels: [View], _ level: Int, _ radix: Int) -> Phase {
        let children = Operand(
            .child,
            level == 1 ? .input : .scratch,
            .whole,
            to: Index(radix),
            view: levels[level - 1]
        )
        return Phase(
            "up \(level)",
            Pattern(
                view: levels[level],
                radix: radix,
                sources: [children],
                targets: [Operand(.own, .scratch, .whole, slot: up(level, of: levels))]
            )
        )
    }

    /// Sums go up through slot 0 and come down through slot 1, which the root has from the start.
    private static func up(_ level: Int, of levels: [View]) -> Index {
        level == levels.count - 1 ? 1 : 0
    }

    private static func multicast(_ levels: [View], _ level: Int, _ radix: Int) -> Phase {
        let children = Operand(
            .child,
            level == 1 ? .output : .scratch,
            .whole,
            slot: 1,
            to: Index(radix),
            view: levels[level - 1]
        )
        return Phase(
            "multicast \(level)",
            Pattern(
                view: levels[level],
                radix: radix,
                sources: [Operand(.own, .scratch, .whole, slot: 1)],
                targets: [children]
            )
        )
    }

    private static func pull(_ levels: [View], _ level: Int, _ radix: Int) -> Phase {
        let parent = Operand(.parent, .scratch, .whole, slot: 1, view: levels[level + 1])
        return Phase(
            "pull \(level)",
            Pattern(
                view: levels[level],
                radix: radix,
                sources: [parent],
                targets: [Operand(.own, level == 0 ? .output : .scratch, .whole, slot: 1)]
            )
        )
    }
}

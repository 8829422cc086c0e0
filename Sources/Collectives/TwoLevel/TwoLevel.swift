/// Two levels: one algorithm inside the nodes, another across them, each rank of a node on a rail
/// of its own where the data can be divided.
///
/// - n ranks in m nodes of g neighbours. A *node* is a group of g ranks; *rail* i is the ranks
///   that are i-th in their nodes.
/// - Data that can be divided crosses nodes once, an even share on every rail; data that belongs
///   to a root crosses on the root's rail.
/// - Source: the hierarchical collectives of MPI libraries, and NCCL's rail-aligned channels.
enum TwoLevel {
    /// The levels of a collective: what is computed inside a node first, across, and inside again.
    struct Levels {
        var before: Collective?
        var across: Collective
        var after: Collective?
    }

    static func levels(of collective: Collective) -> Levels? {
        switch collective {
        case .allReduce:
            Levels(before: .reduceScatter, across: .allReduce, after: .allGather)
        case .reduceScatter: Levels(before: .reduceScatter, across: .reduceScatter)
        case .allGather, .allGatherV: Levels(across: .allGather, after: .allGather)
        case .broadcast: Levels(across: .broadcast, after: .broadcast)
        case .reduce: Levels(before: .reduce, across: .reduce)
        case .gather: Levels(before: .gather, across: .gather)
        case .scatter: Levels(across: .scatter, after: .scatter)
        case .barrier: Levels(before: .reduce, across: .barrier, after: .broadcast)
        case .allToAll, .allToAllV, .sendReceive: nil
        }
    }

    /// A two-level algorithm with what it uses inside and across unless the request says otherwise.
    static func algorithm(
        _ name: String,
        _ collective: Collective,
        _ summary: String,
        inner: String,
        outer: String
    ) -> Algorithm {
        Algorithm(
            name,
            collective,
            summary,
            parameters: [.node, .inner, .outer, .radix, .buffer, .outstanding],
            levels: Algorithm.LevelNames(inner: inner, outer: outer),
            stride: 1,
            stage: { work in stage(work, inner: inner, outer: outer) }
        )
    }

    /// The algorithms that can be a level: those of one level, which do not cut the data
    /// themselves where there is a root.
    private static func level(_ name: String, _ collective: Collective?) -> Algorithm? {
        guard let collective else { return nil }
        return candidates(collective).first { $0.name == name }
    }

    private static func candidates(_ collective: Collective) -> [Algorithm] {
        Algorithm.all(for: collective).filter {
            $0.levels == nil && (!collective.hasRoot || $0.blocks(4) == 1 || !$0.isVector)
        }
    }

    private static func names(_ request: Request, _ algorithm: Algorithm) -> Algorithm.LevelNames {
        Algorithm.LevelNames(
            inner: request.inner ?? algorithm.levels?.inner ?? "",
            outer: request.outer ?? algorithm.levels?.outer ?? ""
        )
    }

    /// Why there are no such levels, nil if there are.
    static func refusal(of request: Request, for algorithm: Algorithm) -> String? {
        guard let levels = levels(of: algorithm.collective) else { return nil }
        let names = names(request, algorithm)
        let g = request.ranksPerNode
        let needed = [
            (names.inner, levels.before, g), (names.outer, levels.across, request.ranks / g),
            (names.inner, levels.after, g),
        ]
        for (name, collective, size) in needed {
            guard let collective else { continue }
            guard let found = level(name, collective) else {
                let known = candidates(collective).map(\.name).joined(separator: ", ")
                return "there is no \(name) \(collective.rawValue) to be a level of "
                    + "\(algorithm.name); there are \(known)"
            }
            if !found.ranks.contains(size) {
                return "\(name) \(collective.rawValue) does not exist for a level of \(size) "
                    + "ranks; it exists for \(found.ranks.description)"
            }
        }
        return nil
    }

    /// How many chunks a vector is cut into.
    static func chunks(of request: Request, for algorithm: Algorithm) -> Int {
        guard algorithm.collective == .allReduce else { return 1 }
        return request.ranksPerNode * blocksAcross(request, names(request, algorithm).outer)
    }

    private static func blocksAcross(_ request: Request, _ outer: String) -> Int {
        let nodes = request.ranks / request.ranksPerNode
        return nodes == 1 ? 1 : level(outer, .allReduce)?.blocks(nodes) ?? 1
    }

    /// The independent parts that the levels have.
    static func parts(of request: Request, for algorithm: Algorithm) -> Int {
        guard let levels = levels(of: algorithm.collective) else { return 1 }
        let names = names(request, algorithm)
        let parts = [
            level(names.inner, levels.before)?.parts, level(names.outer, levels.across)?.parts,
            level(names.inner, levels.after)?.parts,
        ]
        return parts.compactMap(\.self).max() ?? 1
    }

    private static func stage(_ work: Work, inner: String, outer: String) -> Stage {
        guard let levels = levels(of: work.collective) else { return Stage([]) }
        let inner = work.request.inner ?? inner
        let outer = work.request.outer ?? outer
        var plan = LevelPlan(work, blocksAcross(work.request, outer))
        var stage = Stage([])
        func append(_ name: String, _ collective: Collective?, _ level: Work?, _ prefix: String) {
            guard let level, let found = Self.level(name, collective) else { return }
            var next = level
            next.part %= found.parts
            let made = found.stage(next)
            for phase in made.phases {
                var named = phase
                named.name = "\(prefix): \(phase.name)"
                stage.phases.append(named)
            }
            stage.slots = max(stage.slots, next.slot - work.slot + made.slots)
            stage.room = .smaller(stage.room, made.room)
            let used = next.aggregator - work.aggregator + made.aggregators
            stage.aggregators = max(stage.aggregators, used)
        }
        append(inner, levels.before, plan.before, "in the node")
        plan.aggregator = max(plan.aggregator, work.aggregator + stage.aggregators)
        append(outer, levels.across, plan.across, "across nodes")
        // The switches of the nodes are the same before and after; the first come first.
        var after = plan.after
        if levels.before == nil { after?.aggregator = work.aggregator + stage.aggregators }
        append(inner, levels.after, after, "in the node")
        return stage
    }
}

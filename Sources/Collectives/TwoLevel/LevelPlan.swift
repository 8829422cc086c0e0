/// What each level has to do: the teams, and where the data lies in between.
struct LevelPlan {
    private let work: Work
    /// Ranks of a node, and nodes.
    private let g: Int
    private let m: Int
    /// Blocks into which the algorithm across cuts its share of a vector.
    private let c: Int
    /// The first aggregator that is free for the level across.
    var aggregator: Int

    init(_ work: Work, _ blocksAcross: Int) {
        self.work = work
        g = work.request.ranksPerNode
        m = work.request.ranks / g
        c = blocksAcross
        aggregator = work.aggregator
    }

    private var isVector: Bool {
        if case .vector = work.collective.layout(of: .input) { true } else { false }
    }

    /// The nodes; the root's place is position 0 of each.
    private func nodes(_ block: Team.Block) -> Team {
        let root = work.collective.hasRoot ? work.request.root % g : 0
        let view = View(size: g, groups: m, rotation: root)
        return Team(view: view, block: block, whole: work.team.whole)
    }

    /// All rails.
    private func rails(_ block: Team.Block, _ whole: ChunkSet) -> Team {
        Team(view: View(size: m, stride: g, groups: g), block: block, whole: whole)
    }

    /// The root's rail alone; its node is position 0.
    private func rootRail(_ block: Team.Block) -> Team {
        let root = work.collective.hasRoot ? work.request.root : 0
        let view = View(base: root % g, size: m, stride: g, rotation: root / g)
        return Team(view: view, block: block, whole: work.team.whole)
    }

    private func level(_ team: Team, _ from: Storage, _ to: Storage, slot: Int = 0) -> Work {
        var level = work
        level.team = team
        level.from = from
        level.to = to
        level.slot = work.slot + slot
        return level
    }

    /// Rank a * g + i of a node has, of every node b, the block b * g + i.
    private var strided: Team.Block { Team.Block(runs: m, stride: g) }
    /// Rail i's blocks are those of its ranks.
    private var onRail: Team.Block { Team.Block(scale: g, byGroup: 1) }
    /// A node's blocks are neighbours.
    private var inNode: Team.Block { Team.Block(byGroup: g) }
    /// A node's blocks together.
    private var ofNode: Team.Block { Team.Block(scale: g, count: g) }
    /// The blocks of the node in the slots of whoever holds them.
    private var nodeImage: Storage { .image(Index(work.slot) - .group * g) }

    /// Inside the nodes, before the nodes meet; nil when a node is one rank.
    var before: Work? {
        if g == 1 { return nil }
        var level: Work
        switch work.collective {
        case .allReduce:
            level = self.level(nodes(Team.Block(scale: c, count: c)), work.from, work.to)
        case .reduceScatter:
            let to = m == 1 ? work.to : .single(work.slot)
            level = self.level(nodes(strided), work.from, to, slot: m == 1 ? 0 : m)
        case .reduce, .barrier:
            let isLast = m == 1 && work.collective == .reduce
            let whole = work.team.whole.count
            let to = isLast ? work.to : .single(work.slot)
            level = self.level(nodes(Team.Block()), work.from, to, slot: isLast ? 0 : whole)
        case .gather:
            let to = m == 1 ? work.to : nodeImage
            level = self.level(nodes(inNode), work.from, to, slot: m == 1 ? 0 : g)
        default: return nil
        }
        level.isComplete = work.isComplete && m == 1
        return level
    }

    /// Across the nodes; nil when there is only one.
    var across: Work? {
        if m == 1 { return nil }
        let work = self.work
        var level: Work
        switch work.collective {
        case .allReduce:
            let share = ChunkSet(first: Index.group * c, count: c)
            let team = rails(Team.Block(byGroup: c), share)
            level = self.level(team, g == 1 ? work.from : work.to, work.to)
        case .reduceScatter:
            let from = g == 1 ? work.from : .slots(work.slot)
            let whole = ChunkSet(first: .group, runs: m, stride: g)
            level = self.level(rails(onRail, whole), from, work.to, slot: g == 1 ? 0 : m)
        case .allGather, .allGatherV:
            let whole = ChunkSet(first: .group, runs: m, stride: g)
            level = self.level(rails(onRail, whole), work.from, work.to)
        case .reduce, .barrier:
            let whole = work.team.whole.count
            let from = g == 1 ? work.from : .single(work.slot)
            level = self.level(rootRail(Team.Block()), from, work.to, slot: g == 1 ? 0 : whole)
        case .broadcast: level = self.level(rootRail(Team.Block()), work.from, work.to)
        case .gather:
            let from = g == 1 ? work.from : .single(work.slot)
            level = self.level(rootRail(ofNode), from, work.to, slot: g == 1 ? 0 : g)
        case .scatter:
            let to = g == 1 ? work.to : .single(work.slot)
            level = self.level(rootRail(ofNode), work.from, to, slot: g == 1 ? 0 : g)
        default: return nil
        }
        level.aggregator = aggregator
        return level
    }

    /// Inside the nodes, after the nodes have met; nil when a node is one rank.
    var after: Work? {
        if g == 1 { return nil }
        let from = m == 1 ? work.from : work.to
        switch work.collective {
        case .allReduce:
            return level(nodes(Team.Block(scale: c, count: c)), work.to, work.to)
        case .allGather, .allGatherV: return level(nodes(strided), from, work.to)
        case .broadcast: return level(nodes(Team.Block()), from, work.to)
        case .barrier:
            let from = m == 1 ? Storage.single(work.slot) : work.to
            return level(nodes(Team.Block()), from, work.to, slot: work.team.whole.count)
        case .scatter:
            let from = m == 1 ? work.from : nodeImage
            return level(nodes(inNode), from, work.to, slot: m == 1 ? 0 : g)
        default: return nil
        }
    }
}

/// The switches above a team: a tree that combines what goes up and copies what comes down.
///
/// - n ranks, radix k: switch p of a level has the children kp, kp + 1, … kp + k - 1 of the level
///   below, as far as there are any, up to the one switch at the top. There are D levels of
///   switches, the least with kᴰ ≥ n. Every group of the team has a tree of its own.
/// - Children are combined in their order, so that results have the same bits every time, wherever
///   the root is: the tree follows the cables.
/// - The data goes all at once, or block by block, a round each. Where switches have room for so
///   much only (`SwitchRoom`), each slice of the schedule is an operation of its own.
/// - Memory: a switch below the top holds what it passes on, in the same slots up and down. The
///   switch at the top needs none, since it combines into the memory of its children.
struct AggregationTree {
    private let work: Work
    private let radix: Int
    private let isByBlock: Bool
    private let room: SwitchRoom?
    /// The ranks, then the switches of each level.
    private let levels: [View]
    private let top: Int
    /// Slots of what a switch takes in and sends on.
    private let held: Int

    init(
        _ work: Work,
        radix: Int,
        isByBlock: Bool = false,
        room: SwitchRoom?
    ) {
        let ranks = work.team.view
        self.work = work
        self.radix = min(radix, ranks.size)
        self.isByBlock = isByBlock
        let places = View(
            base: ranks.base,
            size: ranks.size,
            stride: ranks.stride,
            groups: ranks.groups
        )
        var levels = [places]
        var size = ranks.size
        var next = work.aggregator
        repeat {
            size = (size + self.radix - 1) / self.radix
            levels.append(View(base: next, size: size, groups: ranks.groups))
            next += size * ranks.groups
        } while size > 1
        self.levels = levels
        top = levels.count - 1
        let whole = work.team.whole
        let held = isByBlock ? work.team.size * work.team.pieces : whole.count * whole.runs
        self.held = held
        self.room = room.map {
            SwitchRoom(buffer: $0.buffer, outstanding: $0.outstanding, slots: held)
        }
    }

    /// Phases with the memory and the switches of the tree.
    private func stage(_ phases: [Phase]) -> Stage {
        Stage(
            phases,
            slots: top == 1 ? 0 : held,
            aggregators: levels[top].endpoints.upperBound - work.aggregator,
            room: room
        )
    }

    private func phase(
        _ name: String,
        at level: Int,
        completes: Bool = false,
        actors: Actors = .all,
        from sources: [Operand],
        to targets: [Operand]
    ) -> Phase {
        Phase(
            name,
            rounds: isByBlock ? work.team.size : 1,
            completeFrom: completes ? work.complete(from: 0) : nil,
            Pattern(
                view: levels[level],
                radix: radix,
                actors: actors,
                sources: sources,
                targets: targets
            )
        )
    }

    // MARK: - Who has what a round moves

    private func data(
        of peer: Peer,
        in storage: Storage,
        from: Index = 0,
        to: Index = 1,
        view: View? = nil
    ) -> Operand {
        if isByBlock {
            return work.team.block(.round, of: peer, in: storage, from: from, to: to, view: view)
        }
        return work.team.whole(of: peer, in: storage, from: from, to: to, view: view)
    }

    /// The slots of a switch.
    private var slots: Storage { isByBlock ? .slots(work.slot) : .single(work.slot) }

    private var own: Operand { data(of: .own, in: slots) }

    /// The children of a level's switches; ranks have the data in their own memory.
    private func children(of level: Int, in storage: Storage, _ items: Range<Int>) -> Operand {
        data(
            of: .child,
            in: level == 1 ? storage : slots,
            from: Index(items.lowerBound),
            to: Index(items.upperBound),
            view: levels[level - 1]
        )
    }

    private func children(of level: Int, in storage: Storage) -> Operand {
        children(of: level, in: storage, 0..<radix)
    }

    private func rank(_ place: Index, in storage: Storage) -> Operand {
        data(of: .each, in: storage, from: place, to: place + 1, view: levels[0])
    }

    // MARK: - Up and down

    private var up: [Phase] {
        (1..<top).map { level in
            phase(
                "up to level \(level)",
                at: level,
                from: [children(of: level, in: work.from)],
                to: [own]
            )
        }
    }

    /// The switch at the top completes what it combines.
    private func reduce(to target: Operand) -> [Phase] {
        let last = phase(
            "reduce at the top",
            at: top,
            completes: true,
            from: [children(of: top, in: work.from)],
            to: [target]
        )
        return up + [last]
    }

    private var down: [Phase] {
        (1..<top).reversed().map { level in
            phase(
                "down from level \(level)",
                at: level,
                from: [own],
                to: [children(of: level, in: work.to)]
            )
        }
    }
}

// MARK: - What trees compute

extension AggregationTree {
    /// Everything goes up; results come down to everyone.
    static func allReduce(_ work: Work, radix: Int, room: SwitchRoom?) -> Stage {
        let tree = AggregationTree(work, radix: radix, room: room)
        return tree.stage(tree.reduce(to: tree.children(of: tree.top, in: work.to)) + tree.down)
    }

    /// Everything goes up; the switch at the top gives the results to the root.
    static func reduce(_ work: Work, radix: Int, room: SwitchRoom?) -> Stage {
        let tree = AggregationTree(work, radix: radix, room: room)
        return tree.stage(tree.reduce(to: tree.rank(Index(tree.root), in: work.to)))
    }

    /// Blocks go up one after the other; the switch at the top gives each to its owner.
    static func reduceScatter(_ work: Work, radix: Int, room: SwitchRoom?) -> Stage {
        let tree = AggregationTree(work, radix: radix, isByBlock: true, room: room)
        return tree.stage(tree.reduce(to: tree.rank(.round, in: work.to)))
    }

    /// Blocks come to the switch at the top one after the other, and down from it to everyone,
    /// the sender too.
    static func allGather(_ work: Work, radix: Int, room: SwitchRoom?) -> Stage {
        let tree = AggregationTree(work, radix: radix, isByBlock: true, room: room)
        let spread = tree.phase(
            "copy at the top",
            at: tree.top,
            from: [tree.rank(.round, in: work.from)],
            to: [tree.children(of: tree.top, in: work.to)]
        )
        return tree.stage([spread] + tree.down)
    }

    /// The switches above the root pass the data on through all ports but the one by which it
    /// came, as a multicast does: nothing crosses a cable twice.
    static func broadcast(_ work: Work, radix: Int, room: SwitchRoom?) -> Stage {
        let tree = AggregationTree(work, radix: radix, room: room)
        let beside = (1..<tree.top).reversed().flatMap { tree.besidePath(at: $0) }
        return tree.stage(tree.rootsCopy + (1...tree.top).map { tree.onPath(at: $0) } + beside)
    }

    /// The place of the root, which is position 0 of the team.
    private var root: Int { work.team.view.rotation }

    /// The place of the switch of a level that is above the root.
    private func path(at level: Int) -> Int {
        (0..<level).reduce(root) { place, _ in place / radix }
    }

    private func onPath(at level: Int) -> Phase {
        let place = path(at: level)
        let port = path(at: level - 1) % radix
        var targets = [
            children(of: level, in: work.to, 0..<port),
            children(of: level, in: work.to, (port + 1)..<radix),
        ]
        if level < top { targets.append(data(of: .parent, in: slots, view: levels[level + 1])) }
        return phase(
            "above the root, level \(level)",
            at: level,
            actors: Actors(from: Index(place), to: Index(place + 1)),
            from: [level == 1 ? rank(Index(root), in: work.from) : own],
            to: targets
        )
    }

    private func besidePath(at level: Int) -> [Phase] {
        let place = path(at: level)
        return [0..<place, (place + 1)..<levels[level].size].filter { !$0.isEmpty }.map { places in
            phase(
                "down from level \(level)",
                at: level,
                actors: Actors(from: Index(places.lowerBound), to: Index(places.upperBound)),
                from: [own],
                to: [children(of: level, in: work.to)]
            )
        }
    }

    private var rootsCopy: [Phase] {
        if work.isInPlace { return [] }
        return [
            phase(
                "root's own",
                at: 0,
                actors: Actors(from: Index(root), to: Index(root + 1)),
                from: [data(of: .own, in: work.from)],
                to: [data(of: .own, in: work.to)]
            )
        ]
    }
}

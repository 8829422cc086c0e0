/// A k-nomial tree along which blocks travel between everyone and the root, those of a subtree
/// together; the root is position 0.
///
/// A position whose lowest digit that is not zero has weight w stands on top of the w positions
/// from itself on, as far as there are any. Their blocks lie in its slots, in the order of
/// positions; all blocks are alike, so any chunks of as many may name them there.
struct BlockTree {
    /// What some positions pass between themselves and their parents.
    struct Pass {
        let name: String
        let weight: Int
        let actors: Actors
        /// What the actor has of it.
        let own: Operand
        /// What its parent has of it.
        let parent: Operand
    }

    /// Some blocks of neighbours among the root's children at a level.
    private struct Run {
        let first: Int
        var last: Int
        let blocks: Range<Int>
        /// From a position to its place.
        let shift: Int
    }

    private let work: Work
    private let root: Storage
    private let radix: Int
    /// The team with places for positions.
    private var places: Team
    private let rotation: Int

    /// From the leaves to the root.
    private(set) var passes: [Pass] = []
    /// The slots that the largest subtree takes.
    private(set) var slots = 0

    /// A tree for blocks that everyone has as its own and the root has all of.
    init(_ work: Work, own: Storage, root: Storage) {
        self.work = work
        self.root = root
        radix = work.radixInTeam
        rotation = work.team.view.rotation
        places = work.team
        places.view = View(size: work.team.size)
        addBlocks(own)
        for weight in powers(of: radix, below: work.team.size).dropFirst() {
            addSubtrees(weight)
            addSubtreesOfRoot(weight)
            // The last of this weight may stand on top of fewer than one of the weight below.
            let most = max(min(weight, work.team.size - weight), weight / radix)
            slots = most * work.team.pieces
        }
    }

    /// Single blocks: from whoever has none below it to its parent, and to its own slots from
    /// whoever has.
    private mutating func addBlocks(_ own: Storage) {
        let team = work.team
        let block = team.block(.position, of: .own, in: own)
        passes.append(
            Pass(
                name: "blocks of the root",
                weight: 1,
                actors: Actors(from: work.isInPlace ? 1 : 0, to: Index(min(radix, team.size))),
                own: block,
                parent: team.block(.position, of: .digit, in: root)
            )
        )
        if team.size <= radix { return }
        var slot = block
        slot.peer = .digit
        slot.buffer = .scratch
        slot.slot = Index.digit * team.pieces + Index(work.slot)
        slot.byChunk = false
        passes.append(
            Pass(
                name: "blocks",
                weight: 1,
                actors: Actors(from: Index(radix)),
                own: block,
                parent: slot
            )
        )
    }

    /// Subtrees of which the root is not the parent.
    private mutating func addSubtrees(_ weight: Int) {
        let n = work.team.size
        let last = (n - 1) / weight
        let isCut = (last + 1) * weight > n
        for digit in 1..<radix where (radix + digit) * weight < n {
            let end = isCut && last % radix == digit ? last * weight : n
            func add(_ count: Int, _ actors: Actors) {
                let slot = Index.digit * (weight * work.team.pieces)
                passes.append(
                    Pass(
                        name: "subtrees of \(weight)",
                        weight: weight,
                        actors: actors,
                        own: slots(of: .own, 0..<count, 0),
                        parent: slots(of: .digit, 0..<count, slot)
                    )
                )
            }
            let from = Index(radix * weight)
            if (radix + digit) * weight < end {
                add(weight, Actors(from: from, to: Index(end), lowBelow: 1, digit: digit))
            }
            if end < n { add(n - end, Actors(from: Index(end), to: Index(end + 1), lowBelow: 1)) }
        }
    }

    /// Subtrees of which the root is the parent; where positions turn around the last place, one of
    /// them comes in two parts.
    private mutating func addSubtreesOfRoot(_ weight: Int) {
        let n = work.team.size
        let turn = n - rotation
        var runs: [Run] = []
        func add(_ child: Int, _ blocks: Range<Int>) {
            let shift = child + blocks.lowerBound < turn ? rotation : rotation - n
            if let last = runs.last, last.blocks == blocks, last.shift == shift {
                runs[runs.count - 1].last = child
            } else {
                runs.append(Run(first: child, last: child, blocks: blocks, shift: shift))
            }
        }
        for child in stride(from: weight, to: min(radix * weight, n), by: weight) {
            let size = min(weight, n - child)
            let split = turn - child
            if split > 0 && split < size {
                add(child, 0..<split)
                add(child, split..<size)
            } else {
                add(child, 0..<size)
            }
        }
        for run in runs {
            var parent = places.block(0, of: .digit, in: root)
            let place = Index.position + Index(run.blocks.lowerBound + run.shift)
            parent.chunks = places.chunks(ofBlocks: place, count: run.blocks.count)
            passes.append(
                Pass(
                    name: "subtrees of \(weight) of the root",
                    weight: weight,
                    actors: Actors(
                        from: Index(run.first),
                        to: Index(run.last + 1),
                        lowBelow: 1
                    ),
                    own: slots(
                        of: .own,
                        run.blocks,
                        Index(run.blocks.lowerBound * work.team.pieces)
                    ),
                    parent: parent
                )
            )
        }
    }

    /// Some blocks of the actor's subtree in slots.
    private func slots(of peer: Peer, _ blocks: Range<Int>, _ slot: Index) -> Operand {
        let first = Index.position + Index(blocks.lowerBound)
        let chunks = places.chunks(ofBlocks: first, count: blocks.count)
        return Operand(peer, .scratch, chunks, slot: slot + Index(work.slot))
    }

    /// A pass as a phase, towards the root or away from it.
    func phase(_ pass: Pass, isToRoot: Bool) -> Phase {
        Phase(
            pass.name,
            Pattern(
                view: work.team.view,
                weight: pass.weight,
                radix: radix,
                actors: pass.actors,
                sources: [isToRoot ? pass.own : pass.parent],
                targets: [isToRoot ? pass.parent : pass.own]
            )
        )
    }
}

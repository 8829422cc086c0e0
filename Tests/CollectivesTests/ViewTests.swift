import Collectives
import Testing

/// How endpoints are seen as groups and positions, and where a pattern's operands lie in them.
struct ViewTests {
    /// The endpoints by group and position.
    private func layout(_ view: View) -> [[Int]] {
        let probe = Probe(Pattern(view: view, sources: [], targets: []))
        let actors = probe.steps.map(\.actor)
        return (0..<view.groups).map { Array(actors[($0 * view.size)..<(($0 + 1) * view.size)]) }
    }

    @Test func nodesAndRails() {
        #expect(layout(View(size: 4)) == [[0, 1, 2, 3]])
        #expect(layout(View(size: 3, groups: 2)) == [[0, 1, 2], [3, 4, 5]])
        #expect(layout(View(size: 3, stride: 2, groups: 2)) == [[0, 2, 4], [1, 3, 5]])
        #expect(layout(View(base: 6, size: 2)) == [[6, 7]])
        #expect(
            layout(View(size: 2, stride: 2, groups: 4)) == [[0, 2], [1, 3], [4, 6], [5, 7]]
        )
    }

    @Test func rotationAndOrder() {
        #expect(layout(View(size: 4, rotation: 3)) == [[3, 0, 1, 2]])
        #expect(layout(View(size: 4, order: [3, 2, 1, 0])) == [[3, 2, 1, 0]])
        #expect(layout(View(size: 3, rotation: 1, order: [0, 2, 1])) == [[2, 1, 0]])
        #expect(
            layout(View(size: 3, stride: 2, groups: 2, rotation: 2)) == [[4, 0, 2], [5, 1, 3]]
        )
    }

    @Test func everyEndpointHasOnePlace() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<300 {
            let view = random.view()
            #expect(layout(view).joined().sorted() == Array(view.endpoints), "\(view)")
        }
    }

    /// Group and position of an actor, which are found from its number, are those it was listed by.
    @Test func placesAreFoundFromEndpoints() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<300 {
            let view = random.view()
            let own = Operand(.own, .scratch, ChunkSet(first: .group), slot: .position)
            let probe = Probe(Pattern(view: view, sources: [own], targets: []))
            for (number, step) in probe.steps.enumerated() {
                let want = Place(
                    endpoint: step.actor,
                    buffer: .scratch,
                    slot: number % view.size,
                    first: number / view.size
                )
                #expect(probe.sources(of: step) == [want], "\(view)")
            }
        }
    }

    @Test func endpointsOutsideTheViewDoNothing() {
        let pattern = Pattern(view: View(base: 2, size: 3), sources: [], targets: [])
        let probe = Probe(pattern)
        #expect((0..<5).map { probe.schedule.program(of: $0).count } == [0, 0, 1, 1, 1])
        #expect(probe.schedule.program(of: 17).isEmpty)
    }

    /// Every relation, held against its definition on the listed groups.
    @Test func peersAreWhereTheirRelationSays() {
        var random = SplitMix64(seed: 6)
        for _ in 0..<400 {
            let view = random.view()
            let (weight, radix) = (1 + random.below(3), 1 + random.below(4))
            let distance = random.number(20)
            let (from, to) = (random.number(3), random.below(5))
            let skipsOwn = Bool.random(using: &random)
            let relations: [(Peer, (Int, Int) -> Int)] = [
                (.own, { position, _ in position }),
                (
                    .shift(Index(distance) + .item),
                    { position, item in
                        let sum = position + distance + item
                        return (sum % view.size + view.size) % view.size
                    }
                ),
                (.ahead(Index(distance) - .item), { $0 + distance - $1 }),
                (.digit, { $0 + ($1 - $0 / weight % radix) * weight }),
                (.each, { $1 }),
                (.child, { $0 * radix + $1 }),
                (.parent, { position, _ in position / radix }),
            ]
            let groups = layout(view)
            for (peer, relation) in relations {
                let operand = Operand(
                    peer,
                    .input,
                    ChunkSet(first: .item),
                    from: Index(from),
                    to: Index(to),
                    skipsOwn: skipsOwn
                )
                let probe = Probe(
                    Pattern(
                        view: view,
                        weight: weight,
                        radix: radix,
                        sources: [operand],
                        targets: []
                    )
                )
                for (number, step) in probe.steps.enumerated() {
                    let group = groups[number / view.size]
                    let position = number % view.size
                    var want: [Place] = []
                    for item in from..<max(from, to) {
                        let place = relation(position, item)
                        guard group.indices.contains(place) else { continue }
                        if skipsOwn && place == position { continue }
                        want.append(Place(endpoint: group[place], buffer: .input, first: item))
                    }
                    #expect(probe.sources(of: step) == want, "\(peer), \(view)")
                }
            }
        }
    }

    @Test func anOperandMayHaveAViewOfItsOwn() {
        let children = Operand(
            .child,
            .input,
            ChunkSet(first: 0),
            to: 3,
            view: View(size: 7)
        )
        let pattern = Pattern(
            view: View(base: 7, size: 3),
            radix: 3,
            sources: [children],
            targets: []
        )
        let probe = Probe(pattern)
        let peers = probe.steps.map { probe.sources(of: $0).map(\.endpoint) }
        #expect(peers == [[0, 1, 2], [3, 4, 5], [6]])
    }
}

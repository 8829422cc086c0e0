import Collectives
import Testing

/// The rounds in which one endpoint acts, computed from its place alone, are those in which it is
/// among the actors.
struct PatternRoundsTests {
    private func pattern(_ random: inout SplitMix64) -> Pattern {
        func bound(_ random: inout SplitMix64) -> Index {
            Index(random.number(8)) + .round * random.number(3) + .group * random.number(2)
        }
        let from = bound(&random)
        let to = Bool.random(using: &random) ? bound(&random) : nil
        let (weight, radix) = (1 + random.below(3), 1 + random.below(3))
        return Pattern(
            view: random.view(),
            weight: weight,
            radix: radix,
            actors: Actors(
                from: from,
                to: to,
                lowBelow: Bool.random(using: &random) ? nil : random.below(weight + 1),
                digit: Bool.random(using: &random) ? nil : random.below(radix)
            ),
            sources: [],
            targets: []
        )
    }

    @Test func programsAgreeWithTheListOfActors() {
        var random = SplitMix64(seed: 8)
        var acting = 0
        for _ in 0..<3000 {
            let pattern = pattern(&random)
            let probe = Probe(pattern, rounds: 1 + random.below(9))
            let steps = probe.steps
            for endpoint in 0..<probe.schedule.ranks {
                let listed = steps.filter { $0.actor == endpoint }
                #expect(probe.schedule.program(of: endpoint) == listed, "\(pattern)")
                acting += listed.count
            }
        }
        #expect(acting > 10_000)
    }

    @Test func aRangeMovesThroughThePositions() {
        func actors(_ actors: Actors, rounds: Int) -> [[Int]] {
            let probe = Probe(
                Pattern(view: View(size: 5), actors: actors, sources: [], targets: []),
                rounds: rounds
            )
            return (0..<rounds).map { round in
                probe.steps.filter { $0.round == round }.map(\.actor)
            }
        }
        #expect(
            actors(Actors(from: .round + 1, to: .round + 2), rounds: 5)
                == [[1], [2], [3], [4], []]
        )
        #expect(
            actors(Actors(from: Index(4) - .round * 2), rounds: 3)
                == [[4], [2, 3, 4], [0, 1, 2, 3, 4]]
        )
        #expect(actors(Actors(to: .round * 2), rounds: 3) == [[], [0, 1], [0, 1, 2, 3]])
        #expect(actors(Actors(from: 3, to: 2), rounds: 1) == [[]])
    }
}

import Collectives
import Testing

/// What steps wait for, worked out by hand.
struct DependencyGraphTests {
    private func graph(
        _ name: String,
        ranks: Int,
        elements: Int = 6,
        inPlace: Bool = false,
        lines: Bool? = nil
    ) throws -> DependencyGraph {
        let algorithm = try #require(Algorithm.all.first { $0.name == name })
        var schedule = algorithm.schedule(
            Request(ranks: ranks, elements: elements, elementSize: 64, inPlace: inPlace)
        )
        if let lines { schedule.scratch.lines = lines }
        return DependencyGraph(schedule)
    }

    @Test(arguments: [false, true]) func ringOfTwo(_ inPlace: Bool) throws {
        let graph = try graph("ring", ranks: 2, inPlace: inPlace)
        #expect(
            graph.waits == [
                [[.entered(1)], [.step(endpoint: 1, index: 0)]],
                [[.entered(0)], [.step(endpoint: 0, index: 0)]],
            ]
        )
        // The neighbour still reads what the last sum left.
        #expect(
            graph.closing == [[.step(endpoint: 1, index: 1)], [.step(endpoint: 0, index: 1)]]
        )
        #expect(graph.isAwaited == [[true, true], [true, true]])
    }

    @Test func ringOfTwoWithOneElement() throws {
        // Chunk 1 is empty: rank 0 sums chunk 0 and rank 1 fetches it.
        let graph = try graph("ring", ranks: 2, elements: 1)
        #expect(
            graph.waits == [[[.entered(1)], []], [[], [.step(endpoint: 0, index: 0)]]]
        )
        #expect(graph.closing == [[.step(endpoint: 1, index: 1)], []])
        #expect(graph.isAwaited == [[true, false], [false, true]])
    }

    @Test(arguments: [false, true]) func ringOfThree(_ inPlace: Bool) throws {
        let graph = try graph("ring", ranks: 3, inPlace: inPlace)
        for rank in 0..<3 {
            let (before, after) = ((rank + 2) % 3, (rank + 1) % 3)
            // In place, the chunk that comes first lies where the next one read the input.
            let read: [Wait] = inPlace ? [.step(endpoint: after, index: 0)] : []
            #expect(
                graph.waits[rank] == [
                    [.entered(before)],
                    [.step(endpoint: before, index: 0)],
                    [.step(endpoint: before, index: 1)] + read,
                    [.step(endpoint: before, index: 2), .step(endpoint: after, index: 1)],
                ]
            )
            #expect(graph.closing[rank] == [.step(endpoint: after, index: 3)])
            #expect(graph.isAwaited[rank] == [true, true, true, true])
        }
    }

    @Test func oneShotOfTwo() throws {
        let graph = try graph("one-shot", ranks: 2, lines: false)
        #expect(
            graph.waits == [
                [[.free(1)], [.step(endpoint: 1, index: 0)]],
                [[.free(0)], [.step(endpoint: 0, index: 0)]],
            ]
        )
        #expect(graph.closing == [[], []])
        #expect(graph.isAwaited == [[true, false], [true, false]])
    }

    @Test func oneShotOfTwoByLines() throws {
        // Lines say themselves that they are there: nobody needs a flag.
        let graph = try graph("one-shot", ranks: 2, lines: true)
        #expect(graph.waits == [[[.free(1)], []], [[.free(0)], []]])
        #expect(graph.closing == [[], []])
        #expect(graph.isAwaited == [[false, false], [false, false]])
    }

    @Test(arguments: [false, true]) func twoShotOfTwo(_ inPlace: Bool) throws {
        let graph = try graph("two-shot", ranks: 2, inPlace: inPlace)
        #expect(graph.waits == [[[.entered(1)]], [[.entered(0)]]])
        #expect(
            graph.closing == [[.step(endpoint: 1, index: 0)], [.step(endpoint: 0, index: 0)]]
        )
        #expect(graph.isAwaited == [[true], [true]])
    }

    @Test func oneRankWaitsForNobody() throws {
        for name in Algorithm.all.map(\.name) {
            let graph = try graph(name, ranks: 1)
            #expect(graph.waits == [[[]]])
            #expect(graph.closing == [[]])
        }
    }
}

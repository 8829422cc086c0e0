import Collectives
import Testing

/// How elements are cut into lanes and chunks.
struct LayoutTests {
    private func schedule(
        _ collective: Collective,
        ranks: Int,
        elements: Int,
        elementSize: Int,
        chunks: Int,
        tracks: Int,
        slices: Int
    ) -> Schedule {
        Schedule(
            collective: collective,
            algorithm: "",
            ranks: ranks,
            elements: elements,
            elementSize: elementSize,
            inPlace: false,
            chunks: chunks,
            tracks: Array(repeating: Track([]), count: tracks),
            slices: slices,
            scratch: Scratch(slots: 2)
        )
    }

    private func spans(_ schedule: Schedule, _ place: Place, _ lane: Int) -> [Span] {
        var result: [Span] = []
        schedule.forEachSpan(of: place, lane: lane) { result.append($0) }
        return result
    }

    private func pair(_ span: Span) -> [Int] { [span.offset, span.count] }

    /// Chunks of all lanes cover each element once, nearly equally, in whole cache lines.
    @Test func chunksPartitionTheVector() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<500 {
            let size = [1, 2, 4, 8, 64, 128].randomElement(using: &random) ?? 4
            let grain = max(1, 64 / size)
            let schedule = schedule(
                .allReduce,
                ranks: 4,
                elements: random.below(2000),
                elementSize: size,
                chunks: 1 + random.below(9),
                tracks: 1 + random.below(3),
                slices: 1 + random.below(4)
            )
            var next = 0
            var sizes: [Int] = []
            for lane in 0..<schedule.lanes {
                for chunk in 0..<schedule.chunks {
                    let place = Place(endpoint: 0, buffer: .input, first: chunk)
                    let spans = spans(schedule, place, lane)
                    #expect(spans.count <= 1)
                    for span in spans {
                        #expect(span.offset == next && span.count > 0)
                        #expect(span.offset % grain == 0)
                        next += span.count
                    }
                    let count = spans.map(\.count).reduce(0, +)
                    #expect(schedule.elementCount(of: place, lane: lane) == count)
                    sizes.append(count)
                }
            }
            #expect(next == schedule.elements)
            // Lanes differ by a grain, so do a lane's chunks.
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 2 * grain)
        }
    }

    @Test(arguments: [Collective.allGather, .reduceScatter, .allToAll])
    func blocksArePartitionedAlike(_ collective: Collective) {
        for elements in [0, 1, 5, 100, 333] {
            let schedule = schedule(
                collective,
                ranks: 5,
                elements: elements,
                elementSize: 16,
                chunks: 5,
                tracks: 2,
                slices: 3
            )
            for buffer in [Buffer.input, .output] {
                let isBlock = schedule.elementCount(of: buffer) == elements && elements > 0
                var seen: [Int] = []
                for chunk in isBlock ? 3..<4 : 0..<5 {
                    for lane in 0..<schedule.lanes {
                        let place = Place(endpoint: 3, buffer: buffer, first: chunk)
                        seen += spans(schedule, place, lane).flatMap {
                            Array($0.offset..<($0.offset + $0.count))
                        }
                    }
                }
                #expect(seen == Array(0..<schedule.elementCount(of: buffer)))
            }
        }
    }

    @Test func elementCountsFollowTheCollective() {
        let counts = Collective.allCases.map { collective in
            let schedule = schedule(
                collective,
                ranks: 3,
                elements: 10,
                elementSize: 4,
                chunks: 3,
                tracks: 1,
                slices: 1
            )
            return [schedule.elementCount(of: .input), schedule.elementCount(of: .output)]
        }
        let (one, all) = (10, 30)
        #expect(
            counts == [
                [one, one], [all, one], [one, all], [one, all], [all, all], [all, all], [one, one],
                [one, one], [one, all], [all, one], [one, one], [one, one],
            ]
        )
    }

    @Test func neighbouringChunksAreOneSpan() {
        let schedule = schedule(
            .allReduce,
            ranks: 2,
            elements: 12,
            elementSize: 64,
            chunks: 6,
            tracks: 1,
            slices: 1
        )
        let place = Place(endpoint: 0, buffer: .output, first: 0, count: 2, runs: 2, stride: 3)
        #expect(spans(schedule, place, 0).map(pair) == [[0, 4], [6, 4]])
        let cut = Place(endpoint: 0, buffer: .output, first: 4, count: 9)
        #expect(spans(schedule, cut, 0).map(pair) == [[8, 4]])
        let packed = Place(
            endpoint: 0,
            buffer: .scratch,
            slot: 1,
            first: 0,
            count: 2,
            runs: 2,
            stride: 3
        )
        #expect(spans(schedule, packed, 0).map(pair) == [[0, 8]])
    }

    @Test func slotsHoldTheLargestChunksInWholeLines() {
        let schedule = schedule(
            .allReduce,
            ranks: 2,
            elements: 100,
            elementSize: 16,
            chunks: 3,
            tracks: 2,
            slices: 2
        )
        // 25 lines of 4: lanes of 7, 6, 6, 6 lines, whose chunks have at most 3 lines.
        #expect(schedule.slotElements == 3 * 4)
        #expect(schedule.slotCount == 8)
        #expect((0..<4).map { schedule.slot(1, lane: $0) } == [1, 3, 5, 7])
    }

    @Test func busFactorsAreThoseOfNCCLTests() {
        let factors = Collective.allCases.map { $0.busFactor(ranks: 4) }
        #expect(factors == [1.5, 0.75, 0.75, 0.75, 0.75, 0.75, 1, 1, 0.75, 0.75, 1, 1])
        #expect(Collective.allCases.allSatisfy { $0.busFactor(ranks: 1) == 1 })
    }
}

import Collectives
import Testing

/// Places as a file might give them: refused in words, never a trap or an endless loop.
struct FlawInPlacesTests {
    private func flaw(_ place: Place, chunks: Int = 3, elements: Int = 8) -> String? {
        let own = Place(endpoint: 0, buffer: .output, first: 0, count: 3)
        let table = StepTable([
            StepTable.Step(round: 0, actor: 0, sources: [place], targets: [own])
        ])
        let schedule = Schedule(
            collective: .broadcast,
            algorithm: "",
            ranks: 1,
            elements: elements,
            elementSize: 64,
            inPlace: false,
            chunks: chunks,
            tracks: [Track([Phase("copy", table: table)])]
        )
        do {
            _ = try schedule.prove()
            return nil
        } catch {
            return error.message
        }
    }

    private func place(_ first: Int, _ count: Int, _ runs: Int, _ stride: Int) -> Place {
        Place(endpoint: 0, buffer: .input, first: first, count: count, runs: runs, stride: stride)
    }

    @Test func acceptsEveryWayToSayAllChunks() {
        #expect(flaw(place(0, 3, 1, 0)) == nil)
        #expect(flaw(place(0, .max, 1, 0)) == nil)
        #expect(flaw(place(0, 1, 3, 1)) == nil)
        #expect(flaw(place(0, 2, 2, 2)) == nil)
    }

    @Test func refusesExtremes() {
        let extremes = [Int.min, Int.min + 1, -1, 0, 1, 2, 3, Int.max - 1, Int.max]
        for first in extremes {
            for count in extremes {
                for runs in extremes {
                    for stride in extremes {
                        let place = place(first, count, runs, stride)
                        let isWhole =
                            first == 0
                            && (runs == 1 && count >= 3 || count == 1 && runs == 3 && stride == 1
                                || count == 2 && runs == 2 && stride == 2)
                        #expect((flaw(place) == nil) == isWhole, "\(place)")
                    }
                }
            }
        }
    }

    /// A slot has the size of the chunks that were put there, which another chunk need not have.
    @Test func refusesToTakeOneChunkForAnother() {
        func schedule(readsAs chunk: Int) -> Schedule {
            let first = Place(endpoint: 1, buffer: .input, first: 0)
            let slot = Place(endpoint: 0, buffer: .scratch, first: 0)
            var other = slot
            other.first = chunk
            let all = [0, 1].flatMap { rank in
                [0, 1].map { part in
                    StepTable.Step(
                        round: 1,
                        actor: rank,
                        sources: [
                            Place(endpoint: 0, buffer: .input, first: part),
                            rank == 0 && part == 0
                                ? other : Place(endpoint: 1, buffer: .input, first: part),
                        ],
                        targets: [Place(endpoint: rank, buffer: .output, first: part)],
                        isComplete: true
                    )
                }
            }
            let send = StepTable.Step(round: 0, actor: 1, sources: [first], targets: [slot])
            return Schedule(
                collective: .allReduce,
                algorithm: "",
                ranks: 2,
                elements: 3,
                elementSize: 64,
                inPlace: false,
                chunks: 2,
                tracks: [Track([Phase("steps", table: StepTable([send] + all))])],
                scratch: Scratch(slots: 1)
            )
        }
        expectCorrect(schedule(readsAs: 0), "")
        let flaw = #expect(throws: Flaw.self) { try schedule(readsAs: 1).prove() }
        #expect(flaw?.description == "steps, round 1, rank 0: reads chunk 0 as chunk 1")
    }
}

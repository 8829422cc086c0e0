import Collectives
import Testing

@Suite struct PointToPointTests {
    @Test func everyAlgorithm() throws {
        #expect(ExchangeSamples.all.count > 100)
        for schedule in ExchangeSamples.all {
            let plain = try schedule.pointToPoint()
            let name = schedule.summary
            expectMoves(plain)
            #expect(throws: Never.self, "\(name)") { try plain.prove() }
            #expect(try plain.pointToPoint() == plain, "\(name)")
            if schedule.ranks <= 4 {
                #expect(plain.resultsInWords() == schedule.resultsInWords(), "\(name)")
            }
        }
    }

    @Test func canonicalForm() throws {
        for schedule in ExchangeSamples.plain {
            let canonical = try schedule.canonical()
            let name = schedule.summary
            expectMoves(canonical)
            canonical.forEachMove { _, sources, targets in
                for place in sources + targets {
                    #expect(place.runs == 1 && !place.wraps && !place.byChunk, "\(name)")
                    #expect(place.first + place.count <= canonical.chunks, "\(name)")
                }
            }
            #expect(throws: Never.self, "\(name)") { try canonical.prove() }
            #expect(try canonical.canonical() == canonical, "\(name)")
            // The terms of a sum may change places, but not what is summed with what.
            if schedule.ranks <= 4 && schedule.lanes == 1 {
                let results = canonical.resultsInWords(commuting: true)
                #expect(results == schedule.resultsInWords(commuting: true), "\(name)")
            }
        }
    }

    /// Every step writes to its actor, and reads from at most one other.
    private func expectMoves(_ schedule: Schedule) {
        schedule.forEachMove { actor, sources, targets in
            let remote = sources.filter { $0.endpoint != actor }
            let isMove =
                targets.count == 1 && targets[0].endpoint == actor && sources.count <= 2
                && remote.count <= 1
            #expect(isMove, "\(schedule.summary): \(sources) to \(targets)")
        }
    }

    /// A table of one step, whatever it does.
    private func single(
        _ sources: [Place],
        _ targets: [Place],
        inPlace: Bool = false,
        slots: Int = 2,
        then others: [StepTable.Step] = []
    ) -> Schedule {
        Schedule(
            collective: .allReduce,
            algorithm: "test",
            ranks: 2,
            elements: 64,
            elementSize: 4,
            inPlace: inPlace,
            chunks: 1,
            tracks: [
                Track([
                    Phase(
                        "one",
                        table: StepTable(
                            [
                                StepTable.Step(
                                    round: 0,
                                    actor: 0,
                                    sources: sources,
                                    targets: targets,
                                    isComplete: true
                                )
                            ] + others
                        )
                    )
                ])
            ],
            scratch: Scratch(slots: slots)
        )
    }

    private func place(_ endpoint: Int, _ buffer: Buffer) -> Place {
        Place(endpoint: endpoint, buffer: buffer, first: 0)
    }

    @Test func sumsKeepTheirOrder() throws {
        let (own, other) = (place(0, .input), place(1, .input))
        let targets = [place(0, .output), place(1, .output)]
        for (sources, order) in [([own, other], "(0.0 1.0)"), ([other, own], "(1.0 0.0)")] {
            for inPlace in [false, true] {
                let schedule = single(sources, targets, inPlace: inPlace)
                let plain = try schedule.pointToPoint()
                expectMoves(plain)
                #expect(plain.resultsInWords().map { $0[0] } == [order, order])
                _ = try plain.prove()
                let again = try Schedule(
                    msccl: schedule.mscclXML(),
                    file: "f",
                    elements: 64,
                    elementSize: 4
                )
                #expect(try again == schedule.canonical())
                #expect(again.resultsInWords().map { $0[0] } == ["(0.0 1.0)", "(0.0 1.0)"])
            }
        }
    }

    /// A sum that goes elsewhere only lies in a slot until it is read.
    @Test func aSumNeedsASlot() throws {
        let sources = [place(1, .input), place(0, .input)]
        let targets = [place(1, .output)]
        let read = StepTable.Step(
            round: 1,
            actor: 0,
            sources: targets,
            targets: [place(0, .output)]
        )
        for inPlace in [false, true] {
            let schedule = single(sources, targets, inPlace: inPlace, slots: 0, then: [read])
            let plain = try schedule.pointToPoint()
            #expect(plain.scratch.slots == 1)
            #expect(plain.resultsInWords().map { $0[0] } == ["(1.0 0.0)", "(1.0 0.0)"])
        }
        let free = try single(sources, [place(0, .output)] + targets, slots: 0).pointToPoint()
        #expect(free.scratch.slots == 0)
    }

    @Test func aWrongScheduleIsNotExported() {
        let wrong = single([place(0, .input)], [place(0, .output)])
        #expect {
            try wrong.pointToPoint()
        } throws: { error in
            let message = (error as? ExchangeError)?.message ?? ""
            return message.hasPrefix("a wrong schedule is not exported: one, round 0, rank 0: ")
        }
    }
}

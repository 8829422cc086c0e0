import Collectives
import Testing

/// A wrong schedule and what is said about it.
struct WrongSchedule: Sendable, CustomTestStringConvertible {
    var collective = Collective.allReduce
    var ranks = 2
    var aggregators = 0
    var chunks = 1
    var inPlace = false
    var scratch = Scratch()
    let steps: [StepTable.Step]
    let says: String

    var testDescription: String { says }

    var schedule: Schedule {
        Schedule(
            collective: collective,
            algorithm: "wrong",
            ranks: ranks,
            aggregators: aggregators,
            elements: 8,
            elementSize: 64,
            inPlace: inPlace,
            chunks: chunks,
            tracks: [Track([Phase("steps", table: StepTable(steps))])],
            scratch: scratch
        )
    }
}

private func step(_ round: Int, _ actor: Int, _ sources: [Place], _ targets: [Place])
    -> StepTable.Step
{
    // Of two ranks, whatever is combined is complete.
    StepTable.Step(
        round: round,
        actor: actor,
        sources: sources,
        targets: targets,
        isComplete: sources.count > 1
    )
}

private func input(_ endpoint: Int, _ chunk: Int = 0, count: Int = 1) -> Place {
    Place(endpoint: endpoint, buffer: .input, first: chunk, count: count)
}

private func output(_ endpoint: Int, _ chunk: Int = 0, count: Int = 1) -> Place {
    Place(endpoint: endpoint, buffer: .output, first: chunk, count: count)
}

private func slot(_ endpoint: Int, _ slot: Int = 0, _ chunk: Int = 0, count: Int = 1) -> Place {
    Place(endpoint: endpoint, buffer: .scratch, slot: slot, first: chunk, count: count)
}

private let sum0 = step(0, 0, [input(0), input(1)], [output(0)])
private let sum1 = step(0, 1, [input(0), input(1)], [output(1)])
private let oneSlot = Scratch(slots: 1)

/// What is said about wrong schedules, word for word.
struct FlawTests {
    @Test(arguments: places + contents + outcomes + orders)
    func saysWhatIsWrong(_ wrong: WrongSchedule) {
        let flaw = #expect(throws: Flaw.self) { try wrong.schedule.prove() }
        #expect(flaw?.description == wrong.says)
    }

    @Test func saysThatThereAreNoTracks() {
        var schedule = WrongSchedule(steps: [sum0], says: "").schedule
        schedule.tracks = []
        let flaw = #expect(throws: Flaw.self) { try schedule.prove() }
        #expect(flaw?.description == "there are no tracks")
        #expect(flaw?.step == nil)
    }

    @Test func namesTheTrackWhereThereAreSeveral() {
        var schedule = WrongSchedule(steps: [sum0, sum1], says: "").schedule
        let second = Phase(
            "second",
            table: StepTable([sum0, step(3, 1, [output(1)], [output(1)])])
        )
        schedule.tracks.append(Track([second]))
        let flaw = #expect(throws: Flaw.self) { try schedule.prove() }
        let says =
            "track 1, second, round 3, rank 1: reads rank 1's output chunk 0, where nothing is"
        #expect(flaw?.description == says)
        #expect(flaw?.step?.track == 1 && flaw?.step?.round == 3 && flaw?.step?.actor == 1)
    }

    @Test func theRightScheduleIsProved() throws {
        let proof = try WrongSchedule(steps: [sum0, sum1], says: "").schedule.prove()
        #expect(proof.steps == 2)
        #expect(proof.scratchElements == 0)
    }

    /// Places that do not exist.
    static let places = [
        WrongSchedule(
            steps: [step(0, 0, [input(2)], [output(0)])],
            says: "steps, round 0, rank 0: endpoint 2 does not exist"
        ),
        WrongSchedule(
            steps: [step(0, 0, [input(-1)], [output(0)])],
            says: "steps, round 0, rank 0: endpoint -1 does not exist"
        ),
        WrongSchedule(
            steps: [step(0, 2, [input(0), input(1)], [output(0)]), sum1],
            says: "steps, round 0, aggregator 0: its actor does not exist"
        ),
        WrongSchedule(
            steps: [step(0, 0, [input(0)], [output(1, 1)])],
            says: "steps, round 0, rank 0: chunk 1 is none of the 1"
        ),
        WrongSchedule(
            steps: [step(0, 0, [input(0, -3)], [output(1)])],
            says: "steps, round 0, rank 0: chunk -3 is none of the 1"
        ),
        WrongSchedule(
            scratch: oneSlot,
            steps: [step(0, 0, [input(0)], [slot(1, 1)])],
            says: "steps, round 0, rank 0: slot 1 is none of the 1"
        ),
        WrongSchedule(
            chunks: 2,
            scratch: oneSlot,
            steps: [step(0, 0, [input(0, count: 2)], [slot(1, count: 2)])],
            says: "steps, round 0, rank 0: slot 1 is none of the 1"
        ),
        WrongSchedule(
            aggregators: 1,
            steps: [step(0, 2, [input(0), input(1)], [output(2)])],
            says: "steps, round 0, aggregator 0: an aggregator has only scratch"
        ),
        WrongSchedule(
            collective: .allGather,
            chunks: 2,
            steps: [step(0, 0, [input(0, 1)], [output(0, 1)])],
            says: "steps, round 0, rank 0: its only block is block 0"
        ),
        WrongSchedule(
            collective: .reduceScatter,
            chunks: 2,
            steps: [step(0, 1, [input(0), input(1)], [output(1)])],
            says: "steps, round 0, rank 1: its only block is block 1"
        ),
    ]

    /// Steps whose contents are wrong by themselves.
    static let contents = [
        WrongSchedule(
            steps: [step(0, 0, [output(1)], [output(0)])],
            says: "steps, round 0, rank 0: reads rank 1's output chunk 0, where nothing is"
        ),
        WrongSchedule(
            scratch: oneSlot,
            steps: [step(0, 0, [slot(1)], [output(0)])],
            says: "steps, round 0, rank 0: reads rank 1's scratch slot 0, where nothing is"
        ),
        WrongSchedule(
            steps: [step(0, 0, [input(0)], [input(1)])],
            says: "steps, round 0, rank 0: writes rank 1's input"
        ),
        WrongSchedule(
            steps: [step(0, 0, [], [output(0)])],
            says: "steps, round 0, rank 0: has no source"
        ),
        WrongSchedule(
            steps: [step(0, 0, [input(0)], [])],
            says: "steps, round 0, rank 0: has no target"
        ),
        WrongSchedule(
            chunks: 2,
            steps: [step(0, 0, [input(0, count: 2), input(1)], [output(0)])],
            says: "steps, round 0, rank 0: combines 2 chunks with 1"
        ),
        WrongSchedule(
            chunks: 2,
            steps: [step(0, 0, [input(0, count: 2)], [output(0)])],
            says: "steps, round 0, rank 0: writes 2 chunks to room for 1"
        ),
        WrongSchedule(
            chunks: 2,
            steps: [step(0, 0, [input(0)], [output(0, count: 2)])],
            says: "steps, round 0, rank 0: writes 1 chunks to room for 2"
        ),
        WrongSchedule(
            chunks: 2,
            steps: [step(0, 0, [input(0), input(1, 1)], [output(0)])],
            says: "steps, round 0, rank 0: adds chunk 1 to chunk 0"
        ),
        WrongSchedule(
            steps: [step(0, 0, [input(0), input(1), input(1)], [output(0)])],
            says: "steps, round 0, rank 0: counts rank 1's chunk 0 twice"
        ),
        WrongSchedule(
            steps: [sum0, step(1, 1, [output(0), input(0)], [output(1)])],
            says: "steps, round 1, rank 1: counts rank 0's chunk 0 twice"
        ),
    ]

    /// Schedules that end with something else.
    static let outcomes = [
        WrongSchedule(steps: [sum0], says: "rank 1's output chunk 0 is never written"),
        WrongSchedule(
            steps: [sum0, step(0, 1, [input(1)], [output(1)])],
            says: "rank 1's output chunk 0 lacks the contribution of rank 0"
        ),
        WrongSchedule(
            collective: .broadcast,
            steps: [step(0, 0, [input(0)], [output(0)]), sum1],
            says: "steps, round 0, rank 1: rank 1 has no input, only the root 0 has"
        ),
        WrongSchedule(
            collective: .sendReceive,
            steps: [step(0, 0, [input(1)], [output(0)]), step(0, 1, [input(1)], [output(1)])],
            says: "rank 1's output chunk 0 holds the contribution of rank 1, which does not belong "
                + "there; it lacks the contribution of rank 0"
        ),
        WrongSchedule(
            steps: [
                sum0,
                StepTable.Step(
                    round: 0,
                    actor: 1,
                    sources: [input(0), input(1)],
                    targets: [output(1)]
                ),
            ],
            says: "steps, round 0, rank 1: completes chunk 0 without saying so"
        ),
        WrongSchedule(
            steps: [
                StepTable.Step(
                    round: 0,
                    actor: 0,
                    sources: [input(1)],
                    targets: [output(0)],
                    isComplete: true
                )
            ],
            says: "steps, round 0, rank 0: is said to complete chunk 0, but holds 1 of 2 "
                + "contributions"
        ),
        WrongSchedule(
            collective: .allToAll,
            chunks: 2,
            steps: [step(0, 0, [input(0, count: 2)], [output(0, count: 2)])],
            says: "rank 0's output chunk 1 holds chunk 1 instead of chunk 0"
        ),
        WrongSchedule(
            collective: .reduceScatter,
            chunks: 2,
            steps: [
                step(0, 0, [input(0), input(1)], [output(0)]),
                step(0, 1, [input(0), input(1)], [output(1, 1)]),
            ],
            says: "rank 1's output chunk 1 holds chunk 0 instead of chunk 1"
        ),
    ]

    /// Steps that are wrong beside others.
    static let orders = [
        WrongSchedule(
            steps: [sum0, step(0, 1, [output(0)], [output(1)])],
            says: "steps, round 0, rank 1: reads rank 0's output chunk 0 while rank 0 writes it"
        ),
        WrongSchedule(
            steps: [sum0, step(0, 1, [input(0), input(1)], [output(0), output(1)])],
            says: "steps, round 0, rank 1: writes rank 0's output chunk 0, which rank 0 writes too"
        ),
        WrongSchedule(
            inPlace: true,
            steps: [sum0, sum1],
            says: "steps, round 0, rank 1: reads rank 0's input chunk 0 while rank 0 writes it"
        ),
        WrongSchedule(
            steps: [
                sum0, step(1, 0, [output(0)], [output(1)]),
                step(1, 1, [input(0), input(1)], [output(0)]),
            ],
            says: "steps, round 1, rank 1: writes rank 0's output chunk 0 while another reads it"
        ),
        WrongSchedule(
            scratch: Scratch(slots: 1, lines: true),
            steps: [step(0, 0, [input(0)], [slot(1)]), step(1, 0, [input(0)], [slot(1)])],
            says: "steps, round 1, rank 0: writes rank 1's scratch slot 0 again, whose flags count "
                + "only once"
        ),
        crossed(lines: false),
        crossed(lines: true),
        WrongSchedule(
            steps: [sum1, step(2, 0, [output(0)], [output(0)]), sum0],
            says: "steps, round 2, rank 0: deadlock: waits for steps, round 0, rank 0, which never "
                + "comes"
        ),
    ]

    /// Both ranks wait for what the other sends only after what it waits for itself.
    private static func crossed(lines: Bool) -> WrongSchedule {
        let steps = [0, 1].flatMap { rank in
            [
                step(1, rank, [input(rank), slot(rank)], [output(rank)]),
                step(0, rank, [input(rank)], [slot(1 - rank)]),
            ]
        }
        return WrongSchedule(
            scratch: Scratch(slots: 1, lines: lines),
            steps: steps,
            says: "steps, round 1, rank 0: deadlock: waits for steps, round 0, rank 1, which never "
                + "comes"
        )
    }
}

import Collectives
import Testing

/// Space-time diagrams in letters.
@Suite struct SpaceTimeTests {
    private func schedule(
        _ name: String,
        _ collective: Collective = .allReduce,
        _ request: Request
    ) throws -> Schedule {
        try #require(Algorithm.named(name, for: collective)).schedule(request)
    }

    private func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test func theRingReadsAsARing() throws {
        let ring = try schedule("ring", .allReduce, Request(ranks: 3, elements: 300))
        #expect(
            ring.spaceTime() == """
                phase       round  rank 0  1       2
                first sums      0  ←2 +c1  ←0 +c2  ←1 +c0
                last sums       1  ←2 +c0  ←0 +c1  ←1 +c2
                pass on         2  ←2 c2   ←0 c0   ←1 c1
                                3  ←2 c1   ←0 c2   ←1 c0
                """
        )
    }

    @Test func everyoneIsCalledAll() throws {
        let twoShot = try schedule("two-shot", .allReduce, Request(ranks: 4, elements: 400))
        #expect(
            lines(twoShot.spaceTime()).last == """
                reduce and store      0  ←all +c0 →all  ←all +c1 →all  ←all +c2 →all  ←all +c3 →all
                """
        )
    }

    @Test func roundsThatRepeatAreLeftOut() throws {
        let ring = try schedule("ring", .allReduce, Request(ranks: 8, elements: 800))
        let found = lines(ring.spaceTime())
        #expect(found.filter { $0.contains("…") }.count == 1)
        #expect(found.contains { $0.hasPrefix("3 rounds more") })
        // Each endpoint has a column in every round that is shown.
        #expect(found.last?.split(separator: "←").count == 9)
    }

    @Test(arguments: [60, 80, 100, 200])
    func linesAreNoWiderThanAsked(_ width: Int) throws {
        for ranks in [2, 5, 16, 33, 100] {
            for name in ["ring", "one-shot", "two-shot", "two-level"] {
                let made = try schedule(name, .allReduce, Request(ranks: ranks, elements: 64))
                let text = made.spaceTime(width: width)
                // Names and one column are always there.
                let least = name == "two-level" || name == "two-shot" ? 75 : 0
                for line in lines(text) { #expect(line.count <= max(width, least), "\(line)") }
                #expect(lines(text).count < 100)
            }
        }
    }

    @Test func theMarkIsAtTheStep() throws {
        let ring = try schedule("ring", .allReduce, Request(ranks: 64, elements: 64))
        let step = ring.program(of: 30)[70]
        let text = ring.spaceTime(around: step)
        let marked = lines(text).filter { $0.contains("!") }
        #expect(marked.count == 1)
        #expect(marked.first?.contains("! ←29 c22") == true, "\(text)")
        #expect(lines(text).count == 8)
    }

    @Test func aWindowAtTheStartHasNothingBefore() throws {
        let ring = try schedule("ring", .allReduce, Request(ranks: 4, elements: 64))
        let text = ring.spaceTime(around: ring.program(of: 0)[0])
        #expect(lines(text).count == 4)
        #expect(text.contains("! ←3 +c2"))
        #expect(lines(text).last?.hasPrefix("4 rounds more") == true)
    }

    @Test func slotsAndBlocksAreChunks() throws {
        let gather = try schedule("direct", .allGather, Request(ranks: 2, elements: 4))
        #expect(lines(gather.spaceTime()).last == "store      0  c0 →1   c1 →0")
    }

    /// Ranks that a switch reads and writes take no step, and are told below.
    @Test func theIdleAreToldBelow() throws {
        let sharp = try schedule(
            "sharp-llt",
            .allReduce,
            Request(ranks: 4, elements: 64, radix: 2)
        )
        #expect(
            sharp.spaceTime() == """
                phase              round  a0        a1        a2
                up to level 1          0  ←0,1 +c0  ←2,3 +c0
                reduce at the top      1                      ←a0,1 +c0 →a0,1
                down from level 1      2  c0 →0,1   c0 →2,3
                no step of their own: 0-3
                """
        )
        #expect(sharp.spaceTimeLegend == Schedule.spaceTimeLegend)
    }

    /// Of many ranks and switches some of either are shown.
    @Test func bothKindsOfEndpointsAreShown() throws {
        let sharp = try schedule(
            "sharp-llt",
            .allReduce,
            Request(ranks: 100, elements: 64, radix: 2)
        )
        let scene = SpaceTime(sharp, roundsOfAPhase: 4, endpoints: 16)
        #expect(scene.endpoints == Array(0..<7) + [99] + Array(100..<107) + [sharp.endpoints - 1])
    }

    /// A table may name what does not exist.
    @Test func whatDoesNotExistIsTold() throws {
        let numbers = [-1, 0, 3, 99, .max, .min]
        for endpoint in numbers {
            for first in numbers {
                let place = Place(
                    endpoint: endpoint,
                    buffer: .output,
                    first: first,
                    count: .max,
                    runs: 2,
                    stride: .max
                )
                let own = Place(endpoint: 0, buffer: .input, first: 0)
                let schedule = Schedule(
                    collective: .allReduce,
                    algorithm: "file",
                    ranks: 4,
                    elements: 4,
                    elementSize: 4,
                    inPlace: false,
                    chunks: 1,
                    tracks: [
                        Track([
                            Phase(
                                "table",
                                table: StepTable([
                                    .init(round: 0, actor: 0, sources: [own], targets: [place]),
                                    .init(round: 7, actor: 1, sources: [place], targets: [own]),
                                    .init(round: 0, actor: 5, sources: [place], targets: [own]),
                                ])
                            )
                        ])
                    ]
                )
                #expect(!schedule.spaceTime().isEmpty)
                #expect(schedule.firstLoss() != nil)
                #expect(throws: Flaw.self) { try schedule.prove() }
                for actor in [0, 1, 5] {
                    let step = try #require(schedule.program(of: actor).first)
                    #expect(!schedule.spaceTime(around: step).isEmpty)
                }
            }
        }
    }

    @Test func phasesAreToldInWords() throws {
        let ring = try schedule("ring", .allReduce, Request(ranks: 4, elements: 64))
        #expect(
            ring.words(ofPhase: 0, track: 0)
                == "every rank combines the input of the rank before it and its own input "
                + "into its own output"
        )
        let gather = try schedule("direct", .allGather, Request(ranks: 4, elements: 4))
        #expect(
            gather.words(ofPhase: 0, track: 0)
                == "every rank copies its own input to the output of all ranks"
        )
        #expect(ring.tabulated().words(ofPhase: 0, track: 0) == "4 single steps")
        #expect(!ring.spaceTimeLegend.contains("aggregator"))
        let tree = try schedule("double-tree", .reduce, Request(ranks: 8, elements: 64))
        #expect(
            tree.words(ofPhase: 0, track: 0)
                == "each of some ranks combines its own input, that of the rank before it "
                + "and that of the rank after it into its own scratch"
        )
        let pairwise = try schedule("pairwise", .allToAll, Request(ranks: 4, elements: 4))
        #expect(
            pairwise.words(ofPhase: 0, track: 0)
                == "every rank copies the input of one rank after the other to its own output"
        )
        // The first of Bruck's phases only moves blocks to where they travel from.
        let bruck = try schedule("bruck", .allToAll, Request(ranks: 5, elements: 4))
        #expect(
            bruck.words(ofPhase: 0, track: 0) == "every rank copies its own input to its own output"
        )
    }
}

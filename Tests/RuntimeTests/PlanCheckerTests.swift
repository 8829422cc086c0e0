import CWeft
import Collectives
import Runtime
import TestSupport
import Testing

@Suite struct PlanCheckerTests {
    static let names = DataPlane.algorithms
    /// Those that are few steps, or the same step again and again: the others have too many
    /// interleavings for more than a few cases.
    static let simple = ["ring", "one-shot", "two-shot"]

    private func flaw(_ drafts: [PlanDraft], operations: Int = 3, turns: UInt64? = nil) -> String? {
        do throws(PlanFlaw) {
            try PlanChecker(drafts, operations: operations, turns: turns).check()
            return nil
        } catch {
            return error.description
        }
    }

    @Test(arguments: names, [1, 2, 3])
    func everyAlgorithmIsSound(_ name: String, _ ranks: Int) throws {
        for inPlace in [false, true] {
            let isSimple = Self.simple.contains(name)
            for elements in isSimple ? [0, 1, 2, 17, 40, 1000, 10_000] : [1, 40] {
                for (channels, slices) in [(1, 1), (2, 1), (1, 2)]
                where ranks < 3 && isSimple || channels * slices == 1 || elements == 1000 {
                    let one = ContractCase(
                        algorithm: name,
                        ranks: ranks,
                        elements: elements,
                        inPlace: inPlace,
                        channels: channels,
                        slices: slices
                    )
                    let found = flaw(try one.drafts(), operations: isSimple ? 3 : 2)
                    #expect(found == nil, "\(one): \(found ?? "")")
                }
            }
        }
    }

    @Test(arguments: simple)
    func fourRanksAreSound(_ name: String) throws {
        for inPlace in [false, true] {
            for elements in [2, 200, 1000] where name != "ring" || elements == 200 {
                let one = ContractCase(
                    algorithm: name,
                    ranks: 4,
                    elements: elements,
                    inPlace: inPlace
                )
                let found = flaw(try one.drafts(), operations: name == "ring" ? 2 : 3)
                #expect(found == nil, "\(one): \(found ?? "")")
            }
        }
    }

    /// Cases in which every kind of wait, lines and plain scratch occur.
    static let mutated: [(name: String, ranks: Int, elements: Int)] = [
        ("ring", 2, 17), ("ring", 3, 33), ("two-shot", 2, 17), ("two-shot", 3, 33),
        ("one-shot", 2, 2), ("one-shot", 3, 2), ("one-shot", 2, 200), ("one-shot", 3, 200),
    ]

    /// Each mutation is executed on symbols in every order: what can then go wrong is a fault.
    ///
    /// The checker must find it, but for steps and places that are exchanged without a race: those
    /// show in any one order, as the contract suite runs them.
    @Test(arguments: mutated.indices, [false, true])
    func everyMutationThatIsAFaultIsFound(_ index: Int, _ inPlace: Bool) throws {
        let (name, ranks, elements) = Self.mutated[index]
        let one = ContractCase(
            algorithm: name,
            ranks: ranks,
            elements: elements,
            inPlace: inPlace
        )
        let schedule = try one.schedule
        let drafts = try one.drafts()
        expectFound(drafts, schedule, "\(one)")
    }

    private func expectFound(_ drafts: [PlanDraft], _ schedule: Schedule, _ name: String) {
        #expect(flaw(drafts) == nil, "\(name)")
        let sound = PlanOracle(drafts, of: schedule, operations: 3).fault()
        #expect(sound == nil, "\(name): \(sound ?? "")")
        for mutation in PlanMutation.all(of: drafts) {
            let oracle = PlanOracle(mutation.drafts, of: schedule, operations: 3)
            let fault = oracle.fault()
            #expect(fault != "too many states", "\(name), \(mutation)")
            guard let fault else { continue }
            var isFound = flaw(mutation.drafts) != nil
            if mutation.kind.isOfOrder { isFound = isFound || oracle.faultInTurns() != nil }
            #expect(isFound, "\(name), \(mutation): \(fault)")
        }
    }

    /// Which kinds are faults at all, so that none is only ever harmless.
    @Test func everyKindOfMutationIsAFaultSomewhere() throws {
        var kinds: Set<PlanMutation.Kind> = []
        for (name, ranks, elements) in Self.mutated {
            let one = ContractCase(algorithm: name, ranks: ranks, elements: elements)
            for mutation in PlanMutation.all(of: try one.drafts())
            where !kinds.contains(mutation.kind) && flaw(mutation.drafts) != nil {
                kinds.insert(mutation.kind)
            }
        }
        for lines in [false, true] {
            for mutation in PlanMutation.all(of: try drafts(of: OneWay.schedule(lines: lines)))
            where flaw(mutation.drafts) != nil {
                kinds.insert(mutation.kind)
            }
        }
        let needed: [PlanMutation.Kind] = [
            .waitToEnter, .waitForStep, .waitForScratch, .closingWait, .looserScratch,
            .exchangedSteps,
        ]
        for kind in needed { #expect(kinds.contains(kind), "\(kind.rawValue)") }
    }

    private func drafts(of schedule: Schedule) throws -> [PlanDraft] {
        let graph = DependencyGraph(schedule)
        return try (0..<schedule.ranks).map {
            // Two by two also where lines go one way: that much can be explored in every order.
            try PlanDraft(schedule, graph: graph, endpoint: $0).takingTurns(Int(WEFT_TURNS))
        }
    }

    /// All-to-all patterns bring along that scratch is free; where data goes one way only, the wait
    /// for it is all there is.
    @Test(arguments: [false, true])
    func whereDataGoesOneWayScratchIsWaitedFor(_ lines: Bool) throws {
        let schedule = OneWay.schedule(lines: lines)
        let drafts = try drafts(of: schedule)
        #expect(drafts[0].waits.contains { $0.operations < 0 })
        expectFound(drafts, schedule, "one way, lines \(lines)")
        var hasty = drafts
        hasty[0].waits.removeAll { $0.operations < 0 }
        hasty[0].steps[0].waits = 0
        #expect(PlanOracle(hasty, of: schedule, operations: 4).fault() != nil)
        #expect(flaw(hasty, operations: 4) != nil)
        #expect(flaw(drafts, turns: 1) != nil)
    }

    /// A tree of switches that have room for less than the message: their slots are used again
    /// within the operation.
    @Test(arguments: [1, 2]) func switchesWithLittleRoomAreSound(_ outstanding: Int) throws {
        let one = ContractCase(
            algorithm: "sharp-sat",
            ranks: 3,
            elements: 40,
            switches: ContractCase.Switches(radix: 2, buffer: 64, outstanding: outstanding)
        )
        let schedule = try one.schedule
        #expect(schedule.slices == 3 && schedule.scratch.window == outstanding)
        let drafts = try one.drafts()
        #expect(flaw(drafts) == nil, "\(flaw(drafts) ?? "")")
        // Without a wait for the slice that had the slots there is a race.
        var found = 0
        for mutation in PlanMutation.all(of: drafts) where mutation.kind == .waitForStep {
            found += flaw(mutation.drafts) == nil ? 0 : 1
        }
        #expect(found > 0)
    }

    /// The collectives whose small messages are lines, to everyone or to and from a root.
    static let withLines = Algorithm.all.filter { $0.name == "one-shot" }.map(\.collective)

    private func lined(_ collective: Collective, _ ranks: Int, inPlace: Bool) -> ContractCase {
        ContractCase(
            collective: collective,
            algorithm: "one-shot",
            ranks: ranks,
            elements: 2,
            inPlace: inPlace,
            root: collective.hasRoot ? ranks - 1 : 0
        )
    }

    /// With two ranks for more operations than take turns, so that all lines are written again.
    @Test(arguments: withLines, [2, 3])
    func everyLinedPlanIsSound(_ collective: Collective, _ ranks: Int) throws {
        for inPlace in [false, true] {
            let one = lined(collective, ranks, inPlace: inPlace)
            let drafts = try one.drafts()
            #expect(try one.schedule.scratch.lines)
            // Who has an empty block sends nothing back either.
            let isOneWay = collective.hasRoot || collective == .allGatherV
            let turns = Int(isOneWay ? WEFT_TURNS_AHEAD : WEFT_TURNS)
            #expect(drafts.allSatisfy { $0.turns == turns }, "\(one)")
            let operations = ranks == 2 || turns == Int(WEFT_TURNS) ? turns + 2 : 4
            let found = flaw(drafts, operations: operations)
            #expect(found == nil, "\(one): \(found ?? "")")
            let tight = flaw(drafts, operations: operations, turns: UInt64(turns) / 2)
            // With fewer turns than plans wait for, whoever is ahead writes what is still read.
            #expect(operations <= turns || tight != nil, "\(one)")
        }
    }

    /// The same where all take turns two by two, which is little enough for every mutation.
    @Test(arguments: withLines)
    func everyMutationOfLinedPlansThatIsAFaultIsFound(_ collective: Collective) throws {
        let one = lined(collective, 2, inPlace: false)
        let drafts = try one.drafts().map { $0.takingTurns(Int(WEFT_TURNS)) }
        if [.allReduce, .broadcast].contains(collective) {
            return expectFound(drafts, try one.schedule, "\(one)")
        }
        for mutation in PlanMutation.all(of: drafts)
        where [.waitForScratch, .looserScratch].contains(mutation.kind) && collective.hasRoot {
            #expect(flaw(mutation.drafts, operations: 4) != nil, "\(one), \(mutation)")
        }
    }

    /// Without turns between two halves, an operation's scratch is overwritten while it is read.
    ///
    /// Here the wait for scratch is no help: it is for the operation before the last.
    @Test(arguments: [2, 200], [2, 3])
    func oneHalfOfScratchIsNotEnough(_ elements: Int, _ ranks: Int) throws {
        let one = ContractCase(algorithm: "one-shot", ranks: ranks, elements: elements)
        let drafts = try one.drafts()
        let fault = PlanOracle(drafts, of: try one.schedule, operations: 3, turns: 1).fault()
        #expect((fault != nil) == (flaw(drafts, turns: 1) != nil), "\(fault ?? "no fault")")
        #expect(fault != nil)
    }

    @Test func aFlawSaysWhereItIs() throws {
        var drafts = try ContractCase(algorithm: "two-shot", ranks: 2, elements: 32).drafts()
        drafts[0].waits.removeFirst()
        drafts[0].steps[0].waits = 0
        let words = flaw(drafts) ?? ""
        #expect(words.hasPrefix("race: "), "\(words)")
        #expect(words.contains("of endpoint 1"), "\(words)")
        drafts = try ContractCase(algorithm: "ring", ranks: 2, elements: 32).drafts()
        drafts[1].steps[0].is_awaited = 0
        drafts[1].steps[1].is_awaited = 0
        #expect(flaw(drafts)?.hasPrefix("standstill: endpoint 0 waits for ever at ") == true)
    }

    @Test func plansWithoutWaitingRace() throws {
        for name in Self.names {
            let drafts = try ContractCase(algorithm: name, ranks: 2, elements: 1000).drafts()
            #expect(flaw(drafts.map { $0.withoutWaiting() }) != nil)
        }
    }
}

/// Rank 0 puts its vector into rank 1's scratch and hears nothing back.
enum OneWay {
    static func schedule(lines: Bool) -> Schedule {
        func place(_ endpoint: Int, _ buffer: Buffer) -> Place {
            Place(endpoint: endpoint, buffer: buffer, first: 0)
        }
        let table = StepTable([
            StepTable.Step(
                round: 0,
                actor: 0,
                sources: [place(0, .input)],
                targets: [place(1, .scratch)]
            ),
            StepTable.Step(
                round: 0,
                actor: 0,
                sources: [place(0, .input)],
                targets: [place(0, .output)]
            ),
            StepTable.Step(
                round: 1,
                actor: 1,
                sources: [place(1, .scratch)],
                targets: [place(1, .output)]
            ),
        ])
        return Schedule(
            collective: .broadcast,
            algorithm: "one way",
            ranks: 2,
            elements: 2,
            elementSize: 4,
            inPlace: false,
            chunks: 1,
            tracks: [Track([Phase("one way", table: table)])],
            scratch: Scratch(slots: 1, lines: lines)
        )
    }
}

extension PlanDraft {
    /// The same with so many turns.
    fileprivate func takingTurns(_ count: Int) -> PlanDraft {
        var result = self
        for index in waits.indices where waits[index].operations < 0 {
            result.waits[index].operations = Int32(1 - count)
        }
        result.turns = count
        return result
    }
}

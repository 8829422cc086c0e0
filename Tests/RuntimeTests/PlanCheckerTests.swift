import CWeft
import Collectives
import Runtime
import Testing

@Suite struct PlanCheckerTests {
    static let names = Algorithm.all.map(\.name)

    private func flaw(_ drafts: [PlanDraft], operations: Int = 3, halves: UInt64 = 2) -> String? {
        do throws(PlanFlaw) {
            try PlanChecker(drafts, operations: operations, halves: halves).check()
            return nil
        } catch {
            return error.description
        }
    }

    @Test(arguments: names, [1, 2, 3])
    func everyAlgorithmIsSound(_ name: String, _ ranks: Int) throws {
        for inPlace in [false, true] {
            for elements in [0, 1, 2, 17, 40, 1000, 10_000] {
                for (channels, slices) in [(1, 1), (2, 1), (1, 2)]
                where ranks < 3 || channels * slices == 1 || elements == 1000 {
                    let one = ContractCase(
                        algorithm: name, ranks: ranks, elements: elements, inPlace: inPlace,
                        channels: channels, slices: slices)
                    let found = flaw(try one.drafts())
                    #expect(found == nil, "\(one): \(found ?? "")")
                }
            }
        }
    }

    @Test(arguments: names)
    func fourRanksAreSound(_ name: String) throws {
        for inPlace in [false, true] {
            for elements in [2, 200, 1000] where name != "ring" || elements == 200 {
                let one = ContractCase(
                    algorithm: name, ranks: 4, elements: elements, inPlace: inPlace)
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

    /// Each mutation is executed on symbols in every order: what can then go wrong is a fault, and
    /// the checker must find it.
    @Test(arguments: mutated.indices, [false, true])
    func everyMutationThatIsAFaultIsFound(_ index: Int, _ inPlace: Bool) throws {
        let (name, ranks, elements) = Self.mutated[index]
        let one = ContractCase(
            algorithm: name, ranks: ranks, elements: elements, inPlace: inPlace)
        let schedule = try one.schedule
        let drafts = try one.drafts()
        let sound = PlanOracle(drafts, of: schedule, operations: 3).fault()
        #expect(sound == nil, "\(one): \(sound ?? "")")
        var faults = 0
        for mutation in PlanMutation.all(of: drafts) {
            let fault = PlanOracle(mutation.drafts, of: schedule, operations: 3).fault()
            #expect(fault != "too many states")
            guard let fault else { continue }
            // Wrong sums in any order are what the prover of schedules is for.
            if mutation.kind == .exchangedPlaces { continue }
            faults += 1
            #expect(flaw(mutation.drafts) != nil, "\(one), \(mutation): \(fault)")
        }
        #expect(faults > 0, "\(one)")
    }

    /// What is found nothing wrong with is sound: the checker may be stricter than values show, but
    /// only where two accesses could meet.
    @Test(arguments: mutated.indices)
    func theKindsOfFaultAreThere(_ index: Int) throws {
        let (name, ranks, elements) = Self.mutated[index]
        let one = ContractCase(algorithm: name, ranks: ranks, elements: elements)
        let drafts = try one.drafts()
        let kinds = Set(PlanMutation.all(of: drafts).filter { flaw($0.drafts) != nil }.map(\.kind))
        let needed: Set<PlanMutation.Kind> =
            switch (name, elements) {
            case ("ring", _): [.waitToEnter, .waitForStep, .closingWait, .silentStep, .silentEntry]
            case ("two-shot", _): [.waitToEnter, .closingWait, .silentStep, .silentEntry]
            case ("one-shot", 200): [.waitForStep, .silentStep]
            default: []
            }
        #expect(needed.isSubset(of: kinds), "\(one): \(needed.subtracting(kinds))")
    }

    /// Without turns between two halves, an operation's scratch is overwritten while it is read. Here
    /// the wait for scratch is no help: it is for the operation before the last.
    @Test(arguments: [2, 200], [2, 3])
    func oneHalfOfScratchIsNotEnough(_ elements: Int, _ ranks: Int) throws {
        let one = ContractCase(algorithm: "one-shot", ranks: ranks, elements: elements)
        let drafts = try one.drafts()
        let fault = PlanOracle(drafts, of: try one.schedule, operations: 3, halves: 1).fault()
        #expect((fault != nil) == (flaw(drafts, halves: 1) != nil), "\(fault ?? "no fault")")
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

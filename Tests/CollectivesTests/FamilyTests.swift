import Collectives
import Testing

/// The algorithms that are known can be said as patterns, and what they say is right.
struct FamilyTests {
    @Test(arguments: Member.all)
    func computesItsCollective(_ member: Member) {
        for ranks in Array(1...16) + [24, 27, 33, 64] where member.exists(ranks) {
            for root in member.roots(ranks: ranks) {
                for inPlace in member.places {
                    for (elements, slices) in [(1, 1), (7 * ranks + 3, 1), (100, 3)] {
                        let request = Request(
                            ranks: ranks,
                            elements: elements,
                            elementSize: 16,
                            inPlace: inPlace,
                            slices: slices
                        )
                        expectCorrect(
                            member.schedule(request, root),
                            "\(member.name), \(request), root \(root)"
                        )
                    }
                }
            }
        }
    }

    /// What the waits allow is enough: whoever comes first, the values are the same.
    @Test(arguments: Member.all)
    func computesItInAnyOrderThatTheWaitsAllow(_ member: Member) {
        var random = SplitMix64(seed: 5)
        for ranks in 1...9 where member.exists(ranks) {
            for inPlace in member.places {
                let request = Request(
                    ranks: ranks,
                    elements: 2 * ranks + 1,
                    elementSize: 64,
                    inPlace: inPlace,
                    slices: 2
                )
                let schedule = member.schedule(request, ranks - 1)
                let inputs = ObviousResult.inputs(of: schedule)
                for _ in 0..<4 {
                    var execution = Execution(schedule, inputs: inputs)
                    let outputs = execution.run(using: &random)
                    let isRight =
                        outputs.map { ObviousResult.isRight($0, of: schedule, inputs) } ?? false
                    #expect(isRight, "\(member.name), \(request)")
                }
            }
        }
    }

    @Test(arguments: Member.all)
    func canBeWrittenOutStepByStep(_ member: Member) throws {
        for ranks in 1...9 where member.exists(ranks) {
            let request = Request(ranks: ranks, elements: 50, elementSize: 64, slices: 2)
            let schedule = member.schedule(request, 0)
            let table = schedule.tabulated()
            expectCorrect(table, "\(member.name), \(request)")
            #expect(try table.prove() == schedule.prove())
        }
    }

    @Test func phasesGrowWithTheLogarithmOfRanks() {
        let request = Request(ranks: 1 << 20, elements: 1 << 20)
        let phases = { (schedule: Schedule) in schedule.tracks.map(\.phases.count).reduce(0, +) }
        #expect(phases(Doubling.recursiveDoubling(request)) == 20)
        #expect(phases(Doubling.halvingDoubling(request)) == 40)
        #expect(phases(Trees.binomialBroadcast(request, root: 3)) == 21)
        #expect(phases(Trees.chainBroadcast(request, root: 3)) == 2)
        #expect(phases(Hierarchical.allReduce(request, node: 8)) == 5)
        #expect(phases(Aggregation.allReduce(request, radix: 32, pulls: false)) == 8)
        #expect(phases(AllToAll.pairwise(request)) == 1)
        #expect(phases(DoubleTree.allReduce(request)) == 80)
    }
}

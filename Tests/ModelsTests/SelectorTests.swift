import Collectives
import Models
import Testing

@Suite struct SelectorTests {
    private func request(_ ranks: Int, bytes: Int, inPlace: Bool = false) -> Request {
        Request(ranks: ranks, elements: bytes / 4, inPlace: inPlace)
    }

    private func table(_ sections: SelectionTable.Section...) -> SelectionTable {
        SelectionTable(machine: "m", sections: sections)
    }

    private let model = Selector.Model(Costs().model, date: "yesterday")

    @Test func theTableComesFirstThenTheModelThenTheDefaults() {
        let tuned = table(
            SelectionTableTests.section(
                .allReduce,
                ranks: 2,
                [(0, Variant("tree")), (1024, Variant("chain", slices: 4))]
            )
        )
        let date = "2026-11-21T08:00:00Z"
        let selector = Selector(tuned: tuned, model: model)
        let small = selector.choice(.allReduce, request(2, bytes: 8))
        #expect(small.variant == Variant("tree"))
        #expect(small.origin == .tuned(date: date, ranks: 2))
        #expect(small.origin.description == "tuned \(date) with 2 ranks")
        let large = selector.choice(.allReduce, request(4, bytes: 4096))
        #expect(large.variant == Variant("chain", slices: 4))
        #expect(large.origin == .tuned(date: date, ranks: 2))
        // Another collective, too many ranks, and other nodes are not in the table.
        #expect(
            selector.choice(.broadcast, request(2, bytes: 8)).origin == .model(date: "yesterday")
        )
        #expect(
            selector.choice(.allReduce, request(5, bytes: 8)).origin == .model(date: "yesterday")
        )
        #expect(
            selector.choice(.allReduce, request(2, bytes: 8), nodes: 2).origin == .standard
        )
        #expect(Selector().choice(.allReduce, request(2, bytes: 8)).origin == .standard)
    }

    @Test func whatDoesNotExistForTheRanksIsNotTaken() {
        let tuned = table(
            SelectionTableTests.section(.allReduce, ranks: 4, [(0, Variant("halving-doubling"))])
        )
        func choice(_ ranks: Int, _ model: Selector.Model?) -> Selector.Choice {
            Selector(tuned: tuned, model: model)
                .choice(.allReduce, request(ranks, bytes: 4096))
        }
        #expect(choice(8, model).variant.algorithm == "halving-doubling")
        let exists = Algorithm.named("halving-doubling", for: .allReduce)?.ranks.contains(6)
        if exists == false {
            #expect(choice(6, model).origin == .model(date: "yesterday"))
            #expect(choice(6, nil).origin == .standard)
        }
        // One that exists for powers of two only.
        let powers = Algorithm.all.first { $0.ranks == .powersOfTwo }
        #expect(powers != nil)
        if let powers {
            let section = SelectionTableTests.section(
                powers.collective,
                ranks: 4,
                [(0, Variant(powers.name))]
            )
            let selector = Selector(tuned: table(section), model: model)
            let six = selector.choice(powers.collective, request(6, bytes: 4096))
            #expect(six.origin == .model(date: "yesterday"))
            let eight = selector.choice(powers.collective, request(8, bytes: 4096))
            #expect(eight.variant.algorithm == powers.name)
        }
    }

    private func broadcast(
        _ buffers: SelectionTable.Buffers,
        _ name: String
    ) -> SelectionTable.Section {
        SelectionTableTests.section(
            .broadcast,
            ranks: 2,
            buffers: buffers,
            [(0, Variant(name))]
        )
    }

    @Test func buffersMayNeedDifferentChoices() {
        let tuned = table(
            broadcast(.either, "chain"),
            broadcast(.inPlace, "tree"),
            broadcast(.outOfPlace, "direct")
        )
        let selector = Selector(tuned: tuned)
        func name(inPlace: Bool, either: Bool = false) -> String {
            let request = request(2, bytes: 64, inPlace: inPlace)
            return selector.choice(.broadcast, request, either: either).variant.algorithm
        }
        #expect(name(inPlace: true) == "tree")
        #expect(name(inPlace: false) == "direct")
        #expect(name(inPlace: false, either: true) == "chain")
    }

    /// The size is that of the larger buffer: all blocks together.
    @Test func blocksAreCountedTogether() {
        let tuned = table(
            SelectionTableTests.section(
                .allGather,
                ranks: 4,
                [(0, Variant("ring")), (4096, Variant("direct"))]
            )
        )
        let selector = Selector(tuned: tuned)
        func name(_ bytesOfBlock: Int) -> String {
            selector.choice(.allGather, request(4, bytes: bytesOfBlock)).variant.algorithm
        }
        #expect(name(1020) == "ring")
        #expect(name(1024) == "direct")
    }

    /// Without any file there is a choice that exists, for every collective, whatever is asked.
    @Test(arguments: Collective.allCases)
    func defaultsExist(_ collective: Collective) {
        for ranks in [1, 2, 3, 4, 5, 7, 8, 12, 64] {
            for nodes in [1, 2, 4] where nodes <= ranks {
                for (bytes, inPlace) in [(0, false), (8, true), (4096, false), (1 << 24, true)] {
                    let request = request(ranks, bytes: bytes, inPlace: inPlace)
                    let choice = Selector().choice(collective, request, nodes: nodes)
                    let algorithm = Algorithm.named(choice.variant.algorithm, for: collective)
                    #expect(algorithm != nil)
                    let isPossible = Algorithm.all(for: collective).contains {
                        $0.refusal(of: request) == nil
                    }
                    let exists = algorithm?.refusal(of: request) == nil
                    #expect(exists == isPossible, "\(choice) \(ranks)")
                    #expect(choice.origin == .standard)
                }
            }
        }
    }

    /// The model decides by the times of the placement that is asked for, or by their sum.
    @Test func theModelTakesWhatItFindsFastest() throws {
        let selector = Selector(model: model)
        for either in [true, false] {
            for bytes in [8, 4096, 1 << 20] {
                func seconds(_ name: String) throws -> Double {
                    try (either ? [false, true] : [false]).reduce(0) { sum, inPlace in
                        let schedule = try schedule(
                            name,
                            ranks: 2,
                            elements: bytes / 4,
                            inPlace: inPlace
                        )
                        return sum + CostedSchedule(schedule).seconds(on: Costs().model)
                    }
                }
                let request = request(2, bytes: bytes)
                let choice = selector.choice(.allReduce, request, either: either)
                let least = try ["ring", "one-shot", "two-shot"].map(seconds).min()
                #expect(try seconds(choice.variant.algorithm) == least)
            }
        }
    }

    /// Where nothing can be in place, the other placement decides.
    @Test func whatIsNeverInPlaceIsChosenAllTheSame() {
        let request = request(4, bytes: 4096)
        let choice = Selector(model: model).choice(.allToAllV, request, either: true)
        #expect(choice.origin == .model(date: "yesterday"))
    }
}

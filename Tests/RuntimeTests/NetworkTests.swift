import Collectives
import Foundation
import Runtime
import TestSupport
import Testing

/// The contract of shared memory again where endpoints of different nodes talk over TCP.
@Suite(.everyCore) struct NetworkTests {
    private func expectNone(_ problems: [String]) {
        #expect(problems.isEmpty, "\(problems.prefix(3).joined(separator: "\n"))")
    }

    /// Ranks and how they are spread: all of them in the long run, else each once.
    private static let spreads: [(ranks: Int, way: Int)] = {
        let isLong = ProcessInfo.processInfo.environment["WEFT_LONG"] != nil
        let all = (2...4).flatMap { ranks in (0...2).map { (ranks, $0) } }
        return isLong ? all : [(2, 0), (3, 1), (4, 2)]
    }()

    @Test(arguments: spreads)
    func everyCollectiveGivesItsSchedulesBits(_ ranks: Int, _ way: Int) throws {
        let all = ContractCase.acrossNodes(ranks, seed: way)
        // Fewer at a time: those with switches have many endpoints.
        var network = NetOptions()
        network.connections = 1 + way
        for start in stride(from: 0, to: all.count, by: 40) {
            let run = ContractRun(
                cases: Array(all[start..<min(start + 40, all.count)]),
                isOversubscribed: true,
                dawdling: way == 1 ? 300 : 0,
                nodes: ContractCase.spread(way, ranks),
                network: network
            )
            expectNone(try run.problems())
        }
    }

    /// Two ranks that spin, as with a core for each.
    @Test func ranksThatSpinGiveTheSame() throws {
        let few = ContractCase.acrossNodes(2, seed: 5).filter { $0.algorithm != "nvls" }
        let run = ContractRun(cases: few, isOversubscribed: false, nodes: ContractCase.spread(0, 2))
        expectNone(try run.problems())
    }

    /// Small plans of different kinds one after the other, some of which never say anything back.
    @Test(arguments: [2, 5])
    func alternatingPlansShareTheirScratch(_ ranks: Int) throws {
        var cases: [ContractCase] = []
        let kinds: [(Collective, String)] = [
            (.allReduce, "ring"), (.broadcast, "tree"), (.reduce, "tree"), (.allReduce, "one-shot"),
            (.gather, "direct"), (.broadcast, "direct"), (.sendReceive, "direct"),
        ]
        for round in 0..<120 {
            let (collective, name) = kinds[round * 5 % 7]
            cases.append(
                ContractCase(
                    collective: collective,
                    algorithm: name,
                    ranks: ranks,
                    elements: [2, 200, 14, 9000, 1, 130][round % 6],
                    inPlace: collective == .allReduce && round % 7 == 0,
                    root: collective.hasRoot ? round % ranks : 0,
                    slices: 1 + round % 3
                )
            )
        }
        let run = ContractRun(
            cases: cases.filter(\.exists),
            operations: 4,
            isOversubscribed: true,
            nodes: ContractCase.spread(ranks == 2 ? 0 : 1, ranks)
        )
        expectNone(try run.problems())
    }

    /// Ranks and a switch that share no memory: what arrives is overwritten when it has been read.
    @Test(arguments: [1, 2]) func switchesWithLittleRoomAreSound(_ outstanding: Int) throws {
        for elements in [20, 40] {
            let one = ContractCase(
                algorithm: "sharp-sat",
                ranks: 2,
                elements: elements,
                switches: ContractCase.Switches(radix: 2, buffer: 64, outstanding: outstanding)
            )
            let drafts = try one.drafts(nodes: [0, 1, 2])
            do throws(PlanFlaw) {
                try PlanChecker(drafts, operations: 2).check()
            } catch {
                Issue.record("\(one): \(error)")
            }
        }
    }

    /// Every interleaving of small plans, with all that is on its way between nodes.
    @Test(arguments: ["ring", "one-shot", "two-shot", "tree", "recursive-doubling"], [2, 3])
    func everyInterleavingIsSound(_ name: String, _ ranks: Int) throws {
        for elements in [1, 40, 60_000] {
            for inPlace in [false, true] where ranks == 2 || elements == 40 {
                let one = ContractCase(
                    algorithm: name,
                    ranks: ranks,
                    elements: elements,
                    inPlace: inPlace
                )
                let nodes = ranks == 2 ? [0, 1] : [0, 0, 1]
                let drafts = try one.drafts(nodes: nodes)
                do throws(PlanFlaw) {
                    try PlanChecker(drafts, operations: ranks == 2 ? 3 : 2).check()
                } catch {
                    Issue.record("\(one): \(error)")
                }
            }
        }
    }
}

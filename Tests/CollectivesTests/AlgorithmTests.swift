import Collectives
import Foundation
import Testing

/// Every collective, algorithm, root and count, for 1 to 16 ranks: proved, and run on values, most
/// often of some of these numbers of ranks.
struct AlgorithmTests {
    private static let isLong = getenv("WEFT_LONG") != nil

    private static func counts(ranks: Int) -> [Int] {
        Set([0, 1, ranks - 1, ranks, ranks + 1, 1000]).sorted()
    }

    @Test(arguments: Case.all)
    func everyCaseIsProved(_ one: Case) {
        for ranks in 1...16 {
            for request in one.requests(ranks: ranks, lanes: [(1, 1), (2, 3)]) {
                for root in one.roots(ranks: ranks) {
                    for counts in one.counts(ranks: ranks) {
                        for elements in Self.counts(ranks: ranks) {
                            let request = request.with {
                                $0.root = root
                                $0.counts = counts
                                $0.elements = elements
                            }
                            expectProof(of: request, one)
                        }
                    }
                }
            }
        }
    }

    private func expectProof(of request: Request, _ one: Case) {
        do {
            _ = try one.algorithm.schedule(request).prove()
        } catch {
            Issue.record("\(one.testDescription), \(request): \(error)")
        }
    }

    @Test(arguments: Case.all)
    func valuesAreThoseOfTheCollective(_ one: Case) {
        for ranks in Self.isLong ? Array(1...16) : [1, 2, 3, 4, 5, 6, 7, 8, 13, 16] {
            let roots = Set([0, ranks / 2, ranks - 1]).intersection(one.roots(ranks: ranks))
            for request in one.requests(ranks: ranks, lanes: [(1, 1), (2, 3)]) {
                for counts in one.counts(ranks: ranks) {
                    for elements in Self.counts(ranks: ranks) where elements < 1000 || ranks < 6 {
                        let request = request.with {
                            $0.root = roots.sorted()[elements % roots.count]
                            $0.counts = counts
                            $0.elements = elements
                            $0.elementSize = elements == 1000 ? 4 : 64
                        }
                        expectCorrect(
                            one.algorithm.schedule(request),
                            "\(one.testDescription), \(request)"
                        )
                    }
                }
            }
        }
    }

    /// Larger numbers, drawn from a seed.
    @Test(arguments: Case.all)
    func sampledCasesAreRight(_ one: Case) {
        var random = SplitMix64(seed: 3)
        for _ in 0..<12 {
            let ranks = 17 + random.below(56)
            guard
                let request = one.requests(ranks: ranks, lanes: [(1, 1), (3, 2)])
                    .randomElement(using: &random)
            else { continue }
            let drawn = request.with {
                $0.root = random.below(one.roots(ranks: ranks).count)
                $0.elements = random.below(400)
                $0.elementSize = [1, 4, 33].randomElement(using: &random) ?? 4
                $0.stride = [nil, 0, 1, 2].randomElement(using: &random) ?? nil
            }
            expectCorrect(one.algorithm.schedule(drawn), "\(one.testDescription), \(drawn)")
        }
    }

    /// Any algorithm inside the node, any across.
    @Test(arguments: Case.all.filter { $0.algorithm.name == "two-level" })
    func everyPairOfLevelsIsProved(_ one: Case) throws {
        let collective = one.algorithm.collective
        let names = Set(Algorithm.all.map(\.name))
        var made: Set<[String]> = []
        for (ranks, size) in [(4, 2), (6, 2), (6, 3), (8, 4), (12, 3)] {
            for inner in names {
                for outer in names {
                    for root in Set([0, ranks - 1]) where one.roots(ranks: ranks).contains(root) {
                        let request = Request(
                            ranks: ranks,
                            elements: 37,
                            inPlace: root > 0,
                            root: root,
                            slices: 2,
                            nodeSize: size,
                            inner: inner,
                            outer: outer
                        )
                        if one.algorithm.refusal(of: request) != nil { continue }
                        made.insert([inner, outer])
                        expectCorrect(
                            one.algorithm.schedule(request),
                            "\(collective.rawValue), \(request)"
                        )
                    }
                }
            }
        }
        #expect(made.count >= 4, "\(collective.rawValue): \(made)")
    }

    @Test(arguments: Case.all)
    func whatTheWaitsAllowIsEnough(_ one: Case) {
        var random = SplitMix64(seed: 5)
        for ranks in 1...9 {
            for request in one.requests(ranks: ranks, lanes: [(1, 2)]) {
                let request = request.with {
                    $0.elements = 2 * ranks + 1
                    $0.elementSize = 64
                    $0.root = one.roots(ranks: ranks).last ?? 0
                }
                let schedule = one.algorithm.schedule(request)
                let inputs = ObviousResult.inputs(of: schedule)
                for _ in 0..<3 {
                    var execution = Execution(schedule, inputs: inputs)
                    let outputs = execution.run(using: &random)
                    let isRight =
                        outputs.map { ObviousResult.isRight($0, of: schedule, inputs) } ?? false
                    #expect(isRight, "\(one.testDescription), \(request)")
                }
            }
        }
    }

    @Test func namesAreUniqueAndSummariesShort() {
        for collective in Collective.allCases {
            let algorithms = Algorithm.all(for: collective)
            #expect(Set(algorithms.map(\.name)).count == algorithms.count)
            #expect(!algorithms.isEmpty, "\(collective.rawValue)")
        }
        for algorithm in Algorithm.all { #expect(algorithm.summary.count < 90) }
    }

    @Test func refusalsNameWhatThereIs() throws {
        let doubling = try #require(Algorithm.named("recursive-doubling", for: .allGather))
        #expect(
            doubling.refusal(of: Request(ranks: 6, elements: 1))
                == "recursive-doubling all-gather does not exist for 6 ranks; it exists for powers "
                + "of two (1, 2, 4, 8, 16, …)"
        )
        let levels = try #require(Algorithm.named("two-level", for: .allReduce))
        #expect(
            levels.refusal(of: Request(ranks: 6, elements: 1, nodeSize: 4))
                == "two-level all-reduce needs nodes of equal size; 6 ranks make nodes of "
                + "1, 2, 3, 6"
        )
        let unknown = levels.refusal(of: Request(ranks: 6, elements: 1, inner: "none"))
        #expect(unknown?.hasPrefix("there is no none reduce-scatter to be a level") == true)
        let order = Request(ranks: 3, elements: 1, order: [0, 1, 1])
        #expect(
            levels.refusal(of: order) == "an order names each of the 3 ranks once"
        )
    }

    @Test func onlySmallOneShotsTravelAsLines() throws {
        let algorithm = try #require(Algorithm.named("one-shot", for: .allReduce))
        let small = algorithm.schedule(Request(ranks: 2, elements: 128))
        let large = algorithm.schedule(Request(ranks: 2, elements: 129))
        #expect(small.scratch == Scratch(slots: 2, lines: true))
        #expect(large.scratch == Scratch(slots: 2, lines: false))
    }
}

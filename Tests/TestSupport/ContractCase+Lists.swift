public import Collectives
import Runtime

extension ContractCase {
    private static let parts = [(1, 1), (2, 1), (1, 2), (3, 2), (2, 5)]
    private static let kernels = InstructionSet.allCases.filter(\.isSupported)

    /// Every all-reduce with every count, in place and not; instruction sets, streaming and parts
    /// take turns.
    ///
    /// Shuffled, so that small, large, lined and plain plans follow each other.
    public static func everyAlgorithm(_ ranks: Int) -> [ContractCase] {
        // Analysing a schedule of n ranks takes n² steps or more: fewer of the large ones.
        let isLarge = ranks > 9
        var counts = Array(Set([0, 1, ranks - 1, ranks, ranks + 1, 1000])).sorted()
        if !isLarge { counts += [129, ranks <= 4 ? 20_011 : 4_099] }
        let parts = isLarge ? Array(Self.parts.prefix(2)) : Self.parts
        var result: [ContractCase] = []
        for algorithm in DataPlane.algorithms {
            for elements in counts {
                for inPlace in [false, true] {
                    let turn = result.count
                    let (channels, slices) = parts[turn % parts.count]
                    result.append(
                        ContractCase(
                            algorithm: algorithm,
                            ranks: ranks,
                            elements: elements,
                            inPlace: inPlace,
                            channels: channels,
                            slices: slices,
                            instructions: kernels[turn % kernels.count],
                            isStreaming: turn / 3 % 2 == 0
                        )
                    )
                }
            }
        }
        var random = SeededRandom(seed: UInt64(ranks))
        return result.shuffled(using: &random)
    }

    /// Every collective by every algorithm; types, operators, roots and the rest take turns.
    public static func everyCollective(_ ranks: Int) -> [ContractCase] {
        var result: [ContractCase] = []
        for algorithm in Algorithm.all {
            for isLarge in [false, true] {
                for inPlace in [false, true] {
                    let turn = result.count
                    let elements = isLarge ? 300 : [0, 1, ranks - 1, ranks + 1, 70][turn % 5]
                    let (channels, slices) = parts[turn % parts.count]
                    let one = ContractCase(
                        collective: algorithm.collective,
                        algorithm: algorithm.name,
                        ranks: ranks,
                        elements: elements,
                        inPlace: inPlace,
                        root: algorithm.collective.hasRoot ? turn % ranks : 0,
                        channels: channels,
                        slices: slices,
                        switches: .varied(turn + ranks, elements: elements),
                        reduction: Reduction(
                            DataType.allCases[turn % DataType.allCases.count],
                            algorithm.collective.reduces
                                ? ReductionOperator.allCases[turn % 6] : .sum
                        ),
                        instructions: kernels[turn % kernels.count],
                        isStreaming: turn / 3 % 2 == 0
                    )
                    if one.exists { result.append(one) }
                }
            }
        }
        var random = SeededRandom(seed: UInt64(ranks))
        return result.shuffled(using: &random)
    }

    /// A type with every operator, where data changes hands as lines, plainly and in switches.
    public static func everyOperator(of type: DataType) -> [ContractCase] {
        var result: [ContractCase] = []
        for name in ["ring", "one-shot", "two-shot", "tree", "recursive-doubling", "sharp-sat"] {
            for combining in ReductionOperator.allCases {
                for elements in [3, 1000] {
                    result.append(
                        ContractCase(
                            algorithm: name,
                            ranks: 3,
                            elements: elements,
                            inPlace: result.count % 3 == 0,
                            reduction: Reduction(type, combining),
                            instructions: kernels[result.count % kernels.count]
                        )
                    )
                }
            }
        }
        return result
    }

    /// Small plans many times: scratch in turn, by plans that lay it out differently and take turns
    /// with others than their neighbours do, some of which use none.
    public static func alternating(_ ranks: Int) -> [ContractCase] {
        (0..<120).map { round in
            let name = ["one-shot", "one-shot", "two-shot", "one-shot", "ring"][round % 5]
            let isOneWay = name == "one-shot" && round % 4 < 2
            return ContractCase(
                collective: isOneWay ? .broadcast : .allReduce,
                algorithm: name,
                ranks: ranks,
                elements: [2, 200, 14, 600, 1, 130][round % 6],
                inPlace: round % 7 == 0,
                root: isOneWay ? round % ranks : 0,
                channels: 1 + round % 2,
                slices: 1 + round % 3
            )
        }
    }

    /// Operations with the same root, one after the other: nobody but the free part of its scratch
    /// keeps a rank that only sends from running ahead.
    public static func sameRoot(_ ranks: Int) -> [ContractCase] {
        Algorithm.all.filter(\.collective.hasRoot).flatMap { algorithm in
            [3, 300].map {
                ContractCase(
                    collective: algorithm.collective,
                    algorithm: algorithm.name,
                    ranks: ranks,
                    elements: $0
                )
            }
        }.filter(\.exists)
    }
}

import Collectives
import Runtime

/// The cases of the contract for endpoints that share no memory, whatever carries their messages.
extension ContractCase {
    /// Each alone, in blocks, and dealt out, for the most endpoints that any schedule has.
    public static func spread(_ way: Int, _ ranks: Int) -> [Int] {
        let many = 0..<(4 * ranks + 8)
        return switch way {
        case 0: Array(many)
        case 1: many.map { min($0, ranks - 1) * 2 / ranks }
        default: many.map { $0 % 2 }
        }
    }

    /// Every collective by every algorithm; types, operators, roots and the rest take turns.
    public static func acrossNodes(_ ranks: Int, seed: Int) -> [ContractCase] {
        let kernels = InstructionSet.allCases.filter(\.isSupported)
        var cases: [ContractCase] = []
        for algorithm in Algorithm.all {
            // A third of the sizes each time: ranks and ways make up for the others.
            for size in [(cases.count + seed) % 3] {
                let turn = cases.count + seed
                // From 24,576 elements of four bytes on copies go straight to their places.
                let few = [0, 1, ranks - 1, ranks + 1, 70][turn % 5]
                let elements = [few, 300, 120_000][size]
                let one = ContractCase(
                    collective: algorithm.collective,
                    algorithm: algorithm.name,
                    ranks: ranks,
                    elements: elements,
                    inPlace: turn % 2 == 0,
                    root: algorithm.collective.hasRoot ? turn % ranks : 0,
                    channels: [1, 2, 1, 3][turn % 4],
                    slices: [1, 1, 2, 2][turn % 4],
                    switches: .varied(turn + size, elements: elements),
                    reduction: Reduction(
                        DataType.allCases[turn % DataType.allCases.count],
                        algorithm.collective.reduces ? ReductionOperator.allCases[turn % 6] : .sum
                    ),
                    instructions: kernels[turn % kernels.count]
                )
                if one.exists { cases.append(one) }
            }
        }
        var random = SeededRandom(seed: UInt64(ranks))
        return cases.shuffled(using: &random)
    }
}

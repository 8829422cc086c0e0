import Collectives

/// Two binary trees, each with half of the data (Sanders, Speck, Träff 2009), as NCCL numbers them.
///
/// A position's height is the number of zeros behind its lowest digit that is one; its children are
/// half that digit below and above it. Position 0 stands on top, with one child. Where n ends
/// inside a tree's right edge, the last position of a height adopts the highest one that there is.
enum DoubleTree {
    static func allReduce(_ request: Request) -> Schedule {
        let n = request.ranks
        // Leaves of one tree should be inner in the other: shift by one, or mirror if n is even.
        let second =
            n % 2 == 0
            ? View(size: n, order: (0..<n).map { Int32(n - 1 - $0) })
            : View(size: n, rotation: n > 1 ? 1 : 0)
        let tracks = [View(size: n), second].map { view in
            n == 1
                ? (request.inPlace ? [] : [Phase.copy(view, .input, .output)])
                : phases(view)
        }
        return Schedule("double-tree", .allReduce, request, tracks: tracks, stride: 1)
    }

    /// Positions of one height, with distances to the children above and below them.
    private struct Level {
        let weight: Int
        let actors: Actors
        let children: [Int]
        /// The height at which the children stand.
        let childWeight: Int
    }

    private static func levels(_ n: Int) -> [Level] {
        var result: [Level] = []
        for weight in powers(of: 2, below: n).dropFirst() {
            let last = (n - 1 - weight) / (2 * weight) * 2 * weight + weight
            let half = weight / 2
            let isCut = last + half >= n && last + 1 < n
            let regular = Actors(to: isCut ? Index(last) : nil, lowBelow: 1, digit: 1)
            result.append(
                Level(
                    weight: weight,
                    actors: regular,
                    children: [-half, half],
                    childWeight: half
                )
            )
            if isCut {
                let adopted = powers(of: 2, below: n - last).last ?? 1
                let alone = Actors(from: Index(last), to: Index(last + 1))
                result.append(
                    Level(weight: weight, actors: alone, children: [-half], childWeight: half)
                )
                result.append(
                    Level(
                        weight: weight,
                        actors: alone,
                        children: [adopted],
                        childWeight: adopted
                    )
                )
            }
        }
        let top = powers(of: 2, below: n).last ?? 1
        result.append(
            Level(weight: n, actors: Actors(to: 1), children: [top], childWeight: top)
        )
        return result
    }

    private static func phases(_ view: View) -> [Phase] {
        let levels = levels(view.size)
        var phases: [Phase] = []
        for (number, level) in levels.enumerated() {
            // Who adopts has already added its own to what its regular child sent.
            let isSecond =
                number > 0 && levels[number - 1].weight == level.weight
                && level.children.first ?? 0 > 0
            let children = level.children.map {
                Operand(
                    .ahead(Index($0)),
                    level.childWeight == 1 ? .input : .output,
                    .whole
                )
            }
            phases.append(
                Phase(
                    "up \(level.weight)",
                    Pattern(
                        view: view,
                        weight: level.weight,
                        radix: 2,
                        actors: level.actors,
                        sources: [Operand(.own, isSecond ? .output : .input, .whole)] + children,
                        targets: [Operand(.own, .output, .whole)]
                    )
                )
            )
        }
        for level in levels.reversed() {
            phases.append(
                Phase(
                    "down \(level.weight)",
                    Pattern(
                        view: view,
                        weight: level.weight,
                        radix: 2,
                        actors: level.actors,
                        sources: [Operand(.own, .output, .whole)],
                        targets: level.children.map {
                            Operand(.ahead(Index($0)), .output, .whole)
                        }
                    )
                )
            )
        }
        return phases
    }
}

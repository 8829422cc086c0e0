import Collectives

/// Rooted collectives along trees; the root is position 0 of a rotated view.
enum Trees {
    /// K-nomial reduction: in round k positions whose lower digits are zero add, if their own digit
    /// is zero too, what the positions with the other digits have.
    static func knomialReduce(_ request: Request, root: Int, radix: Int) -> Schedule {
        let n = request.ranks
        let view = View(size: n, rotation: root)
        let weights = powers(of: radix, below: n)
        var phases: [Phase] = []
        for (level, weight) in weights.enumerated() {
            let isLast = level == weights.count - 1
            let pattern = Pattern(
                view: view,
                weight: weight,
                radix: radix,
                actors: Actors(lowBelow: 1, digit: 0),
                sources: [
                    Operand(.digit, level == 0 ? .input : .scratch, .whole, to: Index(radix))
                ],
                targets: [Operand(.own, isLast ? .output : .scratch, .whole)]
            )
            phases.append(Phase("add \(weight)", pattern))
        }
        if n == 1 && !request.inPlace { phases.append(.copy(view, .input, .output)) }
        return Schedule(
            "knomial",
            .reduce,
            request,
            root: root,
            tracks: [phases],
            scratch: Scratch(slots: 1)
        )
    }

    /// Binomial broadcast: in round k the positions 2^k..<2^(k + 1) read from those below.
    static func binomialBroadcast(_ request: Request, root: Int) -> Schedule {
        let view = View(size: request.ranks, rotation: root)
        var phases = rootCopy(request, view)
        for weight in powers(of: 2, below: request.ranks) {
            let pattern = Pattern(
                view: view,
                actors: Actors(from: Index(weight), to: Index(2 * weight)),
                sources: [Operand(.ahead(Index(-weight)), .output, .whole)],
                targets: [Operand(.own, .output, .whole)]
            )
            phases.append(Phase("reach \(weight)", pattern))
        }
        return Schedule("binomial", .broadcast, request, root: root, tracks: [phases])
    }

    /// Chain broadcast, pipelined by slices: position t + 1 reads from t in round t.
    static func chainBroadcast(_ request: Request, root: Int) -> Schedule {
        let view = View(size: request.ranks, rotation: root)
        var phases = rootCopy(request, view)
        if request.ranks > 1 {
            let pattern = Pattern(
                view: view,
                actors: Actors(from: .round + 1, to: .round + 2),
                sources: [Operand(.ahead(-1), .output, .whole)],
                targets: [Operand(.own, .output, .whole)]
            )
            phases.append(Phase("pass on", rounds: request.ranks - 1, pattern))
        }
        return Schedule("chain", .broadcast, request, root: root, tracks: [phases], stride: 1)
    }

    private static func rootCopy(_ request: Request, _ view: View) -> [Phase] {
        request.inPlace ? [] : [.copy(view, actors: Actors(to: 1), .input, .output)]
    }
}

import Collectives

/// All-reduces in which partners differ in one binary digit of their number.
enum Doubling {
    /// Recursive doubling (Thakur, Rabenseifner, Gropp 2005) over a power of two of ranks.
    ///
    /// In round k partners whose numbers differ in bit k add what they have. Both read both, so
    /// what is written must lie elsewhere than what is read: two slots take turns.
    static func recursiveDoubling(_ request: Request) -> Schedule {
        let n = request.ranks
        let view = View(size: n)
        let weights = powers(of: 2, below: n)
        var phases: [Phase] = []
        for (level, weight) in weights.enumerated() {
            let isFirst = level == 0
            // With one round the output may be the very input that is read.
            let isLast = level == weights.count - 1 && !(isFirst && request.inPlace)
            let pattern = Pattern(
                view: view,
                weight: weight,
                radix: 2,
                sources: [
                    Operand(
                        .digit,
                        isFirst ? .input : .scratch,
                        .whole,
                        slot: Index((level + 1) % 2),
                        to: 2
                    )
                ],
                targets: [
                    Operand(.own, isLast ? .output : .scratch, .whole, slot: Index(level % 2))
                ]
            )
            phases.append(Phase("exchange \(weight)", pattern))
        }
        if n == 2 && request.inPlace { phases.append(.copy(view, .scratch, .output)) }
        if n == 1 && !request.inPlace { phases.append(.copy(view, .input, .output)) }
        return Schedule(
            "recursive-doubling",
            .allReduce,
            request,
            tracks: [phases],
            scratch: Scratch(slots: 2)
        )
    }

    /// Rabenseifner's algorithm (2004) for any number of ranks.
    ///
    /// p is the largest power of two in n. The n - p extra ranks are folded into their neighbours:
    /// of the first pairs of ranks, the even one acts for both, so that the acting ranks are
    /// positions 0..<p of an order. These halve (each keeps the half of its own digit) and double.
    static func halvingDoubling(_ request: Request) -> Schedule {
        let n = request.ranks
        let p = 1 << (Int.bitWidth - 1 - n.leadingZeroBitCount)
        let extra = n - p
        let order =
            (0..<p).map { $0 < extra ? 2 * $0 : $0 + extra } + (0..<extra).map { 2 * $0 + 1 }
        let view = View(size: n, order: order.map { Int32($0) })
        var phases: [Phase] = []
        var held = Buffer.input
        if extra > 0 || n == 1 {
            let fold = Pattern(
                view: view,
                actors: Actors(to: Index(extra)),
                sources: [
                    Operand(.own, .input, .whole), Operand(.ahead(Index(p)), .input, .whole),
                ],
                targets: [Operand(.own, .output, .whole)]
            )
            if extra > 0 { phases.append(Phase("fold", fold)) }
            if !request.inPlace {
                let others = Actors(from: Index(extra), to: Index(p))
                phases.append(.copy(view, actors: others, .input, .output))
            }
            held = .output
        }
        for weight in powers(of: 2, below: p).reversed() {
            phases.append(halve(view, weight, below: p, held))
            held = .output
        }
        for weight in powers(of: 2, below: p) { phases.append(double(view, weight, below: p)) }
        if extra > 0 {
            let unfold = Pattern(
                view: view,
                actors: Actors(from: Index(p)),
                sources: [Operand(.ahead(Index(-p)), .output, .whole)],
                targets: [Operand(.own, .output, .whole)]
            )
            phases.append(Phase("unfold", unfold))
        }
        return Schedule("halving-doubling", .allReduce, request, chunks: p, tracks: [phases])
    }

    private static func halve(_ view: View, _ weight: Int, below p: Int, _ held: Buffer) -> Phase {
        let mine = ChunkSet(first: Index.high * (2 * weight) + .digit * weight, count: weight)
        return Phase(
            "halve \(weight)",
            Pattern(
                view: view,
                weight: weight,
                radix: 2,
                actors: Actors(to: Index(p)),
                sources: [Operand(.digit, held, mine, to: 2)],
                targets: [Operand(.own, .output, mine)]
            )
        )
    }

    private static func double(_ view: View, _ weight: Int, below p: Int) -> Phase {
        let block = Index.high * (2 * weight) + Index(weight)
        let theirs = ChunkSet(first: block - .digit * weight, count: weight)
        return Phase(
            "double \(weight)",
            Pattern(
                view: view,
                weight: weight,
                radix: 2,
                actors: Actors(to: Index(p)),
                sources: [Operand(.digit, .output, theirs, to: 2, skipsOwn: true)],
                targets: [Operand(.own, .output, theirs)]
            )
        )
    }
}

import Collectives

/// All-to-all algorithms.
enum AllToAll {
    /// Pairwise: in round t everyone fetches its block from the rank t before it.
    static func pairwise(_ request: Request) -> Schedule {
        let n = request.ranks
        let fetch = Pattern(
            view: View(size: n),
            sources: [Operand(.shift(Index(0) - .round), .input, ChunkSet(first: .position))],
            targets: [Operand(.own, .output, ChunkSet(first: (Index.position - .round).modulo(n)))]
        )
        return Schedule(
            "pairwise",
            .allToAll,
            request,
            chunks: n,
            tracks: [[Phase("fetch", rounds: n, fetch)]]
        )
    }

    /// Bruck, Ho, Kipnis, Upfal, Weathersby 1997: blocks travel by the digits of their distance.
    ///
    /// Block j is the one that has j ranks to go. The output holds the blocks by distance until
    /// they are reversed in the end; what travels is packed into the receiver's slot.
    static func bruck(_ request: Request, radix: Int) -> Schedule {
        let n = request.ranks
        let view = View(size: n)
        let rotate = Pattern(
            view: view,
            sources: [Operand(.own, .input, ChunkSet(first: (Index.position + .round).modulo(n)))],
            targets: [Operand(.own, .output, ChunkSet(first: .round))]
        )
        var phases = [Phase("rotate", rounds: n, rotate)]
        var most = 1
        for weight in powers(of: radix, below: n) {
            let digits = (1..<radix).filter { $0 * weight < n }
            for digit in digits {
                let blocks = blocks(n, radix, weight, digit)
                most = max(most, count(n, radix, weight, digit))
                let send = Pattern(
                    view: view,
                    sources: [Operand(.own, .output, blocks)],
                    targets: [
                        Operand(
                            .shift(Index(digit * weight)),
                            .scratch,
                            blocks,
                            slot: Index(digit - 1)
                        )
                    ]
                )
                phases.append(Phase("send \(digit * weight)", send))
            }
            for digit in digits {
                let blocks = blocks(n, radix, weight, digit)
                let unpack = Pattern(
                    view: view,
                    sources: [Operand(.own, .scratch, blocks, slot: Index(digit - 1))],
                    targets: [Operand(.own, .output, blocks)]
                )
                phases.append(Phase("unpack \(digit * weight)", unpack))
            }
        }
        phases += reverse(view, slot: radix - 1)
        return Schedule(
            "bruck",
            .allToAll,
            request,
            chunks: n,
            tracks: [phases],
            scratch: Scratch(slots: radix, chunks: most)
        )
    }

    /// The blocks whose distance has a given digit at a weight, as runs.
    private static func blocks(_ n: Int, _ radix: Int, _ weight: Int, _ digit: Int) -> ChunkSet {
        let (first, period) = (digit * weight, radix * weight)
        return ChunkSet(
            first: Index(first),
            count: weight,
            runs: (n - 1 - first) / period + 1,
            stride: period
        )
    }

    private static func count(_ n: Int, _ radix: Int, _ weight: Int, _ digit: Int) -> Int {
        (0..<n).filter { $0 / weight % radix == digit }.count
    }

    /// Position p swaps chunks j and p - j, in pairs at growing distance from p / 2.
    private static func reverse(_ view: View, slot: Int) -> [Phase] {
        let n = view.size
        return (0..<((n + 1) / 2)).flatMap { distance -> [Phase] in
            let low = ChunkSet(first: (Index.high - Index(distance)).modulo(n))
            let high = ChunkSet(first: (Index.high + .digit + Index(distance)).modulo(n))
            func move(_ from: Operand, _ to: Operand) -> Phase {
                Phase("swap", Pattern(view: view, radix: 2, sources: [from], targets: [to]))
            }
            let spare = Operand(.own, .scratch, low, slot: Index(slot))
            return [
                move(Operand(.own, .output, low), spare),
                move(Operand(.own, .output, high), Operand(.own, .output, low)),
                move(spare, Operand(.own, .output, high)),
            ]
        }
    }
}

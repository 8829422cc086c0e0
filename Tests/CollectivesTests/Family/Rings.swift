import Collectives

/// Rings that the sources do not have.
enum Rings {
    /// All-gather: each passes on the block that came last.
    static func allGather(_ request: Request) -> Schedule {
        let n = request.ranks
        let view = View(size: n)
        var phases: [Phase] = []
        if !request.inPlace {
            phases.append(.copy(view, .input, .output, ChunkSet(first: .position)))
        }
        if n > 1 {
            let block = ChunkSet(first: (Index.position - 1 - .round).modulo(n))
            let pattern = Pattern(
                view: view,
                sources: [Operand(.shift(-1), .output, block)],
                targets: [Operand(.own, .output, block)]
            )
            phases.append(Phase("pass on", rounds: n - 1, pattern))
        }
        return Schedule("ring", .allGather, request, chunks: n, tracks: [phases])
    }

    /// Reduce-scatter: partial sums travel through two slots that take turns, since the output has
    /// room for the last one only.
    static func reduceScatter(_ request: Request) -> Schedule {
        let n = request.ranks
        let view = View(size: n)
        var phases: [Phase] = []
        func pass(_ name: String, first: Int, rounds: Int, to target: Operand) {
            let block = ChunkSet(first: (Index.position - Index(first + 2) - .round).modulo(n))
            let source =
                first == 0
                ? Operand(.shift(-1), .input, block)
                : Operand(
                    .shift(-1),
                    .scratch,
                    block,
                    slot: (Index.round + Index(first - 1)).modulo(2)
                )
            var target = target
            target.chunks = block
            phases.append(
                Phase(
                    name,
                    rounds: rounds,
                    Pattern(
                        view: view,
                        sources: [source, Operand(.own, .input, block)],
                        targets: [target]
                    )
                )
            )
        }
        let output = Operand(.own, .output, .whole)
        switch n {
        case 1:
            if !request.inPlace {
                phases.append(.copy(view, .input, .output, ChunkSet(first: .position)))
            }
        case 2:
            pass("only sums", first: 0, rounds: 1, to: output)
        default:
            pass("first sums", first: 0, rounds: 1, to: Operand(.own, .scratch, .whole, slot: 0))
            if n > 3 {
                let slot = (Index.round + 1).modulo(2)
                pass(
                    "sums",
                    first: 1,
                    rounds: n - 3,
                    to: Operand(.own, .scratch, .whole, slot: slot)
                )
            }
            pass("last sums", first: n - 2, rounds: 1, to: output)
        }
        return Schedule(
            "ring",
            .reduceScatter,
            request,
            chunks: n,
            tracks: [phases],
            scratch: Scratch(slots: 2)
        )
    }

    /// All-reduce around two rings of opposite directions, each with half of the data.
    static func bidirectional(_ request: Request) -> Schedule {
        let n = request.ranks
        let reversed = (0..<n).map { Int32(n - 1 - $0) }
        let tracks = [View(size: n), View(size: n, order: reversed)].map { view in
            n == 1 ? [] : allReduce(view, first: .input, chunks: 0)
        }
        let alone = request.inPlace ? [] : [Phase.copy(View(size: 1), .input, .output)]
        return Schedule(
            "two rings",
            .allReduce,
            request,
            chunks: n,
            tracks: n == 1 ? [alone, alone] : tracks
        )
    }

    /// The phases of a ring all-reduce in each group of a view; group g works on as many chunks as
    /// it has members, from chunk `chunks * g` on.
    static func allReduce(_ view: View, first: Buffer, chunks: Int) -> [Phase] {
        let n = view.size
        func pull(_ name: String, behind: Int, rounds: Int, _ from: Buffer, adds: Bool) -> Phase {
            let set = ChunkSet(
                first: (Index.position - Index(behind) - .round).modulo(n) + .group * chunks
            )
            let own = adds ? [Operand(.own, first, set)] : []
            return Phase(
                name,
                rounds: rounds,
                Pattern(
                    view: view,
                    sources: [Operand(.shift(-1), from, set)] + own,
                    targets: [Operand(.own, .output, set)]
                )
            )
        }
        if n == 1 { return [] }
        return [
            pull("first sums", behind: 1, rounds: 1, first, adds: true),
            pull("sums", behind: 2, rounds: n - 2, .output, adds: true),
            pull("gather", behind: 0, rounds: n - 1, .output, adds: false),
        ]
    }
}

/// Ring: reduce-scatter around the ring, then all-gather around it.
///
/// - n ranks, n chunks; rank r reads from r - 1 and acts on chunk r - 1 - t in round t.
/// - Steps: 2(n - 1) rounds, in each of which every rank moves one chunk.
/// - Bytes on the wire: 2(n - 1)/n of the vector from every rank: the least possible.
/// - The partial sums lie in the output, so no scratch is needed, in place or not.
/// - Source: P. Patarasuk, X. Yuan, "Bandwidth optimal all-reduce algorithms for clusters of
///   workstations", J. Parallel Distrib. Comput. 69(2), 2009.
enum RingAllReduce {
    static let algorithm = Algorithm(
        name: "ring",
        collective: .allReduce,
        summary: "neighbours pass chunks around twice; the fewest bytes, the most steps",
        schedule: schedule(for:)
    )

    static func schedule(for request: Request) -> Schedule {
        let n = request.ranks
        let phases = n == 1 ? Phase.copyOfInput(request) : ring(n)
        return Schedule(
            collective: .allReduce,
            algorithm: algorithm.name,
            ranks: n,
            elements: request.elements,
            elementSize: request.elementSize,
            inPlace: request.inPlace,
            chunks: n,
            tracks: Array(repeating: Track(phases), count: request.channels),
            slices: request.slices
        )
    }

    private static func ring(_ n: Int) -> [Phase] {
        let view = View(size: n)
        let reduced = ChunkSet(first: (Index.position - 1 - .round).modulo(n))
        // The rest of the reduce-scatter is one round later than its first round.
        let later = ChunkSet(first: (Index.position - 2 - .round).modulo(n))
        let gathered = ChunkSet(first: (Index.position - .round).modulo(n))
        func pull(_ buffer: Buffer, _ chunks: ChunkSet) -> Operand {
            Operand(.shift(-1), buffer, chunks)
        }
        var phases = [
            Phase(
                "first sums",
                Pattern(
                    view: view,
                    sources: [pull(.input, reduced), Operand(.own, .input, reduced)],
                    targets: [Operand(.own, .output, reduced)]
                )
            )
        ]
        if n > 2 {
            phases.append(
                Phase(
                    "reduce-scatter",
                    rounds: n - 2,
                    Pattern(
                        view: view,
                        sources: [pull(.output, later), Operand(.own, .input, later)],
                        targets: [Operand(.own, .output, later)]
                    )
                )
            )
        }
        phases.append(
            Phase(
                "all-gather",
                rounds: n - 1,
                Pattern(
                    view: view,
                    sources: [pull(.output, gathered)],
                    targets: [Operand(.own, .output, gathered)]
                )
            )
        )
        return phases
    }
}

/// Two-shot, fused: rank r reduces chunk r of everyone and stores it to everyone, in one pass.
///
/// - n ranks, n chunks; one round of one grouped step with n sources and n targets.
/// - Bytes on the wire: (n - 1)/n of the vector in, and as much out, at every rank.
/// - Each element is loaded and stored by one rank only: where peers' memory is mapped this is the
///   least traffic there is, and no line of data bounces between caches.
/// - Works in place, since chunk r of any buffer is touched by rank r alone.
/// - Source: the "two-shot" all-reduce of NVIDIA's TensorRT-LLM and of MSCCL++, with both shots
///   fused, as memory that can be read and written directly allows.
enum TwoShotAllReduce {
    static let algorithm = Algorithm(
        name: "two-shot",
        collective: .allReduce,
        summary: "each reduces its share from everyone to everyone; the fewest loads and stores",
        schedule: schedule(for:)
    )

    static func schedule(for request: Request) -> Schedule {
        let n = request.ranks
        let mine = ChunkSet(first: .position)
        let pattern = Pattern(
            view: View(size: n),
            sources: [Operand(.each, .input, mine, to: Index(n))],
            targets: [Operand(.each, .output, mine, to: Index(n))]
        )
        return Schedule(
            collective: .allReduce,
            algorithm: algorithm.name,
            ranks: n,
            elements: request.elements,
            elementSize: request.elementSize,
            inPlace: request.inPlace,
            chunks: n,
            tracks: Array(
                repeating: Track(
                    n == 1 ? Phase.copyOfInput(request) : [Phase("reduce and store", pattern)]
                ),
                count: request.channels
            ),
            slices: request.slices
        )
    }
}

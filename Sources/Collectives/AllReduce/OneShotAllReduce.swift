/// One-shot: everyone sends everything to everyone, then each reduces for itself.
///
/// - n ranks, one chunk; slot s of a rank's scratch holds what rank s sent.
/// - Steps: 2 rounds, of which only the first crosses between ranks: the lowest latency there is.
/// - Bytes on the wire: (n - 1) vectors from every rank, so for small messages only.
/// - All ranks add in the order of ranks, so that all get the same bits.
/// - Source: the "one-shot" all-reduce of NVIDIA's TensorRT-LLM and of MSCCL++ (allPairs).
enum OneShotAllReduce {
    static let algorithm = Algorithm(
        name: "one-shot",
        collective: .allReduce,
        summary: "everyone sends all to everyone; one exchange, for small messages",
        schedule: schedule(for:)
    )

    /// Up to this size data and flag travel in one cache line; above it a line's 56 of 64 bytes and
    /// its unpacking cost more than a separate flag.
    ///
    /// Measured with two ranks on Zen 3, 2026-11: docs/MEASUREMENT.md has the figures.
    static let linesLimit = 512

    static func schedule(for request: Request) -> Schedule {
        let n = request.ranks
        let lines = request.elements * request.elementSize <= linesLimit
        return Schedule(
            collective: .allReduce,
            algorithm: algorithm.name,
            ranks: n,
            elements: request.elements,
            elementSize: request.elementSize,
            inPlace: request.inPlace,
            chunks: 1,
            tracks: Array(
                repeating: Track(n == 1 ? Phase.copyOfInput(request) : phases(n)),
                count: request.channels
            ),
            slices: request.slices,
            scratch: n == 1 ? Scratch() : Scratch(slots: n, lines: lines)
        )
    }

    private static func phases(_ n: Int) -> [Phase] {
        let view = View(size: n)
        let all = ChunkSet(first: 0)
        let share = Pattern(
            view: view,
            sources: [Operand(.own, .input, all)],
            targets: [
                Operand(.each, .scratch, all, slot: .position, to: Index(n), skipsOwn: true)
            ]
        )
        let combine = Pattern(
            view: view,
            sources: [
                Operand(.own, .scratch, all, slot: .item, to: .position),
                Operand(.own, .input, all),
                Operand(
                    .own,
                    .scratch,
                    all,
                    slot: .item,
                    from: Index.position + 1,
                    to: Index(n)
                ),
            ],
            targets: [Operand(.own, .output, all)]
        )
        return [Phase("share", share), Phase("combine", combine)]
    }
}

/// Two-shot, fused: rank r reduces block r of everyone and stores it to everyone, in one pass.
///
/// - n ranks, n blocks; one round of one grouped step with n sources and n targets.
/// - Bytes on the wire: (n - 1)/n of the vector in, and as much out, at every rank.
/// - Each element is loaded and stored by one rank only: where peers' memory is mapped this is the
///   least traffic there is, and no line of data bounces between caches.
/// - Works in place, since block r of any buffer is touched by rank r alone.
/// - Source: the "two-shot" all-reduce of NVIDIA's TensorRT-LLM and of MSCCL++, with both shots
///   fused, as memory that can be read and written directly allows.
enum TwoShotAllReduce {
    static let algorithm = Algorithm(
        "two-shot",
        .allReduce,
        "each reduces its share from everyone to everyone; the fewest loads and stores",
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let everyone = Index(team.size)
        let pattern = Pattern(
            view: team.view,
            sources: [team.block(.position, of: .each, in: work.from, to: everyone)],
            targets: [team.block(.position, of: .each, in: work.to, to: everyone)]
        )
        return Stage([
            Phase("reduce and store", completeFrom: work.complete(from: 0), pattern)
        ])
    }
}

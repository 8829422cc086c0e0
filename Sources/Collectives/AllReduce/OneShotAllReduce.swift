/// One-shot: everyone sends everything to everyone, then each reduces for itself.
///
/// - n ranks, one block; slot s of a rank's scratch holds what rank s sent.
/// - Steps: 2 rounds, of which only the first crosses between ranks: the lowest latency there is.
/// - Bytes on the wire: (n - 1) vectors from every rank, so for small messages only.
/// - All ranks add in the order of ranks, so that all get the same bits.
/// - Source: the "one-shot" all-reduce of NVIDIA's TensorRT-LLM and of MSCCL++ (allPairs).
enum OneShotAllReduce {
    static let algorithm = Algorithm(
        "one-shot",
        .allReduce,
        "everyone sends all to everyone; one exchange, for small messages",
        blocks: { _ in 1 },
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        let team = work.team
        let chunks = team.whole.count
        let slots = Storage.single(work.slot)
        let share = Pattern(
            view: team.view,
            sources: [team.whole(of: .own, in: work.from)],
            targets: [
                team.whole(
                    of: .each,
                    in: slots,
                    slot: .position * chunks,
                    to: Index(n),
                    skipsOwn: true
                )
            ]
        )
        func sent(from: Index, to: Index) -> Operand {
            team.whole(of: .own, in: slots, slot: .item * chunks, from: from, to: to)
        }
        let combine = Pattern(
            view: team.view,
            sources: [
                sent(from: 0, to: .position),
                team.whole(of: .own, in: work.from),
                sent(from: .position + 1, to: Index(n)),
            ],
            targets: [team.whole(of: .own, in: work.to)]
        )
        return Stage(
            [
                Phase("share", share),
                Phase("combine", completeFrom: work.complete(from: 0), combine),
            ],
            slots: n * chunks,
            usesLines: chunks == 1 && work.fitsLines
        )
    }
}

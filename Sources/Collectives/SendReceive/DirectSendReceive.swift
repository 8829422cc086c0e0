/// Direct: everyone stores its vector to the next rank.
///
/// - n ranks, one block. Steps: 1. Bytes on the wire: one vector from every rank.
/// - In place the vector goes to a slot of the next rank first, which still sends its own.
/// - Source: the "sendrecv" of nccl-tests, which measures what a link can carry.
enum DirectSendReceive {
    static let algorithm = Algorithm(
        "direct",
        .sendReceive,
        "everyone stores to the next rank",
        blocks: { _ in 1 },
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let team = work.team
        let to = work.isInPlace ? Storage.single(work.slot) : work.to
        let send = Pattern(
            view: team.view,
            sources: [team.whole(of: .own, in: work.from)],
            targets: [team.whole(of: .shift(1), in: to)]
        )
        if !work.isInPlace { return Stage([Phase("send", send)]) }
        let copy = Pattern(
            view: team.view,
            sources: [team.whole(of: .own, in: to)],
            targets: [team.whole(of: .own, in: work.to)]
        )
        return Stage([Phase("send", send), Phase("copy", copy)], slots: team.whole.count)
    }
}

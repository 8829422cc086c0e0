/// Linear: everyone stores every block to its receiver.
///
/// - n ranks; in round t rank r stores its block for rank r + t. Nobody waits for anybody, so
///   rounds are an order only, and one in which no two ranks store to the same.
/// - Steps: n - 1 rounds that cross between ranks, none of which depends on another.
/// - Bytes on the wire: (n - 1) blocks from every rank: the least possible.
/// - In place everyone moves its blocks to n slots first.
/// - Source: Open MPI's "linear" and MPICH's "scattered" all-to-all, which post all messages at
///   once, from the own rank on; grouped sends and receives in NCCL.
enum LinearAllToAll {
    static func algorithm(for collective: Collective) -> Algorithm {
        Algorithm(
            "linear",
            collective,
            "everyone stores each block to its receiver; nobody waits, the most messages",
            allowsInPlace: collective != .allToAllV,
            stage: stage
        )
    }

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        return work.unlessInPlace { work in
            let receiver = (Index.position + .round).modulo(n)
            let store = Pattern(
                view: work.team.view,
                sources: [work.team.block(receiver, of: .own, in: work.from)],
                targets: [work.team.block(.position, of: .shift(.round), in: work.to)]
            )
            return Stage([Phase("store", rounds: n, store)])
        }
    }
}

extension Work {
    /// A stage that may write results before all inputs are read: in place it works on a copy of
    /// the input, in as many slots as there are ranks.
    func unlessInPlace(_ stage: (Work) -> Stage) -> Stage {
        if !isInPlace { return stage(self) }
        var rest = self
        rest.from = .slots(slot)
        rest.slot += team.whole.count
        let copy = Pattern(
            view: team.view,
            sources: [team.whole(of: .own, in: from)],
            targets: [team.whole(of: .own, in: rest.from)]
        )
        let moved = stage(rest)
        let slots = team.whole.count + moved.slots
        return Stage([Phase("set aside", copy)] + moved.phases, slots: slots)
    }
}

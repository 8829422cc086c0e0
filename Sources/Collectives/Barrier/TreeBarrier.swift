/// Tree: that all have come goes up a k-nomial tree, that all may go comes down.
///
/// - n ranks; position 0 is the root. Whoever has zeros in all digits below w reads what those know
///   who differ from it in the digit of weight w alone; down it is the other way around.
/// - Steps: 2⌈log_k n⌉ rounds. Messages: 2(n - 1) of all ranks together, the fewest there are.
/// - What a rank knows lies in its output.
/// - Source: the tournament of D. Hensgen, R. Finkel, U. Manber, "Two algorithms for barrier
///   synchronization", Int. J. Parallel Program. 17(1), 1988; J. Mellor-Crummey, M. Scott,
///   "Algorithms for scalable synchronization on shared-memory multiprocessors", ACM Trans. Comput.
///   Syst. 9(1), 1991.
enum TreeBarrier {
    static let algorithm = Algorithm(
        "tree",
        .barrier,
        "up a k-nomial tree and down again; the fewest messages",
        parameters: [.radix],
        blocks: { _ in 1 },
        stage: stage
    )

    static func stage(_ work: Work) -> Stage {
        let weights = powers(of: work.radixInTeam, below: work.team.size)
        return Stage(
            Phase.ownToken(work) + weights.map { gather(work, $0) }
                + weights.reversed().map { release(work, $0) }
        )
    }

    private static func gather(_ work: Work, _ weight: Int) -> Phase {
        let below = known(work, of: .digit, from: 0)
        return phase("gather", work, weight, [below], [known(work, of: .own)])
    }

    private static func release(_ work: Work, _ weight: Int) -> Phase {
        let below = known(work, of: .digit, from: 1)
        return phase("release", work, weight, [known(work, of: .own)], [below])
    }

    private static func known(_ work: Work, of peer: Peer, from: Int? = nil) -> Operand {
        let end = from == nil ? 1 : work.radixInTeam
        return work.team.whole(of: peer, in: work.to, from: Index(from ?? 0), to: Index(end))
    }

    private static func phase(
        _ name: String,
        _ work: Work,
        _ weight: Int,
        _ sources: [Operand],
        _ targets: [Operand]
    ) -> Phase {
        // Parents are those who have a child at this weight.
        let parents = Actors(to: Index(work.team.size - weight), lowBelow: 1, digit: 0)
        return Phase(
            "\(name) \(weight)",
            Pattern(
                view: work.team.view,
                weight: weight,
                radix: work.radixInTeam,
                actors: parents,
                sources: sources,
                targets: targets
            )
        )
    }
}

extension Phase {
    /// Everyone's own token among what it knows, unless it is there already.
    fileprivate static func ownToken(_ work: Work) -> [Phase] {
        if work.isInPlace { return [] }
        let copy = Pattern(
            view: work.team.view,
            sources: [work.team.whole(of: .own, in: work.from)],
            targets: [work.team.whole(of: .own, in: work.to)]
        )
        return [Phase("come", copy)]
    }
}

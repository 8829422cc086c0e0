/// Recursive doubling: what a rank has covers k times as many ranks after every exchange.
///
/// - n ranks. p is the largest m k^L up to n with 1 ≤ m < k: positions 0..<p have L digits of k
///   values and, where m > 1, a last one of m. In an exchange the positions that differ in one
///   digit all read what all of them have and add it in the order of that digit.
/// - The n - p others each have a neighbour that acts for them: whoever reads its input in the
///   first exchange reads theirs too, and in the last exchange they read what it reads. So folding
///   takes no round.
/// - Steps: ⌊log_k n⌋ rounds, and one more if m > 1.
/// - Bytes on the wire: k - 1 vectors from an acting rank in every round, at most k more in the
///   last if there are others, and k from each of those in the first: for small messages.
/// - All ranks add in the same order, so that all get the same bits.
/// - Two slots take turns, since both of two partners read both.
/// - Source: R. Thakur, R. Rabenseifner, W. Gropp, "Optimization of collective communication
///   operations in MPICH", Int. J. High Perform. Comput. Appl. 19(1), 2005; with more than two
///   values of a digit: M. Ruefenacht, M. Bull, S. Booth, "Generalisation of recursive doubling for
///   AllReduce: now with simulation", Parallel Comput. 69, 2017, and UCC's k-nomial all-reduce.
enum RecursiveDoublingAllReduce {
    static let algorithm = Algorithm(
        "recursive-doubling",
        .allReduce,
        "partners exchange all they have, ever farther apart; the fewest steps",
        parameters: [.radix],
        blocks: { _ in 1 },
        stage: stage
    )

    /// An exchange among positions that differ in one digit.
    private struct Exchange {
        let weight: Int
        let radix: Int
        var isFirst = false
        var isLast = false
    }

    static func stage(_ work: Work) -> Stage {
        let n = work.team.size
        let radix = work.radixInTeam
        let full = powers(of: radix, below: n + 1).last ?? 1
        let acting = n / full * full
        var exchanges = powers(of: radix, below: full).map { Exchange(weight: $0, radix: radix) }
        if acting > full { exchanges.append(Exchange(weight: full, radix: acting / full)) }
        exchanges[0].isFirst = true
        exchanges[exchanges.count - 1].isLast = true

        let view = acting < n ? work.team.view.folded(onto: acting) : work.team.view
        // With a single exchange the results may be the very inputs that others still read.
        let needsCopy = exchanges.count == 1 && work.isInPlace
        let pieces = work.team.whole.count
        func slot(_ number: Int) -> Storage { .single(work.slot + number % 2 * pieces) }
        var phases = exchanges.enumerated().map { number, exchange in
            let from = exchange.isFirst ? work.from : slot(number - 1)
            let to = exchange.isLast && !needsCopy ? work.to : slot(number)
            return phase(work, exchange, view, acting, from, to)
        }
        if needsCopy {
            let copy = Pattern(
                view: view,
                sources: [work.team.whole(of: .own, in: slot(0))],
                targets: [work.team.whole(of: .own, in: work.to)]
            )
            phases.append(Phase("copy", copy))
        }
        return Stage(phases, slots: min(2, needsCopy ? 1 : exchanges.count - 1) * pieces)
    }

    private static func phase(
        _ work: Work,
        _ exchange: Exchange,
        _ view: View,
        _ acting: Int,
        _ from: Storage,
        _ to: Storage
    ) -> Phase {
        let weight = exchange.weight
        var partner = Index.item * weight - Index.digit * weight
        // Others are numbered behind all digits, but for the number they have the same ones.
        if exchange.isLast { partner = partner - Index.high * acting }
        func read(_ distance: Index) -> Operand {
            work.team.whole(of: .ahead(distance), in: from, to: Index(exchange.radix))
        }
        var sources = [read(partner)]
        if exchange.isFirst && acting < view.size { sources.append(read(partner + Index(acting))) }
        return Phase(
            "exchange \(weight)",
            completeFrom: exchange.isLast ? work.complete(from: 0) : nil,
            Pattern(
                view: view,
                weight: weight,
                radix: exchange.radix,
                actors: exchange.isLast ? .all : Actors(to: Index(acting)),
                sources: sources,
                targets: [work.team.whole(of: .own, in: to)]
            )
        )
    }
}

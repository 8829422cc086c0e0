/// Which of how many processes this one is.
struct Seat {
    /// More than anybody starts: what is beyond it is no number of processes but a mistake.
    static let most = 10_000_000

    let rank: Int
    let ranks: Int

    init(rank: Int, of ranks: Int, from launcher: String) throws(RuntimeError) {
        guard rank >= 0, ranks <= Self.most, rank < ranks else {
            throw RuntimeError(
                "\(launcher) says that this is process \(rank) of \(ranks), counted from 0; "
                    + "its variables contradict each other"
            )
        }
        self.rank = rank
        self.ranks = ranks
    }

    /// Reads rank and number of ranks from variables; each may have several names.
    init(
        rank: String,
        ranks: [String],
        from launcher: String,
        in variables: LaunchVariables
    ) throws(RuntimeError) {
        guard let number = try variables.number(rank, in: 0...Self.most - 1) else {
            throw RuntimeError("\(launcher) started this process, but \(rank) is not set")
        }
        guard let count = try variables.number(ranks, in: 1...Self.most) else {
            throw RuntimeError(
                "\(launcher) started this process, but \(ranks.joined(separator: " or "))"
                    + " is not set"
            )
        }
        try self.init(rank: number, of: count, from: launcher)
    }
}

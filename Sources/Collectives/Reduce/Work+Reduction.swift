extension Work {
    /// The values of a digit, or a parent's share of one: what was asked for, or two, and never
    /// more than there are ranks.
    var radixInTeam: Int { min(request.radix ?? 2, max(2, team.size)) }

    /// Where partial sums of the whole lie: among the results where everyone has some, else in
    /// slots.
    var partialSums: Storage { hasRoomForAll ? to : .single(slot) }

    /// The slots that partial sums of the whole take, if there are any.
    func slotsOfPartialSums(ifAny hasAny: Bool) -> Int {
        hasAny && !hasRoomForAll ? team.whole.count : 0
    }
}

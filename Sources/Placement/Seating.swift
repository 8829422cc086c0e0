internal import Units

/// Endpoints of groups of a size that have not failed, as many as there are ranks.
struct Seating {
    let ranks: Int
    let size: Int
    let failed: Set<Int>

    /// Group after group.
    func packed(in groups: some Sequence<Int>) -> [Int] {
        var list: [Int] = []
        list.reserveCapacity(ranks)
        for group in groups {
            for endpoint in group * size..<group * size + size where !failed.contains(endpoint) {
                list.append(endpoint)
                if list.count == ranks { return list }
            }
        }
        return list
    }

    /// The first place of all groups, then the second, and so on.
    func across(_ groups: Range<Int>) -> [Int] {
        var list: [Int] = []
        list.reserveCapacity(ranks)
        for place in 0..<size {
            for group in groups where !failed.contains(group * size + place) {
                list.append(group * size + place)
                if list.count == ranks { return list }
            }
        }
        return list
    }

    /// How many of the first groups hold all ranks.
    var fewest: Int {
        var lost: [Int: Int] = [:]
        for endpoint in failed { lost[endpoint / size, default: 0] += 1 }
        var (groups, room) = (0, 0)
        while room < ranks {
            room += size - lost[groups, default: 0]
            groups += 1
        }
        return groups
    }
}

/// All numbers below a limit in an order that is drawn; it costs as much as is taken of it.
struct DrawnNumbers: Sequence, IteratorProtocol {
    private let limit: Int
    private var draws: Draws
    private var taken = 0
    /// What stands where something else was taken: Fisher's and Yates's shuffle, as far as it went.
    private var moved: [Int: Int] = [:]

    init(below limit: Int, _ seed: UInt64) {
        self.limit = limit
        draws = Draws(seed: seed)
    }

    mutating func next() -> Int? {
        if taken == limit { return nil }
        let place = taken + draws.below(limit - taken)
        let number = moved[place] ?? place
        moved[place] = moved[taken] ?? taken
        moved[taken] = nil
        taken += 1
        return number
    }
}

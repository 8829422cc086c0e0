/// A relation between few events, as a row of bits for each.
struct Relation {
    private(set) var rows: [UInt64]

    /// None is related, or those for which the closure says so.
    init(_ count: Int, _ holds: (Int, Int) -> Bool = { _, _ in false }) {
        rows = (0..<count).map { from in
            (0..<count).reduce(0) { $0 | (holds(from, $1) ? 1 << $1 : 0) }
        }
    }

    /// The identity on some events.
    init(_ count: Int, on isIn: (Int) -> Bool) {
        self.init(count) { $0 == $1 && isIn($0) }
    }

    func has(_ from: Int, _ to: Int) -> Bool { rows[from] >> to & 1 == 1 }

    /// First this one, then the other.
    func then(_ other: Relation) -> Relation {
        var result = self
        for from in rows.indices {
            result.rows[from] = rows.indices.reduce(0) {
                $0 | (has(from, $1) ? other.rows[$1] : 0)
            }
        }
        return result
    }

    /// This one, or nothing.
    var orNot: Relation {
        var result = self
        for index in rows.indices { result.rows[index] |= 1 << index }
        return result
    }

    var inverse: Relation { Relation(rows.count) { has($1, $0) } }

    /// One step or several.
    var closure: Relation {
        var result = self
        while true {
            let next = result | result.then(result)
            if next.rows == result.rows { return result }
            result = next
        }
    }

    var isEmpty: Bool { rows.allSatisfy { $0 == 0 } }
    var isIrreflexive: Bool { rows.indices.allSatisfy { !has($0, $0) } }
    var isAcyclic: Bool { closure.isIrreflexive }

    static func | (left: Relation, right: Relation) -> Relation {
        var result = left
        for index in left.rows.indices { result.rows[index] |= right.rows[index] }
        return result
    }

    static func & (left: Relation, right: Relation) -> Relation {
        var result = left
        for index in left.rows.indices { result.rows[index] &= right.rows[index] }
        return result
    }

    static func - (left: Relation, right: Relation) -> Relation {
        var result = left
        for index in left.rows.indices { result.rows[index] &= ~right.rows[index] }
        return result
    }
}

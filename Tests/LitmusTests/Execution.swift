/// One way in which the events of a litmus test may come about: who reads from whom, and in which
/// order the stores to each place become visible.
struct Execution {
    let events: [Litmus.Event]
    let readsFrom: Relation
    let coherence: Relation

    private var count: Int { events.count }

    /// All ways in which every await ends, with what the registers then hold.
    static func forEach(
        of events: [Litmus.Event],
        _ body: (Execution, [String: Int]) -> Void
    ) {
        let loads = events.indices.filter { events[$0].kind == .load }
        let stores = Dictionary(
            grouping: events.indices.filter { events[$0].kind == .store },
            by: { events[$0].place }
        )
        for sources in product(loads.map { stores[events[$0].place] ?? [] }) {
            let readers = Dictionary(uniqueKeysWithValues: zip(loads, sources))
            guard let registers = registers(events, readers) else { continue }
            // The zeros are first of all.
            let orders = stores.values.map { list in
                permutations(Array(list.dropFirst())).map { list.prefix(1) + $0 }
            }
            for order in product(orders) {
                var position: [Int: Int] = [:]
                for list in order {
                    for (index, event) in list.enumerated() { position[event] = index }
                }
                let execution = Execution(
                    events: events,
                    readsFrom: Relation(events.count) { readers[$1] == $0 },
                    coherence: Relation(events.count) { from, to in
                        guard let first = position[from], let second = position[to] else {
                            return false
                        }
                        return events[from].place == events[to].place && first < second
                    }
                )
                body(execution, registers)
            }
        }
    }

    /// What the registers hold; nil when an await does not end, or a value comes from itself.
    private static func registers(
        _ events: [Litmus.Event],
        _ readers: [Int: Int]
    ) -> [String: Int]? {
        func value(_ event: Int, _ depth: Int = 0) -> Int? {
            if depth > events.count { return nil }
            if let source = readers[event] { return value(source, depth + 1) }
            if !events[event].isIncrement { return events[event].value }
            return value(event - 1, depth + 1).map { $0 + 1 }
        }
        var result: [String: Int] = [:]
        for index in readers.keys {
            guard let read = value(index), read >= events[index].atLeast ?? 0 else { return nil }
            if let register = events[index].register { result[register] = read }
        }
        return result
    }

    private static func product<Value>(_ lists: [[Value]]) -> [[Value]] {
        lists.reduce([[]]) { all, list in all.flatMap { some in list.map { some + [$0] } } }
    }

    private static func permutations(_ list: [Int]) -> [[Int]] {
        if list.isEmpty { return [[]] }
        return list.flatMap { first in
            permutations(list.filter { $0 != first }).map { [first] + $0 }
        }
    }

    // MARK: - Relations that all models speak of

    func relation(_ holds: (Int, Int) -> Bool) -> Relation { Relation(count, holds) }

    func only(_ isIn: (Litmus.Event) -> Bool) -> Relation {
        Relation(count, on: { isIn(events[$0]) })
    }

    /// The order of a thread's text.
    var program: Relation {
        relation { $0 < $1 && events[$0].thread != nil && events[$0].thread == events[$1].thread }
    }

    var samePlace: Relation {
        relation { events[$0].place == events[$1].place && !events[$0].place.isEmpty }
    }

    /// Between threads.
    var external: Relation {
        relation { events[$0].thread != events[$1].thread || events[$0].thread == nil }
    }

    /// From a load to the stores that come after the one it read.
    var fromRead: Relation { readsFrom.inverse.then(coherence) }

    /// From an increment's load to its store.
    var increments: Relation { relation { $1 == $0 + 1 && events[$1].isIncrement } }

    /// What holds everywhere: one order of each place, and increments in one piece.
    var isCoherent: Bool {
        ((program & samePlace) | readsFrom | coherence | fromRead).isAcyclic
            && (increments & fromRead.then(coherence)).isEmpty
    }

    var loads: Relation { only { $0.kind == .load } }
    var stores: Relation { only { $0.kind == .store } }
    var fences: Relation { only { $0.kind == .fence } }
}

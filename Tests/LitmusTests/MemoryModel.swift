/// Which executions a language or a processor lets be.
///
/// Dependencies between accesses are left out: they would only forbid more.
enum MemoryModel: CaseIterable {
    /// C11, as Lahav, Vafeiadis, Kang, Hur and Dreyer repaired it ("Repairing sequential
    /// consistency in C/C++11", PLDI 2017).
    case c11
    /// Total store order (Sewell, Sarkar, Owens, Nardelli and Myreen, "x86-TSO", CACM 2010).
    case x86
    /// Other-multi-copy-atomic Armv8 (Pulte, Flur, Deacon, French, Sarkar and Sewell, "Simplifying
    /// ARM concurrency", POPL 2018).
    case arm64

    func isConsistent(_ execution: Execution) -> Bool {
        guard execution.isCoherent else { return false }
        return switch self {
        case .c11: execution.isC11
        case .x86: execution.isX86
        case .arm64: execution.isArm64
        }
    }
}

extension Execution {
    // MARK: - C11

    private var sequenced: Relation {
        program | relation { events[$0].thread == nil && events[$1].thread != nil }
    }

    private var synchronizes: Relation {
        let isAtomic = only { $0.ordering != .plain && $0.kind != .fence }
        let release = only { $0.kind == .fence || $0.kind == .store && $0.ordering.releases }
        let acquire = only { $0.kind == .fence || $0.kind == .load && $0.ordering.acquires }
        let sequence = stores.then((program & samePlace).orNot).then(stores).then(isAtomic)
            .then((readsFrom.then(increments)).closure.orNot)
        return release.then(fences.then(program).orNot).then(sequence).then(readsFrom)
            .then(loads).then(isAtomic).then(program.then(fences).orNot).then(acquire)
    }

    private var happensBefore: Relation { (sequenced | synchronizes).closure }

    fileprivate var isC11: Bool {
        let before = happensBefore
        let communication = (readsFrom | coherence | fromRead).closure
        guard before.then(communication.orNot).isIrreflexive else { return false }
        // Nothing out of thin air.
        guard (program | readsFrom).isAcyclic else { return false }
        // Of the accesses none is sequentially consistent, only fences are.
        let elsewhere = sequenced - samePlace
        let order =
            sequenced | elsewhere.then(before).then(elsewhere) | (before & samePlace) | coherence
            | fromRead
        let base = fences.then(before.orNot).then(order).then(before.orNot).then(fences)
        let between = before | before.then(communication).then(before)
        return (base | fences.then(between).then(fences)).isAcyclic
    }

    /// Two accesses of which one is a store and one is plain, with nothing between them.
    var hasRace: Bool {
        let before = happensBefore
        return events.indices.contains { one in
            events.indices.contains { other in
                one < other && events[one].place == events[other].place
                    && events[one].kind != .fence && events[one].thread != events[other].thread
                    && (events[one].kind == .store || events[other].kind == .store)
                    && (events[one].ordering == .plain || events[other].ordering == .plain)
                    && !before.has(one, other) && !before.has(other, one)
            }
        }
    }

    // MARK: - x86

    /// A fence is `mfence`, an increment is locked, all else is a `mov`.
    fileprivate var isX86: Bool {
        let isLocked = increments | increments.inverse
        let strong = relation { one, other in
            one == other && (events[one].kind == .fence || isLocked.rows[one] != 0)
        }
        let kept = program - stores.then(program).then(loads)
        let all = kept | program.then(strong) | strong.then(program)
        return (all | (readsFrom & external) | coherence | fromRead).isAcyclic
    }

    // MARK: - arm64

    /// A fence is `dmb ish`; acquire and release are `ldar` and `stlr`, an increment's are those of
    /// `ldaxr` and `stlxr`.
    fileprivate var isArm64: Bool {
        let acquire = only { $0.kind == .load && $0.ordering.acquires }
        let release = only { $0.kind == .store && $0.ordering.releases }
        let observed = (readsFrom | coherence | fromRead) & external
        let atomic =
            increments
            | only { $0.isIncrement }.then(readsFrom & program).then(acquire)
        let barriers =
            program.then(fences).then(program) | acquire.then(program) | program.then(release)
            | release.then(program).then(acquire)
        return (observed | atomic | barriers).isAcyclic
    }
}

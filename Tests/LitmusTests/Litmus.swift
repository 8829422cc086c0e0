/// How an access is ordered with those around it.
enum Ordering {
    case plain
    case relaxed
    case acquire
    case release
    case acquireRelease

    var acquires: Bool { self == .acquire || self == .acquireRelease }
    var releases: Bool { self == .release || self == .acquireRelease }
}

/// What a thread does, one after the other.
///
/// All memory is zero at first.
enum Action {
    case store(String, Int, Ordering)
    case load(String, into: String, Ordering)
    /// A load until the value is there: only its last turn.
    case await(String, atLeast: Int, Ordering)
    /// Atomically adds one, and says what was there; only where that is at least so much.
    case increment(String, into: String, Ordering, atLeast: Int = 0)
    /// `atomic_thread_fence(memory_order_seq_cst)`
    case fence
}

/// Some threads, and an outcome that must not be.
struct Litmus {
    let threads: [[Action]]
    let isWrong: ([String: Int]) -> Bool

    /// What is done to memory; an increment is a load and a store.
    struct Event {
        enum Kind {
            case load
            case store
            case fence
        }

        /// Nil for the zeros at first.
        let thread: Int?
        let kind: Kind
        var place = ""
        var ordering = Ordering.relaxed
        /// Of a store that is part of no increment.
        var value = 0
        var register: String?
        var atLeast: Int?
        /// A store of an increment, whose load is the event before.
        var isIncrement = false
    }

    var events: [Event] {
        var result: [Event] = []
        for (thread, actions) in threads.enumerated() {
            for action in actions { result += Self.events(action, thread) }
        }
        let places = Set(result.map(\.place)).subtracting([""]).sorted()
        return places.map { Event(thread: nil, kind: .store, place: $0) } + result
    }

    private static func events(_ action: Action, _ thread: Int) -> [Event] {
        switch action {
        case .fence: return [Event(thread: thread, kind: .fence)]
        case .store(let place, let value, let order):
            return [
                Event(thread: thread, kind: .store, place: place, ordering: order, value: value)
            ]
        case .load(let place, let register, let order):
            return [
                Event(
                    thread: thread,
                    kind: .load,
                    place: place,
                    ordering: order,
                    register: register
                )
            ]
        case .await(let place, let value, let order):
            return [
                Event(
                    thread: thread,
                    kind: .load,
                    place: place,
                    ordering: order,
                    atLeast: value
                )
            ]
        case .increment(let place, let register, let order, let least):
            return [
                Event(
                    thread: thread,
                    kind: .load,
                    place: place,
                    ordering: order.acquires ? .acquire : .relaxed,
                    register: register,
                    atLeast: least
                ),
                Event(
                    thread: thread,
                    kind: .store,
                    place: place,
                    ordering: order.releases ? .release : .relaxed,
                    isIncrement: true
                ),
            ]
        }
    }

    /// Whether a model lets the outcome be.
    ///
    /// In C a race is enough: then anything may be.
    func isAllowed(by model: MemoryModel) -> Bool {
        var isAllowed = false
        Execution.forEach(of: events) { execution, registers in
            guard !isAllowed, model.isConsistent(execution) else { return }
            isAllowed = isWrong(registers) || model == .c11 && execution.hasRace
        }
        return isAllowed
    }
}

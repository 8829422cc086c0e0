internal import Synchronization

/// What has gone wrong with a job, once something has, and what must stop then.
final class Alarm: Sendable {
    private struct State {
        var words: String?
        var number = 0
        var stops: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())
    private let flag = Atomic(false)

    /// Whether something has gone wrong.
    var isRaised: Bool { flag.load(ordering: .relaxed) }

    /// What has gone wrong, nil while nothing has.
    var words: String? { state.withLock(\.words) }

    /// Says what has gone wrong; the first word stands.
    func raise(_ words: String) {
        state.withLock { state in
            if state.words != nil { return }
            state.words = words
            flag.store(true, ordering: .relaxed)
            for stop in state.stops.values { stop() }
        }
    }

    /// Has something stopped when that happens, at once if it has; a number to cancel it by.
    func add(_ stop: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            if state.words != nil { stop() }
            state.number += 1
            state.stops[state.number] = stop
            return state.number
        }
    }

    /// Nothing need be stopped any more, and from here on nothing is.
    func cancel(_ number: Int) {
        state.withLock { $0.stops[number] = nil }
    }
}

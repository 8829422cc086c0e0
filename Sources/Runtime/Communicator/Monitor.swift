internal import Glibc

/// State that threads share, and whose changes they wait for.
final class Monitor<State>: @unchecked Sendable {
    // At places that never change, which is what the C library wants of them.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var state: State

    init(_ state: State) {
        self.state = state
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Looks at the state, or changes what nobody waits for.
    func withLock<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&state)
    }

    /// Changes the state, and has all who wait look again.
    @discardableResult
    func change<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(changed)
            pthread_mutex_unlock(mutex)
        }
        return body(&state)
    }

    /// Changes the state, and has those who wait look again where the body says so: to wake a
    /// thread takes microseconds.
    func changeQuietly(_ body: (inout State) -> Bool) {
        pthread_mutex_lock(mutex)
        if body(&state) { pthread_cond_broadcast(changed) }
        pthread_mutex_unlock(mutex)
    }

    /// Waits until there is something; asked again after each change.
    @discardableResult
    func wait<Result>(_ body: (inout State) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&state) { return result }
            pthread_cond_wait(changed, mutex)
        }
    }
}

/// Threads of weft's own, in programs that are somebody else's.
enum Thread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs something in a thread of its own, which nobody waits for and no signal interrupts:
    /// signals are for the program's threads.
    static func start(_ run: @escaping @Sendable () -> Void) throws(RuntimeError) {
        let body = Unmanaged.passRetained(Body(run))
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { raw in
                guard let raw else { return nil }
                Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run()
                return nil
            },
            body.toOpaque()
        )
        if code != 0 {
            body.release()
            throw RuntimeError("no thread can be had", errno: -code)
        }
        pthread_detach(thread)
    }
}

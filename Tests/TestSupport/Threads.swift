import Glibc

/// Threads of their own for ranks: Swift's pool has one for each core, and a rank that waits for
/// another must not keep it from running.
public enum Threads {
    private final class Body {
        let run: () -> Void

        init(_ run: @escaping () -> Void) { self.run = run }
    }

    /// Runs `body` with each number below `count` at once; returns when all have returned.
    ///
    /// - Parameters:
    ///   - seconds: after which `onOverdue` is called, for bodies that wait for ever.
    ///   - onOverdue: makes the bodies return.
    public static func run(
        _ count: Int,
        overdueAfter seconds: Int = 240,
        onOverdue: () -> Void = {},
        _ body: @escaping @Sendable (Int) -> Void
    ) {
        let ended = Collected<Int>()
        var threads: [pthread_t] = []
        for number in 0..<count {
            var thread = pthread_t()
            let box = Unmanaged.passRetained(
                Body {
                    body(number)
                    ended.add(number)
                }
            )
            let code = pthread_create(
                &thread,
                nil,
                { context in
                    if let context {
                        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                    }
                    return nil
                },
                box.toOpaque()
            )
            precondition(code == 0, "a thread can't be had")
            threads.append(thread)
        }
        var waited = 0
        while ended.all.count < count {
            usleep(500)
            waited += 500
            if waited == seconds * 1_000_000 { onOverdue() }
        }
        for thread in threads { pthread_join(thread, nil) }
    }
}

/// A place where threads leave what they found.
public final class Collected<Value: Sendable>: @unchecked Sendable {
    // Only touched with the lock held.
    private var values: [Value] = []
    private var lock = pthread_mutex_t()

    /// Makes an empty place.
    public init() { pthread_mutex_init(&lock, nil) }

    deinit { pthread_mutex_destroy(&lock) }

    /// Adds a value.
    public func add(_ value: Value) {
        pthread_mutex_lock(&lock)
        values.append(value)
        pthread_mutex_unlock(&lock)
    }

    /// What was added so far.
    public var all: [Value] {
        pthread_mutex_lock(&lock)
        defer { pthread_mutex_unlock(&lock) }
        return values
    }
}

internal import Collectives
internal import Glibc

/// Processes that call collectives together, as one of them sees it.
///
/// Calls are done one after the other, in their order; several threads may call. Nobody waits for
/// a turn longer than for what was called before.
public final class Communicator: @unchecked Sendable {
    /// Which rank this is.
    public let rank: Int
    /// How many there are.
    public let ranks: Int
    /// The job that it is of.
    let job: LibraryJob
    /// What was told of each rank's process.
    let arrivals: [Arrival]
    let options: CommunicatorOptions
    // Only who has the turn uses the engine, and the arena is changed with the turn too.
    let engine: Engine
    private var arena: Arena
    let stop: Int
    let turn = Monitor(Turn())

    /// Whose turn it is, and what waits.
    struct Turn {
        var isTaken = false
        /// How many threads want it for something else than an operation.
        var wanted = 0
        var waiting: [Operation] = []
        var hasThread = false
        var isClosing = false
    }

    init(
        _ engine: Engine,
        _ job: LibraryJob,
        _ arrivals: [Arrival],
        _ options: CommunicatorOptions
    ) {
        rank = engine.rank
        ranks = engine.ranks
        self.engine = engine
        self.job = job
        self.arrivals = arrivals
        self.options = options
        arena = Arena(engine.layout.arena)
        stop = job.alarm.add(engine.segment.stopper)
    }

    // MARK: Memory

    /// Memory that the other ranks reach, at the same place of every rank's heap.
    public func allocate(_ bytes: Int) throws(CallError) -> UnsafeMutableRawPointer {
        try whenFree { () throws(CallError) in
            guard let start = arena.take(bytes) else {
                throw .failed(
                    "no \(bytes) bytes are left of the heap's \(engine.layout.arena.count); join "
                        + "with a larger one (heap_bytes)"
                )
            }
            do {
                try engine.segment.touch(from: start, bytes: bytes)
            } catch {
                _ = arena.give(start)
                throw .failed("\(error)")
            }
            return engine.segment.heap(of: rank) + start
        }
    }

    /// Gives memory of `allocate` back.
    public func free(_ memory: UnsafeMutableRawPointer) throws(CallError) {
        try whenFree { () throws(CallError) in
            if !arena.give(memory - engine.segment.heap(of: rank)) {
                throw .invalid("this memory is not of the communicator's allocate, or freed before")
            }
        }
    }

    /// The place in the heap of memory that was given out, nil for any other.
    func place(_ memory: UnsafeRawPointer?, bytes: Int) -> Int? {
        guard let memory else { return nil }
        let start = memory - UnsafeRawPointer(engine.segment.heap(of: rank))
        return arena.holds(start, bytes: bytes) ? start : nil
    }

    // MARK: Calling

    /// Does a call, and returns when it is done.
    public func run(
        _ call: Call,
        input: UnsafeRawPointer?,
        output: UnsafeMutableRawPointer?
    ) throws(CallError) {
        let isFree = turn.withLock { turn in
            if turn.isTaken || !turn.waiting.isEmpty || turn.isClosing { return false }
            turn.isTaken = true
            return true
        }
        if !isFree { return try begin(call, input: input, output: output).wait() }
        defer { giveBack() }
        try perform(call, input, output)
    }

    /// Begins a call, which goes on by itself.
    public func begin(
        _ call: Call,
        input: UnsafeRawPointer?,
        output: UnsafeMutableRawPointer?
    ) throws(CallError) -> Operation {
        let operation = Operation(call, input, output)
        let needsThread = turn.change { turn -> Bool? in
            if turn.isClosing { return nil }
            turn.waiting.append(operation)
            defer { turn.hasThread = true }
            return !turn.hasThread
        }
        guard let needsThread else { throw .invalid("the communicator was left") }
        if needsThread {
            do {
                try Thread.start { [self] in work() }
            } catch {
                turn.withLock { turn in
                    turn.hasThread = false
                    turn.waiting.removeAll { $0 === operation }
                }
                throw .failed("\(error)")
            }
        }
        return operation
    }

    /// Does what waits, until the communicator is left.
    private func work() {
        while true {
            let next = turn.wait { turn -> Operation?? in
                if turn.isTaken { return .none }
                if turn.waiting.isEmpty { return turn.isClosing ? .some(nil) : .none }
                turn.isTaken = true
                return .some(turn.waiting.removeFirst())
            }
            guard let next else { break }
            do {
                try perform(next.call, next.input, next.output)
                giveBack()
                next.finish(nil)
            } catch {
                giveBack()
                next.finish(error)
            }
        }
        turn.change { $0.hasThread = false }
    }

    private func giveBack() {
        turn.changeQuietly { turn in
            turn.isTaken = false
            return turn.wanted > 0 || !turn.waiting.isEmpty
        }
    }

    /// Takes the turn once nothing waits before.
    func whenFree<Result>(
        _ body: () throws(CallError) -> Result
    ) throws(CallError) -> Result {
        if !takeTurn() { throw .invalid("the communicator was left") }
        defer { giveBack() }
        return try body()
    }

    /// Waits for the turn; whether it was got before the communicator was left.
    ///
    /// - Parameter isLast: whether nobody gets it after this.
    func takeTurn(isLast: Bool = false) -> Bool {
        turn.withLock { $0.wanted += 1 }
        return turn.wait { turn -> Bool? in
            if !turn.isClosing && (turn.isTaken || !turn.waiting.isEmpty) { return nil }
            turn.wanted -= 1
            if turn.isClosing { return false }
            turn.isTaken = true
            turn.isClosing = isLast
            return true
        }
    }
}

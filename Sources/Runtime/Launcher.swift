internal import CWeft
internal import Glibc

/// A job: the ranks to start, and the memory that they share.
public struct Job: Sendable {
    /// The program.
    public var executable: String
    /// Its arguments, without its own name.
    public var arguments: [String]
    /// How many ranks, and how they share memory.
    public var shape: Segment.Shape
    /// The processor of each rank, empty to leave that to the kernel.
    public var processors: [Int]
    /// What all ranks need to know, put at the start of the shared job bytes.
    public var payload: [UInt8]

    /// Makes a job.
    public init(
        executable: String = "/proc/self/exe",
        arguments: [String],
        shape: Segment.Shape,
        processors: [Int],
        payload: [UInt8]
    ) {
        self.executable = executable
        self.arguments = arguments
        self.shape = shape
        self.processors = processors
        self.payload = payload
        self.shape.jobBytes = payload.count + 8
    }
}

/// Starts the ranks of a job as processes and stays with them until the last has ended.
///
/// A rank that ends other than with success ends the job: the others stop waiting, and what is not
/// gone two seconds later is killed. Ranks die with the launcher, and the shared memory has no
/// name, so nothing is left behind.
public struct Launcher: ~Copyable {
    /// What a rank is told of its place by, `ENDPOINT:LAUNCHER:PROCESSOR`.
    static let variable = "WEFT_RANK"
    /// The descriptors that a rank inherits.
    static let segmentDescriptor: Int32 = 3
    static let bellDescriptor: Int32 = 4
    /// How long ranks have to end by themselves, in tenths of a second.
    private static let grace = 20

    private let memory: Descriptor
    private let bell: Descriptor
    private let signals: Descriptor
    private let segment: Segment
    private var processes: [pid_t] = []
    private var running: [Bool] = []

    /// Runs a job to its end.
    ///
    /// - Parameters:
    ///   - job: what to run.
    ///   - doing: what the ranks are doing at the moment, for the words of an error.
    ///   - onBell: called in the launcher when rank 0 rings; the ranks wait meanwhile.
    public static func run(
        _ job: Job,
        doing: () -> String,
        onBell: (borrowing Segment) throws(RuntimeError) -> Void
    ) throws(RuntimeError) {
        var launcher = try Launcher(job)
        do {
            try launcher.start(job)
            try launcher.attend(doing: doing, onBell: onBell)
        } catch {
            launcher.end()
            throw error
        }
    }

    private init(_ job: Job) throws(RuntimeError) {
        let memory = Descriptor(try Segment.create(job.shape))
        var bell: Int32 = -1
        var signals: Int32 = -1
        try check(weft_process_bell(&bell), "an event descriptor can't be had")
        let ownedBell = Descriptor(bell)
        try check(weft_process_catch_signals(&signals), "signals can't be caught")
        let ownedSignals = Descriptor(signals)
        let segment = try Segment(descriptor: memory.number, endpoint: nil)
        segment.job.storeBytes(of: UInt64(job.payload.count), as: UInt64.self)
        let room = UnsafeMutableRawBufferPointer(start: segment.job + 8, count: job.payload.count)
        room.copyBytes(from: job.payload)
        self.memory = memory
        self.bell = ownedBell
        self.signals = ownedSignals
        self.segment = segment
    }

    private mutating func start(_ job: Job) throws(RuntimeError) {
        var arguments = ([job.executable] + job.arguments).map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        for rank in 0..<job.shape.endpoints {
            let processor = job.processors.isEmpty ? -1 : job.processors[rank]
            var process: pid_t = 0
            let code = weft_process_spawn(
                job.executable,
                arguments,
                "\(Self.variable)=\(rank):\(getpid()):\(processor)",
                [memory.number, bell.number],
                2,
                &process
            )
            try check(code, "rank \(rank) can't be started from \(job.executable)")
            processes.append(process)
            running.append(true)
        }
    }

    private mutating func attend(
        doing: () -> String,
        onBell: (borrowing Segment) throws(RuntimeError) -> Void
    ) throws(RuntimeError) {
        while running.contains(true) {
            var event = weft_process_event()
            try check(
                weft_process_wait(signals.number, bell.number, 1000, &event),
                "waiting for the ranks"
            )
            if event.rings > 0 { try onBell(segment) }
            if event.signal != 0 && event.signal != UInt32(SIGCHLD) {
                throw RuntimeError("interrupted while \(doing())")
            }
            if let failure = reap() { throw RuntimeError("\(failure) while \(doing())") }
        }
    }

    /// Takes notice of ranks that have ended; what went wrong with the first that failed, if any.
    private mutating func reap() -> String? {
        var failure: String?
        for rank in processes.indices where running[rank] {
            var status: Int32 = 0
            guard weft_process_reap(processes[rank], &status) != 0 else { continue }
            running[rank] = false
            let outcome = weft_process_outcome(status)
            if outcome == 0 || failure != nil { continue }
            failure =
                outcome > 0
                ? "rank \(rank) (process \(processes[rank])) failed"
                : "rank \(rank) (process \(processes[rank])) was killed by signal \(-outcome) "
                    + "(\(String(cString: strsignal(-outcome))))"
        }
        return failure
    }

    private mutating func end() {
        segment.abort()
        for _ in 0..<Self.grace where running.contains(true) {
            _ = reap()
            if running.contains(true) { usleep(100_000) }
        }
        for rank in processes.indices where running[rank] {
            kill(processes[rank], SIGKILL)
            var status: Int32 = 0
            waitpid(processes[rank], &status, 0)
            running[rank] = false
        }
    }
}

/// A file descriptor that is closed with its owner.
private struct Descriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { close(number) }
}

/// A process that was started as a rank.
public struct RankProcess: ~Copyable {
    /// Which rank.
    public let rank: Int
    /// Its view of the shared memory.
    public let segment: Segment
    /// What the launcher has for all ranks.
    public let payload: [UInt8]

    /// Whether this process was started as a rank of a job.
    public static var isOne: Bool { getenv(Launcher.variable) != nil }

    /// Takes the place that the launcher gave this process.
    public init() throws(RuntimeError) {
        let text = getenv(Launcher.variable).map { String(cString: $0) } ?? ""
        let parts = text.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 3, parts[0] >= 0 else {
            throw RuntimeError("\(Launcher.variable) is set by weft for its own ranks; unset it")
        }
        try check(
            weft_process_follow(pid_t(truncatingIfNeeded: parts[1])),
            "the launcher is gone"
        )
        if parts[2] >= 0 { try Cores.pin(to: parts[2]) }
        let segment = try Segment(descriptor: Launcher.segmentDescriptor, endpoint: parts[0])
        let count = Int(segment.job.load(as: UInt64.self))
        rank = parts[0]
        payload = Array(UnsafeRawBufferPointer(start: segment.job + 8, count: count))
        self.segment = segment
    }

    /// Has the launcher look; only rank 0 does, and then waits for its word.
    public func ring() throws(RuntimeError) {
        try check(weft_process_ring(Launcher.bellDescriptor), "the launcher can't be told")
    }
}

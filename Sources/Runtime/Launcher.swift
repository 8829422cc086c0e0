internal import CWeft
internal import Glibc

/// A job: the ranks to start, and the memory that they share.
public struct Job: Sendable {
    /// The program.
    public var executable: String
    /// Its arguments, without its own name.
    public var arguments: [String]
    /// How many endpoints, and how they share memory.
    public var shape: Segment.Shape
    /// How many of them are ranks; the others are switches.
    public var ranks: Int
    /// The processor of each endpoint, empty to leave that to the kernel.
    public var processors: [Int]
    /// What all ranks need to know, put at the start of the shared job bytes.
    public var payload: [UInt8]

    /// Makes a job.
    public init(
        executable: String = "/proc/self/exe",
        arguments: [String],
        shape: Segment.Shape,
        ranks: Int,
        processors: [Int],
        payload: [UInt8]
    ) {
        self.executable = executable
        self.arguments = arguments
        self.shape = shape
        self.ranks = ranks
        self.processors = processors
        self.payload = payload
        self.shape.jobBytes = Self.plansOffset(payload.count) + PlanBook.capacity
    }

    /// Where the launcher writes plans, behind the payload and its length.
    fileprivate static func plansOffset(_ payload: Int) -> Int {
        (payload + 8 + 4095) / 4096 * 4096
    }
}

/// Starts the ranks of a job as processes and stays with them until the last has ended.
///
/// A rank that ends other than with success, or is stopped for three seconds, ends the job: the
/// others stop waiting, and what is not gone two seconds later is killed. Ranks die with the
/// launcher, and the shared memory has no name, so nothing is left behind.
public struct Launcher: ~Copyable {
    /// What a rank is told of its place by, `ENDPOINT:LAUNCHER:PROCESSOR`.
    static let variable = "WEFT_RANK"
    /// The descriptors that a rank inherits.
    static let segmentDescriptor: Int32 = 3
    static let bellDescriptor: Int32 = 4
    /// How long ranks have to end by themselves, in tenths of a second.
    private static let grace = 20
    /// How long a rank may be stopped: a moment may be somebody looking at it.
    private static let patience = Duration.seconds(3)

    private enum State {
        case running
        case stopped(since: ContinuousClock.Instant, signal: Int32)
        case ended
    }

    /// A process, and what it is in the job.
    private struct Member {
        let name: String
        let process: pid_t
        var state = State.running

        var isGone: Bool { if case .ended = state { true } else { false } }
        var isStopped: Bool { if case .stopped = state { true } else { false } }
    }

    private let memory: Descriptor
    private let bell: Descriptor
    private let signals: Descriptor
    private let segment: Segment
    private let plans: UnsafeMutableRawBufferPointer
    private var members: [Member] = []

    /// What is done when rank 0 rings.
    public typealias Look = (
        borrowing Segment, _ plans: UnsafeMutableRawBufferPointer
    ) throws(RuntimeError) -> Void

    /// Runs a job to its end.
    ///
    /// - Parameters:
    ///   - job: what to run.
    ///   - doing: what the ranks are doing at the moment, for the words of an error.
    ///   - onBell: called in the launcher when rank 0 rings, with the memory and with where plans
    ///     are written; the ranks wait meanwhile.
    public static func run(
        _ job: Job,
        doing: () -> String,
        onBell: Look
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
        plans = UnsafeMutableRawBufferPointer(
            start: segment.job + Job.plansOffset(job.payload.count),
            count: PlanBook.capacity
        )
        self.segment = segment
    }

    private mutating func start(_ job: Job) throws(RuntimeError) {
        var arguments = ([job.executable] + job.arguments).map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        for endpoint in 0..<job.shape.endpoints {
            let processor = job.processors.isEmpty ? -1 : job.processors[endpoint]
            let isRank = endpoint < job.ranks
            let name = isRank ? "rank \(endpoint)" : "switch \(endpoint - job.ranks)"
            var process: pid_t = 0
            let code = weft_process_spawn(
                job.executable,
                arguments,
                "\(Self.variable)=\(endpoint):\(getpid()):\(processor)",
                [memory.number, bell.number],
                2,
                &process
            )
            try check(code, "\(name) can't be started from \(job.executable)")
            members.append(Member(name: name, process: process))
        }
    }

    private mutating func attend(
        doing: () -> String,
        onBell: Look
    ) throws(RuntimeError) {
        while members.contains(where: { !$0.isGone }) {
            var event = weft_process_event()
            try check(
                weft_process_wait(signals.number, bell.number, 1000, &event),
                "waiting for the ranks"
            )
            if event.rings > 0 { try onBell(segment, plans) }
            if event.signal != 0 && event.signal != UInt32(SIGCHLD) {
                throw RuntimeError("interrupted while \(doing())")
            }
            if let failure = reap() { throw RuntimeError("\(failure) while \(doing())") }
        }
    }

    /// Takes notice of what has become of the members; what went wrong with the first that failed
    /// or has been stopped for too long, if any.
    private mutating func reap() -> String? {
        var failure: String?
        for index in members.indices where !members[index].isGone {
            var state = WEFT_PROCESS_RUNNING
            var status: Int32 = 0
            let process = members[index].process
            let name = "\(members[index].name) (process \(process))"
            let change = weft_process_change(process, &state, &status)
            if change < 0 {
                // Somebody else has asked for it: nothing more will ever be told.
                members[index].state = .ended
                failure = failure ?? "\(name) ended without a word"
            } else if change > 0 {
                switch state {
                case WEFT_PROCESS_RUNNING: members[index].state = .running
                case WEFT_PROCESS_STOPPED:
                    members[index].state = .stopped(since: .now, signal: status)
                default:
                    members[index].state = .ended
                    let outcome = weft_process_outcome(status)
                    if outcome == 0 || failure != nil { continue }
                    failure =
                        outcome > 0
                        ? "\(name) failed" : "\(name) was killed by \(Self.words(-outcome))"
                }
            }
            if case .stopped(let since, let signal) = members[index].state, failure == nil,
                since.duration(to: .now) >= Self.patience
            {
                failure =
                    "\(name) was stopped by \(Self.words(signal)) and did not go on for "
                    + "\(Self.patience.components.seconds) s"
            }
        }
        return failure
    }

    private static func words(_ signal: Int32) -> String {
        "signal \(signal) (\(String(cString: strsignal(signal))))"
    }

    private mutating func end() {
        segment.abort()
        // Who is stopped can't end by itself.
        for member in members where member.isStopped { kill(member.process, SIGKILL) }
        for _ in 0..<Self.grace where members.contains(where: { !$0.isGone }) {
            _ = reap()
            if members.contains(where: { !$0.isGone }) { usleep(100_000) }
        }
        for index in members.indices where !members[index].isGone {
            kill(members[index].process, SIGKILL)
            var status: Int32 = 0
            waitpid(members[index].process, &status, 0)
            members[index].state = .ended
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
    /// Where the launcher writes plans.
    public let plans: UnsafeRawPointer

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
        plans = UnsafeRawPointer(segment.job + Job.plansOffset(count))
        payload = Array(UnsafeRawBufferPointer(start: segment.job + 8, count: count))
        self.segment = segment
    }

    /// Has the launcher look; only rank 0 does, and then waits for its word.
    public func ring() throws(RuntimeError) {
        try check(weft_process_ring(Launcher.bellDescriptor), "the launcher can't be told")
    }
}

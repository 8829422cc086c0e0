internal import CWeft
internal import Glibc

/// A job: the ranks to start, and the memory that they share.
public struct Job: Sendable {
    /// The arguments of their processes, for people who look at them.
    public var arguments: [String]
    /// How many endpoints, and how they share memory.
    public var shape: Segment.Shape
    /// How many of them are ranks; the others are switches.
    public var ranks: Int
    /// The processor of each endpoint, empty to leave that to the kernel.
    public var processors: [Int]
    /// What keeps it there.
    public var binding: Binding
    /// What all ranks need to know.
    public var payload: [UInt8]

    /// Makes a job.
    public init(
        arguments: [String],
        shape: Segment.Shape,
        ranks: Int,
        processors: [Int],
        binding: Binding,
        payload: [UInt8]
    ) {
        self.arguments = arguments
        self.shape = shape
        self.ranks = ranks
        self.processors = processors
        self.binding = binding
        self.payload = payload
    }
}

/// What a job's ranks stop for, from 0 on: once they are there, and after each row.
public typealias OnEvent = (_ event: Int, borrowing Segment) throws(RuntimeError) -> Void

/// The plans that ranks need after an event, nil when there is nothing more to run.
public typealias PlansForEvent = (_ event: Int) throws(RuntimeError) -> PlanBook?

/// Starts the ranks of a job as processes of this machine and stays with them until the last has
/// ended.
///
/// A rank that ends other than with success, or is stopped for three seconds, ends the job: the
/// others stop waiting, and what is not gone two seconds later is killed. Ranks die with the
/// launcher, and the shared memory has no name, so nothing is left behind.
public struct Launcher: ~Copyable {
    private let memory: Descriptor
    private let bell: Descriptor
    private let signals: Descriptor
    private let segment: Segment
    private let card: JobCard
    private var crew = Crew()

    /// Runs a job to its end.
    ///
    /// - Parameters:
    ///   - job: what to run.
    ///   - doing: what the ranks are doing at the moment, for the words of an error.
    ///   - plans: called for each event; the ranks wait meanwhile.
    ///   - onEvent: called before, with the memory.
    public static func run(
        _ job: Job,
        doing: () -> String,
        plans: PlansForEvent,
        onEvent: OnEvent
    ) throws(RuntimeError) {
        var launcher = try Launcher(job)
        do {
            try launcher.start(job)
            try launcher.attend(doing: doing, plans: plans, onEvent: onEvent)
        } catch {
            launcher.segment.abort()
            launcher.crew.end()
            throw error
        }
    }

    private init(_ job: Job) throws(RuntimeError) {
        let names = (0..<job.shape.endpoints).map { Crew.name($0, ranks: job.ranks) }
        let card = JobCard(names: names, payload: job.payload)
        var shape = job.shape
        shape.jobBytes = card.jobBytes
        let memory = Descriptor(try Segment.create(shape))
        let bell = try Descriptor.bell()
        let signals = try Descriptor.signals()
        let segment = try Segment(descriptor: memory.number, endpoint: nil)
        card.write(to: segment)
        self.card = card
        self.memory = memory
        self.bell = bell
        self.signals = signals
        self.segment = segment
    }

    private mutating func start(_ job: Job) throws(RuntimeError) {
        for endpoint in 0..<job.shape.endpoints {
            try crew.start(
                endpoint,
                name: card.names[endpoint],
                processor: job.processors.isEmpty ? nil : job.processors[endpoint],
                binding: job.binding,
                arguments: job.arguments,
                memory: memory.number,
                bell: bell.number
            )
        }
    }

    private mutating func attend(
        doing: () -> String,
        plans: PlansForEvent,
        onEvent: OnEvent
    ) throws(RuntimeError) {
        var next = 0
        while !crew.hasEnded {
            var event = weft_process_event()
            try check(
                weft_process_wait(signals.number, bell.number, 1000, &event),
                "waiting for the ranks"
            )
            if event.rings > 0 {
                try onEvent(next, segment)
                if let book = try plans(next) { try book.write(to: card.plans(in: segment)) }
                next += 1
                segment.raise(next)
            }
            if event.signal != 0 && event.signal != UInt32(SIGCHLD) {
                throw RuntimeError("interrupted while \(doing())")
            }
            if let failure = crew.reap() { throw RuntimeError("\(failure) while \(doing())") }
        }
    }
}

/// A file descriptor that is closed with its owner.
struct Descriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    /// One that others ring.
    static func bell() throws(RuntimeError) -> Descriptor {
        var number: Int32 = -1
        try check(weft_process_bell(&number), "an event descriptor can't be had")
        return Descriptor(number)
    }

    /// One that signals are read from.
    static func signals() throws(RuntimeError) -> Descriptor {
        var number: Int32 = -1
        try check(weft_process_catch_signals(&number), "signals can't be caught")
        return Descriptor(number)
    }

    deinit { close(number) }
}

internal import Glibc

/// What all communicators of one process's job share.
final class LibraryJob: @unchecked Sendable {
    /// Where its processes met.
    enum Meeting {
        /// There is only this one.
        case alone
        case hub(Membership, Hub?)
        case memory(SharedMeeting)
    }

    let alarm: Alarm
    /// What connections between its processes prove that they know.
    let secret: Handshake.Secret
    private let meeting: Meeting
    private let manager: ProcessManager?
    /// How many of its communicators there are.
    private let communicators = Monitor(0)

    init(
        _ meeting: Meeting,
        _ alarm: Alarm,
        _ secret: Handshake.Secret,
        _ manager: ProcessManager? = nil
    ) {
        self.meeting = meeting
        self.secret = secret
        self.alarm = alarm
        self.manager = manager
    }

    /// Tells the other processes what went wrong here.
    func report(_ words: String) {
        if case .hub(let membership, _) = meeting { membership.report(words) }
    }

    /// Learns who is who.
    func meet(_ arrivals: [Arrival]) {
        if case .hub(let membership, _) = meeting { membership.nameHead(arrivals[0]) }
    }

    /// A communicator has come.
    func enter() { communicators.withLock { $0 += 1 } }

    /// A communicator is left; the last one leaves the job.
    func leave() {
        let isLast = communicators.withLock { count in
            count -= 1
            return count == 0
        }
        if isLast { end() }
    }

    /// Leaves the job, which may not have come about.
    func end() {
        switch meeting {
        case .alone: break
        case .hub(let membership, let hub):
            membership.leave()
            hub?.wait()
        case .memory(let shared): shared.leave()
        }
        // A launcher that is not told thinks that the process failed, as it should then.
        if alarm.words == nil { manager?.finish() }
    }
}

/// How a communicator is made.
public struct CommunicatorOptions: Sendable {
    /// Room for `allocate` in each rank.
    public var heapBytes = 1 << 30
    /// Whether each call is compared with those of the other ranks.
    public var checks = false
    /// How long to wait for the others.
    public var seconds = 120
    /// A name: ranks of one machine that give different ones share no memory.
    public var node = ""
    /// Bytes that all ranks touch in a call from which on stores go past the caches.
    public var streamingFrom = Int.max
    /// How algorithms are chosen.
    public var chooser: Chooser

    /// The usual, with algorithms chosen so.
    public init(_ chooser: @escaping Chooser) { self.chooser = chooser }
}

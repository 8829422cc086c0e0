internal import CWeft
internal import Glibc

/// A place in a job whose processes were handed the same memory, and meet in it.
final class SharedMeeting: Exchange, @unchecked Sendable {
    /// What a process says of itself in the memory, for the others' watch.
    private enum Word: Int { case process, hasLeft, stride }

    let rank: Int
    let ranks: Int
    private let segment: Segment
    private let alarm: Alarm
    private let isLeaving = Monitor(false)
    private var stop = 0

    /// Bytes of a job's memory that it needs.
    static func jobBytes(ranks: Int) -> Int { ranks * Word.stride.rawValue * 8 }

    /// Takes a place, with a mapping of its own beside the communicator's, and watches all others
    /// from a thread.
    init(
        descriptor: Int32,
        rank: Int,
        _ alarm: Alarm,
        seconds: Int
    ) throws(RuntimeError) {
        let segment = try Segment(descriptor: descriptor, endpoint: rank)
        ranks = segment.endpoints
        self.segment = segment
        self.rank = rank
        self.alarm = alarm
        words(of: rank)[Word.process.rawValue] = UInt64(getpid())
        stop = alarm.add(self.segment.stopper)
        let deadline = Deadline(.seconds(seconds))
        try Thread.start { [self] in attend(deadline) }
    }

    private func words(of rank: Int) -> UnsafeMutablePointer<UInt64> {
        (segment.job + rank * Word.stride.rawValue * 8).assumingMemoryBound(to: UInt64.self)
    }

    func allGather(_ bytes: [UInt8]) throws(RuntimeError) -> [[UInt8]] {
        precondition(bytes.count < Board.recordBytes - 8, "what is said fits the board")
        let own = segment.board(of: rank) + Board.record
        own.pointee = UInt64(bytes.count)
        UnsafeMutableRawPointer(own + 1).copyMemory(from: bytes, byteCount: bytes.count)
        try segment.barrier()
        let all = (0..<ranks).map { other in
            let board = segment.board(of: other) + Board.record
            let count = min(Int(board.pointee), Board.recordBytes - 8)
            return Array(UnsafeRawBufferPointer(start: board + 1, count: count))
        }
        // Nobody says the next thing before all have heard this one.
        try segment.barrier()
        return all
    }

    /// Says that this process no longer takes part.
    func leave() {
        words(of: rank)[Word.hasLeft.rawValue] = 1
        alarm.cancel(stop)
        isLeaving.change { $0 = true }
    }

    /// Another process, as far as it is known.
    private struct Other {
        let rank: Int
        var process: pid_t = 0
        var descriptor: Int32 = -1
        var hasLeft = false
        /// How many looks ago it was last seen running.
        var stopped = 0

        var name: String { "rank \(rank) (process \(process))" }
    }

    private func attend(_ deadline: Deadline) {
        var others = (0..<ranks).filter { $0 != rank }.map { Other(rank: $0) }
        while alarm.words == nil, !isLeaving.withLock({ $0 }) {
            var polled = others.map { other in
                pollfd(fd: other.descriptor, events: Int16(POLLIN), revents: 0)
            }
            _ = poll(&polled, nfds_t(polled.count), 300)
            for index in others.indices { look(at: &others[index], polled[index], deadline) }
        }
        for other in others where other.descriptor >= 0 { close(other.descriptor) }
    }

    private func look(at other: inout Other, _ polled: pollfd, _ deadline: Deadline) {
        if other.hasLeft { return }
        if other.process == 0 {
            other.process = pid_t(
                truncatingIfNeeded: words(of: other.rank)[Word.process.rawValue]
            )
            if other.process == 0 {
                if deadline.hasPassed {
                    alarm.raise("rank \(other.rank) did not join within \(deadline.words)")
                }
            } else if weft_process_watch(other.process, &other.descriptor) != 0 {
                end(&other)
            }
            return
        }
        if polled.revents != 0 { return end(&other) }
        other.stopped = weft_process_is_stopped(other.process) ? other.stopped + 1 : 0
        // A moment may be somebody looking at it.
        if other.stopped == 10 { alarm.raise("\(other.name) is stopped") }
    }

    private func end(_ other: inout Other) {
        if other.descriptor >= 0 { close(other.descriptor) }
        other.descriptor = -1
        other.hasLeft = true
        if words(of: other.rank)[Word.hasLeft.rawValue] == 0 {
            alarm.raise("\(other.name) ended without leaving")
        }
    }
}

/// What endpoints' boards hold in a communicator's memory, in words.
enum Board {
    /// Two words that all agree on.
    static let agreement = 0
    /// What is said while processes meet.
    static let record = 8
    static let recordBytes = 8 * (entries - record)
    static let entries = 2048
}

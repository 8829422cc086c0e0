internal import Glibc

/// Messages to and from another part of the job, over a pair of descriptors.
///
/// It never blocks: what the other end does not take waits here.
final class Conversation {
    /// What both ends say first, so that the greeting of a login shell is not taken for a message.
    static let mark = Array("\u{1}weft/job\n".utf8)
    private static let messageMost = 1 << 30
    private static let noiseMost = 1 << 16

    private let input: Int32
    private let outbox: Outbox
    private var received: [UInt8] = []
    private var isMarked = false
    /// When something came last.
    private(set) var heard = ContinuousClock.now

    /// Takes over the descriptors, which may be the same one.
    init(input: Int32, output: Int32) {
        self.input = input
        for number in [input, output] {
            _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
        }
        // Each closes its own.
        outbox = Outbox(input == output ? fcntl(output, F_DUPFD_CLOEXEC, 0) : output)
        outbox.send(Self.mark)
    }

    deinit {
        outbox.shut()
        // Whoever still holds the other descriptor, the other end learns that this is the end.
        shutdown(input, Int32(SHUT_RDWR))
        close(input)
    }

    /// Whether the other end is gone.
    var isClosed: Bool { outbox.isClosed }

    /// Whether something waits here for the other end to take it.
    var hasUnsent: Bool { outbox.polled != nil }

    /// What to wait for: readable, and writable while something is unsent.
    var polled: [pollfd] {
        if isClosed { return [] }
        let read = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        return [read] + (outbox.polled.map { [$0] } ?? [])
    }

    func send(_ message: Message) { outbox.send(message) }

    /// Has the other end hear once a second that this process is there, whatever it is busy with.
    func pulsate() throws(RuntimeError) { try outbox.pulsate() }

    /// The messages that have come; none is left when the other end is gone.
    func take() throws(RuntimeError) -> [Message] {
        outbox.send()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !isClosed {
            let got = read(input, &buffer, buffer.count)
            if got > 0 {
                received += buffer.prefix(got)
                heard = .now
            } else if got < 0 && errno == EAGAIN {
                break
            } else if !(got < 0 && errno == EINTR) {
                outbox.shut()
            }
        }
        try skipToMark()
        var result: [Message] = []
        var from = 0
        while isMarked, received.count - from >= 8 {
            var header = Unpacker(Array(received[from..<from + 8]))
            let count = try header.int()
            guard (0...Self.messageMost).contains(count) else { throw Unpacker.isCut }
            if received.count - from - 8 < count { break }
            result.append(try Message(reading: Array(received[(from + 8)..<(from + 8 + count)])))
            from += 8 + count
        }
        received.removeFirst(from)
        return result
    }

    private func skipToMark() throws(RuntimeError) {
        let mark = Self.mark
        if isMarked || received.count < mark.count { return }
        for start in 0...(received.count - mark.count)
        where received[start] == mark[0] && Array(received[start..<start + mark.count]) == mark {
            received.removeFirst(start + mark.count)
            isMarked = true
            return
        }
        if received.count > Self.noiseMost {
            throw RuntimeError("what was started there does not answer as weft does")
        }
    }
}

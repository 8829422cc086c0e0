internal import Glibc

/// Messages to and from another part of the job, over a pair of descriptors.
///
/// It never blocks: what the other end does not take waits here.
final class Conversation {
    /// What both ends say first, so that the greeting of a login shell is not taken for a message.
    static let mark = Array("\u{1}weft/job\n".utf8)
    private static let messageMost = 1 << 30
    private static let noiseMost = 1 << 16

    let input: Int32
    private let output: Int32
    private var received: [UInt8] = []
    private var unsent: [UInt8]
    private var isMarked = false
    /// When something came last.
    private(set) var heard = ContinuousClock.now
    /// Whether the other end is gone.
    private(set) var isClosed = false

    /// Takes over the descriptors, which may be the same one.
    init(input: Int32, output: Int32) {
        self.input = input
        self.output = output
        unsent = Self.mark
        for number in [input, output] {
            _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
        }
        flush()
    }

    deinit {
        close(input)
        if output != input { close(output) }
    }

    /// What to wait for: readable, and writable while something is unsent.
    var polled: [pollfd] {
        if isClosed { return [] }
        let read = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        if unsent.isEmpty { return [read] }
        return [read, pollfd(fd: output, events: Int16(POLLOUT), revents: 0)]
    }

    func send(_ message: Message) {
        let bytes = message.packed
        var header = Packer()
        header.add(bytes.count)
        unsent += header.bytes + bytes
        flush()
    }

    /// Sends what can be sent now.
    func flush() {
        var from = 0
        while from < unsent.count {
            let sent = unsent.withUnsafeBytes { bytes -> Int in
                guard let start = bytes.baseAddress else { return 0 }
                let (next, count) = (start + from, bytes.count - from)
                // The other end may be gone, which is no reason to be killed.
                let sent = Glibc.send(output, next, count, Int32(MSG_NOSIGNAL))
                return sent < 0 && errno == ENOTSOCK ? write(output, next, count) : sent
            }
            if sent <= 0 {
                if sent < 0 && errno == EINTR { continue }
                if sent < 0 && errno != EAGAIN { isClosed = true }
                break
            }
            from += sent
        }
        unsent.removeFirst(from)
    }

    /// The messages that have come; none is left when the other end is gone.
    func take() throws(RuntimeError) -> [Message] {
        flush()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !isClosed {
            let got = read(input, &buffer, buffer.count)
            if got > 0 {
                received += buffer.prefix(got)
                heard = .now
            } else if got < 0 && errno == EAGAIN {
                break
            } else if !(got < 0 && errno == EINTR) {
                isClosed = true
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

internal import Glibc
internal import Synchronization

/// What is on its way to another part of the job: what the kernel does not take waits here.
final class Outbox: Sendable {
    private struct State {
        var unsent: [UInt8] = []
        /// Whether the other end is gone.
        var isClosed = false
    }

    private let output: Int32
    private let state = Mutex(State())

    /// Takes over a descriptor that does not block.
    init(_ output: Int32) { self.output = output }

    deinit { close(output) }

    /// Whether the other end is known to be gone.
    var isClosed: Bool { state.withLock(\.isClosed) }

    /// What to wait for: room for what is unsent, if anything is.
    var polled: pollfd? {
        state.withLock { state in
            if state.isClosed || state.unsent.isEmpty { return nil }
            return pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
        }
    }

    /// Nothing more need be said.
    func shut() { state.withLock { $0.isClosed = true } }

    func send(_ message: Message) {
        let bytes = message.packed
        var header = Packer()
        header.add(bytes.count)
        send(header.bytes + bytes)
    }

    /// Sends what can be sent now, behind what was unsent before.
    func send(_ bytes: [UInt8] = []) {
        state.withLock { state in
            state.unsent += bytes
            let sent = push(state.unsent, &state.isClosed)
            state.unsent.removeFirst(sent)
        }
    }

    private func push(_ bytes: [UInt8], _ isClosed: inout Bool) -> Int {
        var from = 0
        while from < bytes.count {
            let sent = bytes.withUnsafeBytes { bytes -> Int in
                guard let start = bytes.baseAddress else { return 0 }
                let (next, count) = (start + from, bytes.count - from)
                // The other end may be gone, which is no reason to be killed.
                let sent = Glibc.send(output, next, count, Int32(MSG_NOSIGNAL))
                return sent < 0 && errno == ENOTSOCK ? write(output, next, count) : sent
            }
            if sent > 0 {
                from += sent
            } else if sent == 0 || errno != EINTR {
                if sent < 0 && errno != EAGAIN { isClosed = true }
                break
            }
        }
        return from
    }

    /// Says once a second that this process is there, from a thread of its own: to lower the plans
    /// of many ranks takes the main one longer than silence is borne.
    func pulsate() throws(RuntimeError) {
        try Thread.start { [self] in
            while !isClosed {
                send(.alive)
                sleep(1)
            }
        }
    }
}

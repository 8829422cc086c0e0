internal import Glibc

/// A connection that is coming about: connecting, and then the handshake, without ever blocking.
final class Greeting {
    let socket: Socket
    /// Whom it is to, where this end dials.
    let peer: Int?
    private var handshake: Handshake
    private var unsent: [UInt8] = []
    private var isConnecting: Bool
    private let begin = ContinuousClock.now

    /// Whether it has taken so long that nobody of this job can be at the other end.
    var isOverdue: Bool { begin.duration(to: .now) > .seconds(10) }

    init(
        dialing address: Address,
        _ caller: Caller,
        _ options: NetOptions,
        _ secret: Handshake.Secret
    ) throws(RuntimeError) {
        socket = try Socket.dialing(address, options)
        handshake = Handshake(dialing: caller, secret)
        isConnecting = true
        peer = caller.to
    }

    init(answering accepted: Socket, _ secret: Handshake.Secret) {
        socket = accepted
        handshake = Handshake(answering: secret, greeting: &unsent)
        isConnecting = false
        peer = nil
    }

    /// What to wait for.
    var polled: pollfd {
        let isWriting = isConnecting || !unsent.isEmpty
        let events = Int16(isWriting ? POLLIN | POLLOUT : POLLIN)
        return pollfd(fd: socket.number, events: events, revents: 0)
    }

    /// Goes on as far as it can; who dialed, once both ends have proved themselves.
    func advance() throws(RuntimeError) -> Caller? {
        if isConnecting {
            var polled = pollfd(fd: socket.number, events: Int16(POLLOUT), revents: 0)
            if poll(&polled, 1, 0) == 0 { return nil }
            if let reason = socket.connectError {
                throw RuntimeError("it can't be reached: \(reason)")
            }
            isConnecting = false
        }
        while true {
            if !unsent.isEmpty {
                let sent = send(socket.number, unsent, unsent.count, Int32(MSG_NOSIGNAL))
                if sent < 0 && errno == EAGAIN { return nil }
                if sent <= 0 { throw RuntimeError("it hung up: \(Socket.reason)") }
                unsent.removeFirst(sent)
                continue
            }
            if handshake.isDone { return handshake.caller }
            var buffer = [UInt8](repeating: 0, count: handshake.wanted)
            let got = recv(socket.number, &buffer, buffer.count, 0)
            if got < 0 && errno == EAGAIN { return nil }
            if got <= 0 { throw RuntimeError("it hung up") }
            do {
                try handshake.receive(buffer.prefix(got), reply: &unsent)
            } catch {
                // The other end is told why, as far as it fits the kernel's buffer.
                _ = send(socket.number, unsent, unsent.count, Int32(MSG_NOSIGNAL))
                throw error
            }
        }
    }
}

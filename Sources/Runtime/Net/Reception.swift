internal import Glibc

/// Takes what dials a listener, each once it has proved itself.
final class Reception {
    private let listener: Socket
    private let secret: Handshake.Secret
    private var greetings: [Greeting] = []
    /// Strangers are heard out at the same time up to this number.
    private static let most = 256

    init(_ listener: Socket, _ secret: Handshake.Secret) {
        self.listener = listener
        self.secret = secret
    }

    var polled: [pollfd] {
        [pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0)]
            + greetings.map(\.polled)
    }

    /// Those who have proved themselves since; what went wrong with a caller of the job's own
    /// kind goes to `onProblem`.
    func take(onProblem: (RuntimeError) -> Void) -> [(caller: Caller, socket: Socket)] {
        while greetings.count < Self.most, let socket = listener.accepted() {
            greetings.append(Greeting(answering: socket, secret))
        }
        var result: [(caller: Caller, socket: Socket)] = []
        greetings.removeAll { greeting in
            do throws(RuntimeError) {
                guard let caller = try greeting.advance() else { return greeting.isOverdue }
                result.append((caller, greeting.socket))
            } catch {
                if error.isFinal { onProblem(error) }
            }
            return true
        }
        return result
    }
}

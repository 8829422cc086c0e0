internal import Glibc

/// How agents find the head of a job that another launcher started.
enum Meeting {
    /// Dials until somebody answers: the head may not have begun to listen, and in some places its
    /// name leads nowhere before its machine is up.
    ///
    /// - Parameter places: where it may listen; of a machine's addresses not all are for everybody.
    static func dial(
        _ places: [Address],
        _ caller: Caller,
        _ secret: Handshake.Secret,
        seconds: Int
    ) throws(RuntimeError) -> Socket {
        let end = ContinuousClock.now + .seconds(seconds)
        var problem = RuntimeError("nobody answers")
        var turn = 0
        while ContinuousClock.now < end, !places.isEmpty {
            let address = places[turn % places.count]
            turn += 1
            do throws(RuntimeError) {
                let greeting = try Greeting(dialing: address, caller, NetOptions(), secret)
                let pause = ContinuousClock.now + .seconds(places.count > 1 ? 3 : seconds)
                while ContinuousClock.now < min(end, pause) {
                    if try greeting.advance() != nil { return greeting.socket }
                    var polled = [greeting.polled]
                    _ = poll(&polled, 1, 200)
                }
            } catch {
                problem = RuntimeError("\(address): \(error)", isFinal: error.isFinal)
                // Who answers wrongly will not answer rightly later.
                if error.isFinal && places.count == 1 { break }
            }
            if turn % places.count == 0 { usleep(200_000) }
        }
        throw RuntimeError("the head of the job can't be reached: \(problem)")
    }

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
}

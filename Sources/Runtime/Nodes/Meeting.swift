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
        let deadline = Deadline(.seconds(seconds))
        var problem = RuntimeError("nobody answers")
        var turn = 0
        while !deadline.hasPassed, !places.isEmpty {
            let address = places[turn % places.count]
            turn += 1
            do throws(RuntimeError) {
                let greeting = try Greeting(dialing: address, caller, NetOptions(), secret)
                let turns = Deadline(.seconds(places.count > 1 ? 3 : seconds))
                while !deadline.hasPassed, !turns.hasPassed {
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
}

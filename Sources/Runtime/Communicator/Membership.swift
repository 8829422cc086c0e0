internal import Glibc

/// A process's place in a job that meets at a hub: it says every second that it is there, and hears
/// when another is gone.
final class Membership: Exchange, @unchecked Sendable {
    private struct State {
        var gathered: [[UInt8]]?
        var isLeaving = false
        var isOver = false
        /// Rank 0's process, once it is known.
        var head: Arrival?

        var headName: String {
            head.map { "rank 0 (host \($0.host), process \($0.process))" } ?? "rank 0"
        }
    }

    /// How long the hub may be silent.
    private static let patience = Duration.seconds(4)

    let rank: Int
    let ranks: Int
    let alarm: Alarm
    /// What this process told of itself, with the addresses that its connection showed.
    let arrival: Arrival
    // Messages are taken by the thread only; whoever wants sends them, which is safe.
    private let channel: Conversation
    private let state = Monitor(State())

    /// Dials the hub until it answers.
    init(
        rank: Int,
        of ranks: Int,
        dialing places: [Address],
        _ secret: Handshake.Secret,
        _ arrival: Arrival,
        _ alarm: Alarm,
        seconds: Int
    ) throws(RuntimeError) {
        let socket = try Meeting.dial(
            places,
            Caller(.control, from: rank),
            secret,
            seconds: seconds
        )
        var arrival = arrival
        arrival.address = socket.host(ofPeer: false) ?? ""
        arrival.headAddress = socket.host(ofPeer: true) ?? ""
        let number = socket.taken()
        channel = Conversation(input: number, output: number)
        self.rank = rank
        self.ranks = ranks
        self.arrival = arrival
        self.alarm = alarm
        channel.send(.arrived(arrival))
        try Thread.start { [self] in
            attend()
            state.change { $0.isOver = true }
        }
    }

    func allGather(_ bytes: [UInt8]) throws(RuntimeError) -> [[UInt8]] {
        channel.send(.shared(bytes))
        let gathered = state.wait { state -> [[UInt8]]?? in
            if let result = state.gathered {
                state.gathered = nil
                return .some(result)
            }
            return alarm.words != nil || state.isOver ? .some(nil) : .none
        }
        guard let gathered, gathered.count == ranks else {
            throw RuntimeError(alarm.words ?? "the job has ended")
        }
        return gathered
    }

    /// Learns who rank 0 is.
    func nameHead(_ arrival: Arrival) {
        state.withLock { $0.head = arrival }
    }

    /// Tells all others what went wrong here.
    func report(_ words: String) { channel.send(.failed(words)) }

    /// Says that nothing more is to be heard, and waits until that is on its way.
    func leave() {
        // As one: the hub may hang up as soon as it has heard.
        state.change { state in
            state.isLeaving = true
            channel.send(.ended)
        }
        state.wait { $0.isOver ? true : nil }
    }

    private func attend() {
        var said = ContinuousClock.now
        while !state.withLock(\.isLeaving) {
            var polled = channel.polled
            _ = poll(&polled, nfds_t(polled.count), 200)
            if said.duration(to: .now) >= .seconds(1) {
                said = .now
                channel.send(.alive)
            }
            do throws(RuntimeError) {
                for message in try channel.take() { heed(message) }
            } catch {
                alarm.raise("\(error)")
            }
            // In this order: what was closed because this process leaves is not missed.
            let isClosed = channel.isClosed
            let (head, name, isLeaving) = state.withLock { ($0.head, $0.headName, $0.isLeaving) }
            if isLeaving { break }
            if isClosed {
                alarm.raise("\(name) ended without leaving")
            } else if channel.heard.duration(to: .now) > Self.patience,
                let reason = head?.silence(seenFrom: arrival.machine)
            {
                alarm.raise("\(name) \(reason)")
            }
            if alarm.words != nil {
                state.change { _ in }
                if channel.isClosed { return }
            }
        }
        for _ in 0..<40 where channel.hasUnsent && !channel.isClosed {
            _ = try? channel.take()
            usleep(50_000)
        }
    }

    private func heed(_ message: Message) {
        switch message {
        case .gathered(let all): state.change { $0.gathered = all }
        case .failed(let words): alarm.raise(words)
        default: break
        }
    }
}

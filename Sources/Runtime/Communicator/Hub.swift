internal import Glibc

/// Where the processes of a job meet that no head of weft's has started: a thread of rank 0.
///
/// It hands what each says to all, and tells all when one of them is gone.
final class Hub: Sendable {
    private let isOver = Monitor(false)

    /// Listens, and hands out the port.
    init(
        ranks: Int,
        on machine: String,
        port: Int?,
        _ secret: Handshake.Secret,
        seconds: Int,
        onListening: (_ port: Int) throws(RuntimeError) -> Void
    ) throws(RuntimeError) {
        let listener = try Socket.listening(try .ofEnvironment(), port: port)
        try onListening(listener.port)
        let (number, isOver) = (listener.taken(), isOver)
        try Thread.start {
            let reception = Reception(Socket(number), secret)
            Meet(reception, ranks: ranks, machine: machine, seconds: seconds).run()
            isOver.change { $0 = true }
        }
    }

    /// Waits until all have left.
    func wait() { isOver.wait { $0 ? true : nil } }
}

/// A process, as the hub knows it.
private final class Guest {
    let rank: Int
    let channel: Conversation
    var arrival: Arrival?
    /// What it has for all, and has not been handed out.
    var shared: [UInt8]?
    var hasLeft = false

    init(_ rank: Int, _ channel: Conversation) {
        self.rank = rank
        self.channel = channel
    }

    var name: String {
        arrival.map { "rank \(rank) (host \($0.host), process \($0.process))" } ?? "rank \(rank)"
    }
}

private final class Meet {
    /// How long a process may be silent: it says every second that it is there.
    private static let patience = Duration.seconds(4)
    /// How long all have to hear of it once one has failed, in turns.
    private static let grace = 5

    private let reception: Reception
    private let ranks: Int
    /// The machine that this runs on.
    private let machine: String
    private let deadline: Deadline
    private var guests: [Int: Guest] = [:]
    private var problem: String?
    private var refused: RuntimeError?
    private var said = ContinuousClock.now

    init(_ reception: Reception, ranks: Int, machine: String, seconds: Int) {
        self.reception = reception
        self.ranks = ranks
        self.machine = machine
        deadline = Deadline(.seconds(seconds))
    }

    func run() {
        var turnsLeft = Self.grace
        while turnsLeft > 0 {
            var polled = reception.polled + guests.values.flatMap(\.channel.polled)
            _ = poll(&polled, nfds_t(polled.count), 200)
            let isTime = said.duration(to: .now) >= .seconds(1)
            if isTime { said = .now }
            welcome()
            for guest in guests.values.sorted(by: { $0.rank < $1.rank }) {
                if isTime { guest.channel.send(.alive) }
                listen(to: guest)
            }
            handOut()
            if guests.count < ranks, deadline.hasPassed, problem == nil { missing() }
            let areAllGone = guests.values.allSatisfy { $0.hasLeft || $0.channel.isClosed }
            if areAllGone && (guests.count == ranks || problem != nil) { break }
            if problem != nil { turnsLeft -= 1 }
        }
        // What the last of them have not taken yet.
        for _ in 0..<20 where guests.values.contains(where: \.channel.hasUnsent) {
            for guest in guests.values { _ = try? guest.channel.take() }
            usleep(50_000)
        }
    }

    private func welcome() {
        for (caller, socket) in reception.take(onProblem: { refused = $0 }) {
            guard caller.purpose == .control, caller.from < ranks, guests[caller.from] == nil
            else { continue }
            let number = socket.taken()
            let channel = Conversation(input: number, output: number)
            guests[caller.from] = Guest(caller.from, channel)
            if let problem { channel.send(.failed(problem)) }
        }
    }

    private func listen(to guest: Guest) {
        do throws(RuntimeError) {
            for message in try guest.channel.take() {
                switch message {
                case .arrived(let arrival): guest.arrival = arrival
                case .shared(let bytes): guest.shared = bytes
                case .failed(let words): fail("\(guest.name): \(words)")
                case .ended: guest.hasLeft = true
                default: break
                }
            }
        } catch {
            fail("\(guest.name): \(error)")
        }
        if guest.hasLeft { return }
        if guest.channel.isClosed {
            fail("\(guest.name) ended without leaving")
        } else if guest.channel.heard.duration(to: .now) > Self.patience,
            let reason = guest.arrival?.silence(seenFrom: machine)
        {
            fail("\(guest.name) \(reason)")
        }
    }

    private func handOut() {
        let shared = (0..<ranks).compactMap { guests[$0]?.shared }
        guard shared.count == ranks else { return }
        for guest in guests.values {
            guest.shared = nil
            guest.channel.send(.gathered(shared))
        }
    }

    private func missing() {
        let absent = (0..<ranks).first { guests[$0] == nil } ?? 0
        let why = refused.map { "; the last that was refused: \($0)" } ?? ""
        fail("rank \(absent) did not join within \(deadline.words)\(why)")
    }

    private func fail(_ words: String) {
        if problem != nil { return }
        problem = words
        for guest in guests.values { guest.channel.send(.failed(words)) }
    }
}

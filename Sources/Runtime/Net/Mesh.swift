internal import CWeft
internal import Glibc

/// Connects an endpoint with those on other nodes.
///
/// Everyone listens before anybody knows where; then who has the higher number dials, and all
/// connections come about at the same time, in whatever order.
public struct Mesh {
    private let listener: Socket
    private let options: NetOptions
    private let secret: Handshake.Secret

    /// Listens, for `connect` later.
    public init(_ options: NetOptions, _ secret: Handshake.Secret) throws(RuntimeError) {
        listener = try Socket.listening(options)
        self.options = options
        self.secret = secret
    }

    /// Where others reach this endpoint's listener.
    public var port: Int { listener.port }

    /// Makes all connections and gives them to the segment; how others call an endpoint is for
    /// errors.
    ///
    /// - Parameters:
    ///   - addresses: where each endpoint of another node listens, nil for those of this node.
    ///   - seconds: how long that may take.
    public func connect(
        _ segment: borrowing Segment,
        addresses: [Address?],
        seconds: Int = 30,
        name: (Int) -> String
    ) throws(RuntimeError) {
        let own = segment.endpoint ?? 0
        try check(
            weft_net_create(segment.pointer, UInt32(options.connections)),
            "connections can't be prepared"
        )
        var missing: Set<Int> = []
        var pending: [Greeting] = []
        for (endpoint, address) in addresses.enumerated() {
            guard let address else { continue }
            for number in 0..<options.connections {
                missing.insert(endpoint * options.connections + number)
                if endpoint > own { continue }
                let caller = Caller(.data, from: own, to: endpoint, number: number)
                do {
                    pending.append(try Greeting(dialing: address, caller, options, secret))
                } catch {
                    throw RuntimeError("\(name(endpoint)): \(error)")
                }
            }
        }
        let end = ContinuousClock.now + .seconds(seconds)
        while !missing.isEmpty {
            if segment.isAborted { throw RuntimeError("the job was ended") }
            if ContinuousClock.now > end {
                let who = (missing.min() ?? 0) / options.connections
                let place = addresses[who].map { " at \($0)" } ?? ""
                throw RuntimeError(
                    "no connection with \(name(who))\(place) came about in \(seconds) s; is there "
                        + "a firewall between the hosts, or is '--interface' needed?"
                )
            }
            wait(pending)
            while let socket = listener.accepted() {
                pending.append(Greeting(answering: socket, secret))
            }
            var rest: [Greeting] = []
            for greeting in pending {
                do throws(RuntimeError) {
                    guard let caller = try greeting.advance() else {
                        rest.append(greeting)
                        continue
                    }
                    let isExpected = caller.purpose == .data && (greeting.peer ?? own) == caller.to
                    let peer = greeting.peer ?? caller.from
                    let key = peer * options.connections + caller.number
                    if isExpected, missing.remove(key) != nil {
                        try adopt(greeting.socket, segment, peer, caller.number)
                    }
                } catch {
                    // A stranger is none of the job's business; who was dialed is.
                    if let peer = greeting.peer { throw RuntimeError("\(name(peer)): \(error)") }
                }
            }
            pending = rest
        }
    }

    private func adopt(
        _ connected: Socket,
        _ segment: borrowing Segment,
        _ peer: Int,
        _ number: Int
    ) throws(RuntimeError) {
        let socket = connected.taken()
        let code = weft_net_adopt(segment.pointer, UInt32(peer), UInt32(number), socket)
        if code != 0 { close(socket) }
        try check(code, "a connection can't be used")
    }

    /// Waits a moment for anything to happen.
    private func wait(_ pending: [Greeting]) {
        var polled = [pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0)]
        polled += pending.map(\.polled)
        _ = poll(&polled, nfds_t(polled.count), 100)
    }
}

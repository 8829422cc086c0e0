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
    private let rails: [RdmaPort]

    /// Listens, for `connect` later.
    ///
    /// - Parameter rails: over which RDMA ports messages go, empty where they go over the
    ///   connections themselves.
    public init(
        _ options: NetOptions,
        _ secret: Handshake.Secret,
        rails: [RdmaPort] = []
    ) throws(RuntimeError) {
        listener = try Socket.listening(options)
        var options = options
        // Of connections that only tell how to reach each other one is enough.
        if !rails.isEmpty { options.connections = 1 }
        self.options = options
        self.secret = secret
        self.rails = rails
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
        var dialed: [Greeting] = []
        for (endpoint, address) in addresses.enumerated() {
            guard let address else { continue }
            for number in 0..<options.connections {
                missing.insert(endpoint * options.connections + number)
                if endpoint > own { continue }
                let caller = Caller(.data, from: own, to: endpoint, number: number)
                do {
                    dialed.append(try Greeting(dialing: address, caller, options, secret))
                } catch {
                    throw RuntimeError("\(name(endpoint)): \(error)")
                }
            }
        }
        let reception = Reception(listener, secret)
        let deadline = Deadline(.seconds(seconds))
        while !missing.isEmpty {
            if segment.isAborted { throw RuntimeError("the job was ended") }
            if deadline.hasPassed {
                let who = (missing.min() ?? 0) / options.connections
                let place = addresses[who].map { " at \($0)" } ?? ""
                throw RuntimeError(
                    "no connection with \(name(who))\(place) came about in \(deadline.words); is "
                        + "there a firewall between the hosts, or is '--interface' needed?"
                )
            }
            var polled = reception.polled + dialed.map(\.polled)
            _ = poll(&polled, nfds_t(polled.count), 100)
            // A stranger is none of the job's business.
            for (caller, socket) in reception.take(onProblem: { _ in }) where caller.to == own {
                try adopt(socket, segment, caller.from, caller, &missing)
            }
            var rest: [Greeting] = []
            for greeting in dialed {
                guard let peer = greeting.peer else { continue }
                do throws(RuntimeError) {
                    if let caller = try greeting.advance() {
                        try adopt(greeting.socket, segment, peer, caller, &missing)
                    } else {
                        rest.append(greeting)
                    }
                } catch {
                    throw RuntimeError("\(name(peer)): \(error)")
                }
            }
            dialed = rest
        }
        if rails.isEmpty { return }
        try segment.bringUp(rails, options.rdma, seconds: seconds, name: name)
    }

    private func adopt(
        _ connected: Socket,
        _ segment: borrowing Segment,
        _ peer: Int,
        _ caller: Caller,
        _ missing: inout Set<Int>
    ) throws(RuntimeError) {
        guard caller.purpose == .data, caller.number < options.connections,
            missing.remove(peer * options.connections + caller.number) != nil
        else { return }
        let socket = connected.taken()
        let code = weft_net_adopt(segment.pointer, UInt32(peer), UInt32(caller.number), socket)
        if code != 0 { close(socket) }
        try check(code, "a connection can't be used")
    }
}

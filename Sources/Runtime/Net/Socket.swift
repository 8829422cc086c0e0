internal import Glibc

/// A stream socket that is closed with its owner.
final class Socket {
    private(set) var number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { if number >= 0 { close(number) } }

    /// Gives the descriptor away.
    func taken() -> Int32 {
        defer { number = -1 }
        return number
    }

    /// The error of the last call in words.
    static var reason: String { String(cString: strerror(errno)) }

    private static func families(_ family: NetOptions.Family) -> [Int32] {
        switch family {
        case .any: [AF_INET, AF_INET6]
        case .ipv4: [AF_INET]
        case .ipv6: [AF_INET6]
        }
    }

    private func set(_ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(number, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private func prepare(_ options: NetOptions) {
        set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        if options.sendBuffer > 0 {
            set(SOL_SOCKET, SO_SNDBUF, Int32(clamping: options.sendBuffer))
        }
        if options.receiveBuffer > 0 {
            set(SOL_SOCKET, SO_RCVBUF, Int32(clamping: options.receiveBuffer))
        }
    }

    /// Listens on one of the ports that may be used, on all of the machine's addresses.
    static func listening(
        _ options: NetOptions,
        port: Int? = nil
    ) throws(RuntimeError) -> Socket {
        let ports = port.map { $0...$0 } ?? options.ports ?? 0...0
        var reason = ""
        for port in ports {
            // One socket for both families where there are both.
            for family in families(options.family).reversed() {
                let socket = Socket(Glibc.socket(family, socketKind, 0))
                if socket.number < 0 {
                    reason = Self.reason
                    continue
                }
                socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
                if family == AF_INET6 {
                    socket.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, options.family == .ipv6 ? 1 : 0)
                }
                // Accepted connections inherit their buffers.
                socket.prepare(options)
                if socket.bind(family, port), listen(socket.number, 4096) == 0 { return socket }
                reason = Self.reason
            }
        }
        let place: String
        switch ports.count {
        case 1 where ports.lowerBound == 0: place = "no port can be listened on"
        case 1: place = "port \(ports.lowerBound) can't be listened on"
        default:
            place = "no port of \(ports.lowerBound) to \(ports.upperBound) can be listened on"
        }
        throw RuntimeError("\(place): \(reason); allow others with '--ports'")
    }

    private static var socketKind: Int32 {
        Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    }

    private func bind(_ family: Int32, _ port: Int) -> Bool {
        if family == AF_INET6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = in_port_t(port).bigEndian
            return Self.withAddress(&address) { Glibc.bind(number, $0, $1) == 0 }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        return Self.withAddress(&address) { Glibc.bind(number, $0, $1) == 0 }
    }

    private static func withAddress<T, R>(
        _ address: inout T,
        _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> R
    ) -> R {
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<T>.size))
            }
        }
    }

    /// One connection that waits to be accepted, nil if none does.
    func accepted() -> Socket? {
        let socket = Socket(accept(number, nil, nil))
        if socket.number < 0 { return nil }
        _ = fcntl(socket.number, F_SETFD, FD_CLOEXEC)
        _ = fcntl(socket.number, F_SETFL, O_NONBLOCK)
        socket.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        return socket
    }

    /// Begins to connect: the socket becomes writable when that has an end, see `connectError`.
    static func dialing(
        _ address: Address,
        _ options: NetOptions
    ) throws(RuntimeError) -> Socket {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_family = options.family == .any ? AF_UNSPEC : families(options.family)[0]
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(address.host, "\(address.port)", &hints, &found)
        guard code == 0, let first = found else {
            throw RuntimeError(
                "the name '\(address.host)' leads nowhere: \(String(cString: gai_strerror(code)))"
            )
        }
        defer { freeaddrinfo(found) }
        let socket = Socket(Glibc.socket(first.pointee.ai_family, socketKind, 0))
        if socket.number < 0 { throw RuntimeError("no socket can be had: \(reason)") }
        socket.prepare(options)
        let result = connect(socket.number, first.pointee.ai_addr, first.pointee.ai_addrlen)
        if result != 0 && errno != EINPROGRESS {
            throw RuntimeError("\(address) can't be reached: \(reason)")
        }
        return socket
    }

    /// Why a connection could not be made, nil if it was.
    var connectError: String? {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &size)
        return code == 0 ? nil : String(cString: strerror(code))
    }

    /// The port that is listened on.
    var port: Int {
        var address = sockaddr_in6()
        let isKnown = Self.withAddress(&address) { pointer, size in
            var size = size
            return getsockname(number, pointer, &size) == 0
        }
        // The port lies at the same place for both families.
        return isKnown ? Int(in_port_t(bigEndian: address.sin6_port)) : 0
    }

    /// This end's address in digits, or the other's.
    func host(ofPeer: Bool) -> String? {
        var storage = sockaddr_storage()
        var name = [CChar](repeating: 0, count: 64)
        let isKnown = Self.withAddress(&storage) { pointer, size in
            var size = size
            let code =
                ofPeer ? getpeername(number, pointer, &size) : getsockname(number, pointer, &size)
            let capacity = socklen_t(name.count)
            return code == 0
                && getnameinfo(pointer, size, &name, capacity, nil, 0, NI_NUMERICHOST) == 0
        }
        if !isKnown { return nil }
        let text = String(
            decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
        let mapped = "::ffff:"
        return text.hasPrefix(mapped) ? String(text.dropFirst(mapped.count)) : text
    }
}

/// The addresses of this machine.
public enum Interfaces {
    /// Where others may reach this machine: the address of the wanted interface, or else all of
    /// them, loopback last, for those on the same machine.
    public static func places(_ options: NetOptions) throws(RuntimeError) -> [String] {
        if !options.interface.isEmpty {
            return [try address(of: options.interface, options.family)]
        }
        var names: [String] = []
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return ["127.0.0.1"] }
        defer { freeifaddrs(first) }
        var next = first
        while let one = next {
            next = one.pointee.ifa_next
            let name = String(cString: one.pointee.ifa_name)
            if !names.contains(name) { names.append(name) }
        }
        names.sort { ($0 == "lo" ? 1 : 0, $0) < ($1 == "lo" ? 1 : 0, $1) }
        var result: [String] = []
        for name in names {
            if let text = try? address(of: name, options.family) { result.append(text) }
        }
        return result
    }

    /// The address of an interface, of the wanted family.
    static func address(
        of name: String,
        _ family: NetOptions.Family
    ) throws(RuntimeError) -> String {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else {
            throw RuntimeError("the machine's interfaces can't be listed: \(Socket.reason)")
        }
        defer { freeifaddrs(first) }
        var names: Set<String> = []
        var found: [Int32: String] = [:]
        var next = first
        while let one = next {
            next = one.pointee.ifa_next
            let thisName = String(cString: one.pointee.ifa_name)
            names.insert(thisName)
            guard thisName == name, let address = one.pointee.ifa_addr else { continue }
            let kind = Int32(address.pointee.sa_family)
            let isFour = kind == AF_INET
            guard isFour || kind == AF_INET6, found[kind] == nil else { continue }
            let size = isFour ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
            var text = [CChar](repeating: 0, count: 64)
            let capacity = socklen_t(text.count)
            if getnameinfo(
                address,
                socklen_t(size),
                &text,
                capacity,
                nil,
                0,
                NI_NUMERICHOST
            ) == 0 {
                found[kind] = String(
                    decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
                    as: UTF8.self
                )
            }
        }
        let wanted =
            family == .ipv6 ? [AF_INET6] : family == .ipv4 ? [AF_INET] : [AF_INET, AF_INET6]
        for kind in wanted { if let text = found[kind] { return text } }
        if names.contains(name) {
            throw RuntimeError("interface \(name) has no address of the wanted family")
        }
        throw RuntimeError(
            "there is no interface '\(name)'; there are \(names.sorted().joined(separator: ", "))"
        )
    }
}

/// Where something listens.
public struct Address: Equatable, Sendable, CustomStringConvertible {
    /// A name, which may not resolve yet, or an IP address without brackets.
    public let host: String
    /// From 1 to 65535.
    public let port: Int

    /// As it is written.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Reads `host:port`, `1.2.3.4:port` or `[::1]:port`.
    ///
    /// - Parameters:
    ///   - text: what somebody wrote.
    ///   - what: where, for the words of an error, such as "the variable WEFT_HEAD".
    public init(_ text: String, in what: String) throws(RuntimeError) {
        guard let colon = text.lastIndex(of: ":"),
            let port = LaunchVariables.number(text[text.index(after: colon)...])
        else {
            throw RuntimeError("\(what) is \(quoted(text)), but should be host:port")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw RuntimeError(
                "\(what) is \(quoted(text)), but an IPv6 address needs brackets: [::1]:port"
            )
        }
        try self.init(host: String(host), port: port, in: what)
    }

    /// Takes a host and a port that are apart already.
    public init(host: String, port: Int, in what: String) throws(RuntimeError) {
        guard (1...255).contains(host.utf8.count), host.utf8.allSatisfy(Self.isOfAHost) else {
            throw RuntimeError("\(what) names no host: \(quoted(host))")
        }
        guard (1...65535).contains(port) else {
            throw RuntimeError("\(what) names port \(port), but ports are from 1 to 65535")
        }
        self.host = host
        self.port = port
    }

    /// Letters, digits, and what names and addresses have between them.
    private static func isOfAHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: ".-_:%".utf8.contains(byte)
        }
    }
}

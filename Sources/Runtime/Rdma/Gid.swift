internal import Glibc
internal import Text

/// An entry of a port's table of GIDs: an address of 16 bytes that messages come from.
public struct Gid: Equatable, Sendable {
    /// What packets of it look like.
    public enum Kind: String, Sendable {
        /// InfiniBand's own, or RoCE v1, which no router passes on.
        case first = "IB/RoCE v1"
        /// RoCE v2: in UDP.
        case second = "RoCE v2"
    }

    /// Where it is in the table.
    public let index: Int
    /// Its 16 bytes.
    public let bytes: [UInt8]
    /// What packets of it look like, nil where the kernel does not say.
    public let kind: Kind?
    /// The network interface that it belongs to; nil in InfiniBand networks.
    public let interface: String?

    /// Reads an entry's files; nil where it is empty.
    init?(_ sys: Sysfs, _ port: String, index: Int) {
        guard let text = sys.line("\(port)/gids/\(index)"), let bytes = Self.bytes(text),
            bytes.contains(where: { $0 != 0 })
        else { return nil }
        self.index = index
        self.bytes = bytes
        kind = sys.line("\(port)/gid_attrs/types/\(index)").flatMap { Kind(rawValue: $0) }
        interface = sys.line("\(port)/gid_attrs/ndevs/\(index)")
    }

    /// Eight groups of four hexadecimal digits, with colons between, as the kernel writes them.
    private static func bytes(_ text: String) -> [UInt8]? {
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard groups.count == 8 else { return nil }
        var bytes: [UInt8] = []
        for group in groups {
            guard group.utf8.count == 4, group.first?.isHexDigit == true,
                let value = UInt16(group, radix: 16)
            else { return nil }
            bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
        return bytes
    }

    /// Whether it is an IPv4 address.
    public var isIPv4: Bool { bytes[..<10].allSatisfy { $0 == 0 } && bytes[10...11] == [255, 255] }

    /// Whether it is for one subnet only: fe80::/10.
    public var isLinkLocal: Bool { bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 }

    /// As addresses are written: 10.0.0.1 or fe80::1.
    public var text: String {
        if isIPv4 { return bytes[12...].map { "\($0)" }.joined(separator: ".") }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = inet_ntop(AF_INET6, bytes, &buffer, socklen_t(buffer.count))
        let shown = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: shown, as: UTF8.self)
    }
}

extension Gid: CustomStringConvertible {
    /// Index, address, kind and interface.
    public var description: String {
        let parts = [text, kind?.rawValue, interface].compactMap { $0 }
        return "\(index): \(parts.joined(separator: ", "))"
    }
}

/// Which devices and ports may be used: names with `*` and `?` and commas between, each with a
/// `:port` or without; a `!` or `^` in front excludes all that the list names.
public struct DevicePattern: Equatable, Sendable {
    private struct Item: Equatable {
        let name: [UInt8]
        /// Nil for all ports.
        let port: Int?
    }

    private let items: [Item]
    private let excludes: Bool

    /// Reads a list; an empty one names all devices.
    public init(_ text: String) throws(RuntimeError) {
        let excludes = text.hasPrefix("!") || text.hasPrefix("^")
        let list = text.dropFirst(excludes ? 1 : 0)
        self.excludes = excludes
        if text.isEmpty {
            items = []
            return
        }
        guard text.utf8.count <= 1024 else {
            throw RuntimeError("a list of devices has at most 1024 characters")
        }
        var items: [Item] = []
        for part in list.split(separator: ",", omittingEmptySubsequences: false) {
            items.append(try Self.item(part))
        }
        self.items = items
    }

    private static func item(_ text: Substring) throws(RuntimeError) -> Item {
        if text.hasPrefix("!") || text.hasPrefix("^") {
            throw RuntimeError(
                "\(quoted(text)): '\(text.prefix(1))' stands in front of the whole list, and "
                    + "excludes all of it"
            )
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let name = Array(parts[0].utf8)
        guard !name.isEmpty, parts.count <= 2, name.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw RuntimeError(
                "\(quoted(text)) names no device: write a name such as mlx5_0, mlx5_0:1 or mlx5_*, "
                    + "with commas between"
            )
        }
        if parts.count == 1 { return Item(name: name, port: nil) }
        guard let port = LaunchVariables.number(parts[1]), (1...255).contains(port) else {
            throw RuntimeError("\(quoted(text)): ports of a device are from 1 to 255")
        }
        return Item(name: name, port: port)
    }

    /// Whether a port may be used.
    public func allows(_ device: String, port: Int) -> Bool {
        if items.isEmpty { return true }
        let name = Array(device.utf8)
        let isNamed = items.contains { item in
            (item.port.map { $0 == port } ?? true) && Self.matches(name, item.name)
        }
        return isNamed != excludes
    }

    /// Whether a text is as a pattern says, in steps of at most the product of their lengths.
    private static func matches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
        let (star, question) = (UInt8(ascii: "*"), UInt8(ascii: "?"))
        var (at, of) = (0, 0)
        // Where to go on when the last star has to take one byte more.
        var retry: (at: Int, of: Int)?
        while at < text.count {
            if of < pattern.count, pattern[of] == star {
                retry = (at, of)
                of += 1
            } else if of < pattern.count, pattern[of] == question || pattern[of] == text[at] {
                at += 1
                of += 1
            } else if let last = retry {
                at = last.at + 1
                of = last.of + 1
                retry = (at, last.of)
            } else {
                return false
            }
        }
        return pattern[of...].allSatisfy { $0 == star }
    }
}

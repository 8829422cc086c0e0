internal import Glibc

/// What the kernel tells in small files; anything else that lies there is read as if it were not.
public struct Sysfs: Equatable, Sendable {
    /// The folder that is usually `/sys`.
    public let root: String

    /// Looks below a folder.
    public init(_ root: String) { self.root = root }

    /// The beginning of a file: the kernel gives a page at most, and nobody waits for what is no
    /// plain file.
    private func bytes(_ path: String) -> ArraySlice<UInt8> {
        let file = open("\(root)/\(path)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &buffer, buffer.count)
        return buffer.prefix(max(0, count))
    }

    /// The first line of a file, nil where there is none or it can't be read.
    public func line(_ path: String) -> String? {
        let bytes = bytes(path).prefix { $0 != 10 }.drop { $0 == 32 }
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
        var text = String(decoding: bytes, as: UTF8.self)
        while text.last == " " { text.removeLast() }
        return text
    }

    /// The lines of a file, as far as they are on its first page.
    public func lines(_ path: String) -> [Substring] {
        String(decoding: bytes(path), as: UTF8.self).split(separator: "\n")
    }

    /// A whole number: digits, or hexadecimal ones after 0x.
    public func number(_ path: String) -> UInt64? { line(path).flatMap { Self.number($0) } }

    /// The number that a text says: digits, or hexadecimal ones after 0x.
    public static func number(_ text: some StringProtocol) -> UInt64? {
        let isHexadecimal = text.hasPrefix("0x")
        let digits = text.dropFirst(isHexadecimal ? 2 : 0)
        guard let first = digits.first, first.isHexDigit else { return nil }
        return UInt64(digits, radix: isHexadecimal ? 16 : 10)
    }

    /// A number that fits, which the kernel may also give as -1 where it has none.
    public func small(_ path: String) -> Int? { number(path).flatMap { Int(exactly: $0) } }

    /// What lies in a folder, with the numbers in names in their order.
    public func names(_ path: String) -> [String] {
        guard let folder = opendir("\(root)/\(path)") else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted { Self.order($0) < Self.order($1) }
    }

    /// The entries of a table whose files are called by their numbers.
    public func numbers(_ path: String, in range: ClosedRange<Int>) -> [Int] {
        names(path).filter { $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
            .compactMap { Int($0) }.filter(range.contains)
    }

    /// The last part of what a symbolic link leads to.
    public func target(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("\(root)/\(path)", &buffer, buffer.count)
        guard count > 0 else { return nil }
        let bytes = buffer.prefix(count).map { UInt8(bitPattern: $0) }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(separator: "/").last.map { String($0) }
    }

    /// The parts of where a file really lies, behind all symbolic links; empty where there is none.
    public func place(_ path: String) -> [Substring] {
        guard let real = realpath("\(root)/\(path)", nil) else { return [] }
        defer { free(real) }
        return String(cString: real).split(separator: "/")
    }

    /// Whether there is such a file or folder.
    public func exists(_ path: String) -> Bool { access("\(root)/\(path)", F_OK) == 0 }

    /// A name such that mlx5_2 comes before mlx5_10.
    private static func order(_ name: String) -> SortKey {
        var parts: [SortKey.Part] = []
        for byte in name.utf8 {
            if byte < 0x30 || byte > 0x39 {
                parts.append(.letter(byte))
            } else if case .number(let number)? = parts.last, number < 1_000_000_000 {
                parts[parts.count - 1] = .number(number * 10 + Int(byte - 0x30))
            } else {
                parts.append(.number(Int(byte - 0x30)))
            }
        }
        return SortKey(parts: parts, name: name)
    }

    private struct SortKey: Comparable {
        enum Part: Comparable {
            case number(Int)
            case letter(UInt8)
        }

        let parts: [Part]
        let name: String

        static func < (a: SortKey, b: SortKey) -> Bool {
            if a.parts == b.parts { return a.name < b.name }
            return a.parts.lexicographicallyPrecedes(b.parts)
        }
    }
}

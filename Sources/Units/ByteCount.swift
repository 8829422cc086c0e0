/// A number of bytes.
///
/// Never negative.
public struct ByteCount: Hashable, Comparable, Sendable {
    /// The bytes.
    public let bytes: Int

    /// Makes a count; `bytes` must not be negative.
    public init(_ bytes: Int) {
        precondition(bytes >= 0, "a byte count is not negative")
        self.bytes = bytes
    }

    /// Whether the left is less.
    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}

extension ByteCount {
    /// Units of sizes.
    ///
    /// As in nccl-tests a bare K, M or G is binary; `KB` is decimal as on a label.
    private static let units: [(name: String, scale: UInt64)] = [
        ("", 1), ("B", 1),
        ("K", 1 << 10), ("KiB", 1 << 10), ("KB", 1_000),
        ("M", 1 << 20), ("MiB", 1 << 20), ("MB", 1_000_000),
        ("G", 1 << 30), ("GiB", 1 << 30), ("GB", 1_000_000_000),
        ("T", 1 << 40), ("TiB", 1 << 40), ("TB", 1_000_000_000_000),
    ]

    /// Reads `8`, `4K`, `64MiB`, `1.5GB`.
    public init(parsing text: String) throws(UnitError) {
        let quantity = try Quantity(parsing: text, what: "size")
        guard let unit = Self.units.first(where: { $0.name == quantity.unit }) else {
            throw quantity.unknownUnit(write: "8, 4K, 64MiB or 1.5GB")
        }
        self.init(Int(try quantity.scaled(by: unit.scale)))
    }

    /// The shortest exact binary form: `8`, `4K`, `64M`, `1025`.
    public var short: String {
        var value = bytes
        var suffix = ""
        for next in ["K", "M", "G", "T"] where value != 0 && value % 1024 == 0 {
            value /= 1024
            suffix = next
        }
        return "\(value)\(suffix)"
    }
}

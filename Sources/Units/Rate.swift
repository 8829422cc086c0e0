/// A data rate, in one direction of a link.
///
/// Stored in bits a second, as links are specified. GB/s and Gb/s differ by eight: nothing here
/// prints or reads a bare number.
public struct BitsPerSecond: Hashable, Comparable, Sendable {
    /// Bits in a second.
    public let bits: Int

    /// Makes a rate; `bits` must not be negative.
    public init(_ bits: Int) {
        precondition(bits >= 0, "a rate is not negative")
        self.bits = bits
    }

    /// Whether the left is less.
    public static func < (left: BitsPerSecond, right: BitsPerSecond) -> Bool {
        left.bits < right.bits
    }

    private static let units: [(name: String, scale: UInt64)] = [
        ("b/s", 1), ("Kb/s", 1_000), ("Mb/s", 1_000_000), ("Gb/s", 1_000_000_000),
        ("Tb/s", 1_000_000_000_000),
        ("B/s", 8), ("KB/s", 8_000), ("MB/s", 8_000_000), ("GB/s", 8_000_000_000),
        ("TB/s", 8_000_000_000_000),
    ]

    /// Reads `400Gb/s`, `50GB/s`, `1.8TB/s`.
    public init(parsing text: String) throws(UnitError) {
        let quantity = try Quantity(parsing: text, what: "rate")
        guard let unit = Self.units.first(where: { $0.name == quantity.unit }) else {
            throw quantity.unknownUnit(write: "400Gb/s (bits) or 50GB/s (bytes)")
        }
        self.init(Int(try quantity.scaled(by: unit.scale)))
    }

    /// 10^9 bits a second.
    public var gigabits: Double { Double(bits) / 1e9 }
    /// 10^9 bytes a second.
    public var gigabytes: Double { Double(bits) / 8e9 }

    /// How long `bytes` take at this rate, rounded up to the picosecond.
    public func duration(of bytes: ByteCount) -> Picoseconds {
        precondition(bits > 0, "nothing moves at rate zero")
        let (high, low) = (UInt64(bytes.bytes) * 8).multipliedFullWidth(by: 1_000_000_000_000)
        let (quotient, rest) = UInt64(bits).dividingFullWidth((high, low))
        return Picoseconds(Int(quotient) + (rest == 0 ? 0 : 1))
    }
}

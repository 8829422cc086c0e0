/// A duration or a point in simulated time, in whole picoseconds (a byte at 800 Gb/s takes 10).
public struct Picoseconds: Hashable, Comparable, Sendable {
    /// The picoseconds.
    public let count: Int

    /// Makes a duration.
    public init(_ count: Int) { self.count = count }

    /// No time.
    public static let zero = Picoseconds(0)

    /// Whether the left is less.
    public static func < (left: Picoseconds, right: Picoseconds) -> Bool {
        left.count < right.count
    }
    /// The sum; overflow (106 days) traps.
    public static func + (left: Picoseconds, right: Picoseconds) -> Picoseconds {
        Picoseconds(left.count + right.count)
    }
    /// The difference.
    public static func - (left: Picoseconds, right: Picoseconds) -> Picoseconds {
        Picoseconds(left.count - right.count)
    }

    /// As microseconds, the unit of every table in this field.
    public var microseconds: Double { Double(count) / 1e6 }

    private static let units: [(name: String, scale: UInt64)] = [
        ("ps", 1), ("ns", 1_000), ("us", 1_000_000), ("µs", 1_000_000), ("ms", 1_000_000_000),
        ("s", 1_000_000_000_000),
    ]

    /// Reads `1.5us`, `300ns`, `10ms`.
    public init(parsing text: String) throws(UnitError) {
        let quantity = try Quantity(parsing: text, what: "time")
        guard let unit = Self.units.first(where: { $0.name == quantity.unit }) else {
            throw quantity.unknownUnit(write: "300ns, 1.5us or 10ms")
        }
        self.init(Int(try quantity.scaled(by: unit.scale)))
    }
}

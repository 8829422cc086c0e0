/// Power, in thousandths of a watt.
public struct Milliwatts: Hashable, Comparable, Sendable {
    /// How many.
    public let count: Int

    /// Makes a power.
    public init(_ count: Int) { self.count = count }

    /// Whether the left one is less.
    public static func < (left: Milliwatts, right: Milliwatts) -> Bool { left.count < right.count }

    /// Watts.
    public var watts: Double { Double(count) / 1e3 }

    /// Reads `9W`, `2.9kW`, `600kW`.
    public init(parsing text: String) throws(UnitError) {
        let units: [(String, UInt64)] = [("W", 1_000), ("kW", 1_000_000), ("MW", 1_000_000_000)]
        self.init(try value(text, "power", units, write: "9W or 2.9kW"))
    }
}

/// Length, in thousandths of a metre.
public struct Millimetres: Hashable, Comparable, Sendable {
    /// How many.
    public let count: Int

    /// Makes a length.
    public init(_ count: Int) { self.count = count }

    /// Whether the left one is less.
    public static func < (left: Millimetres, right: Millimetres) -> Bool {
        left.count < right.count
    }

    /// Metres.
    public var metres: Double { Double(count) / 1e3 }

    /// Reads `0.5m`, `100km`.
    public init(parsing text: String) throws(UnitError) {
        let units: [(String, UInt64)] = [("m", 1_000), ("km", 1_000_000)]
        self.init(try value(text, "length", units, write: "2m or 100km"))
    }
}

/// A price, in hundredths of a dollar.
public struct Cents: Hashable, Comparable, Sendable {
    /// How many.
    public let count: Int

    /// Makes a price.
    public init(_ count: Int) { self.count = count }

    /// Whether the left one is less.
    public static func < (left: Cents, right: Cents) -> Bool { left.count < right.count }

    /// Dollars.
    public var dollars: Double { Double(count) / 1e2 }

    /// Reads `1000USD`.
    public init(parsing text: String) throws(UnitError) {
        self.init(try value(text, "price", [("USD", 100)], write: "1000USD"))
    }
}

private func value(
    _ text: String,
    _ what: String,
    _ units: [(name: String, scale: UInt64)],
    write examples: String
) throws(UnitError) -> Int {
    let quantity = try Quantity(parsing: text, what: what)
    guard let unit = units.first(where: { $0.name == quantity.unit }) else {
        throw quantity.unknownUnit(write: examples)
    }
    return Int(try quantity.scaled(by: unit.scale))
}

public import Units

/// The rate of many links together, in one direction unless its name says otherwise.
///
/// A million GPUs of 1.8 TB/s each way send more bits a second than 63 bits can count.
public struct TotalRate: Hashable, Comparable, Sendable {
    /// Bits in a second.
    public let bits: UInt128

    /// Makes the rate of `count` equal links.
    public init(_ each: BitsPerSecond, times count: Int) {
        self.init(bits: UInt128(each.bits) * UInt128(count))
    }

    init(bits: UInt128) { self.bits = bits }

    /// Whether the left rate is the slower.
    public static func < (left: TotalRate, right: TotalRate) -> Bool { left.bits < right.bits }

    /// The sum of two rates in the same direction.
    public static func + (left: TotalRate, right: TotalRate) -> TotalRate {
        TotalRate(bits: left.bits + right.bits)
    }

    /// Both directions together, as data sheets like to count.
    public var bothDirections: TotalRate { TotalRate(bits: 2 * bits) }

    /// 10^9 bytes a second.
    public var gigabytes: Double { Double(bits) / 8e9 }

    /// 10^12 bytes a second.
    public var terabytes: Double { Double(bits) / 8e12 }
}

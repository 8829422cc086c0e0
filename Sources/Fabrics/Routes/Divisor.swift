/// A number by which others are divided often: a multiplication does it.
///
/// With m = ⌈2⁶⁴ / d⌉, the upper half of n × m is ⌊n / d⌋ for all n and d below 2³² (T. Granlund,
/// P. L. Montgomery, Division by invariant integers using multiplication, PLDI 1994). What is not
/// below it is divided as usual.
struct Divisor: Sendable {
    let value: Int
    private let factor: UInt64

    init(_ value: Int) {
        precondition((1...(1 << 32)).contains(value), "so many endpoints there may be")
        self.value = value
        // For 1 it is one too many for 64 bits, and 0 stands for it.
        factor = value == 1 ? 0 : UInt64.max / UInt64(value) + 1
    }

    @inline(__always) static func / (number: Int, divisor: Divisor) -> Int {
        if divisor.factor == 0 { return number }
        if number >> 32 != 0 { return number / divisor.value }
        return Int(
            truncatingIfNeeded: UInt64(truncatingIfNeeded: number).multipliedFullWidth(
                by: divisor.factor
            ).high
        )
    }

    @inline(__always) static func % (number: Int, divisor: Divisor) -> Int {
        number &- (number / divisor) &* divisor.value
    }
}

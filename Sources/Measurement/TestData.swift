/// The values that ranks contribute to a checked operation, and what must come out.
///
/// Every value is a small whole number, so that any order of addition gives the same float32: up to
/// 1,000 ranks the sums stay below 2^24. Each element and rank has its own: `a + rank * b` with a
/// and b from a hash of the element and of a salt that changes from check to check. A lost,
/// doubled, misplaced or stale contribution changes the sum.
public struct TestData: Sendable {
    /// Changes from check to check.
    public let salt: UInt32

    /// Data for one check.
    public init(salt: UInt32) { self.salt = salt }

    @inline(__always)
    private func parts(_ index: Int) -> (base: UInt32, step: UInt32) {
        var h = UInt32(truncatingIfNeeded: index) &* 0x9E37_79B1 &+ salt &* 0x85EB_CA6B
        h ^= h >> 15
        h = h &* 0x2C1B_3C6D
        h ^= h >> 13
        return (1 + h & 63, 1 + (h >> 8) & 15)
    }

    /// What a rank contributes to an element.
    public func value(_ index: Int, rank: Int) -> Float {
        let (base, step) = parts(index)
        return Float(base &+ UInt32(rank) &* step)
    }

    /// The sum of all ranks' contributions to an element.
    public func sum(_ index: Int, ranks: Int) -> Float {
        let (base, step) = parts(index)
        return Float(base &* UInt32(ranks) &+ step &* UInt32(ranks * (ranks - 1) / 2))
    }

    /// Writes a rank's contribution.
    public func fill(_ buffer: UnsafeMutableBufferPointer<Float>, rank: Int) {
        for index in buffer.indices { buffer[index] = value(index, rank: rank) }
    }

    /// How many elements differ from the sum.
    public func countWrong(_ buffer: UnsafeMutableBufferPointer<Float>, ranks: Int) -> Int {
        var wrong = 0
        // Not equal is also what NaN is, with which outputs are filled before a check.
        for index in buffer.indices where !(buffer[index] == sum(index, ranks: ranks)) {
            wrong += 1
        }
        return wrong
    }
}

/// A part of every endpoint's heap, given out piece by piece: who asks for the same in the same
/// order gets the same places, so that all ranks' places agree.
struct Arena {
    private let range: Range<Int>
    /// What is given out, by where it begins, in order.
    private var given: [Range<Int>] = []
    private static let grain = 128

    init(_ range: Range<Int>) { self.range = range }

    /// The first place that is large enough, nil if none is.
    mutating func take(_ bytes: Int) -> Int? {
        guard bytes >= 0, bytes <= range.count else { return nil }
        let size = max(1, (bytes + Self.grain - 1) / Self.grain) * Self.grain
        var start = range.lowerBound
        for (index, next) in given.enumerated() {
            if next.lowerBound - start >= size {
                given.insert(start..<start + size, at: index)
                return start
            }
            start = next.upperBound
        }
        if range.upperBound - start < size { return nil }
        given.append(start..<start + size)
        return start
    }

    /// Takes back what begins there; whether anything does.
    mutating func give(_ start: Int) -> Bool {
        guard let index = given.firstIndex(where: { $0.lowerBound == start }) else { return false }
        given.remove(at: index)
        return true
    }

    /// Whether a stretch lies in what was given out as one.
    func holds(_ start: Int, bytes: Int) -> Bool {
        given.contains { $0.lowerBound <= start && bytes <= $0.upperBound - start }
    }
}

extension View {
    /// The same groups with other positions: who is at position `source(p)` here is at p there.
    func reordered(_ source: (Int) -> Int) -> View {
        View(
            base: base,
            size: size,
            stride: stride,
            groups: groups,
            order: (0..<size).map { Int32(place(at: source($0))) }
        )
    }

    /// The same groups with their first positions acting for the rest: position p acts for
    /// `acting + p`, if there is such a one, and the two are neighbours.
    ///
    /// - Parameters:
    ///   - acting: how many positions act, at least half of them.
    ///   - number: the position of the acting member that comes i-th.
    func folded(onto acting: Int, number: (Int) -> Int = { $0 }) -> View {
        var sources = [Int](repeating: 0, count: size)
        var next = 0
        for index in 0..<acting {
            let position = number(index)
            for member in [position, acting + position] where member < size {
                sources[member] = next
                next += 1
            }
        }
        return reordered { sources[$0] }
    }
}

/// Endpoints in a grid, each joined to its neighbours in every dimension.
public struct Torus: Hashable, Sendable {
    /// How many there are along each dimension; the first varies fastest with an endpoint's number.
    public let sides: [Int]
    /// Whether the ends of a dimension are joined.
    public let wraps: Bool

    /// Endpoints in it.
    public var count: Int { sides.reduce(1, *) }

    /// Links of an endpoint that has a neighbour on each side in every dimension.
    public var links: Int { 2 * sides.count }

    /// What each endpoint can send to the other half of them, across the middle of the longest
    /// side, where a row has one link, or two where it wraps; over what a link carries.
    var cut: Share {
        let longest = sides.max() ?? 1
        return Share((wraps ? 2 : 1), of: longest / 2)
    }

    /// What each endpoint can send to all alike, over shortest paths; over what a link carries.
    ///
    /// The middle carries what half of a row sends to its other half, and what wraps has two.
    var uniform: Share {
        let longest = sides.max() ?? 1
        let (near, far) = (longest / 2, longest - longest / 2)
        return Share((wraps ? 2 : 1) * longest, of: near * far)
    }
}

/// A part of a rate.
struct Share: Hashable {
    let numerator: Int
    let denominator: Int

    init(_ numerator: Int, of denominator: Int) {
        self.numerator = numerator
        self.denominator = denominator
    }
}

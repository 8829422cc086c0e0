internal import Units

/// A value of a fabric and the document that states it.
public struct Figure<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The value.
    public let value: Value
    /// The title or address of the document, nil when none was read: the figure is unverified.
    public let source: String?

    /// Makes a figure.
    public init(_ value: Value, source: String?) {
        self.value = value
        self.source = source
    }

    /// Whether a document states it.
    public var isVerified: Bool { source != nil }
}

/// What the groups below a tier could send into it, over what their links to it carry.
public struct Oversubscription: Hashable, Sendable, CustomStringConvertible {
    /// Parts that could be sent.
    public let below: Int
    /// Parts that are carried, never more than could be sent.
    public let carried: Int

    /// Makes a ratio, nil unless `below` is at least `carried` and `carried` at least 1.
    public init?(below: Int, carried: Int) {
        guard carried > 0, below >= carried else { return nil }
        self.below = below
        self.carried = carried
    }

    /// As it is written: `3:1`.
    public var description: String { "\(below):\(carried)" }

    /// The share of a rate that is carried, rounded down.
    func share(of rate: BitsPerSecond) -> BitsPerSecond {
        let product = rate.bits.multipliedFullWidth(by: carried)
        return BitsPerSecond(below.dividingFullWidth(product).quotient)
    }
}

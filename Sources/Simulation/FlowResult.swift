public import Placement
public import Units

/// What the simulation of one operation found.
public struct FlowResult: Hashable, Sendable {
    /// When the last rank may leave the operation.
    public let completion: Picoseconds
    /// When each rank may: its steps are taken, and nobody touches its memory any more.
    public let finish: [Picoseconds]
    /// Transfers between ranks.
    public let flows: Int
    /// Events that were simulated.
    public let events: Int
    /// A fingerprint of all events in their order: the same input gives the same.
    public let traceHash: UInt64
    /// Tiers of the fabric.
    public let tiers: Int
    /// Bytes by rank and tier.
    let sentBytes: [Int]
    let receivedBytes: [Int]

    /// What a rank sent over a tier; what crosses an outer tier crosses the inner ones of the same
    /// network as well.
    public func sent(by rank: Int, over tier: Int) -> ByteCount {
        ByteCount(sentBytes[rank * tiers + tier])
    }

    /// What a rank received over a tier.
    public func received(by rank: Int, over tier: Int) -> ByteCount {
        ByteCount(receivedBytes[rank * tiers + tier])
    }

    /// What all ranks together sent over a tier.
    public func total(over tier: Int) -> ByteCount {
        ByteCount(finish.indices.reduce(0) { $0 + sentBytes[$1 * tiers + tier] })
    }
}

/// Why a schedule can't be simulated.
public enum SimulationError: Error, Equatable, CustomStringConvertible {
    /// It does not go with the placement.
    case placement(PlacementError)
    /// Its steps wait for each other; the first that never starts.
    case stuck(String)
    /// It moves more bytes, or takes longer, than can be counted.
    case tooLarge

    /// One sentence.
    public var description: String {
        switch self {
        case .placement(let error): "\(error)"
        case .stuck(let step): "\(step): what it waits for never comes"
        case .tooLarge: "the operation moves more than an exbibyte or takes longer than 106 days"
        }
    }
}

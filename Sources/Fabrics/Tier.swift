public import Units

/// One level of a fabric: groups whose members reach each other through it.
public struct Tier: Hashable, Sendable {
    /// What people call it: `rack`, `leaf`, `spine`.
    public let name: String
    /// Which of the endpoint's networks it belongs to, from 0.
    ///
    /// Tiers of one network share the links of the endpoint: what crosses the outer one crosses the
    /// inner ones as well.
    public let network: Int
    /// The kind of link, nil where the rate was given or the links are those of the tier below.
    public let link: LinkKind?
    /// Links of that kind at each endpoint.
    public let linksPerEndpoint: Int
    /// What an endpoint can send into the network of this tier, and at the same time receive.
    public let rate: Figure<BitsPerSecond>
    /// What each endpoint of one half can send to the other half through this tier while all others
    /// do the same: the rate less the oversubscription of this tier and of those of its network
    /// below.
    public let sustainedRate: BitsPerSecond
    /// What each endpoint of a group can send to all others alike while these do the same; nil
    /// where the sustained rate says it, as it does where there are switches.
    public let uniformRate: BitsPerSecond?
    /// From one endpoint to another whose nearest common group is one of this tier, without the
    /// time that the message's own bytes take.
    public let latency: Figure<Picoseconds>
    /// Groups of the tier below in a group of this one; endpoints, in the innermost tier.
    public let holds: Figure<Int>
    /// Endpoints in a group.
    public let groupSize: Int
    /// Nil where the tier carries all that is sent.
    public let oversubscription: Figure<Oversubscription>?
    /// Whether its switches reduce; nil where nothing is said, which counts as no.
    public let reduction: Figure<Bool>?
    /// How the groups below are joined.
    public let structure: Structure
    /// The network interface of an endpoint's link, nil where there is none or it is not said.
    public let nic: Part?
    /// How long a cable is that leads up to this tier, nil where it is not said.
    public let length: Figure<Millimetres>?

    /// Whether its switches reduce what their members send.
    public var reducesInNetwork: Bool { reduction?.value ?? false }
}

public import Units

/// How the groups below a tier are joined in one of its groups.
///
/// Every kind is a few numbers, the same in each group: what it has is counted, and where a cable
/// goes is computed, and nothing of it is stored.
public enum Structure: Hashable, Sendable {
    /// Through switches: several tiers of them are a folded Clos network, or fat tree.
    case switched(Switching)
    /// Through the endpoints themselves: a torus or a mesh of any number of dimensions.
    case torus(Torus)
    /// Groups of routers, all joined inside, and each joined to every other group.
    case dragonfly(Dragonfly)
    /// By links between pairs of endpoints.
    case direct(DirectLinks)
}

/// The switches of a tier's group, and the cables from what lies below.
///
/// What lies below are units: endpoints, or the switches of the groups of the tier below. Cable c
/// of unit u goes to switch (u * cables + c) mod switches. With as many cables as switches, each
/// unit reaches all of them, as a spine is reached; with fewer, units share switches only with
/// those that lie so far apart: rails, planes, and the cores of a fat tree of three levels.
/// Switches are counted in their group, endpoints in their node.
public struct Switching: Hashable, Sendable {
    /// Switches in a group.
    public let switches: Int
    /// Whether somebody has said so; else a group has one, which carries whatever it must.
    public let isDescribed: Bool
    /// What they are, nil where that is not said.
    public let device: Part?
    /// Units in a group of the tier below: 1 where it is an endpoint.
    public let unitsBelow: Int
    /// Cables of each unit.
    public let cables: Int
    /// What one carries, each way.
    public let cableRate: BitsPerSecond
    /// Of which kind it is, nil where only its rate is known.
    public let cable: LinkKind?
}

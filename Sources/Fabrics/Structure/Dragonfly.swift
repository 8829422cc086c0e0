/// Groups of routers, as J Kim and others have described them at ISCA in 2008.
///
/// Port p of a group, of those that lead to other groups, belongs to its router p / global, and
/// leads to the group 1 + p mod (groups - 1) further on.
public struct Dragonfly: Hashable, Sendable {
    /// How many groups there are.
    public let groups: Int
    /// Routers in a group, each joined to every other one.
    public let routers: Int
    /// Endpoints at a router.
    public let endpoints: Int
    /// Ports of a router that lead to other groups.
    public let global: Int
    /// What they are, nil where that is not said.
    public let device: Part?

    /// Endpoints in it.
    public var count: Int { groups * routers * endpoints }

    /// Ports of a group that lead to other groups.
    var ports: Int { routers * global }

    /// Cables between two groups; ports beyond these lead nowhere.
    public var parallel: Int { groups == 1 ? 0 : ports / (groups - 1) }

    /// What each endpoint of one half of the groups can send to the other half, over what a link
    /// carries.
    var cut: Share {
        groups == 1
            ? Share(routers - routers / 2, of: endpoints)
            : Share((groups - groups / 2) * parallel, of: routers * endpoints)
    }

    /// What each endpoint can send to all alike over shortest paths, over what a link carries:
    /// through the ports between groups, and through those between routers.
    var uniform: [Share] {
        // Inside a group, or at the beginning and at the end, in two.
        let local = Share(routers * groups, of: endpoints * (2 * groups - 1))
        if groups == 1 { return [local] }
        return [local, Share(parallel * groups, of: routers * endpoints)]
    }
}

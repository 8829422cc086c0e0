/// The tree of real switches over some endpoints: an aggregation tree of SHARP, or a multicast
/// tree of NVLS.
///
/// It lies in the innermost network that is switched and joins the endpoints. Everyone goes up to
/// one switch where all meet; who can reach the same switch on the way goes to the same one. Trees
/// have numbers: different ones have different switches at the top, as the aggregation trees of a
/// subnet or the planes of NVLink have, and beyond these different ones of parallel cables.
///
/// It takes time and memory in proportion to the endpoints and to the switches of one group of each
/// tier.
public struct SwitchTree: Hashable, Sendable {
    /// The endpoints, ascending.
    public let members: [Int]
    /// Which of the parallel trees it is.
    public let number: Int
    /// How many switches could be the one at the top: numbers below have a different one each.
    public let roots: Int
    /// How many numbers take each of these with each of the parallel cables.
    public let variants: Int
    /// The switches, tier by tier from the innermost; the last is the root.
    public let switches: [Vertex]
    /// Which of the switches each tier has, innermost first.
    public let levels: [Range<Int>]
    /// The switch above each member, as a place in `switches`.
    public let memberParents: [Int]
    /// The channel that leads up from each member, as a number of the router.
    public let memberChannels: [Int]
    /// The switch above each switch but the root, as a place in `switches`.
    public let parents: [Int]
    /// The channel that leads up from each switch but the root, as a number of the router.
    public let channels: [Int]
    /// How many members or switches are directly below each switch.
    public let children: [Int]

    /// How many switches are on the way from a member to the root, the root included.
    public var depth: Int { levels.count }

    /// The greatest number of children of a switch, tier by tier from the innermost.
    public var radixes: [Int] {
        levels.map { level in level.reduce(0) { max($0, children[$1]) } }
    }

    /// The greatest number of children of any switch.
    public var radix: Int { children.max() ?? 0 }

    /// Finds the tree over some endpoints, or says why there is none.
    ///
    /// - Parameters:
    ///   - members: the endpoints, ascending, each once.
    ///   - number: which of the parallel trees, from 0.
    ///   - router: the routes of the fabric.
    ///   - reduces: whether its switches must reduce, which multicast does not ask for.
    public init(
        over members: [Int],
        number: Int = 0,
        in router: Router,
        reduces: Bool = true
    ) throws(SwitchTreeError) {
        precondition(number >= 0, "trees are counted from 0")
        let shape = try TreeShape(over: members, in: router)
        if reduces, let tier = shape.tiers.first(where: { !router.fabric.reduces(at: $0) }) {
            throw .doesNotReduce(tier: router.fabric.tiers[tier].name)
        }
        self.members = members
        self.number = number
        roots = shape.roots.count
        variants = shape.variants
        let ways = shape.ways(to: number)
        var switches: [Vertex] = []
        var levels: [Range<Int>] = []
        var children: [Int] = []
        var memberParents: [Int] = []
        var memberChannels: [Int] = []
        var parents: [Int] = []
        var channels: [Int] = []
        // What lies below the tier: which group it is in, and its number there.
        var row = (groups: members, units: members.map { $0 % ways[0].level.counted })
        for (index, way) in ways.enumerated() {
            let climb = way.climb(row.groups, row.units, isFirst: index == 0)
            let start = switches.count
            for place in climb.groups.indices {
                switches.append(
                    .switch(
                        tier: shape.tiers.lowerBound + index,
                        group: climb.groups[place],
                        number: climb.numbers[place]
                    )
                )
            }
            levels.append(start..<switches.count)
            children += climb.children
            if index == 0 {
                (memberParents, memberChannels) = (climb.parents, climb.channels)
            } else {
                parents += climb.parents.map { $0 + start }
                channels += climb.channels
            }
            row = (climb.groups, climb.numbers)
        }
        self.switches = switches
        self.levels = levels
        self.children = children
        self.memberParents = memberParents
        self.memberChannels = memberChannels
        self.parents = parents
        self.channels = channels
    }
}

/// Why endpoints have no tree of switches.
public enum SwitchTreeError: Error, Equatable, CustomStringConvertible {
    /// There are none.
    case noMembers
    /// They are not ascending, or not all of the fabric.
    case notEndpoints(endpoints: Int)
    /// No network that holds them all has switches; the innermost tier that holds them is named.
    case notSwitched(tier: String)
    /// The networks join them nowhere at one switch; the outermost tier is named.
    case apart(tier: String)
    /// A switch on the way passes on what it gets, and adds nothing up.
    case doesNotReduce(tier: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .noMembers: "a tree of switches needs an endpoint at least"
        case .notEndpoints(let endpoints):
            "the members of a tree are endpoints from 0 to \(endpoints - 1), ascending, each once"
        case .notSwitched(let tier):
            "the endpoints are joined by tier '\(tier)', which has no switches, nor has one around"
                + " it"
        case .apart(let tier):
            "there is no switch that all the endpoints reach: up to tier '\(tier)' their rails or"
                + " planes are apart; take the endpoints of one"
        case .doesNotReduce(let tier):
            "the switches of tier '\(tier)' do not reduce; a fabric whose switches do says"
                + " 'reduces: true' there"
        }
    }
}

extension Fabric {
    /// Whether the switches of a tier reduce.
    fileprivate func reduces(at tier: Int) -> Bool { tiers[tier].reducesInNetwork }
}

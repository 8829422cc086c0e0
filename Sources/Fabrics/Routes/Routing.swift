/// How a network picks one of several ways that are equally short.
public enum Routing: String, CaseIterable, Sendable {
    /// Equal-cost multipath: a hash of the flow decides, the switches of each tier with a seed of
    /// their own.
    case ecmp
    /// The same where all switches have the same hash.
    ///
    /// What one of them has sent on to a second, that one's hash no longer divides, so of the ways
    /// behind it few are used. Source: A. Singh et al., Jupiter rising, SIGCOMM 2015.
    case polarised = "ecmp-polarised"
    /// Every part of a flow goes by lot, as packets that are sprayed do.
    case spray
    /// Every part of a flow takes the channel ahead that carries the least.
    ///
    /// A switch sees its own channels only. Where there are detours (Dragonfly, torus), one that is
    /// so much less used is taken (UGAL: A. Singh, Load-balanced routing in interconnection
    /// networks, 2005).
    case adaptive
    /// Tables by destination as OpenSM's `ftree` makes them.
    ///
    /// Destinations go round over the ways, in each tier over what the one below left open.
    /// Source: E. Zahavi, D-Mod-K routing, 2010.
    case ftree
    /// Tables by destination as OpenSM's `minhop` makes them.
    ///
    /// Each switch by itself lets destinations go round over its ways, in the order of addresses.
    case minhop
    /// By way of a group or endpoint that is drawn (L. G. Valiant, 1982).
    ///
    /// In a fat tree the switch at the top is that already: there it is the same as `spray`.
    case valiant

    /// The most parts that a flow is divided into where its parts go different ways.
    public static let partsMost = 64
    /// What a part has at least: a packet.
    public static let partBytes = 4096

    /// One line on what it is.
    public var summary: String {
        switch self {
        case .ecmp: "a hash of the flow, each tier with a seed of its own"
        case .polarised: "the same hash in all switches"
        case .spray: "every part of a flow by lot"
        case .adaptive: "every part where least is carried, by a detour where that is better"
        case .ftree: "by destination, round over all ways (OpenSM's ftree)"
        case .minhop: "by destination, each switch by itself (OpenSM's minhop)"
        case .valiant: "every part by way of somewhere that is drawn"
        }
    }

    /// Whether the parts of a flow go different ways.
    public var dividesFlows: Bool {
        switch self {
        case .spray, .adaptive, .valiant: true
        case .ecmp, .polarised, .ftree, .minhop: false
        }
    }
}

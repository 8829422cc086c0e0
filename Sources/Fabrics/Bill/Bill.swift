public import Units

/// What a fabric is built of: how much of each part, the power that it takes, and what it costs
/// where a price is known.
public struct Bill: Hashable, Sendable {
    /// What a person may set, since documents differ about it or say nothing.
    public struct Assumptions: Hashable, Sendable {
        /// What a pluggable transceiver takes for each 800 Gb/s.
        public var pluggable = Figure(
            Milliwatts(15_000),
            source: "Meta and Broadcom, ECOC 2025, quoted by others: 15 W of 800 Gb/s with a DSP"
        )
        /// What it costs.
        public var transceiver: Figure<Cents>?
        /// What an endpoint costs.
        public var endpoint: Figure<Cents>?
        /// The longest cable that is of copper, which takes no power.
        public var copper = Figure(
            Millimetres(3_000),
            source: "\(Document.nvidiaSwitches): MCP7Y00, copper, 3 m at most"
        )

        /// Those that weft makes.
        public init() {}
    }

    /// Some equal things.
    public struct Line: Hashable, Sendable {
        /// What they are to the network.
        public enum Kind: Hashable, Sendable {
            /// What the network is for.
            case endpoint
            /// A switch, a chip or a network interface.
            case part(Part.Kind)
            /// A cable, without what is plugged in.
            case cable
            /// What makes light of one end, in a plug or in the switch.
            case optics
        }

        /// What they are to the network.
        public let kind: Kind
        /// What they are.
        public let what: String
        /// What they are for: endpoints, or a tier.
        public let tier: String
        /// How many.
        public let count: Int
        /// What one takes; nil where nobody says.
        public let power: Figure<Milliwatts>?
        /// What one costs; nil where nobody says.
        public let price: Figure<Cents>?

        /// What all take, watts.
        public var watts: Double? { power.map { $0.value.watts * Double(count) } }
        /// What all cost, dollars.
        public var dollars: Double? { price.map { $0.value.dollars * Double(count) } }
    }

    /// The fabric.
    public let fabric: Fabric
    /// All there is, from the endpoints outwards.
    public let lines: [Line]
    /// What could not be counted, a sentence each.
    public let gaps: [String]

    /// What the network takes, the endpoints left out, as far as it is known.
    public var networkWatts: Double { network.reduce(0) { $0 + ($1.watts ?? 0) } }
    /// What the network costs, the endpoints left out, as far as it is known.
    public var networkDollars: Double { network.reduce(0) { $0 + ($1.dollars ?? 0) } }
    /// What the endpoints cost.
    public var endpointDollars: Double? { lines.first { $0.kind == .endpoint }?.dollars }

    private var network: [Line] { lines.filter { $0.kind != .endpoint } }

    /// How many there are of a kind, in all tiers or in one.
    public func count(of kind: Line.Kind, in tier: String? = nil) -> Int {
        lines.filter { $0.kind == kind && (tier == nil || $0.tier == tier) }
            .reduce(0) { $0 + $1.count }
    }

    /// Counts the parts of a fabric.
    public init(of fabric: Fabric, _ assumptions: Assumptions = Assumptions()) {
        self.fabric = fabric
        var counter = PartCounter(fabric, assumptions)
        counter.count()
        lines = counter.lines
        gaps = counter.gaps
    }
}

/// Goes through the tiers of a fabric and counts.
private struct PartCounter {
    let fabric: Fabric
    let assumptions: Bill.Assumptions
    var lines: [Bill.Line] = []
    var gaps: [String] = []

    init(_ fabric: Fabric, _ assumptions: Bill.Assumptions) {
        self.fabric = fabric
        self.assumptions = assumptions
    }

    mutating func count() {
        lines.append(
            Bill.Line(
                kind: .endpoint,
                what: fabric.endpoint,
                tier: "endpoints",
                count: fabric.endpoints,
                power: nil,
                price: assumptions.endpoint
            )
        )
        for (index, tier) in fabric.tiers.enumerated() {
            let isFirst = index == 0 || fabric.tiers[index - 1].network != tier.network
            if isFirst, let nic = tier.nic {
                add(nic, tier, count: fabric.endpoints * tier.linksPerEndpoint)
            }
            switch tier.structure {
            case .switched(let switching): count(switching, tier, index, isFirst)
            case .torus(let torus): cables(fabric.endpoints * torus.links / 2, tier, nil, nil)
            case .direct(let direct):
                let each = direct.links.reduce(0, +) / 2
                cables(fabric.endpoints / direct.count * each, tier, nil, nil)
            case .dragonfly(let dragonfly): count(dragonfly, tier)
            }
        }
    }

    private mutating func add(_ part: Part, _ tier: Tier, count: Int) {
        lines.append(
            Bill.Line(
                kind: .part(part.kind),
                what: part.name,
                tier: tier.name,
                count: count,
                power: part.power,
                price: part.price
            )
        )
        if part.kind == .switch && part.power == nil {
            gaps.append("nobody says what a \(part.name) takes, so its power is missing")
        }
    }

    private mutating func count(
        _ switching: Switching,
        _ tier: Tier,
        _ index: Int,
        _ isFirst: Bool
    ) {
        guard switching.isDescribed else {
            gaps.append("tier \(tier.name) does not say its switches, so nothing of it is counted")
            return
        }
        if let device = switching.device {
            add(device, tier, count: fabric.endpoints / tier.groupSize * switching.switches)
        } else {
            gaps.append("tier \(tier.name) does not say what its switches are")
        }
        let below = isFirst ? fabric.endpoints : fabric.endpoints / fabric.sizeBelow(index)
        var lower: Part?
        if !isFirst, case .switched(let inner) = fabric.tiers[index - 1].structure {
            lower = inner.device
        }
        let count = below * switching.unitsBelow * switching.cables
        cables(count, tier, isFirst ? tier.nic : lower, switching.device, switching.cableRate)
    }

    private mutating func count(_ dragonfly: Dragonfly, _ tier: Tier) {
        let copies = fabric.endpoints / dragonfly.count
        let routers = dragonfly.groups * dragonfly.routers
        if let device = dragonfly.device { add(device, tier, count: copies * routers) }
        let local = dragonfly.groups * dragonfly.routers * (dragonfly.routers - 1) / 2
        let global = dragonfly.groups * (dragonfly.groups - 1) / 2 * dragonfly.parallel
        let ends = fabric.endpoints * tier.linksPerEndpoint
        cables(ends + copies * (local + global), tier, dragonfly.device, dragonfly.device)
    }

    /// Cables, and a transceiver at each end that needs one.
    private mutating func cables(
        _ count: Int,
        _ tier: Tier,
        _ lower: Part?,
        _ upper: Part?,
        _ rate: BitsPerSecond? = nil
    ) {
        let rate = rate ?? BitsPerSecond(tier.rate.value.bits / tier.linksPerEndpoint)
        let isInside = upper?.kind == .chip || (lower == nil && upper == nil)
        let isCopper = tier.length.map { $0.value <= assumptions.copper.value } ?? isInside
        let kind = isCopper ? "copper" : "fibre"
        let length = tier.length.map { ", \(Int($0.value.metres.rounded(.up))) m" } ?? ""
        let name = "\(kind) of \(Int(rate.gigabits.rounded())) Gb/s\(length)"
        let none = Figure(Milliwatts(0), source: "a cable")
        lines.append(
            Bill.Line(
                kind: .cable,
                what: name,
                tier: tier.name,
                count: count,
                power: none,
                price: nil
            )
        )
        if isCopper { return }
        var plugged = 0
        for end in [lower, upper] {
            if let optics = end?.optics, let part = end {
                lines.append(
                    Bill.Line(
                        kind: .optics,
                        what: "optics of a port of \(part.name)",
                        tier: tier.name,
                        count: count,
                        power: optics,
                        price: nil
                    )
                )
            } else {
                plugged += count
            }
        }
        if plugged == 0 { return }
        let watts = Double(assumptions.pluggable.value.count) * rate.gigabits / 800
        lines.append(
            Bill.Line(
                kind: .optics,
                what: "transceiver of \(Int(rate.gigabits.rounded())) Gb/s",
                tier: tier.name,
                count: plugged,
                power: Figure(Milliwatts(Int(watts)), source: assumptions.pluggable.source),
                price: assumptions.transceiver
            )
        )
    }
}

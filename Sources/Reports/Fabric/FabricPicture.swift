public import Drawing
public import Fabrics
internal import Text
internal import Units

/// A fabric as a drawing for a slide.
///
/// It follows from the tiers and how they are joined, never from a list of endpoints: of equal
/// groups the first and the last are drawn, so a million endpoints take no more than eight.
public struct FabricPicture: Sendable {
    /// How much of a fabric is drawn.
    public enum Level: String, CaseIterable, Sendable {
        /// One server or rack: the innermost network, from near.
        case rack
        /// One group of the tier below the outermost, all of it opened.
        case pod
        /// The outermost tier, and the groups below it closed.
        case site
    }

    /// How wide drawings are.
    static let width = 1200.0
    /// Where what is drawn begins; on its left are words about it.
    static let left = 276.0

    let fabric: Fabric
    /// The outermost tier that is drawn.
    let top: Int
    /// The tier whose groups are drawn small, nil where endpoints are drawn themselves.
    let block: Int?

    /// Looks at a fabric, or at one level of it.
    public init(_ fabric: Fabric, level: Level? = nil) {
        self.fabric = fabric
        let networks = fabric.networks
        let last = fabric.tiers.count - 1
        let rack = networks.count > 1 ? networks[0].tiers.upperBound - 1 : 0
        switch level {
        case nil: top = last
        case .rack: top = rack
        case .pod: top = last - 1 > rack ? last - 1 : last
        case .site: top = last
        }
        var block = networks.count > 1 && top > rack ? rack : nil
        if level == .site, last > 0 { block = last - 1 }
        // What has no switches is drawn small as well, with all that lies in it.
        for index in 0..<top {
            if case .switched = fabric.tiers[index].structure { continue }
            block = max(index, block ?? 0)
        }
        self.block = block
    }

    /// The picture as a file of its own, light or dark as its surroundings are.
    public var svg: String { drawing.svg(standalone: true) + "\n" }

    /// The picture.
    public var drawing: Schematic {
        var sketch = Schematic(title: title, subtitle: fabric.summary, width: Self.width)
        let body = figures(&sketch) + 26
        var bottom = body
        switch fabric.tiers[top].structure {
        case .switched:
            if let rack = RackPicture(self) {
                bottom = rack.draw(from: body, &sketch)
            } else {
                bottom = ClosPicture(self).draw(from: body, &sketch)
            }
        case .torus(let torus): bottom = draw(torus, from: body, &sketch)
        case .direct(let direct): bottom = draw(direct, from: body, &sketch)
        case .dragonfly(let dragonfly): bottom = draw(dragonfly, from: body, &sketch)
        }
        sources(from: bottom + 14, &sketch)
        sketch.description = description
        return sketch
    }

    /// What is drawn of how much.
    private var title: String {
        let groups = fabric.endpoints / fabric.tiers[top].groupSize
        guard groups > 1 else { return fabric.name }
        return "\(fabric.name): \(fabric.tiers[top].name), one of \(grouped(groups))"
    }

    private var description: String {
        let tiers = fabric.tiers.enumerated().map { index, tier in
            "\(tier.name) of \(tier.holds.value) "
                + (index == 0 ? "endpoints" : "groups of \(fabric.tiers[index - 1].name)")
        }
        return "Network of \(fabric.endpoints) x \(fabric.endpoint): "
            + tiers.joined(separator: ", ") + "."
    }

    // MARK: - Figures

    /// The few figures by which fabrics are known, as large as a slide wants them.
    private func figures(_ sketch: inout Schematic) -> Double {
        let headline = FabricSummary(of: fabric).headline
        func value(_ label: String) -> String {
            headline.first { $0.label == label }?.value ?? ""
        }
        let tiles = [
            (grouped(fabric.endpoints), "endpoints in all: \(fabric.endpoint)"),
            (value("rate each way"), "an endpoint sends, each way"),
            (value("bisection each way"), "between the halves, each way"),
            (latency, isFlat ? "from one to another" : "from the nearest to the farthest"),
        ]
        let room = (Self.width - 2 * Schematic.margin) / Double(tiles.count)
        let base = sketch.top + 20
        for (place, tile) in tiles.enumerated() {
            let x = Schematic.margin + Double(place) * room
            sketch.words(tile.0, .figure, x: x, y: base, limit: room - 16)
            sketch.words(tile.1, .note, x: x, y: base + 18, limit: room - 16)
        }
        var rule = SVG.Path()
        rule.move(Schematic.margin, base + 32)
        rule.line(Self.width - Schematic.margin, base + 32)
        sketch.stroke(rule, opacity: 0.4)
        return base + 32
    }

    private var isFlat: Bool {
        fabric.tiers[0].latency.value == fabric.tiers[fabric.tiers.count - 1].latency.value
    }

    private var latency: String {
        let near = timeText(fabric.tiers[0].latency.value)
        let far = timeText(fabric.tiers[fabric.tiers.count - 1].latency.value)
        return isFlat ? near : "\(near) to \(far)"
    }

    // MARK: - Words beside what is drawn

    /// Lines of words on the left, in the middle of an area's height; the first may be a name.
    func explain(
        _ words: [String],
        isNamed: Bool,
        in area: Schematic.Area,
        _ sketch: inout Schematic
    ) {
        let room = Self.left - Schematic.margin - 20
        var lines: [(text: String, look: Schematic.Words)] = []
        for (place, text) in words.enumerated() {
            for line in Schematic.wrapped(text, to: room, lines: 2) {
                lines.append((line, place == 0 && isNamed ? .name : .note))
            }
        }
        lines = Array(lines.prefix(max(1, Int(area.height / 15))))
        var y = area.centre - Double(lines.count) * 7.5 + 11
        for line in lines {
            sketch.words(line.text, line.look, x: Schematic.margin, y: y, limit: room)
            y += 15
        }
    }

    // MARK: - Where it is from

    private func sources(from y: Double, _ sketch: inout Schematic) {
        var names: [String] = []
        var unverified = 0
        for tier in fabric.tiers {
            var sources = [tier.rate.source, tier.latency.source, tier.holds.source]
            if let over = tier.oversubscription { sources.append(over.source) }
            unverified += sources.count { $0 == nil }
            for name in sources.compactMap({ $0 }).flatMap({ $0.split(separator: "; ") })
            where !names.contains(String(name)) {
                names.append(String(name))
            }
        }
        var text = "Thicker lines carry more."
        if unverified > 0 {
            text += unverified == 1 ? " 1 figure has" : " \(unverified) figures have"
            text += " no source."
        }
        if !names.isEmpty { text += " Sources: " + names.joined(separator: "; ") + "." }
        let room = Self.width - 2 * Schematic.margin
        var base = y
        for line in Schematic.wrapped(text, to: room, lines: 3) {
            base += 16
            sketch.words(line, .note, x: Schematic.margin, y: base, limit: room)
        }
        sketch.height = base + Schematic.margin
    }
}

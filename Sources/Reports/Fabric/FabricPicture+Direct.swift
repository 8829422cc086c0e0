internal import Drawing
internal import Fabrics
internal import Units

/// Endpoints on a circle, and the links between them.
extension FabricPicture {
    func draw(_ direct: DirectLinks, from y: Double, _ sketch: inout Schematic) -> Double {
        let radius = 200.0
        let middle = (Self.left + Self.width - Schematic.margin) / 2
        let circle = Circle(middle, y + radius + 26, radius)
        let counts = Set(direct.links).subtracting([0]).sorted()
        for (place, links) in counts.enumerated() {
            var path = SVG.Path()
            for first in 0..<direct.count {
                for second in first + 1..<direct.count
                where direct.links[first * direct.count + second] == links {
                    let (from, to) = (
                        circle[first, of: direct.count], circle[second, of: direct.count]
                    )
                    path.move(from.x, from.y)
                    path.line(to.x, to.y)
                }
            }
            sketch.stroke(path, color: place + 1, width: bundle(links), opacity: 0.75)
        }
        let size = direct.count <= 16 ? 26.0 : 11
        for number in 0..<direct.count {
            let place = circle[number, of: direct.count]
            let box = Schematic.Area(place.x - size, place.y - size, 2 * size, 2 * size)
            sketch.box(box, .solid, color: 0, radius: size)
            sketch.words(
                "\(number)",
                size > 20 ? .inverse : .smallInverse,
                x: place.x,
                y: place.y + 4,
                .middle,
                limit: 2 * size
            )
        }
        let bottom = y + 2 * radius + 56
        explain(words(direct), isNamed: true, in: .init(0, y, 0, 180), &sketch)
        legend(counts, from: y + 200, &sketch)
        return bottom
    }

    /// How thick so many links beside each other are.
    private func bundle(_ links: Int) -> Double { min(7, 1.5 + 1.5 * Double(links - 1)) }

    private var one: BitsPerSecond {
        let tier = fabric.tiers[top]
        return BitsPerSecond(tier.rate.value.bits / tier.linksPerEndpoint)
    }

    private func legend(_ counts: [Int], from y: Double, _ sketch: inout Schematic) {
        for (place, links) in counts.prefix(Theme.seriesCount).enumerated() {
            let base = y + 20 * Double(place)
            var path = SVG.Path()
            path.move(Schematic.margin, base - 4)
            path.line(Schematic.margin + 34, base - 4)
            sketch.stroke(path, color: place + 1, width: bundle(links), opacity: 0.75)
            let (bits, overflow) = one.bits.multipliedReportingOverflow(by: links)
            let link = fabric.tiers[top].link
            let rate =
                overflow ? "" : ": \(cableText(BitsPerSecond(bits), link, hasSwitches: false))"
            sketch.words(
                links == 1 ? "1 link\(rate)" : "\(links) links\(rate)",
                .note,
                x: Schematic.margin + 44,
                y: base,
                limit: Self.left - Schematic.margin - 60
            )
        }
    }

    private func words(_ direct: DirectLinks) -> [String] {
        let tier = fabric.tiers[top]
        let links = direct.links.reduce(0, +) / 2
        return [
            tier.name, "\(direct.count) × \(fabric.endpoint)",
            "at most \(direct.degree) × \(cableText(one, tier.link, hasSwitches: false)) at each",
            "\(grouped(links)) links, no switches",
            tier.reducesInNetwork ? "reduces in the network" : "",
        ].filter { !$0.isEmpty }
    }
}

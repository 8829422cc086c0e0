internal import Drawing
internal import Fabrics
internal import Units

/// The groups of a Dragonfly on a circle, and one of them opened.
extension FabricPicture {
    private static var radius: Double { 165 }

    func draw(_ dragonfly: Dragonfly, from y: Double, _ sketch: inout Schematic) -> Double {
        let bottom = y + 2 * Self.radius + 76
        let panel = Schematic.Area(
            Self.left + 480,
            y,
            Self.width - Schematic.margin - Self.left - 480,
            bottom - y
        )
        let first = drawGroups(dragonfly, from: y, &sketch)
        var path = SVG.Path()
        path.move(first.right, first.y + 4)
        path.line(panel.x, panel.y + 6)
        path.move(first.right, first.bottom - 4)
        path.line(panel.x, panel.bottom - 6)
        sketch.stroke(path, opacity: 0.6, isDashed: true)
        sketch.box(panel, .frame, radius: 6)
        drawRouters(dragonfly, in: panel.inset(14), &sketch)
        explain(words(dragonfly), isNamed: true, in: .init(0, y, 0, bottom - y), &sketch)
        return bottom
    }

    // MARK: - Groups

    /// Draws the groups, and gives the place of the one that is opened.
    private func drawGroups(
        _ dragonfly: Dragonfly,
        from y: Double,
        _ sketch: inout Schematic
    ) -> Schematic.Area {
        let most = 14
        let shown = min(dragonfly.groups, most)
        let isCut = shown < dragonfly.groups
        let slots = isCut ? shown + 1 : shown
        // The first lies on the right, beside its opened self.
        let circle = Circle(Self.left + 220, y + Self.radius + 36, Self.radius, turned: .pi / 2)
        func place(_ group: Int) -> (x: Double, y: Double) {
            circle[isCut && group == shown - 1 ? shown : group, of: slots]
        }
        var path = SVG.Path()
        for first in 0..<shown {
            for second in first + 1..<shown {
                let (from, to) = (place(first), place(second))
                path.move(from.x, from.y)
                path.line(to.x, to.y)
            }
        }
        let rate = cable.gigabits * Double(max(1, dragonfly.parallel))
        sketch.stroke(path, color: 1, width: thickness(rate), opacity: 0.4)
        let size = 21.0
        var opened = Schematic.Area(0, 0, 0, 0)
        for group in 0..<shown {
            let (x, y) = place(group)
            let box = Schematic.Area(x - size, y - size, 2 * size, 2 * size)
            if group == 0 { opened = box }
            let number = isCut && group == shown - 1 ? dragonfly.groups - 1 : group
            sketch.box(box, .solid, color: group == 0 ? 1 : 0, radius: size)
            sketch.words(
                grouped(number),
                .inverse,
                x: x,
                y: y + 4,
                .middle,
                limit: 2 * size - 2
            )
        }
        if isCut {
            let (x, y) = circle[shown - 1, of: slots]
            ClosPicture.dots(x, y, &sketch)
        }
        return opened
    }

    // MARK: - Routers of a group

    private func drawRouters(
        _ dragonfly: Dragonfly,
        in area: Schematic.Area,
        _ sketch: inout Schematic
    ) {
        let shown = min(dragonfly.routers, 7)
        let isCut = shown < dragonfly.routers
        let slots = isCut ? shown + 1 : shown
        let width = (area.width - 8 * Double(slots - 1)) / Double(slots)
        // All in the middle: arcs above, endpoints below.
        let row = area.centre + 12 - 6.5 * Double(Self.rows(dragonfly))
        var tops: [Double] = []
        for slot in 0..<slots {
            let x = area.x + Double(slot) * (width + 8)
            if isCut && slot == slots - 2 {
                ClosPicture.dots(x + width / 2, row + 15, &sketch)
                continue
            }
            let number = isCut && slot == slots - 1 ? dragonfly.routers - 1 : slot
            let box = Schematic.Area(x, row, width, 30)
            sketch.box(box, .tint, color: 1)
            sketch.words(
                grouped(number),
                .caption,
                x: box.middle,
                y: box.centre + 3.5,
                .middle,
                limit: width - 2
            )
            tops.append(box.middle)
            drawEndpoints(dragonfly, below: box, &sketch)
        }
        var path = SVG.Path()
        for (place, from) in tops.enumerated() {
            for to in tops[(place + 1)...] {
                path.move(from, row)
                path.curve(to, row, towards: ((from + to) / 2, row - 36 - (to - from) * 0.42))
            }
        }
        sketch.stroke(path, color: 1, width: thickness(cable.gigabits), opacity: 0.7)
        sketch.words(
            "group 0: \(grouped(dragonfly.routers)) routers, each joined to each",
            .name,
            x: area.x,
            y: area.y + 8,
            limit: area.width
        )
        sketch.words(
            "\(grouped(dragonfly.global)) cables of each router lead to other groups",
            .note,
            x: area.x,
            y: area.y + 25,
            limit: area.width
        )
        sketch.words(
            "\(grouped(dragonfly.endpoints)) × \(fabric.endpoint) at each router",
            .note,
            x: area.x,
            y: row + 90 + 13 * Double(Self.rows(dragonfly)),
            limit: area.width
        )
    }

    /// How many rows of endpoints are drawn below a router.
    private static func rows(_ dragonfly: Dragonfly) -> Int {
        min(8, (dragonfly.endpoints + 1) / 2)
    }

    private func drawEndpoints(
        _ dragonfly: Dragonfly,
        below router: Schematic.Area,
        _ sketch: inout Schematic
    ) {
        let columns = min(dragonfly.endpoints, 2)
        let rows = Self.rows(dragonfly)
        let width = (router.width - 4 * Double(columns - 1)) / Double(columns)
        var path = SVG.Path()
        let top = router.bottom + 34
        for column in 0..<columns {
            let x = router.x + Double(column) * (width + 4)
            path.move(router.middle, router.bottom)
            path.line(x + width / 2, top)
            for row in 0..<rows where row * columns + column < dragonfly.endpoints {
                let y = top + 13 * Double(row)
                sketch.box(.init(x, y, width, 10), .tint, color: 0, radius: 2)
            }
        }
        sketch.stroke(path, color: 0, width: thickness(cable.gigabits), opacity: 0.7)
    }

    // MARK: - Words

    private var cable: BitsPerSecond {
        let tier = fabric.tiers[top]
        return BitsPerSecond(tier.rate.value.bits / tier.linksPerEndpoint)
    }

    private func words(_ dragonfly: Dragonfly) -> [String] {
        let tier = fabric.tiers[top]
        var words = [
            tier.name, "a Dragonfly of \(grouped(dragonfly.groups)) groups",
            "\(grouped(dragonfly.groups * dragonfly.routers)) routers in all"
                + (dragonfly.device.map { ", \($0.name)" } ?? ""),
            "a cable carries \(cableText(cable, tier.link))",
        ]
        if dragonfly.groups > 1 {
            let what = dragonfly.parallel == 1 ? "cable" : "cables"
            words.append("\(grouped(dragonfly.parallel)) \(what) between two groups")
        }
        words.append("\(fabric.endpoint): \(tier.linksPerEndpoint) of these cables")
        if top > 0 {
            let inner = fabric.tiers[top - 1]
            words.append(
                "\(grouped(fabric.endpoints / inner.groupSize)) × \(inner.name) of "
                    + "\(grouped(inner.groupSize)) with links of their own"
            )
        }
        return words
    }
}

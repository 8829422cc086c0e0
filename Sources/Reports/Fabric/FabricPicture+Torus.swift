internal import Drawing
internal import Fabrics
internal import Units

/// The grid of a torus, in perspective where it has three dimensions or more.
private struct Grid {
    /// What one dimension looks like.
    struct Dimension {
        let side: Int
        /// How many are drawn: of long sides the first ones and the last.
        let shown: Int
        /// From one to the next.
        let step: (x: Double, y: Double)

        var isCut: Bool { shown < side }
    }

    let dimensions: [Dimension]
    let origin: (x: Double, y: Double)

    init(_ torus: Torus, _ area: Schematic.Area) {
        let count = min(torus.sides.count, 3)
        let most = [12, 6, 4][count - 1]
        let steps: [(x: Double, y: Double)] =
            count == 1
            ? [(66, 0)]
            : count == 2
                ? [(110, 0), (0, -62)]
                : [(118, 0), (0, -82), (70, -44)]
        let dimensions = (0..<count).map { place in
            Dimension(
                side: torus.sides[place],
                shown: min(torus.sides[place], most),
                step: steps[place]
            )
        }
        let width = dimensions.reduce(0) { $0 + $1.step.x * Double($1.shown - 1) }
        self.dimensions = dimensions
        origin = (area.middle - width / 2, area.bottom)
    }

    subscript(_ place: [Int]) -> (x: Double, y: Double) {
        var (x, y) = origin
        for (dimension, index) in zip(dimensions, place) {
            x += dimension.step.x * Double(index)
            y += dimension.step.y * Double(index)
        }
        return (x, y)
    }

    /// All places, those behind others first.
    var places: [[Int]] {
        var result: [[Int]] = [[]]
        for dimension in dimensions {
            result = result.flatMap { place in (0..<dimension.shown).map { place + [$0] } }
        }
        return result.sorted { ($0.last ?? 0) > ($1.last ?? 0) }
    }

    var height: Double { dimensions.reduce(0) { $0 - $1.step.y * Double($1.shown - 1) } }
}

extension FabricPicture {
    func draw(_ torus: Torus, from y: Double, _ sketch: inout Schematic) -> Double {
        let room = Self.width - Self.left - Schematic.margin
        let height = Grid(torus, .init(Self.left, y, room, 0)).height
        let top = y + 14 + (torus.sides.count > 1 ? 0 : 60)
        let grid = Grid(torus, .init(Self.left, top, room, height))
        for dimension in grid.dimensions.indices {
            drawLinks(dimension, grid, &sketch)
            label(dimension, torus, grid, &sketch)
        }
        for place in grid.places {
            let (x, y) = grid[place]
            // What lies behind is paler.
            let color = place.count > 2 && place[2] > 0 ? 5 : 0
            sketch.box(.init(x - 7, y - 7, 14, 14), .solid, color: color, radius: 7)
        }
        let bottom = top + height + 84
        explain(words(torus), isNamed: true, in: .init(0, y, 0, bottom - y), &sketch)
        return bottom
    }

    private func drawLinks(_ dimension: Int, _ grid: Grid, _ sketch: inout Schematic) {
        let own = grid.dimensions[dimension]
        var path = SVG.Path()
        var cut = SVG.Path()
        for place in grid.places where place[dimension] + 1 < own.shown {
            var next = place
            next[dimension] += 1
            let (from, to) = (grid[place], grid[next])
            if own.isCut && next[dimension] + 1 == own.shown {
                cut.move(from.x, from.y)
                cut.line(to.x, to.y)
            } else {
                path.move(from.x, from.y)
                path.line(to.x, to.y)
            }
        }
        let width = thickness(linkRate.gigabits)
        sketch.stroke(path, color: dimension + 1, width: width, opacity: 0.8)
        sketch.stroke(cut, color: dimension + 1, width: width, opacity: 0.8, isDashed: true)
    }

    private var linkRate: BitsPerSecond {
        let tier = fabric.tiers[top]
        return BitsPerSecond(tier.rate.value.bits / tier.linksPerEndpoint)
    }

    /// One row of a dimension has its way round drawn, and its length beside it.
    private func label(
        _ dimension: Int,
        _ torus: Torus,
        _ grid: Grid,
        _ sketch: inout Schematic
    ) {
        let own = grid.dimensions[dimension]
        var first = [Int](repeating: 0, count: grid.dimensions.count)
        // Depth is seen best at the right.
        if dimension == 2 { first[0] = grid.dimensions[0].shown - 1 }
        var last = first
        last[dimension] = own.shown - 1
        let (from, to) = (grid[first], grid[last])
        let away: (x: Double, y: Double) = [(0, 66), (-84, 0), (60, 56)][dimension]
        let middle = ((from.x + to.x) / 2, (from.y + to.y) / 2)
        if torus.wraps && own.side > 2 {
            var path = SVG.Path()
            path.move(from.x, from.y)
            path.curve(to.x, to.y, towards: (middle.0 + away.x, middle.1 + away.y))
            sketch.stroke(path, color: dimension + 1, width: thickness(linkRate.gigabits))
        }
        let text = "\(["x", "y", "z"][dimension]): \(grouped(own.side))"
        let half = Schematic.width(of: text, size: Schematic.Words.name.size) / 2
        let (x, y) =
            switch dimension {
            case 0: (middle.0, middle.1 + 52)
            case 1: (middle.0 - 52 - half, middle.1 + 4)
            default: (middle.0 + 44 + half, middle.1 + 36)
            }
        sketch.words(text, .name, x: x, y: y, .middle, limit: 2 * half)
    }

    private func words(_ torus: Torus) -> [String] {
        let tier = fabric.tiers[top]
        let sides = torus.sides.map(grouped).joined(separator: " × ")
        var words = [
            "\(tier.name): \(torus.wraps ? "torus" : "mesh") of \(sides)",
            "\(grouped(torus.count)) × \(fabric.endpoint)",
            "each \(torus.links) × \(cableText(linkRate, tier.link, hasSwitches: false))",
            torus.wraps ? "the ends of each row are joined" : "the ends of rows are open",
        ]
        if torus.sides.count > 3 {
            let others = torus.sides.dropFirst(3).map(grouped).joined(separator: " × ")
            words.append("not drawn: \(others) more")
        }
        if torus.sides.prefix(3).enumerated().contains(where: {
            $0.element > [12, 6, 4][min(torus.sides.count, 3) - 1]
        }) {
            words.append("dashed: some are left out")
        }
        return words
    }
}

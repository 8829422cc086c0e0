internal import Drawing
internal import Fabrics
internal import Units

/// A group drawn small: a server, a rack, or a part of a network that is not opened.
struct BlockGlyph {
    private enum Look {
        /// Cells beside and above each other, so many in a row, with chips above or between.
        case cells(Int, columns: Int, height: Double, bars: Int, isBetween: Bool)
        case ring(DirectLinks)
        case count(String)
    }

    private static let bar = 7.0
    private let fabric: Fabric
    private let index: Int
    private let look: Look

    init(_ fabric: Fabric, tier index: Int) {
        self.fabric = fabric
        self.index = index
        look = Self.look(fabric, index)
    }

    private static func look(_ fabric: Fabric, _ index: Int) -> Look {
        let tier = fabric.tiers[index]
        if index > 0 { return .count("\(grouped(tier.groupSize))") }
        switch tier.structure {
        case .switched(let switching):
            let count = tier.groupSize
            if let trays = Trays(fabric) {
                return .cells(
                    count,
                    columns: Trays.endpoints,
                    height: 3,
                    bars: trays.switches ?? 1,
                    isBetween: true
                )
            }
            if count > 64 { return .count(grouped(count)) }
            return .cells(
                count,
                columns: count <= 16 ? min(count, 4) : 8,
                height: count <= 16 ? 13 : 7,
                bars: switching.isDescribed ? min(switching.switches, 6) : 1,
                isBetween: false
            )
        case .direct(let direct) where direct.count <= 16: return .ring(direct)
        case .torus, .direct, .dragonfly: return .count(grouped(tier.groupSize))
        }
    }

    /// How high it is.
    var height: Double {
        switch look {
        case .cells(let count, let columns, let height, let bars, let isBetween):
            let rows = Double((count + columns - 1) / columns)
            let chips = isBetween ? Double(bars) * (height + 1) + 4 : Self.bar + 6
            return 14 + rows * (height + 2) + chips
        case .ring: return 84
        case .count: return 60
        }
    }

    func draw(_ area: Schematic.Area, _ sketch: inout Schematic) {
        let tier = fabric.tiers[index]
        sketch.box(
            area,
            .frame,
            radius: 5,
            hover: "\(tier.name): \(grouped(tier.groupSize)) x \(fabric.endpoint)"
        )
        switch look {
        case .cells(let count, let columns, let height, let bars, let isBetween):
            let inner = area.inset(7)
            if isBetween {
                drawRack(inner, count / columns, columns, height, bars, &sketch)
            } else {
                drawServer(inner, count, columns, height, bars, &sketch)
            }
        case .ring(let direct): drawRing(direct, area.inset(12), &sketch)
        case .count(let text):
            sketch.words(
                text,
                .name,
                x: area.middle,
                y: area.centre - 2,
                .middle,
                limit: area.width - 6
            )
            sketch.words(
                "× " + fabric.endpoint,
                .caption,
                x: area.middle,
                y: area.centre + 13,
                .middle,
                limit: area.width - 6
            )
        }
    }

    /// Rails of the network around give endpoints their colours.
    private func color(of endpoint: Int) -> Int {
        let outer = index + 1
        guard outer < fabric.tiers.count,
            fabric.tiers[outer].network != fabric.tiers[index].network,
            case .switched(let switching) = fabric.tiers[outer].structure, switching.isDescribed
        else { return fabric.tiers[index].network }
        let level = ClosPicture.Level(tier: outer, switching: switching, holds: 1)
        let bundle = CableBundle(fabric, level)
        return bundle.hasColors ? bundle.color(ofUnit: endpoint) : fabric.tiers[index].network
    }

    private func cells(
        _ area: Schematic.Area,
        _ numbers: Range<Int>,
        _ columns: Int,
        _ height: Double,
        _ sketch: inout Schematic
    ) {
        let width = (area.width - 3 * Double(columns - 1)) / Double(columns)
        // Small ones have no outlines, which would run together, and those of a colour are one.
        let isSmall = height < 5
        var small: [Int: SVG.Path] = [:]
        for number in numbers {
            let (row, column) = (number - numbers.lowerBound)
                .quotientAndRemainder(dividingBy: columns)
            let cell = Schematic.Area(
                area.x + Double(column) * (width + 3),
                area.y + Double(row) * (height + 2),
                width,
                height
            )
            if isSmall {
                small[color(of: number), default: SVG.Path()].rectangle(cell)
            } else {
                sketch.box(cell, .tint, color: color(of: number), radius: 1.5)
            }
        }
        for (color, path) in small.sorted(by: { $0.key < $1.key }) {
            sketch.fill(path, color: color)
        }
    }

    private func drawServer(
        _ area: Schematic.Area,
        _ count: Int,
        _ columns: Int,
        _ height: Double,
        _ bars: Int,
        _ sketch: inout Schematic
    ) {
        let width = (area.width - 3 * Double(bars - 1)) / Double(bars)
        for bar in 0..<bars {
            let x = area.x + Double(bar) * (width + 3)
            sketch.box(.init(x, area.y, width, Self.bar), chips, radius: 1.5)
        }
        let below = Schematic.Area(area.x, area.y + Self.bar + 6, area.width, 0)
        cells(below, 0..<count, columns, height, &sketch)
    }

    private var chips: Schematic.Fill {
        guard case .switched(let switching) = fabric.tiers[0].structure else { return .unknown }
        return switching.isDescribed ? .solid : .unknown
    }

    private func drawRack(
        _ area: Schematic.Area,
        _ rows: Int,
        _ columns: Int,
        _ height: Double,
        _ bars: Int,
        _ sketch: inout Schematic
    ) {
        let upper = (rows + 1) / 2
        cells(area, 0..<upper * columns, columns, height, &sketch)
        var y = area.y + Double(upper) * (height + 2) + 2
        for _ in 0..<bars {
            sketch.box(.init(area.x, y, area.width, height), chips, radius: 0.5)
            y += height + 1
        }
        let below = Schematic.Area(area.x, y + 2, area.width, 0)
        cells(below, upper * columns..<rows * columns, columns, height, &sketch)
    }

    private func drawRing(
        _ direct: DirectLinks,
        _ area: Schematic.Area,
        _ sketch: inout Schematic
    ) {
        let circle = Circle(area.middle, area.centre, min(area.width, area.height) / 2)
        var path = SVG.Path()
        for first in 0..<direct.count {
            for second in first + 1..<direct.count
            where direct.links[first * direct.count + second] > 0 {
                let (from, to) = (circle[first, of: direct.count], circle[second, of: direct.count])
                path.move(from.x, from.y)
                path.line(to.x, to.y)
            }
        }
        sketch.stroke(path, color: 0, width: 0.8, opacity: 0.6)
        for number in 0..<direct.count {
            let place = circle[number, of: direct.count]
            sketch.box(
                .init(place.x - 5, place.y - 5, 10, 10),
                .solid,
                color: color(of: number),
                radius: 5
            )
        }
    }

    // MARK: - Words

    /// What it is.
    var words: [String] {
        let tier = fabric.tiers[index]
        let groups = fabric.endpoints / tier.groupSize
        var words = [
            "\(tier.name), \(grouped(groups)) in all",
            "\(grouped(tier.groupSize)) × \(fabric.endpoint)",
        ]
        if index > 0 { return words }
        let one = BitsPerSecond(tier.rate.value.bits / tier.linksPerEndpoint)
        var hasSwitches = false
        if case .switched = tier.structure { hasSwitches = true }
        let rate = cableText(one, tier.link, hasSwitches: hasSwitches)
        words.append("each \(tier.linksPerEndpoint) × \(rate) inside")
        if case .switched(let switching) = tier.structure, switching.isDescribed {
            words.append("\(switching.switches) × \(switching.device?.name ?? "switches")")
        }
        if tier.reducesInNetwork { words.append("reduces inside") }
        return words
    }
}

extension SVG.Path {
    fileprivate mutating func rectangle(_ area: Schematic.Area) {
        move(area.x, area.y)
        line(area.right, area.y)
        line(area.right, area.bottom)
        line(area.x, area.bottom)
        close()
    }
}

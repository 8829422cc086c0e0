internal import Drawing
internal import Fabrics
internal import Units

/// Tiers of switches above each other, in each group its switches and what it holds.
struct ClosPicture {
    /// One tier, and how much of each of its groups is drawn.
    struct Level {
        let tier: Int
        let switching: Switching
        let holds: Int
        /// How many of these are drawn: the first, and where not all are, the last.
        var shown = 1
        /// The upper side of its switches.
        var y = 0.0

        var isCut: Bool { shown < holds }
    }

    /// Some of many things beside each other.
    struct Place {
        /// Its number, nil where others are left out.
        let number: Int?
        let area: Schematic.Area
    }

    static let switchHeight = 30.0
    private static let border = 8.0
    private static let caption = 22.0
    private static let ellipsis = 30.0

    let picture: FabricPicture
    var fabric: Fabric { picture.fabric }
    /// From the outermost tier to the innermost that is opened.
    private(set) var levels: [Level]
    private let gap: Double
    private let blockHeight: Double
    private let room = Schematic.Area(
        FabricPicture.left,
        0,
        FabricPicture.width - FabricPicture.left - Schematic.margin,
        0
    )

    init(_ picture: FabricPicture) {
        self.picture = picture
        let fabric = picture.fabric
        let lowest = (picture.block ?? -1) + 1
        levels = stride(from: picture.top, through: lowest, by: -1).compactMap { index in
            let tier = fabric.tiers[index]
            guard case .switched(let switching) = tier.structure else { return nil }
            return Level(tier: index, switching: switching, holds: tier.holds.value)
        }
        gap = [150, 92, 62][safe: levels.count - 1] ?? 44
        if let block = picture.block {
            blockHeight = BlockGlyph(fabric, tier: block).height + Self.caption
        } else {
            blockHeight = levels.count == 1 ? 50 : 34
        }
        choose()
    }

    // MARK: - How much is drawn

    /// The narrowest that what lies innermost may be.
    private var narrowest: Double {
        picture.block == nil ? (levels.count == 1 ? 40 : 15) : 62
    }

    /// As many of each as fit: the innermost first, and from each level two, since one can't show
    /// that there are others.
    private mutating func choose() {
        for index in levels.indices {
            levels[index].shown = min(2, levels[index].holds)
            if !isWideEnough { levels[index].shown = 1 }
        }
        let most = levels.count == 1 ? 8 : 4
        var hasGrown = true
        while hasGrown {
            hasGrown = false
            for index in levels.indices.reversed() {
                let level = levels[index]
                let isEndpoints = index == levels.count - 1 && picture.block == nil
                let limit = isEndpoints ? (levels.count == 1 ? 16 : 8) : most
                if level.shown == level.holds || level.shown >= limit { continue }
                levels[index].shown += 1
                if isWideEnough { hasGrown = true } else { levels[index].shown -= 1 }
            }
        }
    }

    private var isWideEnough: Bool {
        var width = room.width
        for (index, level) in levels.enumerated() {
            if index > 0 { width -= 2 * Self.border }
            width = Self.share(of: width, level)
        }
        return width >= narrowest
    }

    private static func share(of width: Double, _ level: Level) -> Double {
        let count = Double(level.shown)
        let between = 10 * (count - 1) + (level.isCut && level.shown > 1 ? ellipsis : 0)
        return (width - between) / count
    }

    /// What is drawn of a group, from left to right, below a height.
    func children(_ level: Level, in area: Schematic.Area, most: Double) -> [Place] {
        let width = min(most, Self.share(of: area.width, level))
        let isSplit = level.isCut && level.shown > 1
        let all = width * Double(level.shown) + 10 * Double(level.shown - 1)
        var x = area.middle - (all + (isSplit ? Self.ellipsis : 0)) / 2
        var places: [Place] = []
        for place in 0..<level.shown {
            let isLast = isSplit && place == level.shown - 1
            if isLast {
                places.append(
                    Place(number: nil, area: .init(x - 10, area.y, Self.ellipsis + 10, area.height))
                )
                x += Self.ellipsis
            }
            let number = isLast ? level.holds - 1 : place
            places.append(Place(number: number, area: .init(x, area.y, width, area.height)))
            x += width + 10
        }
        return places
    }

    // MARK: - Drawing

    /// Draws all from a height on, and says where it ends.
    func draw(from y: Double, _ sketch: inout Schematic) -> Double {
        var copy = self
        var row = y
        for index in levels.indices {
            copy.levels[index].y = row
            row += Self.switchHeight + gap
            if index + 1 < levels.count { row += Self.border }
        }
        let bottom =
            row + blockHeight + Double(levels.count - 1) * (Self.caption + Self.border / 2)
        var area = room
        area.y = y
        area.height = bottom - y
        copy.drawGroup(0, area, &sketch)
        copy.explain(blocksAt: row, &sketch)
        return bottom
    }

    /// A group's switches, what it holds, and the cables between; gives the switches.
    @discardableResult
    private func drawGroup(
        _ index: Int,
        _ area: Schematic.Area,
        _ sketch: inout Schematic
    ) -> [Place] {
        let level = levels[index]
        let bundle = CableBundle(fabric, level)
        let row = Schematic.Area(area.x, level.y, area.width, Self.switchHeight)
        let switches = bundle.switches(in: row)
        bundle.draw(switches, &sketch)
        let isInnermost = index == levels.count - 1
        let top = level.y + Self.switchHeight + gap
        let below = Schematic.Area(area.x, top, area.width, area.bottom - top)
        let most = isInnermost ? (picture.block == nil ? 96.0 : 150) : .infinity
        for child in children(level, in: below, most: most) {
            guard let number = child.number else {
                Self.dots(
                    child.area.middle,
                    isInnermost ? top + blockHeight / 2 : top + 40,
                    &sketch
                )
                continue
            }
            if !isInnermost {
                let lower = drawChild(index + 1, number, child.area, &sketch)
                bundle.connect(lower, to: switches, &sketch)
            } else if let block = picture.block {
                drawBlock(block, number, child.area, &sketch)
                bundle.connect(blockOf: child.area, to: switches, &sketch)
            } else {
                drawEndpoint(number, child.area, bundle.color(ofUnit: number), &sketch)
                bundle.connect([child], to: switches, &sketch)
            }
        }
        return switches
    }

    private func drawChild(
        _ index: Int,
        _ number: Int,
        _ area: Schematic.Area,
        _ sketch: inout Schematic
    ) -> [Place] {
        var area = area
        let depth = Double(levels.count - 1 - index)
        area.height =
            levels[levels.count - 1].y + Self.switchHeight + gap + blockHeight - area.y
            + (depth + 1) * Self.caption + depth * Self.border / 2
        sketch.box(area, .frame, radius: 6)
        let level = levels[index]
        let name = fabric.tiers[level.tier].name
        let isOne = levels[index - 1].shown == 1 && levels[index - 1].holds > 1
        sketch.words(
            isOne
                ? "\(name), 1 of \(grouped(levels[index - 1].holds))"
                : "\(name) \(number)",
            .note,
            x: area.middle,
            y: area.bottom - 6,
            .middle,
            limit: area.width - 8
        )
        var inner = area
        inner.x += Self.border
        inner.width -= 2 * Self.border
        inner.height -= Self.caption
        return drawGroup(index, inner, &sketch)
    }

    private func drawBlock(
        _ tier: Int,
        _ number: Int,
        _ area: Schematic.Area,
        _ sketch: inout Schematic
    ) {
        let box = Schematic.Area(area.x, area.y, area.width, blockHeight - Self.caption)
        BlockGlyph(fabric, tier: tier).draw(box, &sketch)
        sketch.words(
            "\(fabric.tiers[tier].name) \(number)",
            .note,
            x: area.middle,
            y: box.bottom + 15,
            .middle,
            limit: area.width
        )
    }

    private func drawEndpoint(
        _ number: Int,
        _ area: Schematic.Area,
        _ color: Int,
        _ sketch: inout Schematic
    ) {
        let box = Schematic.Area(area.x, area.y, area.width, blockHeight)
        sketch.box(box, .tint, color: color)
        let short = fabric.endpoint.split(separator: " ").last.map(String.init) ?? fabric.endpoint
        let long = "\(short) \(number)"
        let fits = Schematic.width(of: long, size: 12) <= area.width - 6
        sketch.words(
            fits ? long : "\(number)",
            fits ? .note : .caption,
            x: box.middle,
            y: box.centre + 4,
            .middle,
            limit: area.width - 1
        )
    }

    static func dots(_ x: Double, _ y: Double, _ sketch: inout Schematic) {
        for place in -1...1 {
            sketch.box(
                .init(x + 8 * Double(place) - 1.75, y - 1.75, 3.5, 3.5),
                .solid,
                radius: 1.75
            )
        }
    }

    // MARK: - Words

    /// Beside each row what it is.
    private func explain(blocksAt row: Double, _ sketch: inout Schematic) {
        for level in levels {
            let bundle = CableBundle(fabric, level)
            picture.explain(
                bundle.switchWords,
                isNamed: true,
                in: .init(0, level.y - 2, 0, Self.switchHeight + 4),
                &sketch
            )
            picture.explain(
                bundle.cableWords,
                isNamed: false,
                in: .init(0, level.y + Self.switchHeight + 2, 0, gap - 4),
                &sketch
            )
        }
        let height = picture.block == nil ? blockHeight : blockHeight - Self.caption
        let words =
            picture.block.map { BlockGlyph(fabric, tier: $0).words } ?? [
                fabric.endpoint, "\(grouped(fabric.endpoints)) in all",
            ]
        picture.explain(words, isNamed: true, in: .init(0, row, 0, height), &sketch)
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? {
        indices.contains(index) ? self[index] : nil
    }
}

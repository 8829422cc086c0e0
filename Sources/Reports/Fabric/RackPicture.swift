internal import Drawing
internal import Fabrics
internal import Units

/// A rack from the front, tray by tray, and how one of its trays is wired.
struct RackPicture {
    private let picture: FabricPicture
    private let trays: Trays
    private let tier: Tier
    private let switching: Switching

    private static let front = Schematic.Area(FabricPicture.left, 0, 330, 0)
    private static let wiring = Schematic.Area(
        FabricPicture.left + 380,
        0,
        FabricPicture.width - Schematic.margin - FabricPicture.left - 380,
        0
    )

    /// Nil where the fabric, or what of it is drawn, is no such rack.
    init?(_ picture: FabricPicture) {
        let tier = picture.fabric.tiers[0]
        guard picture.top == 0, let trays = Trays(picture.fabric),
            case .switched(let switching) = tier.structure
        else { return nil }
        self.picture = picture
        self.trays = trays
        self.tier = tier
        self.switching = switching
    }

    func draw(from y: Double, _ sketch: inout Schematic) -> Double {
        let rows = trays.count + (trays.switches ?? 3)
        let height = min(19, max(14, 480 / Double(rows)))
        let bottom = y + Double(rows) * height + 20
        sketch.box(
            .init(Self.front.x, y, Self.front.width, bottom - y),
            .frame,
            radius: 6
        )
        var row = y + 6
        let upper = (trays.count + 1) / 2
        for tray in 0..<upper { drawTray(tray, &row, height, &sketch) }
        row += 4
        let between = row
        if let switches = trays.switches {
            for tray in 0..<switches { drawSwitchTray(tray, &row, height, &sketch) }
        } else {
            let box = Schematic.Area(
                Self.front.x + 8,
                row,
                Self.front.width - 16,
                3 * height - 3
            )
            sketch.box(box, .unknown)
            sketch.words(
                "switches not said",
                .note,
                x: box.middle,
                y: box.centre + 4,
                .middle,
                limit: box.width
            )
            row += 3 * height
        }
        let end = row
        row += 4
        for tray in upper..<trays.count { drawTray(tray, &row, height, &sketch) }
        explain(y, between, end, bottom, &sketch)
        drawWiring(y, bottom, &sketch)
        return bottom
    }

    // MARK: - From the front

    private func drawTray(
        _ tray: Int,
        _ y: inout Double,
        _ height: Double,
        _ sketch: inout Schematic
    ) {
        let cells = (tray * Trays.endpoints)..<((tray + 1) * Trays.endpoints)
        drawRow("tray \(tray)", cells, of: short, color: 0, y, height, &sketch)
        y += height
    }

    private func drawSwitchTray(
        _ tray: Int,
        _ y: inout Double,
        _ height: Double,
        _ sketch: inout Schematic
    ) {
        let cells = (tray * trays.chips)..<((tray + 1) * trays.chips)
        drawRow("switch tray \(tray)", cells, of: "chip", color: 1, y, height, &sketch)
        y += height
    }

    private func drawRow(
        _ name: String,
        _ numbers: Range<Int>,
        of what: String,
        color: Int,
        _ y: Double,
        _ height: Double,
        _ sketch: inout Schematic
    ) {
        let box = Schematic.Area(Self.front.x + 8, y, Self.front.width - 16, height - 2)
        let base = box.centre + 3.5
        sketch.words(name, .caption, x: box.x + 4, y: base, limit: 84)
        let start = box.x + 92
        let width = (box.right - start + 4) / Double(numbers.count) - 4
        for number in numbers {
            let cell = Schematic.Area(
                start + Double(number - numbers.lowerBound) * (width + 4),
                box.y,
                width,
                box.height
            )
            sketch.box(cell, .tint, color: color, radius: 2)
            sketch.words(
                "\(what) \(number)",
                .caption,
                x: cell.middle,
                y: base,
                .middle,
                limit: width - 2
            )
        }
    }

    private var short: String {
        picture.fabric.endpoint.split(separator: " ").last.map(String.init) ?? "endpoint"
    }

    // MARK: - One tray's links

    private func drawWiring(_ y: Double, _ bottom: Double, _ sketch: inout Schematic) {
        let area = Self.wiring
        let top = y + 86
        let goals = Schematic.Area(area.x, top, area.width, 30)
        let level = ClosPicture.Level(tier: 0, switching: switching, holds: tier.groupSize)
        let bundle = CableBundle(picture.fabric, level)
        let chips = bundle.switches(in: goals, most: 36)
        sketch.words("How one tray is wired", .name, x: area.x, y: y + 14, limit: area.width)
        for (place, line) in wiringWords.enumerated() {
            let base = y + 34 + 15 * Double(place)
            sketch.words(line, .note, x: area.x, y: base, limit: area.width)
        }
        bundle.draw(chips, color: 1, &sketch)
        let tray = Schematic.Area(area.x + 40, min(bottom - 80, top + 300), area.width - 80, 70)
        sketch.box(tray, .frame, radius: 6)
        let width = (tray.width - 50) / Double(Trays.endpoints)
        for place in 0..<Trays.endpoints {
            let cell = Schematic.Area(
                tray.x + 10 + Double(place) * (width + 10),
                tray.y + 10,
                width,
                36
            )
            sketch.box(cell, .tint, color: 0)
            sketch.words(
                "\(short) \(place)",
                .note,
                x: cell.middle,
                y: cell.centre + 4,
                .middle,
                limit: width - 4
            )
            bundle.connect([.init(number: place, area: cell)], to: chips, &sketch)
        }
        sketch.words(
            "tray 0, one of \(trays.count)",
            .note,
            x: tray.middle,
            y: tray.bottom - 8,
            .middle,
            limit: tray.width
        )
    }

    private var wiringWords: [String] {
        let one = BitsPerSecond(tier.rate.value.bits / tier.linksPerEndpoint)
        let total = cableText(tier.rate.value, tier.link)
        var words = [
            "Each \(short): \(tier.linksPerEndpoint) × \(cableText(one, tier.link)) "
                + "= \(total) each way"
        ]
        if switching.isDescribed, switching.cables.isMultiple(of: switching.switches) {
            let each = switching.cables / switching.switches
            words.append(
                each == 1
                    ? "One link to each of the \(switching.switches) chips"
                    : "\(each) links to each of the \(switching.switches) chips"
            )
        }
        return words
    }

    // MARK: - Words

    private func explain(
        _ top: Double,
        _ between: Double,
        _ end: Double,
        _ bottom: Double,
        _ sketch: inout Schematic
    ) {
        let links = tier.groupSize * tier.linksPerEndpoint
        picture.explain(
            [
                "\(trays.count) trays", "\(Trays.endpoints) × \(picture.fabric.endpoint) in each",
                "\(grouped(tier.groupSize)) in all",
            ],
            isNamed: true,
            in: .init(0, top, 0, between - top),
            &sketch
        )
        var words = ["switches not said"]
        if let switches = trays.switches {
            words = [
                "\(switches) switch trays",
                "\(trays.chips) × \(switching.device?.name ?? "chips") in each, "
                    + "\(switching.switches) in all",
                "\(grouped(links)) links to endpoints",
            ]
        }
        if tier.reducesInNetwork { words.append("reduce in the network") }
        picture.explain(words, isNamed: true, in: .init(0, between, 0, end - between), &sketch)
    }
}

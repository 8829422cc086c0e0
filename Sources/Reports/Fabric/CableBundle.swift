internal import Drawing
internal import Fabrics
internal import Units

/// The switches of a tier's group in a drawing, and the cables that lead up to them.
struct CableBundle {
    private let fabric: Fabric
    private let index: Int
    private let tier: Tier
    private let switching: Switching
    /// Whether the cables are those of endpoints.
    private let isFirst: Bool

    /// Most of a group's switches that are drawn.
    static let most = 8

    init(_ fabric: Fabric, _ level: ClosPicture.Level) {
        self.fabric = fabric
        index = level.tier
        tier = fabric.tiers[level.tier]
        switching = level.switching
        isFirst = index == 0 || fabric.tiers[index - 1].network != tier.network
    }

    /// Whether endpoints of different numbers have different switches: rails, each of a colour.
    var hasRails: Bool {
        isFirst && switching.isDescribed && switching.cables < switching.switches
    }

    /// Whether each rail has a colour of its own.
    var hasColors: Bool { hasRails && switching.switches <= Theme.seriesCount }

    /// The colour of an endpoint, or of what hangs on its switch.
    func color(ofUnit unit: Int) -> Int { hasColors ? first(of: unit) : tier.network }

    /// The switch that a unit's first cable leads to.
    private func first(of unit: Int) -> Int {
        let place = unit.multipliedFullWidth(by: switching.cables)
        return switching.switches.dividingFullWidth(place).remainder
    }

    // MARK: - Switches

    /// Where the switches stand in a row: all, or the first ones and the last.
    func switches(
        in row: Schematic.Area,
        most: Int = Self.most
    ) -> [ClosPicture.Place] {
        let count = switching.switches
        let gap = Double(count) * 28 > row.width ? 4.0 : 8
        let room = max(1, min(most, Int((row.width + gap) / (18 + gap))))
        let shown = min(count, room)
        let isCut = shown < count && shown > 1
        let slots = Double(shown + (isCut ? 1 : 0))
        let width = min(count == 1 ? 280 : 110, (row.width - gap * (slots - 1)) / slots)
        var x = row.middle - (width * slots + gap * (slots - 1)) / 2
        var places: [ClosPicture.Place] = []
        for place in 0..<Int(slots) {
            let isGap = isCut && place == Int(slots) - 2
            let isLast = isCut && place == Int(slots) - 1
            places.append(
                .init(
                    number: isGap ? nil : isLast ? count - 1 : place,
                    area: .init(x, row.y, width, row.height)
                )
            )
            x += width + gap
        }
        return places
    }

    /// Draws switches, in the colour of their network or rail where no other is given.
    func draw(_ places: [ClosPicture.Place], color own: Int? = nil, _ sketch: inout Schematic) {
        for place in places {
            guard let number = place.number else {
                ClosPicture.dots(place.area.middle, place.area.centre, &sketch)
                continue
            }
            let color = own ?? (hasColors ? number : tier.network)
            sketch.box(place.area, switching.isDescribed ? .tint : .unknown, color: color)
            let name = switching.device?.kind == .chip ? "chip" : "switch"
            var words = ["switches not said", "not said", "?"]
            if switching.isDescribed {
                words = ["\(name) \(number)", "\(number)"]
                if let device = switching.device, switching.switches == 1 {
                    words.insert(device.name, at: 0)
                }
            }
            let text = words.first {
                Schematic.width(of: $0, size: Schematic.Words.caption.size) < place.area.width - 2
            }
            sketch.words(
                text ?? "",
                .caption,
                x: place.area.middle,
                y: place.area.centre + 3.5,
                .middle,
                limit: place.area.width
            )
        }
    }

    // MARK: - Cables

    /// Draws the cables of units that stand beside each other: endpoints, or switches of a group.
    func connect(
        _ units: [ClosPicture.Place],
        to switches: [ClosPicture.Place],
        _ sketch: inout Schematic
    ) {
        let reached = min(switching.cables, switching.switches)
        let each = switching.cableRate.gigabits * Double(switching.cables) / Double(reached)
        let opacity = Double(units.count) * Double(switches.count) > 60 ? 0.35 : 0.55
        for unit in units {
            guard let number = unit.number else { continue }
            let from = first(of: number)
            var path = SVG.Path()
            for place in switches {
                guard let goal = place.number else { continue }
                // Round and round, from the switch of the first cable on.
                let behind = goal < from ? switching.switches - (from - goal) : goal - from
                guard behind < reached else { continue }
                path.move(unit.area.middle, unit.area.y)
                path.line(place.area.middle, place.area.bottom)
            }
            let color = color(ofUnit: number)
            sketch.stroke(path, color: color, width: thickness(each), opacity: opacity)
        }
    }

    /// Draws the cables of all that lies in a group that is not opened.
    func connect(
        blockOf area: Schematic.Area,
        to switches: [ClosPicture.Place],
        _ sketch: inout Schematic
    ) {
        let units = isFirst ? fabric.sizeBelow(index) : switching.unitsBelow
        let cables = Double(units) * Double(switching.cables)
        let reached = cables < Double(switching.switches) ? Int(cables) : switching.switches
        let each = switching.cableRate.gigabits * cables / Double(reached)
        let goals = switches.filter { ($0.number ?? .max) < reached }
        for (place, goal) in goals.enumerated() {
            var path = SVG.Path()
            let share = (Double(place) + 0.5) / Double(goals.count)
            path.move(area.x + area.width * (0.1 + 0.8 * share), area.y)
            path.line(goal.area.middle, goal.area.bottom)
            let color = hasColors ? goal.number ?? 0 : tier.network
            sketch.stroke(path, color: color, width: thickness(each), opacity: 0.55)
        }
    }

    // MARK: - Words

    /// What the switches are.
    var switchWords: [String] {
        let groups = fabric.endpoints / tier.groupSize
        var text = "switches not said"
        if switching.isDescribed {
            let device = switching.device?.name ?? (switching.switches == 1 ? "switch" : "switches")
            text = "\(grouped(switching.switches)) × \(device)"
            let all = UInt128(groups) * UInt128(switching.switches)
            if groups > 1 { text += ", \(grouped(all)) in all" }
        }
        let reduces = tier.reducesInNetwork ? ", reduces" : ""
        return [tier.name + reduces, text]
    }

    /// What the cables are, and whether they carry all that is sent.
    var cableWords: [String] {
        let lower = isFirst ? fabric.endpoint : fabric.tiers[index - 1].name
        let rate = cableText(switching.cableRate, switching.cable)
        // Lines are few where there are many tiers, so each says two things.
        var share = tier.oversubscription.map { "oversubscribed \($0.value)" }
        if share == nil && !isFirst { share = "1:1" }
        guard isFirst || switching.isDescribed else {
            return ["each \(lower): \(rate) up"] + [share].compactMap { $0 }
        }
        let isInside =
            switching.device?.kind == .chip || (switching.cable.map(isNVLink) ?? false)
        let below = isFirst ? fabric.endpoints : fabric.endpoints / fabric.sizeBelow(index)
        let each = UInt128(switching.unitsBelow) * UInt128(switching.cables)
        let count = grouped(UInt128(below) * each)
        let what = "\(count) \(isInside ? "links" : "cables")"
        let unit = isFirst ? lower : "\(lower) switch"
        var words = ["each \(unit): \(switching.cables) × \(rate)"]
        words.append(share.map { "\(what), \($0)" } ?? "\(what) in all")
        if hasRails { words.append("\(switching.switches) rails or planes") }
        return words
    }
}

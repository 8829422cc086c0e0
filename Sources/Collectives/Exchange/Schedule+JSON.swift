internal import Text

extension Schedule {
    /// The name and version of weft's own format of schedules.
    static let schema = "weft-schedule-1"

    /// The schedule in weft's own format, a JSON text from which `json:` reads an equal value.
    ///
    /// What is as usual is left out. Positions, chunks and slots are formulas, and a step, or an
    /// operand of a pattern, is a line.
    public func json() -> String {
        var writer = ScheduleText()
        writer.write(self)
        return writer.text
    }
}

/// Lays a schedule out in lines.
private struct ScheduleText {
    private(set) var text = ""

    mutating func write(_ schedule: Schedule) {
        var members: [(String, JSON)] = [
            ("schema", .string(Schedule.schema)),
            ("collective", .string(schedule.collective.rawValue)),
            ("algorithm", .string(schedule.algorithm)), ("ranks", .of(schedule.ranks)),
        ]
        if schedule.aggregators != 0 { members.append(("aggregators", .of(schedule.aggregators))) }
        if schedule.root != 0 { members.append(("root", .of(schedule.root))) }
        members.append(("elements", .of(schedule.elements)))
        if let counts = schedule.counts { members.append(("counts", json(counts))) }
        members.append(("elementSize", .of(schedule.elementSize)))
        if schedule.inPlace { members.append(("inPlace", true)) }
        members.append(("chunks", .of(schedule.chunks)))
        if schedule.slices != 1 { members.append(("slices", .of(schedule.slices))) }
        if schedule.stride != 0 { members.append(("stride", .of(schedule.stride))) }
        if schedule.scratch != Scratch() {
            var scratch: JSONObject = ["slots": .of(schedule.scratch.slots)]
            if schedule.scratch.lines { scratch["lines"] = true }
            if let window = schedule.scratch.window { scratch["window"] = .of(window) }
            members.append(("scratch", .object(scratch)))
        }
        text = "{\n"
        for (key, value) in members { line(1, "\"\(key)\": \(value.serialized()),") }
        write(schedule.tracks)
        text += "}\n"
    }

    private func json(_ counts: BlockCounts) -> JSON {
        guard counts.isPerPair else { return .array(counts.values.map(JSON.of)) }
        let n = counts.ranks
        let rows = (0..<n).map { counts.values[($0 * n)..<(($0 + 1) * n)] }
        return .array(rows.map { .array($0.map(JSON.of)) })
    }

    private mutating func write(_ tracks: [Track]) {
        guard !tracks.isEmpty else { return line(1, "\"tracks\": []") }
        line(1, "\"tracks\": [")
        var index = 0
        while index < tracks.count {
            let end = tracks[index...].firstIndex { $0 != tracks[index] } ?? tracks.count
            line(2, "{")
            if end - index > 1 { line(3, "\"times\": \(end - index),") }
            list(3, "phases", tracks[index].phases.map { $0 }, end: "") { writer, phase, comma in
                writer.write(phase, comma)
            }
            line(2, end == tracks.count ? "}" : "},")
            index = end
        }
        line(1, "]")
    }

    private mutating func write(_ phase: Phase, _ comma: String) {
        line(4, "{")
        line(5, "\"name\": \(JSON.string(phase.name).serialized()),")
        switch phase.form {
        case .pattern(let pattern):
            if phase.rounds != 1 { line(5, "\"rounds\": \(phase.rounds),") }
            if let complete = phase.completeFrom { line(5, "\"completeFrom\": \(complete),") }
            write(pattern)
        case .table(let table):
            if phase.rounds != table.rounds { line(5, "\"rounds\": \(phase.rounds),") }
            if let complete = phase.completeFrom { line(5, "\"completeFrom\": \(complete),") }
            list(5, "steps", table.steps, end: "") { writer, step, comma in
                writer.line(6, JSON(step).serialized() + comma)
            }
        }
        line(4, "}" + comma)
    }

    private mutating func write(_ pattern: Pattern) {
        line(5, "\"view\": \(JSON(pattern.view).serialized()),")
        if pattern.weight != 1 { line(5, "\"weight\": \(pattern.weight),") }
        if pattern.radix != 1 { line(5, "\"radix\": \(pattern.radix),") }
        if pattern.actors != .all {
            line(5, "\"actors\": \(JSON(pattern.actors).serialized()),")
        }
        for (key, operands, end) in [
            ("sources", pattern.sources, ","), ("targets", pattern.targets, ""),
        ] {
            list(5, key, operands, end: end) { writer, operand, comma in
                writer.line(6, JSON(operand).serialized() + comma)
            }
        }
    }

    /// Writes a list, one element after the other.
    private mutating func list<Element>(
        _ depth: Int,
        _ key: String,
        _ elements: [Element],
        end: String,
        _ write: (inout ScheduleText, Element, _ comma: String) -> Void
    ) {
        guard !elements.isEmpty else { return line(depth, "\"\(key)\": []\(end)") }
        line(depth, "\"\(key)\": [")
        for (index, element) in elements.enumerated() {
            write(&self, element, index == elements.count - 1 ? "" : ",")
        }
        line(depth, "]\(end)")
    }

    private mutating func line(_ depth: Int, _ content: String) {
        text += String(repeating: "  ", count: depth) + content + "\n"
    }
}

extension JSON {
    fileprivate static func of(_ number: Int) -> JSON { .integer(Int64(number)) }

    fileprivate init(_ index: Index) {
        self = index.formula.map { .string($0) } ?? .of(index.constant)
    }

    fileprivate init(_ view: View) {
        var object: JSONObject = [:]
        if view.base != 0 { object["base"] = .of(view.base) }
        object["size"] = .of(view.size)
        if view.stride != 1 { object["stride"] = .of(view.stride) }
        if view.groups != 1 { object["groups"] = .of(view.groups) }
        if view.rotation != 0 { object["rotation"] = .of(view.rotation) }
        if !view.order.isEmpty { object["order"] = .array(view.order.map { .integer(Int64($0)) }) }
        self = object.count == 1 ? .of(view.size) : .object(object)
    }

    fileprivate init(_ actors: Actors) {
        var object: JSONObject = [:]
        if actors.from != 0 { object["from"] = JSON(actors.from) }
        if let to = actors.to { object["to"] = JSON(to) }
        if let bound = actors.lowBelow { object["lowBelow"] = .of(bound) }
        if let digit = actors.digit { object["digit"] = .of(digit) }
        self = .object(object)
    }

    fileprivate init(_ operand: Operand) {
        var object: JSONObject = [
            "peer": JSON(operand.peer), "buffer": .string(operand.buffer.name),
            "chunks": JSON(operand.chunks),
        ]
        if operand.slot != 0 { object["slot"] = JSON(operand.slot) }
        if operand.byChunk { object["byChunk"] = true }
        if operand.from != 0 { object["from"] = JSON(operand.from) }
        if operand.to != 1 { object["to"] = JSON(operand.to) }
        if operand.skipsOwn { object["skipsOwn"] = true }
        if let view = operand.view { object["view"] = JSON(view) }
        self = .object(object)
    }

    private init(_ peer: Peer) {
        switch peer {
        case .own: self = "own"
        case .digit: self = "digit"
        case .each: self = "each"
        case .child: self = "child"
        case .parent: self = "parent"
        case .shift(let distance): self = .object(["shift": JSON(distance)])
        case .ahead(let distance): self = .object(["ahead": JSON(distance)])
        }
    }

    private init(_ chunks: ChunkSet) {
        if chunks == .whole {
            self = "all"
            return
        }
        var object: JSONObject = ["first": JSON(chunks.first)]
        if chunks.count != 1 { object["count"] = .of(chunks.count) }
        if chunks.runs != 1 { object["runs"] = .of(chunks.runs) }
        if chunks.stride != 0 { object["stride"] = .of(chunks.stride) }
        if chunks.wraps { object["wraps"] = true }
        if let blocks = chunks.blocks {
            var rule: JSONObject = ["scale": .of(blocks.scale)]
            if blocks.byGroup != 0 { rule["byGroup"] = .of(blocks.byGroup) }
            object["blocks"] = .object(rule)
        }
        self = object.count == 1 ? JSON(chunks.first) : .object(object)
    }

    fileprivate init(_ step: StepTable.Step) {
        var object: JSONObject = [
            "round": .of(step.round), "actor": .of(step.actor),
            "sources": .array(step.sources.map { JSON($0) }),
            "targets": .array(step.targets.map { JSON($0) }),
        ]
        if step.isComplete { object["complete"] = true }
        self = .object(object)
    }

    private init(_ place: Place) {
        var object: JSONObject = [
            "at": .of(place.endpoint), "buffer": .string(place.buffer.name),
        ]
        if place.slot != 0 { object["slot"] = .of(place.slot) }
        if place.byChunk { object["byChunk"] = true }
        object["first"] = .of(place.first)
        if place.count != 1 { object["count"] = .of(place.count) }
        if place.runs != 1 { object["runs"] = .of(place.runs) }
        if place.stride != 0 { object["stride"] = .of(place.stride) }
        if place.wraps { object["wraps"] = true }
        self = .object(object)
    }
}

extension Buffer {
    /// The buffers by name.
    static let named: [(name: String, buffer: Buffer)] = [
        ("input", .input), ("output", .output), ("scratch", .scratch),
    ]

    fileprivate var name: String {
        switch self {
        case .input: "input"
        case .output: "output"
        case .scratch: "scratch"
        }
    }
}

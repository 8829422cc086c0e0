internal import Collectives
internal import Text
internal import Units

/// A schedule in words and letters.
enum ScheduleSummary {
    private static let width = 100

    /// What it is and what it moves.
    static func text(_ subject: ScheduleSubject) -> String {
        let schedule = subject.schedule
        let totals = schedule.totals
        let share = schedule.collective.sizeWords
        let size = bytes(schedule.elements * schedule.elementSize)
        let place = schedule.inPlace ? "in place" : "out of place"
        var title =
            "\(schedule.algorithm) \(schedule.collective.rawValue), "
            + count(schedule.ranks, "rank")
        if let share { title += ": \(size) of \(subject.typeName) \(share), \(place)" }
        var rows = [
            ("chunks", chunks(schedule)),
            ("rounds", rounds(schedule, totals)),
            ("depth", depth(schedule, totals)),
            ("steps", "\(totals.steps) of all endpoints"),
            (
                "traffic",
                "\(bytes(totals.bytes)) in \(count(totals.transfers, "transfer")); a rank sends "
                    + "up to \(bytes(totals.sentBytes)), receives up to "
                    + bytes(totals.receivedBytes)
            ),
            (
                "scratch",
                schedule.slotCount == 0
                    ? "none"
                    : "\(bytes(totals.scratchBytes)) at each endpoint, in "
                        + count(schedule.slotCount, "slot")
            ),
        ]
        if schedule.collective.hasRoot { rows.insert(("root", "rank \(schedule.root)"), at: 0) }
        if schedule.aggregators > 0 {
            rows.insert(("switches", count(schedule.aggregators, "aggregator")), at: 0)
        }
        return list(title, rows)
    }

    /// A heading with labelled lines under it, whose values are wrapped.
    static func list(_ title: String, _ rows: [(label: String, value: String)]) -> String {
        let column = (rows.map { terminalWidth($0.label) }.max() ?? 0) + 4
        let margin = String(repeating: " ", count: column)
        let lines = rows.flatMap { row in
            wrapped(row.value, to: width - column).enumerated().map { number, line in
                (number == 0 ? padded("  " + row.label, to: column, .leading) : margin) + line
            }
        }
        return ([title] + lines).joined(separator: "\n")
    }

    /// Lines of words, no wider than asked unless a single word is.
    static func wrapped(_ text: String, to width: Int) -> [String] {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        return joined(words.map(String.init), " ", to: width)
    }

    /// Lines of parts, no wider than asked unless a single part is.
    static func joined(_ parts: [String], _ separator: String, to width: Int) -> [String] {
        var lines: [String] = []
        for part in parts {
            if let last = lines.last, terminalWidth(last + separator + part) <= width {
                lines[lines.count - 1] = last + separator + part
            } else {
                lines.append(part)
            }
        }
        return lines
    }

    /// A remark in parentheses, wrapped.
    static func remark(_ text: String) -> String {
        wrapped("(\(text))", to: width).joined(separator: "\n")
    }

    /// A number of bytes, exact: `8`, `64K`, `1025`.
    static func bytes(_ count: Int) -> String { ByteCount(count).short }

    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)" + (number == 1 ? "" : "s")
    }

    private static func chunks(_ schedule: Schedule) -> String {
        let lanes = schedule.lanes
        if lanes == 1 { return "\(schedule.chunks)" }
        return "\(schedule.chunks) in each of \(lanes) lanes, which are "
            + "\(count(schedule.tracks.count, "track")) of \(count(schedule.slices, "slice"))"
    }

    private static func rounds(_ schedule: Schedule, _ totals: Totals) -> String {
        let all = schedule.tracks.map(\.rounds).max() ?? 0
        return all == totals.rounds
            ? "\(all)" : "\(all), in \(totals.rounds) of which data goes from one to another"
    }

    private static func depth(_ schedule: Schedule, _ totals: Totals) -> String {
        if totals.transfers > 1 << 22 || schedule.cellCount > 1 << 24 {
            return "at most \(totals.rounds) transfers behind each other"
        }
        return "\(count(schedule.depth, "transfer")) behind each other"
    }

    /// The phases of each track that differs from those before it.
    static func phases(_ schedule: Schedule) -> String {
        var table = TextTable(columns: [
            .init("phase"), .init("rounds", .trailing), .init("what happens in each"),
        ])
        let column = nameWidth(schedule) + 8
        var told: [[String]: Int] = [:]
        for track in distinctTracks(schedule) {
            var rows: [[String]] = []
            for (number, phase) in schedule.tracks[track].phases.enumerated() where phase.rounds > 0
            {
                let words = schedule.words(ofPhase: number, track: track)
                rows.append([phase.name, "\(phase.rounds)", words])
            }
            if let same = told[rows.flatMap(\.self)] {
                table.append(["track \(track)", "", "as track \(same), at other ranks or chunks"])
                continue
            }
            told[rows.flatMap(\.self)] = track
            if track > 0 { table.append(["track \(track)"]) }
            for row in rows {
                append(Array(row.dropLast()), row.last ?? "", to: &table, from: column)
            }
        }
        return table.rendered()
    }

    /// A row whose last cell begins at a column, and is wrapped.
    private static func append(
        _ cells: [String],
        _ last: String,
        to table: inout TextTable,
        from column: Int
    ) {
        for (number, line) in wrapped(last, to: max(40, width - column)).enumerated() {
            table.append((number == 0 ? cells : cells.map { _ in "" }) + [line])
        }
    }

    /// The width of the longest name of a phase or track, and of the gap behind it.
    private static func nameWidth(_ schedule: Schedule) -> Int {
        let names = schedule.tracks.flatMap(\.phases).map(\.name)
        let tracks = schedule.tracks.indices.dropFirst().map { "track \($0)" }
        return (["phase"] + names + tracks).map { terminalWidth($0) }.reduce(0, max) + 2
    }

    private static func distinctTracks(_ schedule: Schedule) -> [Int] {
        var seen: Set<Track> = []
        return schedule.tracks.indices.filter { seen.insert(schedule.tracks[$0]).inserted }
    }

    /// Space-time diagrams of all tracks that differ, and how they read.
    static func diagrams(_ schedule: Schedule) -> String {
        let tracks = distinctTracks(schedule)
        let texts = tracks.map { track in
            let title = tracks.count > 1 ? "track \(track)\n" : ""
            return title + schedule.spaceTime(track: track, width: width)
        }
        return texts.joined(separator: "\n\n") + "\n\n" + remark(schedule.spaceTimeLegend)
    }

    /// An endpoint's steps, one a line.
    static func program(_ schedule: Schedule, of endpoint: Int) -> String {
        let hasLanes = schedule.lanes > 1
        var table = TextTable(
            columns: [.init("step", .trailing)] + (hasLanes ? [.init("lane", .trailing)] : []) + [
                .init("round", .trailing), .init("phase"),
                .init("what \(schedule.name(of: endpoint)) does"),
            ]
        )
        let column = nameWidth(schedule) + (hasLanes ? 19 : 13)
        for (number, step) in schedule.program(of: endpoint).enumerated() {
            append(
                ["\(number)"] + (hasLanes ? ["\(schedule.lane(of: step))"] : []) + [
                    "\(schedule.round(of: step))",
                    schedule.tracks[step.track].phases[step.phase].name,
                ],
                schedule.words(of: step),
                to: &table,
                from: column
            )
        }
        return table.rendered()
    }
}

extension Collective {
    /// What a size is of; nil where there is none to choose.
    var sizeWords: String? {
        switch self {
        case .allReduce, .broadcast, .reduce, .sendReceive: "in each rank's vector"
        case .barrier: nil
        default: "in each block"
        }
    }
}

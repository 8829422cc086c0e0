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

    /// A heading with labelled lines under it.
    static func list(_ title: String, _ rows: [(label: String, value: String)]) -> String {
        let width = rows.map { terminalWidth($0.label) }.max() ?? 0
        let lines = rows.map { "  \(padded($0.label, to: width, .leading))  \($0.value)" }
        return ([title] + lines).joined(separator: "\n")
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
        for track in distinctTracks(schedule) {
            if track > 0 { table.append(["track \(track)"]) }
            for (number, phase) in schedule.tracks[track].phases.enumerated() where phase.rounds > 0
            {
                let words = schedule.words(ofPhase: number, track: track)
                table.append([phase.name, "\(phase.rounds)", words])
            }
        }
        return table.rendered()
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
        return texts.joined(separator: "\n\n") + "\n\n(\(Schedule.spaceTimeLegend))"
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
        for (number, step) in schedule.program(of: endpoint).enumerated() {
            table.append(
                ["\(number)"] + (hasLanes ? ["\(schedule.lane(of: step))"] : []) + [
                    "\(schedule.round(of: step))",
                    schedule.tracks[step.track].phases[step.phase].name,
                    schedule.words(of: step),
                ]
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

internal import Text

extension Schedule {
    /// How the text form of a space-time diagram reads.
    public static let spaceTimeLegend = ranksLegend + "; a0 is an aggregator"

    private static let ranksLegend =
        "←1 +c3 adds chunk 3 of rank 1; c0 →2 stores chunk 0 at rank 2, c0>c4 as chunk 4"

    /// The same, without aggregators where there are none.
    public var spaceTimeLegend: String {
        aggregators > 0 ? Self.spaceTimeLegend : Self.ranksLegend
    }

    /// What a track does where and when, for a terminal: endpoints from left to right and rounds
    /// downwards, or the other way round where that fits better.
    ///
    /// Endpoints that take no step are told below.
    ///
    /// - Parameter width: the most columns; of too many endpoints only some are shown.
    public func spaceTime(track: Int = 0, width: Int = 100) -> String {
        let scene = SpaceTime(self, track: track, roundsOfAPhase: 4)
        let busy = scene.endpoints.filter { !scene.events(of: $0).isEmpty }
        if busy.isEmpty { return SpaceTimeText(scene).rendered(width) }
        let idle = scene.endpoints.filter { scene.events(of: $0).isEmpty }
        return SpaceTimeText(scene.limited(to: busy), idle: idle).rendered(width)
            + line(about: idle)
    }

    /// Names those that are left out because they take no step.
    private func line(about idle: [Int]) -> String {
        if idle.isEmpty { return "" }
        let aggregators = idle.filter { $0 >= ranks }.map { $0 - ranks }
        let names = [
            SpaceTime.ranges(idle.filter { $0 < ranks }, prefix: ""),
            SpaceTime.ranges(aggregators, prefix: "a"),
        ]
        return "\nno step of their own: " + names.filter { !$0.isEmpty }.joined(separator: ",")
    }

    /// The steps around one of them, which is marked: those of its peers and neighbours in the
    /// rounds before it and one after.
    public func spaceTime(around step: Step, width: Int = 100) -> String {
        let time = time(of: step)
        let window = SpaceTime(
            self,
            track: step.track,
            slice: step.slice,
            rounds: Array(max(0, time - 3)...(time + 1)),
            endpoints: endpoints(around: step)
        )
        return SpaceTimeText(window, marked: step).columns()
    }

    /// A step's actor and peers, and their neighbours while there is room.
    private func endpoints(around step: Step) -> [Int] {
        var shown = [step.actor]
        func add(_ endpoint: Int) {
            if shown.count < 6 && !shown.contains(endpoint) && endpoint < endpoints && endpoint >= 0
            {
                shown.append(endpoint)
            }
        }
        forEachSource(of: step) { add($0.endpoint) }
        forEachTarget(of: step) { add($0.endpoint) }
        for distance in 1...3 {
            let (before, after) = (
                step.actor.subtractingReportingOverflow(distance),
                step.actor.addingReportingOverflow(distance)
            )
            if !before.overflow { add(before.partialValue) }
            if !after.overflow { add(after.partialValue) }
        }
        return shown.sorted()
    }
}

/// A space-time diagram in letters.
private struct SpaceTimeText {
    let scene: SpaceTime
    /// Endpoints that take no step, and are left out.
    let idle: [Int]
    let marked: Step?

    init(_ scene: SpaceTime, idle: [Int] = [], marked: Step? = nil) {
        self.scene = scene
        self.idle = idle
        self.marked = marked
    }

    private static let mark = "! "

    func rendered(_ width: Int) -> String {
        let whole = columns()
        if Self.width(of: whole) <= width { return whole }
        if scene.endpoints.count <= 40 {
            let turned = rows()
            if Self.width(of: turned) <= width { return turned }
        }
        // The widest choice that fits: the first endpoints and the last one.
        var low = 1
        var high = scene.endpoints.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if Self.width(of: some(middle)) <= width { low = middle } else { high = middle - 1 }
        }
        return some(low)
    }

    private func some(_ count: Int) -> String {
        let endpoints = scene.endpoints.prefix(count) + scene.endpoints.suffix(1)
        return SpaceTimeText(scene.limited(to: Array(endpoints)), idle: idle).columns()
    }

    private static func width(of text: String) -> Int {
        text.split(separator: "\n").map { terminalWidth(String($0)) }.max() ?? 0
    }

    private func cell(_ endpoint: Int, _ round: Int) -> String {
        scene.events(of: endpoint, round: round).map { event in
            (event.step == marked ? Self.mark : "") + scene.label(of: event)
        }.joined(separator: "; ")
    }

    private func title(_ index: Int) -> String {
        let name = scene.shortName(of: scene.endpoints[index])
        return index == 0 && scene.endpoints[0] < scene.schedule.ranks ? "rank \(name)" : name
    }

    private var total: Int { scene.schedule.tracks[scene.track].rounds }

    /// How many of the numbers below `end` are left out before each of some, and behind the last;
    /// those without steps do not count.
    private static func gaps(_ shown: [Int], below end: Int, without idle: [Int] = []) -> [Int] {
        var gaps: [Int] = []
        var next = 0
        for number in shown + [end] {
            gaps.append(number - next - idle.count { next <= $0 && $0 < number })
            next = number + 1
        }
        return gaps
    }

    private static func rounds(_ count: Int) -> String {
        count == 1 ? "1 round more" : "\(count) rounds more"
    }

    /// Endpoints from left to right, rounds downwards.
    func columns() -> String {
        let gaps = Self.gaps(scene.endpoints, below: scene.schedule.endpoints, without: idle)
        var columns = [TextTable.Column("phase"), TextTable.Column("round", .trailing)]
        for index in scene.endpoints.indices {
            if gaps[index] > 0 { columns.append(.init("…")) }
            columns.append(.init(title(index)))
        }
        if gaps.last ?? 0 > 0 { columns.append(.init("…")) }
        var table = TextTable(columns: columns)
        let hidden = Self.gaps(scene.rounds, below: total)
        var phase = -1
        for (place, round) in scene.rounds.enumerated() {
            if hidden[place] > 0 { table.append([Self.rounds(hidden[place]), "…"]) }
            let name = scene.schedule.tracks[scene.track].phases[scene.phase(ofRound: round)].name
            var row = [scene.phase(ofRound: round) == phase ? "" : name, "\(round)"]
            phase = scene.phase(ofRound: round)
            for (index, endpoint) in scene.endpoints.enumerated() {
                if gaps[index] > 0 { row.append("") }
                row.append(cell(endpoint, round))
            }
            table.append(row)
        }
        if let more = hidden.last, more > 0 { table.append([Self.rounds(more), "…"]) }
        return table.rendered()
    }

    /// Rounds from left to right, endpoints downwards; the phases' names stand above.
    private func rows() -> String {
        let hidden = Self.gaps(scene.rounds, below: total)
        var columns = [TextTable.Column("round", .trailing)]
        for (place, round) in scene.rounds.enumerated() {
            if hidden[place] > 0 { columns.append(.init("…")) }
            columns.append(.init("\(round)"))
        }
        var table = TextTable(columns: columns)
        for (index, endpoint) in scene.endpoints.enumerated() {
            var row = [title(index)]
            for (place, round) in scene.rounds.enumerated() {
                if hidden[place] > 0 { row.append("") }
                row.append(cell(endpoint, round))
            }
            table.append(row)
        }
        return phases() + "\n" + table.rendered()
    }

    private func phases() -> String {
        let track = scene.schedule.tracks[scene.track]
        let names = track.phases.indices.compactMap { index -> String? in
            let (first, end) = (track.starts[index], track.starts[index + 1])
            if first == end { return nil }
            let rounds = end - first == 1 ? "\(first)" : "\(first)-\(end - 1)"
            return "\(rounds) \(track.phases[index].name)"
        }
        return "rounds: " + names.joined(separator: "; ")
    }
}

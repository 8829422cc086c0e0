public import Collectives
public import Drawing

/// A schedule as a space-time diagram: a lane for each endpoint, a box for each step, an arrow for
/// whatever goes from one endpoint to another.
public struct SchedulePicture {
    /// Rounds of a phase that are shown; the others stand behind an ellipsis.
    private static let roundsOfAPhase = 5
    /// Endpoints that are shown.
    private static let endpointsMost = 16

    private let schedule: Schedule
    /// One scene for each track that differs from the others.
    private let scenes: [SpaceTime]
    /// The rounds of all scenes, each a column; nil where some are left out.
    private let columns: [Int?]
    private let places: [Int: Int]
    private let endpoints: [Int]

    /// Looks at a schedule.
    public init(_ schedule: Schedule) {
        self.schedule = schedule
        var seen: Set<Track> = []
        let tracks = schedule.tracks.indices.filter { seen.insert(schedule.tracks[$0]).inserted }
        scenes = tracks.map {
            SpaceTime(
                schedule,
                track: $0,
                roundsOfAPhase: Self.roundsOfAPhase,
                endpoints: Self.endpointsMost
            )
        }
        endpoints = Self.ordered(scenes)
        let rounds = Set(scenes.flatMap(\.rounds)).sorted()
        var columns: [Int?] = []
        var places: [Int: Int] = [:]
        for round in rounds {
            if let last = columns.last, let last, last + 1 < round { columns.append(nil) }
            places[round] = columns.count
            columns.append(round)
        }
        self.columns = columns
        self.places = places
    }

    /// The picture as a file of its own, light or dark as its surroundings are.
    public var svg: String { diagram.svg(standalone: true) + "\n" }

    /// The picture.
    public var diagram: SpaceTimeDiagram {
        let labels = columns.map { $0.map { "\($0)" } ?? "…" }
        var diagram = SpaceTimeDiagram(
            title: title,
            subtitle: subtitle,
            time: Axis(
                label: "Round",
                format: .custom { value in
                    let place = Int(value.rounded())
                    let isColumn = Double(place) == value && labels.indices.contains(place)
                    return isColumn ? labels[place] : ""
                }
            ),
            lanes: endpoints.map { schedule.name(of: $0) }
        )
        let lanes = Dictionary(
            uniqueKeysWithValues: endpoints.enumerated().map { ($0.element, $0.offset) }
        )
        for scene in scenes { add(scene, lanes, &diagram) }
        // Two thirds of a column or less are a box.
        let letters = diagram.boxes.map(\.label.count).max() ?? 0
        let column = min(150, max(80, 14 + 12.5 * Double(letters)))
        diagram.width = min(1200, max(440, 110 + column * Double(columns.count)))
        diagram.summary =
            "Space-time diagram of \(title): \(diagram.boxes.count) steps in "
            + "\(columns.count { $0 != nil }) rounds."
        return diagram
    }

    private var title: String {
        let collective = schedule.collective.rawValue
        return "\(schedule.algorithm) \(collective), \(schedule.ranks) ranks"
    }

    private var subtitle: String {
        var text = "A box is a step: + combines, c3 is chunk 3"
        if endpoints.count < schedule.endpoints {
            text += "; \(schedule.endpoints - endpoints.count) endpoints are not shown"
        }
        return text
    }

    /// Ranks in their order, each aggregator behind the last of its ranks where these are
    /// neighbours, and the others at the end: so that arrows are short.
    private static func ordered(_ scenes: [SpaceTime]) -> [Int] {
        guard let scene = scenes.first else { return [] }
        let ranks = scene.schedule.ranks
        let all = 0..<scene.schedule.endpoints
        var below: [Int: Set<Int>] = [:]
        for scene in scenes {
            for event in scene.endpoints.flatMap({ scene.events(of: $0) }) {
                let actor = event.step.actor
                for peer in (event.sources + event.targets).map(\.endpoint)
                where peer != actor && all.contains(peer) {
                    below[max(actor, peer), default: []].insert(min(actor, peer))
                }
            }
        }
        // Aggregators are numbered from the ranks upwards, so those below have their ranks already.
        var last: [Int: Int] = [:]
        for aggregator in below.keys.filter({ $0 >= ranks }).sorted() {
            let peers = below[aggregator] ?? []
            let own = Set(peers.flatMap { $0 < ranks ? [$0] : Array(below[$0] ?? []) })
            below[aggregator] = own
            guard let first = own.min(), let end = own.max() else { continue }
            if end - first + 1 == own.count { last[aggregator] = end }
        }
        func key(_ endpoint: Int) -> (Int, Int) {
            endpoint < ranks ? (endpoint, -1) : (last[endpoint] ?? ranks, endpoint)
        }
        return scene.endpoints.sorted { key($0) < key($1) }
    }

    private func add(
        _ scene: SpaceTime,
        _ lanes: [Int: Int],
        _ diagram: inout SpaceTimeDiagram
    ) {
        let phases = schedule.tracks[scene.track].phases
        for round in scene.rounds {
            guard let place = places[round] else { continue }
            // Colours tell phases apart, or tracks where there are several.
            let name =
                scenes.count > 1 ? "track \(scene.track)" : phases[scene.phase(ofRound: round)].name
            for endpoint in endpoints {
                for event in scene.events(of: endpoint, round: round) {
                    if !diagram.colorNames.contains(name) { diagram.colorNames.append(name) }
                    let color = diagram.colorNames.firstIndex(of: name) ?? 0
                    add(event, scene, Double(place), color, lanes, &diagram)
                }
            }
        }
    }

    private func add(
        _ event: SpaceTime.Event,
        _ scene: SpaceTime,
        _ start: Double,
        _ color: Int,
        _ lanes: [Int: Int],
        _ diagram: inout SpaceTimeDiagram
    ) {
        let actor = event.step.actor
        guard let lane = lanes[actor] else { return }
        let sources = Set(event.sources.map(\.endpoint)).subtracting([actor]).sorted()
        let targets = Set(event.targets.map(\.endpoint)).subtracting([actor]).sorted()
        let (from, to) = Self.span(hasSources: !sources.isEmpty, hasTargets: !targets.isEmpty)
        let label = scene.data(of: event)
        let hover = "\(schedule.describe(event.step))\n\(scene.label(of: event))"
        diagram.boxes.append(
            .init(
                lane: lane,
                from: start + from,
                to: start + to,
                label: label,
                color: color,
                hover: hover
            )
        )
        for peer in sources.compactMap({ lanes[$0] }) {
            diagram.arrows.append(
                .init(
                    fromLane: peer,
                    fromTime: start,
                    toLane: lane,
                    toTime: start + from,
                    color: color,
                    hover: hover
                )
            )
        }
        for peer in targets.compactMap({ lanes[$0] }) {
            diagram.arrows.append(
                .init(
                    fromLane: lane,
                    fromTime: start + to,
                    toLane: peer,
                    toTime: start + 1,
                    color: color,
                    hover: hover
                )
            )
        }
    }

    /// Where a box stands in its round: behind what it waits for, before what it sends.
    private static func span(hasSources: Bool, hasTargets: Bool) -> (from: Double, to: Double) {
        switch (hasSources, hasTargets) {
        case (true, true): (0.24, 0.76)
        case (true, false): (0.36, 0.94)
        case (false, true): (0.06, 0.64)
        case (false, false): (0.21, 0.79)
        }
    }
}

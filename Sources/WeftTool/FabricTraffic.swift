internal import Collectives
internal import CommandLine
internal import Fabrics
internal import Placement
internal import Text
internal import Units

/// `weft fabric route` and `load`: ways through a network, and what they carry.
enum FabricTraffic {
    // MARK: - route

    /// More equally good ways than these are not counted.
    private static let waysMost = 100_000

    static func route(_ invocation: Invocation) throws -> ExitCode {
        let routing = invocation.string("routing").flatMap(Routing.init(rawValue:)) ?? .ecmp
        let subject = try FabricSubject(invocation)
        if case .tiers(let fabric) = subject {
            return try route(invocation, routing, over: Router(fabric), fabric.name, "") {
                Int($0)
            }
        }
        let wiring = try subject.wiring()
        switch routing {
        case .ftree, .valiant:
            throw invocation.usageError(
                "\(routing.rawValue) needs tiers; '\(wiring.name)' is a network link by link"
            )
        case .minhop:
            let tables = try MinimalHopTables(wiring)
            let example = ", or have names such as '\(tables.name(of: 0))'"
            return try route(invocation, routing, over: tables, wiring.name, example) {
                tables.endpoint(named: $0) ?? Int($0)
            }
        case .ecmp, .polarised, .spray, .adaptive:
            let router = try WiringRouter(wiring)
            let example = ", or have names such as '\(router.name(of: 0))'"
            return try route(invocation, routing, over: router, wiring.name, example) {
                router.endpoint(named: $0) ?? Int($0)
            }
        }
    }

    private static func route(
        _ invocation: Invocation,
        _ routing: Routing,
        over routes: some Routes,
        _ name: String,
        _ example: String,
        _ number: (String) -> Int?
    ) throws -> ExitCode {
        var routes = routes
        let ends = try ["from", "to"].map { argument throws(UsageError) in
            let text = invocation.argument(argument)
            guard let end = number(text), (0..<routes.endpoints).contains(end) else {
                throw invocation.usageError(
                    "'\(text)' is no endpoint of \(name): they count from 0 to "
                        + "\(routes.endpoints - 1)\(example)"
                )
            }
            return end
        }
        let seed = try invocation.integer("seed", in: 0...Int.max, default: 1)
        var load = RoutedLoad(routing, seed: UInt64(seed))
        let isThere = load.add(bytes: 1, from: ends[0], to: ends[1], over: &routes)
        let ways = routes.ways(from: ends[0], to: ends[1], upTo: waysMost)
        if invocation.flag("json") {
            let links = load.carried.channels.map { channel -> JSON in
                [
                    "link": .string(routes.words(for: channel)),
                    "bitsPerSecond": .integer(Int64(routes.rate(of: channel).bits)),
                ]
            }
            let record: JSON = [
                "fabric": .string(name), "routing": .string(routing.rawValue),
                "links": .array(links), "ways": .integer(Int64(ways)),
            ]
            Output.print(record.serialized(pretty: true))
            return isThere ? .good : .failed
        }
        guard isThere else {
            Output.complain(
                "\(name) has no way from endpoint \(ends[0]) to \(ends[1]) inside one network"
            )
            return .failed
        }
        var table = TextTable(columns: [.init("link"), .init("Gb/s", .trailing)])
        for channel in load.carried.channels {
            let rate = routes.rate(of: channel)
            table.append([
                routes.words(for: channel), rate.bits == 0 ? "?" : significant(rate.gigabits, 4),
            ])
        }
        let count = ways == waysMost ? "at least \(ways)" : "\(ways)"
        Output.print(
            "# \(ScheduleSummary.count(load.carried.channels.count, "link")), "
                + (ways == 1 ? "the only way" : "one of \(count) ways that are equally short")
        )
        if !load.carried.channels.isEmpty { Output.print(table.rendered()) }
        return .good
    }

    // MARK: - load

    static func load(_ invocation: Invocation) throws -> ExitCode {
        let fabric = try FabricSubject.fabric(invocation.argument("fabric"), invocation)
        let seats = try Seats(invocation, fabric)
        let subject = try ScheduleSubject(invocation, ranks: min(seats.count, 64))
        let ranks = subject.schedule.ranks
        let seed = seats.seed
        let flows = try invocation.integer("flows", in: 1...1024, default: 1)
        let placement = try seats.placement(of: ranks)
        let router = Router(fabric)
        let routings = try routings(invocation)
        let results = try routings.map { routing in
            Output.progress("\(routing.rawValue)…")
            return try placement.cableLoads(
                of: subject.schedule,
                on: router,
                routing,
                flows: flows,
                seed: seed
            )
        }
        Output.progress("")
        if invocation.flag("json") {
            Output.print(json(results, subject, router, ranks, seed).serialized(pretty: true))
            return .good
        }
        let rows = results.map { row($0, router) }
        if invocation.flag("csv") {
            Output.print(String(([titles] + rows).map(CSV.row).joined().dropLast()))
            return .good
        }
        let best = results.first?.best ?? .zero
        Output.print(
            "# \(fabric.name): \(subject.name) of \(ScheduleSummary.count(ranks, "rank")), "
                + "\(seats.words), seed \(seed)"
        )
        Output.print("# What endpoints send and receive takes \(micro(best)) us at least.")
        var table = TextTable(
            columns: titles.enumerated().map { place, title in
                .init(title, [1, 2, 5].contains(place) ? .trailing : .leading)
            },
            hasSeparator: true
        )
        for row in rows { table.append(row) }
        Output.print(table.rendered())
        if let unjoined = results.first?.unjoined, unjoined.bytes > 0 {
            Output.complain(
                "not counted: \(unjoined.short) between endpoints that no network joins; they go "
                    + "by way of a neighbour in the node"
            )
        }
        return .good
    }

    private static let titles = [
        "routing", "at least us", "of best", "held up by", "worst cable", "x best",
    ]

    private static func micro(_ time: Picoseconds) -> String {
        significant(Double(time.count) / 1e6, 4)
    }

    private static func row(_ loads: CableLoads, _ router: Router) -> [String] {
        let share =
            loads.time == .zero ? 1 : Double(loads.best.count) / Double(loads.time.count)
        let held = loads.tiers.filter { $0.delay > .zero }.max { $0.delay < $1.delay }
        return [
            loads.routing.rawValue, micro(loads.time),
            // What goes no way takes no time here, so there is nothing to compare.
            loads.unjoined.bytes == 0 ? significant(share, 3) : "-",
            held.map { router.fabric.tiers[$0.tier].name } ?? "nothing",
            loads.worst.map { router.words(for: $0.channel) } ?? "",
            loads.worst.map { significant($0.times, 3) } ?? "",
        ]
    }

    private static func json(
        _ results: [CableLoads],
        _ subject: ScheduleSubject,
        _ router: Router,
        _ ranks: Int,
        _ seed: UInt64
    ) -> JSON {
        let list = results.map { loads -> JSON in
            let tiers = loads.tiers.map { use -> JSON in
                [
                    "tier": .string(router.fabric.tiers[use.tier].name),
                    "channels": .integer(Int64(use.channels)),
                    "bytes": .integer(Int64(use.total.bytes)),
                    "busiest": .string(router.words(for: use.busiest)),
                    "busiestBytes": .integer(Int64(use.most.bytes)),
                    "delayPicoseconds": .integer(Int64(use.delay.count)),
                ]
            }
            return [
                "routing": .string(loads.routing.rawValue),
                "picoseconds": .integer(Int64(loads.time.count)),
                "bestPicoseconds": .integer(Int64(loads.best.count)),
                "unjoinedBytes": .integer(Int64(loads.unjoined.bytes)),
                "worst": loads.worst.map { .string(router.words(for: $0.channel)) } ?? .null,
                "worstTimes": loads.worst.map { .number($0.times) } ?? .null,
                "tiers": .array(tiers),
            ]
        }
        return [
            "fabric": .string(router.fabric.name), "schedule": .string(subject.name),
            "ranks": .integer(Int64(ranks)), "seed": .string("\(seed)"),
            "routings": .array(list),
        ]
    }

    private static func routings(_ invocation: Invocation) throws(UsageError) -> [Routing] {
        guard let text = invocation.string("routing") else { return Routing.allCases }
        var routings: [Routing] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let routing = Routing(rawValue: String(part)) else {
                throw ScheduleSubject.unknown(
                    String(part),
                    "routing",
                    Routing.allCases.map(\.rawValue),
                    invocation
                )
            }
            routings.append(routing)
        }
        return routings
    }
}

internal import CommandLine
internal import Fabrics
internal import Placement
internal import Text

/// `weft fabric tree`: the switches that reduce or copy for a job.
enum FabricTree {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let fabric = try FabricSubject.fabric(invocation.argument("fabric"), invocation)
        let seats = try Seats(invocation, fabric)
        let most = min(seats.count, ranksMost)
        let ranks = try invocation.integer("ranks", in: 1...most, default: most)
        let number = try invocation.integer("number", in: 0...1_000_000, default: 0)
        let tree = try seats.placement(of: ranks)
            .switchTree(number: number, reduces: !invocation.flag("multicast"))
        let rows = tree.levels.indices.map { level in row(tree, level, fabric) }
        if invocation.flag("json") {
            Output.print(json(tree, rows, fabric).serialized(pretty: true))
            return .good
        }
        Output.print(
            "# \(fabric.name): tree \(number) over \(ScheduleSummary.count(ranks, "rank")), of "
                + "\(tree.variants), of which \(tree.roots) have a top of their own"
        )
        var table = TextTable(
            columns: titles.enumerated().map {
                .init($1, (1...3).contains($0) ? .trailing : .leading)
            },
            hasSeparator: true
        )
        for row in rows { table.append(row) }
        Output.print(table.rendered())
        return .good
    }

    /// A tree takes memory for each of its ranks.
    private static let ranksMost = 1 << 22

    private static let titles = ["tier", "switches", "children", "room for", "what it is"]

    private static func row(_ tree: SwitchTree, _ level: Int, _ fabric: Fabric) -> [String] {
        let range = tree.levels[level]
        guard case .switch(let tier, _, _) = tree.switches[range.lowerBound] else { return [] }
        var device: Part?
        if case .switched(let switching) = fabric.tiers[tier].structure {
            device = switching.device
        }
        let room = device?.trees.map { "\($0.value) trees" } ?? "unknown"
        return [
            fabric.tiers[tier].name, "\(range.count)", "\(tree.radixes[level])", room,
            device?.name ?? "",
        ]
    }

    private static func json(_ tree: SwitchTree, _ rows: [[String]], _ fabric: Fabric) -> JSON {
        let router = Router(fabric)
        let levels = rows.enumerated().map { level, row -> JSON in
            [
                "tier": .string(row[0]),
                "switches": .integer(Int64(tree.levels[level].count)),
                "children": .integer(Int64(tree.radixes[level])),
            ]
        }
        let cables = (tree.memberChannels + tree.channels).map {
            JSON.string(router.words(for: $0))
        }
        return [
            "fabric": .string(fabric.name), "ranks": .integer(Int64(tree.members.count)),
            "number": .integer(Int64(tree.number)), "roots": .integer(Int64(tree.roots)),
            "variants": .integer(Int64(tree.variants)), "levels": .array(levels),
            "cables": .array(cables),
        ]
    }
}

internal import Collectives
internal import CommandLine
internal import Text
internal import Units

/// `weft algorithms`: what there is, and what it costs.
struct AlgorithmsCommand {
    /// An algorithm, and what it costs where it exists for what was asked.
    private struct Entry {
        let algorithm: Algorithm
        let totals: Totals?
        /// The depth; where that takes long to find out, the rounds, which bound it.
        let steps: Int?
        let isBound: Bool
        let refusal: String?

        init(_ algorithm: Algorithm, _ request: Collectives.Request) {
            self.algorithm = algorithm
            refusal = algorithm.refusal(of: request)
            guard refusal == nil else {
                (totals, steps, isBound) = (nil, nil, false)
                return
            }
            let schedule = algorithm.schedule(request)
            let totals = schedule.totals
            isBound = totals.transfers > 1 << 20 || schedule.cellCount > 1 << 24
            steps = isBound ? totals.rounds : schedule.depth
            self.totals = totals
        }
    }

    private let collectives: [Collective]
    private let ranks: Int
    private let size: ByteCount
    private let entries: [Entry]
    private let format: OutputFormat

    private static let elementSize = 4
    /// Of lines with formulae.
    private static let width = 110
    /// Sums of so many bytes over all ranks fit an integer.
    private static let sizeMost = ByteCount(1 << 32)

    init(_ invocation: Invocation) throws(UsageError) {
        if let name = invocation.optionalArgument("collective") {
            let known = ScheduleSubject.collectives
            guard let collective = Collective(rawValue: name), known.contains(name) else {
                throw ScheduleSubject.unknown(name, "collective", known, invocation)
            }
            collectives = [collective]
        } else {
            collectives = Collective.allCases.filter { !Algorithm.all(for: $0).isEmpty }
        }
        ranks = try invocation.integer("ranks", in: 1...ScheduleSubject.ranksMost, default: 8)
        size = try invocation.value("size", default: ByteCount(1 << 20)) {
            text throws(UnitError) in
            try ByteCount(parsing: text)
        }
        if size > Self.sizeMost {
            throw invocation.usageError(
                "option '--size' needs at most \(Self.sizeMost.short), but got \(size.short)"
            )
        }
        format = try OutputFormat(invocation)
        let room = try BenchJob.Room(invocation)
        let request = Collectives.Request(
            ranks: ranks,
            elements: size.bytes / Self.elementSize,
            elementSize: Self.elementSize,
            radix: room.radix,
            aggregation: try invocation.integer("aggregation", in: 1...65_536),
            buffer: room.buffer,
            outstanding: room.outstanding,
            nodeSize: try invocation.integer("node", in: 1...ScheduleSubject.ranksMost),
            inner: invocation.string("inner"),
            outer: invocation.string("outer")
        )
        entries = collectives.flatMap { Algorithm.all(for: $0) }.map { Entry($0, request) }
    }

    func run() -> ExitCode {
        switch format {
        case .table: Output.print(text)
        case .json: Output.print(json.serialized(pretty: true))
        case .csv: Output.print(String(csv.dropLast()))
        }
        return .good
    }

    // MARK: - Table

    private var text: String {
        let sections = collectives.map { collective in
            var title = "\(collective.rawValue), \(ScheduleSummary.count(ranks, "rank"))"
            if let words = collective.sizeWords { title += ", \(size.short) \(words)" }
            return title + "\n" + table(entries.filter { $0.algorithm.collective == collective })
        }
        return (sections + [Self.legend]).joined(separator: "\n\n")
    }

    /// The rows, each with its algorithm's formulae in a line below.
    private func table(_ entries: [Entry]) -> String {
        var table = TextTable(columns: [
            .init("algorithm"), .init("steps", .trailing), .init("sent", .trailing),
            .init("memory", .trailing), .init("in a few words"),
        ])
        for entry in entries {
            table.append([
                entry.algorithm.name,
                entry.steps.map { entry.isBound ? "≤ \($0)" : "\($0)" } ?? "-",
                entry.totals.map { ByteCount($0.sentBytes).short } ?? "-",
                entry.totals.map { ByteCount($0.scratchBytes).short } ?? "-",
                entry.algorithm.summary,
            ])
        }
        var lines = table.rendered().split(separator: "\n").map { "  " + $0 }
        for (index, entry) in entries.enumerated().reversed() {
            var notes = ScheduleSummary.joined(Self.notes(entry.algorithm), "; ", to: Self.width)
            if let refusal = entry.refusal { notes.append("not here: \(refusal)") }
            lines.insert(contentsOf: notes.map { "      " + $0 }, at: index + 2)
        }
        return lines.joined(separator: "\n")
    }

    private static func notes(_ algorithm: Algorithm) -> [String] {
        var notes: [String] = []
        if let cost = algorithm.cost {
            notes.append("steps \(cost.steps.description)")
            notes.append("sent \(cost.bytes.description)")
            notes.append("memory \(cost.memory.description)")
        }
        if algorithm.ranks != .any { notes.append("for \(algorithm.ranks.description)") }
        if !algorithm.allowsInPlace { notes.append("never in place") }
        let parameters = parameters(algorithm).map { "--\($0)" }
        if !parameters.isEmpty { notes.append(parameters.joined(separator: " ")) }
        return notes
    }

    private static func parameters(_ algorithm: Algorithm) -> [String] {
        Algorithm.Parameter.allCases.filter { algorithm.parameters.contains($0) }.map(\.rawValue)
    }

    private static var legend: String {
        let letters = AlgorithmCost.legend.map { ("  \($0.name)", $0.meaning) }
        let columns: [(label: String, value: String)] = [
            ("steps", "those behind each other that carry something from one to another"),
            ("sent", "the most bytes that any rank sends"),
            ("memory", "scratch at each rank, beside input and output"),
        ]
        return ScheduleSummary.list("What stands where", columns + letters.map { $0 })
    }

    // MARK: - JSON and CSV

    private static let fields = [
        "collective", "algorithm", "ranks", "bytes", "steps", "steps_is_bound", "sent_bytes",
        "memory_bytes",
        "steps_formula", "sent_formula", "memory_formula", "exists_for", "in_place", "parameters",
        "refusal", "summary",
    ]

    private func values(_ entry: Entry) -> [JSON] {
        let algorithm = entry.algorithm
        func number(_ value: Int?) -> JSON { value.map { .integer(Int64($0)) } ?? .null }
        func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
        return [
            .string(algorithm.collective.rawValue), .string(algorithm.name), number(ranks),
            number(algorithm.collective.sizeWords == nil ? nil : size.bytes),
            number(entry.steps), .bool(entry.isBound),
            number(entry.totals?.sentBytes),
            number(entry.totals?.scratchBytes), text(algorithm.cost?.steps.description),
            text(algorithm.cost?.bytes.description), text(algorithm.cost?.memory.description),
            .string(algorithm.ranks.description), .bool(algorithm.allowsInPlace),
            .array(Self.parameters(algorithm).map { .string($0) }), text(entry.refusal),
            .string(algorithm.summary),
        ]
    }

    private var json: JSON {
        .array(entries.map { .object(JSONObject(zip(Self.fields, values($0)))) })
    }

    private var csv: String {
        let rows = entries.map { entry in
            values(entry).map { value in
                switch value {
                case .null: ""
                case .string(let text): text
                case .array(let parts):
                    parts.compactMap { if case .string(let text) = $0 { text } else { nil } }
                        .joined(separator: " ")
                default: value.serialized()
                }
            }
        }
        return ([Self.fields] + rows).map { CSV.row($0) }.joined()
    }
}

// MARK: - The command's definition

extension Tool {
    static var algorithms: Command {
        Command(
            name: "algorithms",
            summary: "what can compute a collective, and what it costs",
            discussion: """
                Lists every algorithm with the steps it takes, what a rank sends and the memory it \
                needs: as formulae in the number of ranks n, and as numbers for the ranks and \
                size that are given. docs/ALGORITHMS.md explains them.
                """,
            arguments: [
                Positional(
                    name: "collective",
                    help: ScheduleSubject.collectives.joined(separator: ", ") + ".",
                    kind: .optional
                )
            ],
            options: [
                Option(name: "ranks", value: "N", help: "How many ranks.", default: "8"),
                Option(
                    name: "size",
                    value: "SIZE",
                    help: "Bytes of a rank's vector, or of one block where the collective has "
                        + "blocks.",
                    default: "1M"
                ),
            ] + levelOptions + [
                Option(name: "json", help: "Print as JSON."),
                Option(name: "csv", help: "Print one line of comma-separated values for each."),
            ],
            examples: [
                (
                    line: "weft algorithms all-reduce --ranks 64 --size 8K",
                    explanation: "which takes the fewest steps"
                )
            ]
        )
    }
}

internal import Collectives
internal import CommandLine
internal import Reports
internal import Text

/// `weft numerics`: what the order of a reduction and the format that travels do to the numbers.
struct NumericsCommand {
    private let collective: Collective
    private let type: DataType
    private let ranks: [Int]
    private let algorithms: [Algorithm]
    private let wires: [NumericsStudy.Wire]
    private let inputs: [StudyInputs]
    private let elements: Int
    private let seed: Int
    private let format: OutputFormat
    private let page: String?
    private let words: [String]

    /// Every rank may hold the contributions of all: so many numbers fit a small machine.
    private static let numbersMost = 1 << 26
    private static let ranksMost = 256

    init(_ invocation: Invocation, _ words: [String]) throws {
        self.words = words
        collective = try Self.collective(invocation)
        type = try Self.type(invocation)
        ranks = try Self.ranks(invocation)
        algorithms = try Self.algorithms(invocation, collective)
        wires = NumericsStudy.Wire.distinct(
            try Self.cases(invocation, "wire", default: "type,float32,mxfp8"),
            for: type
        )
        inputs = try Self.cases(invocation, "inputs", default: "normal")
        elements = try invocation.integer("elements", in: 1...65_536, default: 512)
        seed = try invocation.integer("seed", in: 0 ... .max, default: 1)
        let most = ranks.max() ?? 0
        if most * most * elements > Self.numbersMost {
            throw invocation.usageError(
                "\(most) ranks with \(elements) elements need too much memory; take at most "
                    + "\(Self.numbersMost / most / most) elements"
            )
        }
        format = try OutputFormat(invocation)
        page = invocation.string("report")
        try checkThatSomeExist(invocation)
        if let page { try Output.checkWritable(page) }
    }

    func run() throws -> ExitCode {
        var report = NumericsReport(command: ["weft"] + words)
        for count in ranks {
            let (chosen, refusals) = algorithms(for: count)
            if case .table = format, !report.parts.isEmpty, !refusals.isEmpty { Output.print("") }
            for refusal in refusals { skip(refusal, &report) }
            for (place, kind) in inputs.enumerated() {
                let study = NumericsStudy(
                    collective,
                    type: type,
                    ranks: count,
                    elements: elements,
                    inputs: kind,
                    seed: UInt64(seed)
                )
                var findings: [NumericsStudy.Finding] = []
                for wire in wires {
                    Output.progress("\(count) ranks, \(kind.rawValue) inputs: \(wire.rawValue)")
                    findings += study.findings(chosen, over: wire)
                }
                Output.progress("")
                let part = NumericsReport.Part(study: study, findings: findings)
                if case .table = format {
                    let isFirst = report.parts.isEmpty || place == 0 && !refusals.isEmpty
                    if !isFirst { Output.print("") }
                    Output.print(NumericsReport.table(part))
                }
                report.parts.append(part)
            }
        }
        switch format {
        case .table: break
        case .json: Output.print(report.json.serialized(pretty: true))
        case .csv: Output.print(String(report.csv.dropLast()))
        }
        if let page {
            try TextFile.write(report.page, to: page)
            Output.complain("The report is \(page)")
        }
        return .good
    }

    /// Tells of an algorithm that takes no part, where it doesn't disturb a program that reads.
    private func skip(_ refusal: String, _ report: inout NumericsReport) {
        report.skipped.append(refusal)
        switch format {
        case .table: Output.print("# Skipped: \(refusal)")
        case .json: break
        case .csv: Output.complain("skipped: \(refusal)")
        }
    }

    /// Those that exist for so many ranks, and why the others don't.
    private func algorithms(for ranks: Int) -> (chosen: [Algorithm], refusals: [String]) {
        let request = Request(ranks: ranks, elements: elements)
        let refusals = algorithms.compactMap { $0.refusal(of: request) }
        return (algorithms.filter { $0.refusal(of: request) == nil }, refusals)
    }

    private func checkThatSomeExist(_ invocation: Invocation) throws(UsageError) {
        let all = ranks.map { algorithms(for: $0) }
        if all.allSatisfy(\.chosen.isEmpty), let refusal = all.lazy.flatMap(\.refusals).first {
            throw invocation.usageError(refusal)
        }
    }
}

// MARK: - Reading the command line

extension NumericsCommand {
    private static func collective(_ invocation: Invocation) throws(UsageError) -> Collective {
        let name = invocation.optionalArgument("collective") ?? Collective.allReduce.rawValue
        let known = Collective.allCases.filter { $0.reduces && !Algorithm.all(for: $0).isEmpty }
        guard let collective = known.first(where: { $0.rawValue == name }) else {
            let moves = Collective(rawValue: name) != nil
            let list = known.map(\.rawValue).joined(separator: ", ")
            throw invocation.usageError(
                (moves ? "'\(name)' does not reduce" : "unknown collective '\(name)'")
                    + "; those that do: \(list)"
            )
        }
        return collective
    }

    private static func ranks(_ invocation: Invocation) throws(UsageError) -> [Int] {
        let counts = try list(invocation, "ranks", default: "64") {
            (text) throws(UsageError) -> Int in
            guard text.allSatisfy(\.isNumber), let count = Int(text), 2...ranksMost ~= count else {
                throw invocation.usageError(
                    "option '--ranks' needs whole numbers from 2 to \(ranksMost), but got '\(text)'"
                )
            }
            return count
        }
        return Set(counts).sorted()
    }

    private static func type(_ invocation: Invocation) throws(UsageError) -> DataType {
        let name = invocation.string("type") ?? DataType.bfloat16.rawValue
        let known = DataType.allCases.filter { $0.format != nil || $0 == .mxfp8 }
        let list = known.map(\.rawValue).joined(separator: ", ")
        guard let type = DataType(named: name) else {
            throw invocation.usageError("unknown type '\(name)'; known: \(list)")
        }
        guard known.contains(type) else {
            throw invocation.usageError(
                "sums of \(type.rawValue) are exact in any order; types that round: \(list)"
            )
        }
        return type
    }

    /// All, those of the names, and those whose names begin with what no algorithm is called.
    private static func algorithms(
        _ invocation: Invocation,
        _ collective: Collective
    ) throws(UsageError) -> [Algorithm] {
        let all = Algorithm.all(for: collective)
        let groups = try list(invocation, "algorithm", default: "all") {
            (name) throws(UsageError) -> [String] in
            if name == "all" { return all.map(\.name) }
            let exact = all.filter { $0.name == name }
            let alike = name.isEmpty ? [] : all.filter { $0.name.hasPrefix(name) }
            let found = exact.isEmpty ? alike : exact
            guard !found.isEmpty else {
                throw invocation.usageError(
                    "unknown algorithm '\(name)' for \(collective.rawValue); known: "
                        + (["all"] + all.map(\.name)).joined(separator: ", ")
                )
            }
            return found.map(\.name)
        }
        let names = Set(groups.joined())
        return all.filter { names.contains($0.name) }
    }

    /// Cases by their names, or all.
    private static func cases<Case>(
        _ invocation: Invocation,
        _ option: String,
        default fallback: String
    ) throws(UsageError) -> [Case]
    where Case: CaseIterable & RawRepresentable, Case.RawValue == String {
        let groups = try list(invocation, option, default: fallback) {
            (name) throws(UsageError) -> [Case] in
            if name == "all" { return Array(Case.allCases) }
            guard let known = Case(rawValue: name) else {
                let names = ["all"] + Case.allCases.map(\.rawValue)
                throw invocation.usageError(
                    "option '--\(option)' does not know '\(name)'; known: "
                        + names.joined(separator: ", ")
                )
            }
            return [known]
        }
        let names = Set(groups.joined().map(\.rawValue))
        return Case.allCases.filter { names.contains($0.rawValue) }
    }

    /// The parts between commas.
    private static func list<Element>(
        _ invocation: Invocation,
        _ option: String,
        default fallback: String,
        _ convert: (String) throws(UsageError) -> Element
    ) throws(UsageError) -> [Element] {
        let text = invocation.string(option) ?? fallback
        var elements: [Element] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            elements.append(try convert(String(part)))
        }
        return elements
    }
}

// MARK: - The command's definition

extension Tool {
    static var numerics: Command {
        let kinds = StudyInputs.allCases.map { "\($0.rawValue): \($0.summary)" }
        return Command(
            name: "numerics",
            summary: "say what a reduction's order and format do to its numbers",
            discussion: """
                Runs the schedule of each algorithm on values and compares with exact sums. \
                \(NumericsReport.explanation) docs/NUMERICS.md explains all.

                Inputs:
                  \(kinds.joined(separator: "\n  "))
                """,
            arguments: [
                Positional(
                    name: "collective",
                    help: "What to compute: all-reduce unless given, or another that reduces.",
                    kind: .optional
                )
            ],
            options: numericsOptions,
            examples: [
                (
                    line: "weft numerics --type fp8-e4m3 --algorithm ring,two-shot",
                    explanation: "what 63 roundings in a ring do, and what one does"
                ),
                (
                    line: "weft numerics --wire all --inputs gradients --report numerics.html",
                    explanation: "every way to scale, with a plot"
                ),
                (
                    line: "weft numerics --ranks 4,16,64 --type half --wire type",
                    explanation: "how the error grows with ranks"
                ),
            ]
        )
    }

    private static var numericsOptions: [Option] {
        let types = DataType.allCases.filter { $0.format != nil || $0 == .mxfp8 }
        let wires = NumericsStudy.Wire.allCases.map(\.rawValue)
        return [
            Option(
                name: "type",
                value: "TYPE",
                help: "Of inputs and results: \(types.map(\.rawValue).joined(separator: ", ")).",
                default: DataType.bfloat16.rawValue
            ),
            Option(
                name: "ranks",
                value: "LIST",
                help: "How many ranks; several, with commas between, are compared.",
                default: "64"
            ),
            Option(
                name: "algorithm",
                value: "NAMES",
                help: "Algorithms, with commas between; the beginning of a name takes all that "
                    + "begin so.",
                default: "all"
            ),
            Option(
                name: "wire",
                value: "NAMES",
                help: "What travels: \(wires.joined(separator: ", ")), or all.",
                default: "type,float32,mxfp8"
            ),
            Option(
                name: "inputs",
                value: "NAMES",
                help: "Which numbers, with commas between, or all.",
                default: "normal"
            ),
            Option(
                name: "elements",
                value: "N",
                help: "Elements of each rank, rounded up to rows of 128, and at least two of them.",
                default: "512"
            ),
            Option(
                name: "seed",
                value: "N",
                help: "What the numbers are drawn with.",
                default: "1"
            ),
            Option(name: "json", help: "Print as JSON (docs/NUMERICS.md)."),
            Option(name: "csv", help: "Print one line of comma-separated values for each row."),
            Option(
                name: "report",
                value: "FILE",
                help: "Also write a self-contained HTML page.",
                isFile: true
            ),
        ]
    }
}

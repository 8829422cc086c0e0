public import Collectives
internal import Drawing
internal import Glibc
public import Text

/// What `weft numerics` found, as a table, JSON, CSV and one page.
public struct NumericsReport: Sendable {
    /// One study with what came of it.
    public struct Part: Sendable {
        /// The numbers that were added.
        public var study: NumericsStudy
        /// What came of each algorithm and format.
        public var findings: [NumericsStudy.Finding]

        /// Makes a part.
        public init(study: NumericsStudy, findings: [NumericsStudy.Finding]) {
            self.study = study
            self.findings = findings
        }
    }

    /// The format of the JSON; it changes when a reader would have to.
    static let schema = "weft-numerics-1"

    /// The command line.
    public var command: [String]
    /// The studies, in the order in which they were made.
    public var parts: [Part]
    /// Sentences about algorithms that took no part.
    public var skipped: [String]

    /// Makes a report.
    public init(command: [String], parts: [Part] = [], skipped: [String] = []) {
        self.command = command
        self.parts = parts
        self.skipped = skipped
    }

    // MARK: - Table

    /// What the columns say.
    public static let explanation = """
        'rounds' is the most roundings that a contribution goes through. 'max ulp' and 'mean ulp' \
        are distances from the exact sum of what ranks contributed, in units of the type's last \
        place; 'max rel' and 'mean rel' the same relative to the sums; 'total rel' is from the \
        sum of the numbers before they were rounded to what travels. 'overflows' counts values \
        that were too large when stored, 'unequal' the ranks whose bits differ from rank 0's. 'by \
        arrival' is the share of results that change when each step takes its sources as they \
        arrive. 'NaN' and 'infinity' tell how many elements at how many ranks one of them spoils.
        """

    /// A part with a heading, aligned for a terminal.
    public static func table(_ part: Part) -> String {
        var table = TextTable(
            columns: cells.map { .init($0.title, $0.isText ? .leading : .trailing) }
        )
        for finding in part.findings {
            table.append(cells.map { $0.text(finding, part.study) })
        }
        return "# \(heading(part.study))\n\(table.rendered())"
    }

    /// What was added, in one line.
    static func heading(_ study: NumericsStudy) -> String {
        "\(study.collective.rawValue) of \(study.type.rawValue), \(study.ranks) ranks, "
            + "\(study.elements) elements, \(study.inputs.rawValue) inputs "
            + "(\(study.inputs.summary)), seed \(study.seed)"
    }

    /// What travels, under the name that the type has.
    static func name(_ wire: NumericsStudy.Wire, _ type: DataType) -> String {
        wire == .type ? type.rawValue : wire.rawValue
    }

    private struct Cell {
        let title: String
        var unit = ""
        var isText = false
        let text: @Sendable (NumericsStudy.Finding, NumericsStudy) -> String
    }

    /// The columns of the table and of the page.
    private static let cells: [Cell] = [
        Cell(title: "algorithm", isText: true) { finding, _ in finding.algorithm },
        Cell(title: "travels", isText: true) { name($0.wire, $1.type) },
        Cell(title: "bits") { significant($0.wire.bits(for: $1.type), 5) },
        Cell(title: "rounds") { finding, _ in "\(finding.roundings)" },
        Cell(title: "max ulp") { finding, _ in significant(finding.error.largestULPs, 3) },
        Cell(title: "mean ulp") { finding, _ in significant(finding.error.meanULPs, 3) },
        Cell(title: "max rel") { finding, _ in significant(finding.error.largestRelative, 2) },
        Cell(title: "mean rel") { finding, _ in significant(finding.error.meanRelative, 2) },
        Cell(title: "total rel") { finding, _ in significant(finding.error.totalRelative, 2) },
        Cell(title: "overflows") { finding, _ in "\(finding.overflows)" },
        Cell(title: "unequal") { finding, _ in "\(finding.unequalRanks)" },
        Cell(title: "by arrival") { finding, _ in
            let share = significant(100 * finding.shuffledShare, 2) + "%"
            let ranks = finding.shuffledUnequalRanks
            return ranks == 0 ? share : "\(share), \(ranks) unequal"
        },
        Cell(title: "NaN") { finding, _ in
            "\(finding.harm.nanOutputs) x \(finding.harm.nanRanks)"
        },
        Cell(title: "infinity") { finding, _ in
            "\(finding.harm.infinityOutputs) x \(finding.harm.infinityRanks)"
        },
    ]

    // MARK: - JSON and CSV

    /// The whole as docs/NUMERICS.md describes it.
    public var json: JSON {
        let parts = parts.map { part in
            let study = part.study
            return JSON.object([
                "collective": .string(study.collective.rawValue),
                "type": .string(study.type.rawValue),
                "ranks": .integer(Int64(study.ranks)),
                "elements": .integer(Int64(study.elements)),
                "inputs": .string(study.inputs.rawValue),
                "seed": .integer(Int64(study.seed)),
                "rows": .array(
                    part.findings.map { finding in
                        .object(JSONObject(Self.fields(finding, study).map { ($0.key, $0.value) }))
                    }
                ),
            ])
        }
        return [
            "schema": .string(Self.schema),
            "command": .array(command.map { .string($0) }),
            "skipped": .array(skipped.map { .string($0) }),
            "studies": .array(parts),
        ]
    }

    /// A header line, then a line for each algorithm and format; what is not finite is empty.
    public var csv: String {
        let names = ["collective", "type", "ranks", "elements", "inputs", "seed"]
        var text = ""
        for part in parts {
            let study = part.study
            for finding in part.findings {
                let fields = Self.fields(finding, study)
                if text.isEmpty { text = CSV.row(names + fields.map(\.key)) }
                text += CSV.row(
                    [
                        study.collective.rawValue, study.type.rawValue, "\(study.ranks)",
                        "\(study.elements)", study.inputs.rawValue, "\(study.seed)",
                    ] + fields.map { Self.plain($0.value) }
                )
            }
        }
        return text
    }

    private static func plain(_ value: JSON) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .number(let number): number.isFinite ? "\(number)" : ""
        default: ""
        }
    }

    private static func fields(
        _ finding: NumericsStudy.Finding,
        _ study: NumericsStudy
    ) -> [(key: String, value: JSON)] {
        let (error, harm) = (finding.error, finding.harm)
        let counts = [
            ("overflows", finding.overflows), ("unequalRanks", finding.unequalRanks),
            ("arrivalUnequalRanks", finding.shuffledUnequalRanks),
            ("nanOutputs", harm.nanOutputs), ("nanRanks", harm.nanRanks),
            ("infinityOutputs", harm.infinityOutputs), ("infinityRanks", harm.infinityRanks),
        ]
        let numbers = [
            ("maxUlp", error.largestULPs), ("meanUlp", error.meanULPs),
            ("maxRelative", error.largestRelative), ("meanRelative", error.meanRelative),
            ("totalRelative", error.totalRelative), ("arrivalShare", finding.shuffledShare),
        ]
        return [
            ("algorithm", .string(finding.algorithm)),
            ("travels", .string(name(finding.wire, study.type))),
            ("bits", .number(finding.wire.bits(for: study.type))),
            ("roundings", .integer(Int64(finding.roundings))),
        ] + numbers.map { ($0.0, .number($0.1)) } + counts.map { ($0.0, .integer(Int64($0.1))) }
    }

    // MARK: - Page

    /// A page that needs nothing else: no network, no script, no file beside it.
    public var page: String {
        HTMLReport.document(shellLine(command), content: main)
    }

    private func main(_ page: inout HTML) {
        page.element("h1", "What the order of a reduction does to its numbers")
        page.element("p", ["class": "meta"], shellLine(command))
        for drawing in drawings { HTMLReport.figure(drawing, &page) }
        page.element("p", Self.explanation)
        for part in parts {
            page.element("section") { page in
                page.element("h2", Self.heading(part.study))
                Self.write(part, &page)
            }
        }
        for sentence in skipped { page.element("p", sentence) }
    }

    private static func write(_ part: Part, _ page: inout HTML) {
        let box: KeyValuePairs<StaticString, String> = [
            "class": "box", "role": "region", "tabindex": "0",
            "aria-label": "All rows; scrolls sideways where there is no room",
        ]
        page.element("div", box) { page in
            page.element("table") { page in
                page.element("thead") { page in
                    page.element("tr") { page in
                        for cell in cells {
                            page.element(
                                "th",
                                ["scope": "col", "class": cell.isText ? "t" : "n"],
                                cell.title
                            )
                        }
                    }
                }
                page.element("tbody") { page in
                    for finding in part.findings {
                        page.element("tr") { page in
                            for cell in cells {
                                page.element(
                                    "td",
                                    ["class": cell.isText ? "t" : "n"],
                                    cell.text(finding, part.study)
                                )
                            }
                        }
                    }
                }
            }
        }
    }

    // MARK: - Charts

    /// For each kind of inputs a chart of bars; or lines over the ranks, where those differ, for
    /// each format.
    private var drawings: [(wide: String, narrow: String)] {
        var kinds: [StudyInputs] = []
        for part in parts where !kinds.contains(part.study.inputs) {
            kinds.append(part.study.inputs)
        }
        return kinds.flatMap { kind in
            let parts = parts.filter { $0.study.inputs == kind }
            if parts.count > 1 {
                return NumericsStudy.Wire.allCases.compactMap { lines(parts, $0) }
                    .map(Charts.drawings(of:))
            }
            var wide = bars(parts[0])
            wide.width = 960
            var narrow = wide
            narrow.width = 400
            return [(wide.svg(), narrow.svg())]
        }
    }

    /// Bits rather than errors, which differ by too much for the lengths of bars.
    private func bars(_ part: Part) -> BarChart {
        let most = Double(FloatFormat.float64.mantissaBits + 1)
        let wires = NumericsStudy.Wire.allCases
        return BarChart(
            title: "Precision, \(part.study.inputs.rawValue) inputs",
            subtitle: "The mean relative error, that of rounding the inputs included, is 2 to the "
                + "minus so many. Longer is better.",
            value: Axis(label: "Bits that are right", format: .custom { fixed($0, 1) }),
            bars: part.findings.map { finding in
                let error = finding.error.totalRelative
                return BarChart.Bar(
                    label: "\(finding.algorithm), \(Self.name(finding.wire, part.study.type))",
                    value: error > 0 ? min(most, -log2(error)) : most,
                    color: wires.firstIndex(of: finding.wire) ?? 0,
                    hover: "Relative error \(significant(error, 2)), "
                        + "\(finding.roundings) roundings"
                )
            }
        )
    }

    /// The error of every algorithm over the ranks; nil if nothing travelled like that.
    private func lines(_ parts: [Part], _ wire: NumericsStudy.Wire) -> LineChart? {
        var series: [LineChart.Series] = []
        for part in parts {
            for finding in part.findings where finding.wire == wire {
                let error = finding.error.meanRelative
                let point = LineChart.Point(
                    x: Double(part.study.ranks),
                    y: error,
                    label: "\(part.study.ranks) ranks: \(significant(error, 2))"
                )
                if let index = series.firstIndex(where: { $0.name == finding.algorithm }) {
                    series[index].points.append(point)
                } else {
                    series.append(LineChart.Series(name: finding.algorithm, points: [point]))
                }
            }
        }
        guard !series.isEmpty else { return nil }
        series = Self.merged(series)
        let study = parts[0].study
        return LineChart(
            title: "Error of \(Self.name(wire, study.type)), \(study.inputs.rawValue) inputs",
            subtitle: "Lower is better.",
            x: Axis(label: "Ranks", scale: .log2),
            y: Axis(label: "Mean relative error", scale: .log10),
            series: series
        )
    }

    /// Lines that would cover each other are one line of several names.
    private static func merged(_ series: [LineChart.Series]) -> [LineChart.Series] {
        var names: [[String]] = []
        var lines: [LineChart.Series] = []
        for line in series {
            let places = line.points.map { [$0.x, $0.y] }
            let same = lines.firstIndex { $0.points.map { [$0.x, $0.y] } == places }
            if let same {
                names[same].append(line.name)
            } else {
                lines.append(line)
                names.append([line.name])
            }
        }
        for index in lines.indices {
            let (first, more) = (names[index].prefix(4), names[index].count - 4)
            lines[index].name = proseList(Array(first) + (more > 0 ? ["\(more) more"] : []))
            for point in lines[index].points.indices {
                lines[index].points[point].label =
                    "\(lines[index].name), \(lines[index].points[point].label)"
            }
        }
        return lines
    }
}

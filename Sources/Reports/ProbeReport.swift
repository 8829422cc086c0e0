internal import Drawing
public import Measurement
internal import Text

/// What `weft probe` found, as tables, comma-separated values and one page.
public enum ProbeReport {
    // MARK: Words

    /// A number with its unit, in the size in which it reads best.
    static func text(_ value: Double, _ unit: ProbeUnit) -> String {
        switch unit {
        case .seconds: return scaled(value, [(1e-9, "ns"), (1e-6, "us"), (1e-3, "ms"), (1, "s")])
        case .bytes:
            let isWhole = value.magnitude < 1e15 && value == value.rounded()
            let isSize = isWhole && value >= 1024 && Int(value).isMultiple(of: 1024)
            return isSize
                ? shortSize(Int(value))
                : scaled(value, [(1, "B"), (1e3, "KB"), (1e6, "MB"), (1e9, "GB")])
        case .bytesPerSecond:
            return scaled(value, [(1, "B/s"), (1e3, "KB/s"), (1e6, "MB/s"), (1e9, "GB/s")])
        case .perSecond: return scaled(value, [(1, "/s"), (1e3, "K/s"), (1e6, "M/s")])
        case .count, .ratio: return significant(value, 4)
        case .percent: return significant(value, 3) + " %"
        }
    }

    private static func scaled(
        _ value: Double,
        _ units: [(scale: Double, name: String)]
    ) -> String {
        let step = units.last { abs(value) >= $0.scale } ?? units[0]
        return "\(significant(value / step.scale, 4)) \(step.name)"
    }

    /// One line: what was found and within which bounds.
    static func line(_ answer: ProbeAnswer) -> String {
        guard let value = answer.value else { return "\(answer.name): unknown; \(answer.method)" }
        let middle = text(value.median, answer.unit)
        if value.low == value.high { return "\(answer.name): \(middle)" }
        let ends = "\(text(value.low, answer.unit)) to \(text(value.high, answer.unit))"
        // Of so few samples it is their range, and no more is claimed.
        let what = value.count < Estimate.fewest ? "\(value.count) samples" : "95 %"
        return "\(answer.name): \(middle), \(what) from \(ends)"
    }

    // MARK: Table

    /// What was run, before anything else.
    public static func heading(_ record: ProbeRecord) -> String {
        var lines = [
            "weft version \(record.machine.version) (\(record.machine.revision.prefix(12)))",
            "\(record.ranks) ranks on \(record.nodes) nodes, over \(record.transport), "
                + "\(significant(record.seconds, 3)) s for each probe",
        ]
        if record.sharesCores {
            lines.append(
                "There are more ranks than cores: times are also those of the kernel's scheduler"
            )
        }
        return lines.map { "# \(printable($0))" }.joined(separator: "\n")
    }

    /// A finding for a terminal: the table, a line for each answer, and notes.
    public static func text(_ finding: ProbeFinding) -> String {
        var lines = ["", "\(finding.probe.rawValue): \(finding.probe.question)"]
        if let table = finding.table, !table.rows.isEmpty {
            var text = TextTable(columns: table.columns.map { .init($0.name, .trailing) })
            for row in table.rows { text.append(cells(row, table)) }
            lines += text.rendered().split(separator: "\n").map { "  \($0)" }
        }
        lines += finding.answers.map { "  \(printable(line($0)))" }
        lines += finding.notes.map { "  # \(printable($0))" }
        return lines.joined(separator: "\n")
    }

    private static func cells(_ row: [Double?], _ table: ProbeTable) -> [String] {
        zip(row, table.columns).map { value, column in
            value.map { text($0, column.unit) } ?? "-"
        }
    }

    // MARK: CSV

    /// A header line, then a line for each answer and one for each number of each table.
    ///
    /// `row` is 0 for answers, and counts a table's rows from 1. Values are in the unit that the
    /// line names, not scaled; what is not known is empty.
    public static func csv(_ record: ProbeRecord) -> String {
        var text = CSV.row([
            "probe", "row", "name", "unit", "value", "low", "high", "samples", "date",
            "transport", "nodes", "ranks", "host", "version", "revision",
        ])
        let machine = record.machine
        let run = [
            record.date, record.transport, "\(record.nodes)", "\(record.ranks)", machine.host,
            machine.version, machine.revision,
        ]
        for finding in record.findings {
            let probe = finding.probe.rawValue
            for answer in finding.answers {
                let value = answer.value
                text += CSV.row(
                    [probe, "0", answer.name, answer.unit.rawValue]
                        + [value?.median, value?.low, value?.high].map(number)
                        + [value.map { "\($0.count)" } ?? ""] + run
                )
            }
            for (place, row) in (finding.table?.rows ?? []).enumerated() {
                for (value, column) in zip(row, finding.table?.columns ?? []) {
                    text += CSV.row(
                        [probe, "\(place + 1)", column.name, column.unit.rawValue, number(value)]
                            + ["", "", ""] + run
                    )
                }
            }
        }
        return text
    }

    private static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "" }
        return "\(value)"
    }

    // MARK: Page

    /// One page that needs nothing else.
    public static func page(_ record: ProbeRecord) -> String {
        let title = shellLine(record.command)
        return HTMLReport.document(title) { page in
            page.element("header") { page in
                page.element("h1", title)
                let run =
                    "\(record.ranks) ranks on \(record.nodes) nodes, over \(record.transport), "
                    + proseDate(record.date)
                page.element("p", ["class": "meta"], run)
            }
            for finding in record.findings { write(finding, &page) }
            page.element("h2", "Machine and command")
            page.element("div", ["class": "card"]) { page in
                MachineCard(
                    record: Record(
                        command: record.command,
                        date: record.date,
                        machine: record.machine,
                        timing: nil,
                        rows: []
                    )
                ).write(to: &page)
            }
        }
    }

    private static func write(_ finding: ProbeFinding, _ page: inout HTML) {
        page.element("section") { page in
            page.element("h2", "\(finding.probe.rawValue): \(finding.probe.question)")
            for answer in finding.answers {
                page.element("p") { page in
                    page.element("strong", line(answer))
                    if answer.value != nil { page.text(". \(answer.method)") }
                }
            }
            for plot in finding.plots {
                HTMLReport.figure(Charts.drawings(of: chart(plot)), &page)
            }
            for note in finding.notes { page.element("p", note) }
            if let table = finding.table, !table.rows.isEmpty { write(table, &page) }
        }
        page.markup("\n")
    }

    private static func write(_ table: ProbeTable, _ page: inout HTML) {
        page.element("div", ["class": "box few", "tabindex": "0"]) { page in
            page.element("table") { page in
                page.element("thead") { page in
                    page.element("tr") { page in
                        for column in table.columns {
                            page.element("th", ["scope": "col"], column.name)
                        }
                    }
                }
                page.element("tbody") { page in
                    for row in table.rows {
                        page.element("tr") { page in
                            for cell in cells(row, table) { page.element("td", cell) }
                        }
                    }
                }
            }
        }
    }

    private static func chart(_ plot: ProbePlot) -> LineChart {
        LineChart(
            title: plot.title,
            subtitle: plot.subtitle,
            x: axis(plot.x),
            y: axis(plot.y),
            series: plot.lines.enumerated().map { index, line in
                LineChart.Series(
                    name: line.name,
                    style: line.style == .expected
                        ? .dashed : line.style == .points ? .pointsOnly : .solid,
                    interval: line.style == .points ? .bars : .band,
                    color: index,
                    points: line.points.map { point in
                        var label = "\(line.name): \(text(point.y, plot.y.unit))"
                        label += " at \(text(point.x, plot.x.unit))"
                        if let low = point.low, let high = point.high {
                            label += "\n95% between \(text(low, plot.y.unit))"
                            label += " and \(text(high, plot.y.unit))"
                        }
                        return LineChart.Point(
                            x: point.x,
                            y: point.y,
                            low: point.low,
                            high: point.high,
                            label: label
                        )
                    }
                )
            }
        )
    }

    private static func axis(_ axis: ProbePlot.Axis) -> Axis {
        let format: ValueFormat =
            switch axis.unit {
            case .bytes: .bytes
            case .percent: .percent
            case .count, .ratio: .plain
            case .seconds, .bytesPerSecond, .perSecond: .custom { text($0, axis.unit) }
            }
        let scale: Axis.Scale =
            !axis.isLogarithmic ? .linear : axis.unit == .bytes ? .log2 : .log10
        return Axis(label: axis.label, scale: scale, format: format)
    }
}

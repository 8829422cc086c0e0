internal import CommandLine
internal import Measurement
internal import Reports
internal import Text
internal import Units

/// Where the rows of a record go: a table as they come, or JSON or CSV at the end, and a page.
struct RecordOutput {
    private let format: OutputFormat
    private let page: String?
    /// Whether each row is followed by how far counters have grown.
    private let showsCounters: Bool

    init(_ invocation: Invocation, showsCounters: Bool = false) throws {
        self.showsCounters = showsCounters
        format = try OutputFormat(invocation)
        page = invocation.string("report")
        if let page { try Output.checkWritable(page) }
    }

    func begin(_ heading: ResultTable.Heading) {
        if case .table = format { Output.print(ResultTable.header(heading)) }
    }

    func row(_ row: Row, _ number: Int, of count: Int) {
        if case .table = format {
            Output.print(ResultTable.row(row))
            if showsCounters, let line = ResultTable.counters(row) { Output.print(line) }
        }
        // A table that scrolls by is progress enough.
        if case .table = format, Output.isSeen { return }
        let size = ByteCount(row.bytes).short
        Output.progress(number < count ? "\(number) of \(count): \(row.algorithm) \(size)" : "")
    }

    func end(_ record: Record) throws {
        switch format {
        case .table:
            if let timing = record.timing {
                let share = significant(timing.overheadPercent, 2)
                Output.print("# Reading the clock took at most \(share) % of what was timed")
            }
            Output.print(ResultTable.footer(rows: record.rows))
        case .json: Output.print(record.json.serialized(pretty: true))
        case .csv: Output.print(CSVReport.text([record]))
        }
        for warning in record.warnings { Output.complain("warning: \(warning)") }
        if let page {
            let title = record.command.joined(separator: " ")
            try TextFile.write(HTMLReport.page([record], title: title), to: page)
            Output.complain("The report is \(page)")
        }
    }
}

internal import CommandLine
internal import Measurement
internal import Reports
internal import Text

/// `weft report`: one page of any number of results.
struct ReportCommand {
    private let records: [Record]
    private let output: String

    init(_ invocation: Invocation) throws {
        output = invocation.string("output") ?? "weft-report.html"
        records = try invocation.arguments("file") { path throws(TextError) in
            try Record(reading: try TextFile.read(path), name: path)
        }
        try Output.checkWritable(output)
    }

    func run() throws -> ExitCode {
        let title = records.count == 1 ? records[0].command.joined(separator: " ") : "weft results"
        try TextFile.write(HTMLReport.page(records, title: title), to: output)
        Output.print("The report is \(output)")
        return .good
    }
}

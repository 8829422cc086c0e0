internal import CommandLine
internal import Fabrics
internal import Text

/// `weft fabric`: the catalogue of networks.
enum FabricCommand {
    static func list(_ invocation: Invocation) -> ExitCode {
        let lines = Catalogue.all.map { FabricSummary(of: $0).headline }
        if invocation.flag("json") {
            let list = lines.map { JSON.object(object($0)) }
            Output.print(JSON.array(list).serialized(pretty: true))
            return .good
        }
        var table = TextTable(
            columns: (lines.first ?? []).map { .init($0.label) },
            hasSeparator: true
        )
        for line in lines { table.append(line.map(\.value)) }
        Output.print(table.rendered())
        return .good
    }

    static func show(_ invocation: Invocation) throws -> ExitCode {
        let subject = try FabricSubject(invocation)
        guard case .tiers(let fabric) = subject else {
            WiringCommand.print(try subject.wiring(), from: nil, invocation)
            return .good
        }
        let sections = FabricSummary(of: fabric).sections
        if invocation.flag("json") {
            var whole = JSONObject()
            for section in sections { whole[section.title] = .object(object(section.rows)) }
            Output.print(JSON.object(whole).serialized(pretty: true))
            return .good
        }
        let width = sections.flatMap(\.rows).map { terminalWidth($0.label) }.max() ?? 0
        var paragraphs: [String] = []
        for section in sections {
            let rows = section.rows.map { row in
                "  \(padded(row.label, to: width, .leading))  \(row.value)"
            }
            paragraphs.append(([section.title] + rows).joined(separator: "\n"))
        }
        Output.print(paragraphs.joined(separator: "\n\n"))
        return .good
    }

    private static func object(_ rows: [FabricSummary.Row]) -> JSONObject {
        JSONObject(rows.map { ($0.label, JSON.string($0.value)) })
    }
}

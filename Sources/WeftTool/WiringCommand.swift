internal import CommandLine
internal import Fabrics
internal import Text
internal import Units

/// `weft fabric import`, `export` and `discover`: networks as they are found, link by link.
enum WiringCommand {
    // MARK: Import

    static func importFile(_ invocation: Invocation) throws -> ExitCode {
        let output = invocation.string("output")
        if let output { try Output.checkWritable(output) }
        let path = invocation.argument("file")
        let format = invocation.string("format").flatMap { WiringFormat(rawValue: $0) }
        let bytes = try TextFile.read(path)
        let wiring = try Wiring.reading(bytes, name: path, as: format)
        print(wiring, from: format ?? WiringFormat.of(bytes), invocation)
        if let output { try write(wiring.json5, to: output) }
        return .good
    }

    static func discover(_ invocation: Invocation) throws -> ExitCode {
        let output = invocation.string("output")
        if let output { try Output.checkWritable(output) }
        let wiring = Discovery.wiring()
        print(wiring, from: nil, invocation)
        if let output { try write(wiring.json5, to: output) }
        return .good
    }

    private static func write(_ text: String, to path: String) throws(TextError) {
        try TextFile.write(text, to: path)
        Output.complain("The network is \(path)")
    }

    /// What there is in a network, and what looks wrong.
    static func print(
        _ wiring: Wiring,
        from format: WiringFormat?,
        _ invocation: Invocation
    ) {
        let summary = WiringSummary(of: wiring)
        if invocation.flag("json") {
            Output.print(json(wiring, summary, format).serialized(pretty: true))
            return
        }
        var paragraphs = [wiring.name + (format.map { ", from \($0.title)" } ?? "")]
        let width = summary.sections.flatMap(\.rows).map { terminalWidth($0.label) }.max() ?? 0
        for section in summary.sections where !section.rows.isEmpty {
            let rows = section.rows.map { row in
                "  \(padded(row.label, to: width, .leading))  \(row.value)"
            }
            paragraphs.append(([section.title] + rows).joined(separator: "\n"))
        }
        if !wiring.notes.isEmpty {
            let rows = wiring.notes.map { "  \($0)" }
            paragraphs.append((["not seen"] + rows).joined(separator: "\n"))
        }
        Output.print(paragraphs.joined(separator: "\n\n"))
        for finding in summary.findings { Output.complain("warning: \(finding)") }
    }

    private static func json(
        _ wiring: Wiring,
        _ summary: WiringSummary,
        _ format: WiringFormat?
    ) -> JSON {
        var devices = JSONObject()
        for (kind, count) in summary.devices { devices[kind.rawValue] = .integer(Int64(count)) }
        let links = summary.links.map { group, count in
            [
                "ends": .string(group.ends),
                "medium": .string(group.medium.rawValue),
                "kind": group.kind.map { .string($0) } ?? .null,
                "bitsPerSecond": group.rate.map { .integer(Int64($0.bits)) } ?? .null,
                "count": .integer(Int64(count)),
            ] as JSON
        }
        return [
            "name": .string(wiring.name),
            "format": format.map { .string($0.rawValue) } ?? .null,
            "devices": .object(devices),
            "links": .array(links),
            "components": .integer(Int64(summary.components)),
            "findings": .array(summary.findings.map { .string($0) }),
            "notes": .array(wiring.notes.map { .string($0) }),
        ]
    }

    // MARK: Export

    /// The forms that networks are written in.
    enum Target: String, CaseIterable {
        case json5
        case dot
        case graphml
        case astra
        case hpcc
    }

    static func export(_ invocation: Invocation) throws -> ExitCode {
        let output = invocation.string("output")
        if let output { try Output.checkWritable(output) }
        let latency = try invocation.value("latency", convert: Picoseconds.init(parsing:))
        guard let target = invocation.string("to").flatMap({ Target(rawValue: $0) }) else {
            let known = Target.allCases.map(\.rawValue).joined(separator: ", ")
            throw invocation.usageError("--to is missing; it is one of \(known)")
        }
        if latency != nil && target != .hpcc {
            throw invocation.usageError("--latency is for --to hpcc, which needs one for each link")
        }
        let text = try text(try FabricSubject(invocation), target, latency)
        if let output {
            try write(text, to: output)
        } else {
            Output.print(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
        return .good
    }

    private static func text(
        _ subject: FabricSubject,
        _ target: Target,
        _ latency: Picoseconds?
    ) throws -> String {
        switch target {
        case .astra:
            switch subject {
            case .tiers(let fabric): return ASTRANetwork(fabric).yaml
            case .dimensions(let network): return network.yaml
            case .links(let wiring):
                throw TextError(
                    file: wiring.name,
                    message: "ASTRA-sim's networks are dimensions, which '\(wiring.name)' has "
                        + "not: its links can be written with --to hpcc, which ASTRA-sim's ns-3 "
                        + "back end reads"
                )
            }
        case .json5: return try subject.wiring().json5
        case .dot: return try subject.wiring().dot
        case .graphml: return try subject.wiring().graphML
        case .hpcc: return try subject.wiring().hpcc(latency: latency)
        }
    }
}

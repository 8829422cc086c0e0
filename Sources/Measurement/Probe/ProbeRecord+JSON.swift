public import Text

extension ProbeRecord {
    /// The record as docs/PROBE.md describes it.
    public var json: JSON {
        [
            "schema": .string(Self.schema),
            "command": .array(command.map { .string($0) }),
            "date": .string(date),
            "machine": machine.json,
            "transport": .string(transport),
            "nodes": .integer(Int64(nodes)),
            "ranks": .integer(Int64(ranks)),
            "seconds": .number(seconds),
            "sharesCores": .bool(sharesCores),
            "findings": .array(findings.map(\.json)),
        ]
    }
}

extension ProbeFinding {
    fileprivate var json: JSON {
        var object: JSONObject = [
            "probe": .string(probe.rawValue),
            "answers": .array(answers.map(\.json)),
        ]
        if let table {
            object["columns"] = .array(
                table.columns.map { ["name": .string($0.name), "unit": .string($0.unit.rawValue)] }
            )
            object["rows"] = .array(
                table.rows.map { row in .array(row.map { $0.map { .number($0) } ?? .null }) }
            )
        }
        object["plots"] = .array(plots.map(\.json))
        object["notes"] = .array(notes.map { .string($0) })
        return .object(object)
    }
}

extension ProbeAnswer {
    fileprivate var json: JSON {
        [
            "name": .string(name),
            "unit": .string(unit.rawValue),
            "value": value.map { .number($0.median) } ?? .null,
            "low": value.map { .number($0.low) } ?? .null,
            "high": value.map { .number($0.high) } ?? .null,
            "samples": value.map { .integer(Int64($0.count)) } ?? .null,
            "method": .string(method),
        ]
    }
}

extension ProbePlot {
    fileprivate var json: JSON {
        [
            "title": .string(title),
            "x": ["label": .string(x.label), "unit": .string(x.unit.rawValue)],
            "y": ["label": .string(y.label), "unit": .string(y.unit.rawValue)],
            "lines": .array(
                lines.map { line in
                    [
                        "name": .string(line.name),
                        "isExpected": .bool(line.style == .expected),
                        "points": .array(
                            line.points.map { point in
                                .array(
                                    [point.x, point.y, point.low, point.high].map {
                                        $0.map { .number($0) } ?? .null
                                    }
                                )
                            }
                        ),
                    ]
                }
            ),
        ]
    }
}

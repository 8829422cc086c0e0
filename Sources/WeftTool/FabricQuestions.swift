internal import CommandLine
internal import Fabrics
internal import Reports
internal import Text
internal import Units

/// `weft fabric check`, `bill`, `compare` and `draw`: questions about fabrics.
enum FabricQuestions {
    // MARK: - check

    static func check(_ invocation: Invocation) throws -> ExitCode {
        let fabric = try FabricSubject.fabric(invocation.argument("fabric"), invocation)
        let findings = FabricCheck(of: fabric).findings
        if invocation.flag("json") {
            let list = findings.map { finding -> JSON in
                [
                    "level": .string(finding.level.rawValue), "tier": .string(finding.tier),
                    "text": .string(finding.text),
                ]
            }
            Output.print(JSON.array(list).serialized(pretty: true))
        } else if findings.isEmpty {
            Output.print("\(fabric.name): nothing was found")
        } else {
            var table = TextTable(columns: ["level", "tier", "finding"].map { .init($0) })
            for finding in findings {
                table.append([finding.level.rawValue, finding.tier, finding.text])
            }
            Output.print(table.rendered())
        }
        return findings.contains { $0.level == .wrong } ? .failed : .good
    }

    // MARK: - draw

    static func draw(_ invocation: Invocation) throws -> ExitCode {
        let fabric = try FabricSubject.fabric(invocation.argument("fabric"), invocation)
        let level = invocation.string("level").flatMap(FabricPicture.Level.init(rawValue:))
        let picture = FabricPicture(fabric, level: level).svg
        if let file = invocation.string("output") {
            try TextFile.write(picture, to: file)
            Output.complain("The picture is \(file)")
        } else {
            Output.print(String(picture.dropLast()))
        }
        return .good
    }

    // MARK: - bill

    static func bill(_ invocation: Invocation) throws -> ExitCode {
        let fabric = try FabricSubject.fabric(invocation.argument("fabric"), invocation)
        let bill = Bill(of: fabric, try assumptions(invocation))
        let rows = bill.lines.map { line in
            [
                line.tier, line.what, "\(line.count)",
                line.power.map { significant($0.value.watts, 4) } ?? "",
                line.watts.map { significant($0 / 1e3, 4) } ?? "",
                line.price.map { significant($0.value.dollars, 6) } ?? "",
                line.dollars.map { significant($0 / 1e6, 4) } ?? "",
                line.power?.source ?? (line.power == nil ? "" : "unverified"),
            ]
        }
        let titles = [
            "tier", "what", "count", "W each", "kW", "$ each", "M$", "power is from",
        ]
        if invocation.flag("json") {
            Output.print(json(bill).serialized(pretty: true))
            return .good
        }
        if invocation.flag("csv") {
            Output.print(String(([titles] + rows).map(CSV.row).joined().dropLast()))
            return .good
        }
        var table = TextTable(
            columns: titles.enumerated().map { place, title in
                .init(title, (2...6).contains(place) ? .trailing : .leading)
            },
            hasSeparator: true
        )
        for row in rows { table.append(row) }
        Output.print(table.rendered())
        let each = bill.networkWatts / Double(fabric.endpoints)
        Output.print(
            "\nThe network takes \(significant(bill.networkWatts / 1e3, 4)) kW, "
                + "\(significant(each, 4)) W an endpoint"
                + (bill.networkDollars > 0
                    ? ", and costs \(significant(bill.networkDollars / 1e6, 4)) M$" : "")
                + (bill.endpointDollars.map {
                    ": \(significant(bill.networkDollars / $0 * 100, 3)) % of what endpoints cost"
                } ?? "") + "."
        )
        for gap in bill.gaps { Output.complain("not counted: \(gap)") }
        return .good
    }

    private static func assumptions(
        _ invocation: Invocation
    ) throws(UsageError) -> Bill.Assumptions {
        var result = Bill.Assumptions()
        if let power = try invocation.value("pluggable", convert: Milliwatts.init(parsing:)) {
            result.pluggable = Figure(power, source: "--pluggable")
        }
        if let price = try invocation.value("transceiver", convert: Cents.init(parsing:)) {
            result.transceiver = Figure(price, source: "--transceiver")
        }
        if let price = try invocation.value("endpoint", convert: Cents.init(parsing:)) {
            result.endpoint = Figure(price, source: "--endpoint")
        }
        if let length = try invocation.value("copper", convert: Millimetres.init(parsing:)) {
            result.copper = Figure(length, source: "--copper")
        }
        return result
    }

    private static func json(_ bill: Bill) -> JSON {
        let lines = bill.lines.map { line -> JSON in
            [
                "tier": .string(line.tier), "what": .string(line.what),
                "count": .integer(Int64(line.count)),
                "watts": line.watts.map { .number($0) } ?? .null,
                "dollars": line.dollars.map { .number($0) } ?? .null,
                "powerSource": line.power?.source.map { .string($0) } ?? .null,
                "priceSource": line.price?.source.map { .string($0) } ?? .null,
            ]
        }
        return [
            "fabric": .string(bill.fabric.name), "lines": .array(lines),
            "networkWatts": .number(bill.networkWatts),
            "networkDollars": .number(bill.networkDollars),
            "endpointDollars": bill.endpointDollars.map { .number($0) } ?? .null,
            "notCounted": .array(bill.gaps.map { .string($0) }),
        ]
    }

    // MARK: - compare

    static func compare(_ invocation: Invocation) throws -> ExitCode {
        let fabrics = try invocation.arguments("fabrics").map {
            try FabricSubject.fabric($0, invocation)
        }
        let columns = fabrics.map { FabricComparison(of: $0).rows }
        if invocation.flag("json") {
            var whole = JSONObject()
            for (fabric, rows) in zip(fabrics, columns) {
                whole[fabric.name] = .object(
                    JSONObject(rows.map { ($0.label, JSON.string($0.value)) })
                )
            }
            Output.print(JSON.object(whole).serialized(pretty: true))
            return .good
        }
        var table = TextTable(
            columns: [.init("")] + fabrics.map { .init($0.name, .trailing) },
            hasSeparator: true
        )
        for place in columns[0].indices {
            table.append([columns[0][place].label] + columns.map { $0[place].value })
        }
        Output.print(table.rendered())
        return .good
    }
}

internal import Measurement
internal import Text

/// The table of all rows in a page.
struct RowTable {
    let overview: Overview

    /// One column: its name, its unit, and the text of a row.
    private struct Column {
        var title: String
        var unit = ""
        var isText = false
        var cell: (_ row: Row, _ record: Int) -> String
    }

    /// Columns under a common name.
    private struct Group {
        var title: String
        var columns: [Column]
    }

    /// Where there is nothing to say.
    private static let absent = "–"

    func write(to page: inout HTML) {
        let groups = groups
        // Few columns are easier to read close together.
        let isSmall = groups.reduce(0) { $0 + $1.columns.count } < 9
        let label = "All rows; scrolls sideways where there is no room"
        // Who has no pointer scrolls with the keys, so the box takes the focus.
        page.element(
            "div",
            [
                "class": isSmall ? "box few" : "box", "role": "region", "aria-label": label,
                "tabindex": "0",
            ]
        ) { page in
            page.element("table") { page in
                page.element("caption") { $0.element("span", caption) }
                page.element("thead") { head(groups, &$0) }
                page.element("tbody") { page in
                    for (index, record) in overview.records.enumerated() {
                        for row in record.rows { body(row, index, groups, &page) }
                    }
                }
            }
        }
    }

    private var caption: String {
        let count = overview.rows.count
        let rows = count == 1 ? "1 row" : "\(count) rows"
        return "\(rows), in the order of the record. Time is that of one operation in µs, "
            + "± half of its 95% interval. GB/s are 10⁹ bytes a second."
    }

    private func head(_ groups: [Group], _ page: inout HTML) {
        page.element("tr") { page in
            for group in groups {
                guard !group.title.isEmpty else {
                    for column in group.columns { name(column, rows: "2", &page) }
                    continue
                }
                let span = "\(group.columns.count)"
                page.element(
                    "th",
                    ["scope": "colgroup", "colspan": span, "class": "g"],
                    group.title
                )
            }
        }
        page.element("tr") { page in
            for group in groups where !group.title.isEmpty {
                for (index, column) in group.columns.enumerated() {
                    name(column, isFirst: index == 0, &page)
                }
            }
        }
    }

    private func name(
        _ column: Column,
        rows: String = "1",
        isFirst: Bool = false,
        _ page: inout HTML
    ) {
        let style = (column.isText ? "t" : "n") + (isFirst ? " g" : "")
        page.element("th", ["scope": "col", "rowspan": rows, "class": style]) { page in
            page.text(column.title)
            if !column.unit.isEmpty { page.element("small", column.unit) }
        }
    }

    private func body(_ row: Row, _ record: Int, _ groups: [Group], _ page: inout HTML) {
        let isWrong = [row.outOfPlace, row.inPlace].contains { $0?.isCorrect == false }
        page.element("tr", isWrong ? ["class": "bad"] : [:]) { page in
            for (place, group) in groups.enumerated() {
                for (index, column) in group.columns.enumerated() {
                    let text = column.cell(row, record)
                    if index == 0, place == 0 {
                        page.element("th", ["scope": "row"], text)
                    } else if column.isText {
                        page.element("td", ["class": "t"], text)
                    } else if index == 0 {
                        page.element("td", ["class": "g"], text)
                    } else {
                        page.element("td", text)
                    }
                }
            }
        }
    }

    /// Only columns in which some row has something to say.
    private var groups: [Group] {
        var identity = [
            Column(title: "Size") { row, _ in proseSize(row.bytes) },
            Column(title: "Algorithm", isText: true) { row, _ in row.algorithm },
        ]
        let overview = overview
        identity += overview.facets.map { facet in
            Column(title: facet.title, isText: true) { overview.text(of: facet, $0, record: $1) }
        }
        var groups = [Group(title: "", columns: identity)]
        let rows = overview.rows
        if rows.contains(where: { $0.outOfPlace != nil }) {
            groups.append(measured("Out of place", \.outOfPlace, rows))
        }
        // Beside the figures with which it is compared.
        if rows.contains(where: { $0.model != nil }) { groups.append(model(rows)) }
        if rows.contains(where: { $0.inPlace != nil }) {
            groups.append(measured("In place", \.inPlace, rows))
        }
        if rows.contains(where: { $0.link != nil }) { groups.append(Self.link) }
        if rows.contains(where: { $0.batches > 0 }) {
            let batches = Column(title: "Batches") { Self.count($0.batches, $1) }
            let operations = Column(title: "Ops", unit: "in each") {
                Self.count($0.iterations, $1)
            }
            groups.append(Group(title: "Timed", columns: [batches, operations]))
        }
        return groups
    }

    private func measured(_ title: String, _ part: @escaping (Row) -> Figure?, _ rows: [Row])
        -> Group
    {
        func column(_ title: String, _ unit: String, _ text: @escaping (Figure) -> String?)
            -> Column
        {
            Column(title: title, unit: unit) { row, _ in part(row).flatMap(text) ?? Self.absent }
        }
        var columns = [
            column("Time", "µs") { Self.time($0.microseconds) },
            column("±", "%") { $0.halfWidthPercent.map { fixed($0, 1) } },
            column("Alg. bw", "GB/s") { $0.isCorrect ? Self.rate($0.algorithmBandwidth) : nil },
            column("Bus bw", "GB/s") { $0.isCorrect ? Self.rate($0.busBandwidth) : nil },
            column("Wrong", "") { $0.wrong.map { "\($0)" } },
        ]
        if rows.contains(where: { part($0)?.tails != nil }) {
            columns += [
                column("p95", "µs") { $0.tails.map { Self.time($0.p95) } },
                column("p99", "µs") { $0.tails.map { Self.time($0.p99) } },
                column("Max", "µs") { $0.tails.map { Self.time($0.max) } },
            ]
        }
        return Group(title: title, columns: columns)
    }

    private func model(_ rows: [Row]) -> Group {
        var columns = [
            Column(title: "Time", unit: "µs") { row, _ in
                row.model.map { Self.time($0.microseconds) } ?? Self.absent
            },
            Column(title: "Bus bw", unit: "GB/s") { row, _ in
                row.model.map { Self.rate($0.busBandwidth) } ?? Self.absent
            },
        ]
        if ModelErrors(rows) != nil {
            columns.append(
                Column(title: "Error", unit: "%") { row, _ in
                    row.quotedError.map(signedPercent) ?? Self.absent
                }
            )
        }
        return Group(title: "Model", columns: columns)
    }

    private static var link: Group {
        let carried = Column(title: "Carried", unit: "B an operation") { row, _ in
            row.link.map { significant($0.bytes, 4) } ?? absent
        }
        let share = Column(title: "Of ring") { row, _ in
            row.link?.ofRing.map { fixed($0, 2) } ?? absent
        }
        return Group(title: "Busiest host's link", columns: [carried, share])
    }

    private static func count(_ value: Int, _ record: Int) -> String {
        value > 0 ? "\(value)" : absent
    }

    /// About four digits, which is what the interval leaves of most times.
    private static func time(_ microseconds: Double) -> String {
        let digits = microseconds < 10 ? 3 : microseconds < 100 ? 2 : microseconds < 1000 ? 1 : 0
        return fixed(microseconds, digits)
    }

    private static func rate(_ gigabytes: Double) -> String {
        fixed(gigabytes, gigabytes < 0.9995 ? 3 : 2)
    }
}

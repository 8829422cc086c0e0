internal import Drawing
public import Measurement

/// Records as one page that needs nothing else: no network, no script, no file beside it.
public enum HTMLReport {
    /// The page, for a file or a browser.
    ///
    /// Several records are laid over one another under names that differ. What a record says is
    /// taken for text only, whoever wrote it.
    public static func page(_ records: [Record], title: String) -> String {
        document(title) { main(Overview(records), title, &$0) }
    }

    /// A page around what stands in it.
    static func document(_ title: String, content: (inout HTML) -> Void) -> String {
        var page = HTML()
        page.markup("<!DOCTYPE html>\n")
        page.element("html", ["lang": "en"]) { page in
            page.element("head") { head(title, &$0) }
            page.markup("\n")
            page.element("body") { $0.element("main", content: content) }
        }
        page.markup("\n")
        return page.text
    }

    /// A drawing, as it is for a desk and for a phone.
    static func figure(_ drawing: (wide: String, narrow: String), _ page: inout HTML) {
        page.element("figure") { page in
            page.element("div", ["class": "wide"]) { $0.markup(drawing.wide) }
            page.element("div", ["class": "narrow"]) { $0.markup(drawing.narrow) }
        }
        page.markup("\n")
    }

    private static func head(_ title: String, _ page: inout HTML) {
        page.void("meta", ["charset": "utf-8"])
        page.void(
            "meta",
            ["name": "viewport", "content": "width=device-width, initial-scale=1"]
        )
        // Whatever a browser or an extension makes of the page, it loads nothing.
        let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
        page.void("meta", ["http-equiv": "Content-Security-Policy", "content": policy])
        page.void("meta", ["name": "generator", "content": "weft"])
        page.element("title", title)
        page.element("style") { $0.markup("\n" + PageStyle.sheet + Theme.stylesheet) }
    }

    private static func main(_ overview: Overview, _ title: String, _ page: inout HTML) {
        page.element("header") { page in
            page.element("h1", title)
            page.element("p", ["class": "meta"], runs(overview))
            Headline(overview: overview).write(to: &page)
        }
        guard !overview.rows.isEmpty else { return context(overview, &page) }
        section("By size", &page) { page in
            for chart in Charts(overview).all {
                figure(Charts.drawings(of: chart), &page)
            }
        }
        section("All rows", &page) { RowTable(overview: overview).write(to: &$0) }
        section("How it was measured", &page) { Method(overview: overview).write(to: &$0) }
        context(overview, &page)
    }

    private static func context(_ overview: Overview, _ page: inout HTML) {
        guard !overview.records.isEmpty else { return }
        let isOne = overview.records.count == 1
        section(isOne ? "Machine and command" : "Machines and commands", &page) { page in
            for (index, record) in overview.records.enumerated() {
                page.element("div", ["class": "card"]) { page in
                    if !isOne { page.element("h3", overview.labels[index]) }
                    MachineCard(record: record).write(to: &page)
                }
            }
        }
    }

    private static func section(
        _ title: String,
        _ page: inout HTML,
        content: (inout HTML) -> Void
    ) {
        page.markup("\n")
        page.element("section") { page in
            page.element("h2", title)
            content(&page)
        }
    }

    /// When and where, in one line.
    private static func runs(_ overview: Overview) -> String {
        guard let record = overview.records.first else { return "No results." }
        guard overview.records.count == 1 else {
            return "\(overview.records.count) runs: \(proseList(overview.labels))"
        }
        let machine = record.machine
        var parts = [proseDate(record.date), machine.host, machine.processor]
        if let row = record.rows.first, overview.facets.isEmpty {
            let ranks = row.ranks == 1 ? "1 rank" : "\(row.ranks) ranks"
            parts.insert("\(row.collective), \(ranks), \(row.type), \(row.transport)", at: 0)
        }
        return parts.filter { !$0.isEmpty }.joined(separator: " · ")
    }
}

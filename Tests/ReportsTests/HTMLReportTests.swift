import Measurement
import Reports
import Testing

@Suite("HTML report")
struct HTMLReportTests {
    private static let namespace = "http://www.w3.org/2000/svg"

    /// Reads a page, and checks what holds for every page.
    private func checked(_ records: [Record], title: String = "T") throws -> PageChecker {
        let text = HTMLReport.page(records, title: title)
        let page = try PageChecker(text)
        #expect(page.all("script").isEmpty && page.all("link").isEmpty && page.all("img").isEmpty)
        #expect(page.all("html").first?.attributes["lang"] == "en")
        #expect(page.all("h1").count == 1)
        for element in page.elements {
            for key in ["src", "href", "style", "onload", "onclick"] {
                #expect(element.attributes[key] == nil)
            }
            for (key, value) in element.attributes where element.name != "svg" {
                #expect(!["nan", "inf"].contains(value), "\(key)=\(value)")
            }
        }
        let links = text.replacing("\"\(Self.namespace)\"", with: "")
        #expect(!links.contains("http://") && !links.contains("https://"))
        #expect(!text.contains("url(") && !text.contains("@import"))
        return page
    }

    private func words(_ page: PageChecker, _ name: String) -> [String] {
        page.all(name).map(\.text)
    }

    @Test("says the best figures and the model's error in words")
    func headline() throws {
        var record = Sample.sweep
        record.rows[0].outOfPlace = Sample.figure(0.31, 8, wrong: 0)
        record.rows[0].model = Sample.figure(0.31 * 1.25, 8)
        let page = HTMLReport.page([record], title: "All-reduce")
        let lead = """
            The best bus bandwidth is <strong>20 GB/s</strong> (ring, 64 MiB), the smallest \
            latency <strong>310 ns</strong> (ring, 8 B). The model is off by \
            <strong>10%</strong> in the median and <strong>25%</strong> at worst (ring, 8 B).
            """
        #expect(page.contains(lead))
        #expect(page.contains("<title>All-reduce</title>"))
        #expect(page.contains("all-reduce, 2 ranks, float, shm · 2026-11-21 08:00 UTC · node1"))
        #expect(page.contains("<code>weft bench all-reduce --title 'it'\\''s mine'</code>"))
        #expect(page.contains("The clock is TSC; to read it takes 9.8 ns, at most 0.011% of"))
    }

    @Test("plots measured and expected figures, for wide and narrow screens")
    func plots() throws {
        let page = try checked([Sample.sweep])
        #expect(page.all("figure").count == 3)
        #expect(page.all("svg").count == 6)
        let hover = words(page, "title")
        #expect(hover.contains { $0.hasPrefix("ring, 1 MiB: 19.3 GB/s") })
        #expect(hover.contains { $0.hasPrefix("ring, model, 1 MiB: 17.5 GB/s") })
        #expect(hover.contains { $0.hasPrefix("one-shot, 8 B: +10.0%") })
    }

    @Test("has every row in its table, in order, with the groups that there are")
    func table() throws {
        let page = try checked([Sample.sweep])
        #expect(page.all("caption").count == 1)
        let rows = page.all("th").filter { $0.attributes["scope"] == "row" }.map(\.text)
        #expect(rows.count == 48)
        #expect(rows.prefix(4) == ["8 B", "8 B", "16 B", "16 B"])
        let groups = page.all("th").filter { $0.attributes["scope"] == "colgroup" }.map(\.text)
        #expect(groups == ["Out of place", "Model", "In place", "Timed"])
        #expect(page.all("tr").count == 50)
        #expect(page.all("td").count == 48 * 16)
    }

    @Test("says what hosts' links carried where that was counted")
    func links() throws {
        var rows = [Sample.fullRow(8192), Sample.fullRow(65536, algorithm: "sharp-sat")]
        rows[1].link = Row.Link(bytes: 65_792, ofRing: 0.669)
        let page = try checked([Sample.record(rows)])
        let groups = page.all("th").filter { $0.attributes["scope"] == "colgroup" }.map(\.text)
        #expect(groups == ["Out of place", "Model", "In place", "Busiest host's link", "Timed"])
        let cells = words(page, "td")
        #expect(cells.contains("65790") && cells.contains("0.67"))
        #expect(words(page, "p").contains { $0.hasPrefix("On a host's link are the bytes") })
    }

    @Test("shows what there is where figures are missing")
    func missing() throws {
        var predicted = Sample.sweep
        for index in predicted.rows.indices {
            predicted.rows[index].outOfPlace = nil
            predicted.rows[index].inPlace = nil
            predicted.rows[index].batches = 0
        }
        predicted.timing = nil
        let page = try checked([predicted])
        #expect(page.all("svg").count == 4)
        #expect(words(page, "p").contains { $0.hasPrefix("Nothing was measured. By the model") })
        #expect(words(page, "p").contains { $0.hasPrefix("Nothing ran") })

        var measured = Sample.sweep
        for index in measured.rows.indices {
            measured.rows[index].model = nil
            measured.rows[index].inPlace = nil
        }
        let groups = try checked([measured]).all("th").filter {
            $0.attributes["scope"] == "colgroup"
        }
        #expect(groups.map(\.text) == ["Out of place", "Timed"])

        for rows in [[], [Sample.row(8)], [Sample.row(0)]] {
            _ = try checked([Sample.record(rows)])
        }
        #expect(words(try checked([]), "p").contains("There are no rows."))
    }

    @Test("takes sizes in any order and more than once")
    func order() throws {
        let sizes = [1024, 8, 1024, 64, 0]
        let page = try checked([Sample.record(sizes.map { Sample.fullRow($0) })])
        let rows = page.all("th").filter { $0.attributes["scope"] == "row" }.map(\.text)
        #expect(rows == ["1 KiB", "8 B", "1 KiB", "64 B", "0 B"])
        let line = try #require(page.all("path").first { $0.attributes["class"] == "d-line d-s1" })
        let points = try #require(line.attributes["d"]).split { "ML".contains($0) }
        let places = points.compactMap { $0.split(separator: " ").first.flatMap { Double($0) } }
        #expect(places.count == 3 || places.count == 4)
        #expect(places == places.sorted())
    }

    @Test("does not quote what is wrong, and says so")
    func wrong() throws {
        var record = Sample.record([Sample.fullRow(8), Sample.fullRow(1024)])
        record.rows[1].outOfPlace?.wrong = 3
        record.rows[1].outOfPlace?.busBandwidth = 999
        let page = HTMLReport.page([record], title: "T")
        #expect(page.contains("<strong>1 row has wrong results</strong>: ring, 1 KiB."))
        #expect(!page.contains("999"))
        #expect(page.contains("<tr class=\"bad\"><th scope=\"row\">1 KiB</th>"))
    }

    @Test("lays several records over one another under distinct names")
    func records() throws {
        let first = Sample.sweep
        var later = first
        later.date = "2026-11-22T09:30:00Z"
        var other = first
        other.machine.host = "node2"
        let sets: [([Record], [String])] = [
            ([first, other], ["ring · node1", "ring · node2"]),
            ([first, later], ["ring · 2026-11-21 08:00 UTC", "ring · 2026-11-22 09:30 UTC"]),
            (
                [first, first],
                ["ring · 2026-11-21 08:00 UTC (1)", "ring · 2026-11-21 08:00 UTC (2)"]
            ),
            ([first, later, other], ["ring · node1, 2026-11-22 09:30 UTC"]),
        ]
        for (records, names) in sets {
            let page = try checked(records)
            for name in names { #expect(words(page, "text").contains(name), "\(name)") }
            #expect(page.all("dl").count == records.count)
        }
        var ranks = first
        ranks.rows += first.rows.map { row in
            var row = row
            row.ranks = 4
            return row
        }
        #expect(words(try checked([ranks]), "text").contains("one-shot · 4 ranks"))
    }

    @Test("takes what a record says for text only")
    func hostile() throws {
        var record = Sample.sweep
        record.command = [Sample.hostile]
        record.date = Sample.hostile
        record.machine.host = Sample.hostile
        record.machine.processor = Sample.hostile
        record.machine.governor = Sample.hostile
        record.timing?.clock = Sample.hostile
        for index in record.rows.indices {
            record.rows[index].algorithm = Sample.hostile
            record.rows[index].transport = Sample.hostile + "\(index)"
        }
        _ = try checked([record, record], title: Sample.hostile)
        let numbers: [Double] = [.nan, .infinity, -.infinity, 0, -1, 1e308, .leastNonzeroMagnitude]
        for number in numbers {
            var record = Sample.record([Sample.fullRow(8), Sample.fullRow(.max)])
            record.rows[0].outOfPlace?.microseconds = number
            record.rows[0].outOfPlace?.low = number
            record.rows[0].model?.busBandwidth = number
            record.rows[1].inPlace?.wrong = .min
            record.rows[1].batches = .max
            record.rows[0].link = Row.Link(bytes: number, ofRing: number)
            record.machine.memoryBytes = .min
            record.timing?.readNanoseconds = number
            _ = try checked([record])
            _ = ResultTable.footer(rows: record.rows)
        }
    }

    @Test("stays small, and quick for as many rows as a sweep may have")
    func size() {
        let sizes = (1...10_000).map { $0 * 8 }
        let hundred = Sample.record(sizes.prefix(100).map { Sample.fullRow($0) })
        #expect(HTMLReport.page([hundred], title: "T").utf8.count < 400_000)
        let all = Sample.record(sizes.map { Sample.fullRow($0) })
        var page = ""
        let time = ContinuousClock().measure { page = HTMLReport.page([all], title: "T") }
        #expect(page.utf8.count < 8_000_000)
        // A debug build on a busy machine; a release build takes a twentieth of this.
        #expect(time < .seconds(30))
    }
}

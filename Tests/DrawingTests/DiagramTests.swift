import Drawing
import Testing

@Suite("Bar chart, heat map and space-time diagram")
struct DiagramTests {
    @Test("bar chart draws a bar for each value")
    func bars() throws {
        let chart = BarChart(
            title: "Phases",
            value: Axis(label: "Time", scale: .log10, format: .microseconds),
            bars: [
                .init(label: "Copy", value: 10), .init(label: "Reduce", value: 20, color: 1),
                .init(label: "Drift", value: -5), .init(label: "Wait", value: .nan),
            ]
        )
        let elements = try XMLChecker(chart.svg()).elements
        let bars = elements.filter { $0.attributes["class"]?.hasPrefix("d-fill d-bar") == true }
        let widths = bars.compactMap { Double($0.attributes["width"] ?? "") }
        #expect(widths.count == 3)
        #expect(abs(widths[1] / widths[0] - 2) < 0.01)
        #expect(elements[2].text.contains("Copy 10 µs, Reduce 20 µs, Drift −5 µs, Wait no value"))
    }

    @Test("heat map has a cell for each pair, with the value on hover")
    func heat() throws {
        let map = HeatMap(
            title: "Traffic",
            rows: ["a", "b"],
            columns: ["c", "d"],
            rowLabel: "From",
            columnLabel: "To",
            format: .bytes,
            values: [[1024, -2048], [.nan]]
        )
        let hovers = try XMLChecker(map.svg()).elements.filter { $0.name == "title" }.map(\.text)
        #expect(hovers == ["Traffic", "a, c: 1K", "a, d: −2K", "b, c: no value", "b, d: no value"])
    }

    private func diagram() -> SpaceTimeDiagram {
        SpaceTimeDiagram(
            title: "Ring",
            time: Axis(label: "Time", format: .microseconds),
            lanes: ["rank 0", "rank 1"],
            boxes: [
                .init(lane: 0, from: 0, to: 1, label: "send"),
                .init(
                    lane: 0,
                    from: 0.5,
                    to: 2,
                    label: "a very long label that cannot fit in here"
                ),
                .init(lane: 1, from: 4, to: 3, label: "sum", color: 1),
                .init(lane: 7, from: 0, to: 1, label: "nowhere"),
            ],
            arrows: [
                .init(fromLane: 0, fromTime: 1, toLane: 1, toTime: 3, label: "chunk 0"),
                .init(fromLane: 1, fromTime: 1, toLane: 1, toTime: 2, label: "self"),
                .init(fromLane: -1, fromTime: 1, toLane: 1, toTime: 2),
            ],
            colorNames: ["send", "reduce"]
        )
    }

    @Test("space-time diagram draws what lies in its lanes")
    func spaceTime() throws {
        let elements = try XMLChecker(diagram().svg()).elements
        let boxes = elements.filter { $0.attributes["class"]?.hasPrefix("d-box") == true }
        // Three boxes and two legend entries.
        #expect(boxes.count == 5)
        #expect(elements.count { $0.attributes["class"] == "d-reach" } == 2)
        let hovers = elements.filter { $0.name == "title" }.map(\.text)
        #expect(hovers.contains("chunk 0\nrank 0 → rank 1\n1 µs to 3 µs"))
        #expect(hovers.contains("sum\n3 µs to 4 µs"))
    }

    @Test("space-time diagram puts boxes that overlap below each other")
    func rows() throws {
        let elements = try XMLChecker(diagram().svg()).elements
        let boxes = elements.filter { $0.attributes["class"] == "d-box d-s1" }.dropFirst()
        #expect(Set(boxes.compactMap { $0.attributes["y"] }).count == 2)
    }

    @Test("space-time diagram cuts labels that do not fit")
    func clipping() throws {
        var diagram = diagram()
        diagram.width = 400
        let elements = try XMLChecker(diagram.svg()).elements
        #expect(elements.contains { $0.name == "text" && $0.text.hasSuffix("…") })
        let hover = "a very long label that cannot fit in here\n500 ns to 2 µs"
        #expect(elements.contains { $0.name == "title" && $0.text == hover })
    }
}

import Drawing
import Testing

@Suite("Line chart")
struct LineChartTests {
    private let sizes = (3...26).map { Double(1 << $0) }

    private func chart(_ axis: Axis = Axis(label: "Size", scale: .log2, format: .bytes))
        -> LineChart
    {
        let points = sizes.map { size in
            LineChart.Point(x: size, y: size / 1e6, low: size / 2e6, high: size / 0.9e6)
        }
        return LineChart(
            title: "Bandwidth",
            subtitle: "8 ranks",
            x: axis,
            y: Axis(label: "GB/s"),
            series: [
                LineChart.Series(name: "Ring", points: points),
                LineChart.Series(name: "Ring, model", style: .dashed, color: 0, points: points),
                LineChart.Series(name: "Tree", style: .pointsOnly, interval: .bars, points: points),
            ],
            references: [LineChart.Reference(value: 60, label: "copy")]
        )
    }

    @Test("is well-formed and names itself")
    func accessible() throws {
        let document = try XMLChecker(chart().svg())
        let root = try #require(document.elements.first)
        #expect(root.name == "svg")
        #expect(root.attributes["role"] == "img")
        #expect(root.attributes["aria-label"] == "Bandwidth")
        #expect(root.attributes["viewBox"]?.hasPrefix("0 0 860 ") == true)
        #expect(document.elements[1].name == "title")
        #expect(document.elements[1].text == "Bandwidth")
        #expect(document.elements[2].name == "desc")
        let about = "Line chart of GB/s against Size. Series: Ring, Ring, model, Tree."
        #expect(document.elements[2].text == about)
    }

    @Test("carries its style sheet only when it stands alone")
    func standalone() throws {
        let alone = try XMLChecker(chart().svg(standalone: true))
        let style = try #require(alone.elements.first { $0.name == "style" })
        #expect(style.text == Theme.stylesheet)
        #expect(alone.elements[0].attributes["xmlns"] == "http://www.w3.org/2000/svg")
        #expect(!chart().svg().contains("<style"))
    }

    @Test("draws bands, bars, dashes, markers and hover areas")
    func parts() throws {
        let elements = try XMLChecker(chart().svg()).elements
        func count(_ style: String) -> Int {
            elements.count { $0.attributes["class"] == style }
        }
        #expect(count("d-band d-s1") == 2)
        #expect(count("d-thin d-s3") == 1)
        #expect(count("d-line d-s1") == 2)
        #expect(elements.contains { $0.attributes["stroke-dasharray"] == "7 4" })
        #expect(count("d-hit d-s1") == 48)
        let hover = elements.first { $0.name == "title" && $0.text.hasPrefix("Ring\n") }
        #expect(hover?.text == "Ring\nSize: 8\nGB/s: 8×10⁻⁶ (4×10⁻⁶ to 8.889×10⁻⁶)")
        #expect(elements.contains { $0.name == "text" && $0.text == "copy" })
    }

    @Test("shows the caller's text on hover")
    func hover() throws {
        var chart = chart()
        chart.series = [.init(name: "A", points: [.init(x: 1, y: 1, label: "<one> & only")])]
        let elements = try XMLChecker(chart.svg()).elements
        #expect(elements.contains { $0.name == "title" && $0.text == "<one> & only" })
    }

    @Test("keeps the labels of the x axis apart", arguments: [100.0, 300, 500, 860, 2000])
    func labelsApart(width: Double) throws {
        let axes = [
            Axis(label: "", scale: .log2, format: .bytes), Axis(label: "", scale: .log2),
            Axis(label: "", scale: .log10, format: .microseconds), Axis(label: ""),
            Axis(label: "", format: .custom { "a long label for \($0)" }),
        ]
        for axis in axes {
            var chart = chart(axis)
            chart.width = width
            let elements = try XMLChecker(chart.svg()).elements
            let labels = elements.filter {
                $0.name == "text" && $0.attributes["text-anchor"] == "middle"
            }
            let places = try labels.map { label in
                let x = try #require(Double(label.attributes["x"] ?? ""))
                return (x: x, half: Double(label.text.count) * 12 * 0.5 / 2)
            }
            for (place, next) in zip(places, places.dropFirst()) {
                #expect(place.x + place.half < next.x - next.half)
            }
        }
    }

    @Test("breaks the line where a value is missing")
    func gaps() {
        let values: [Double] = [1, 2, .nan, 3, 4]
        let points = values.enumerated().map { LineChart.Point(x: Double($0), y: $1) }
        let chart = LineChart(
            title: "",
            x: Axis(label: ""),
            y: Axis(label: ""),
            series: [.init(name: "", style: .dashed, points: points)]
        )
        let path = chart.svg().split(separator: " d=\"").last?.prefix { $0 != "\"" } ?? ""
        #expect(path.count { $0 == "M" } == 2)
        #expect(path.count { $0 == "L" } == 2)
    }

    @Test("stays small with ten thousand points", arguments: [LineChart.Style.solid, .pointsOnly])
    func manyPoints(style: LineChart.Style) throws {
        let points = (0..<10_000).map { index in
            let y = Double((index &* 7919) % 1000)
            return LineChart.Point(x: Double(index), y: y, low: y - 1, high: y + 1)
        }
        var chart = chart()
        chart.x = Axis(label: "Iteration")
        chart.series = [.init(name: "Samples", style: style, points: points)]
        let text = chart.svg()
        #expect(text.utf8.count < 1_500_000)
        _ = try XMLChecker(text)
    }
}

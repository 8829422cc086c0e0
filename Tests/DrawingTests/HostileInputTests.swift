import Drawing
import Testing

@Suite("Hostile input")
struct HostileInputTests {
    private static let numbers: [Double] = [
        .nan, .infinity, -.infinity, 0, 1, -1, 1e308, -1e308, .leastNonzeroMagnitude, 1e16,
        1e16 + 2,
    ]

    private static let text =
        "<&\"'>\u{0}\u{1B}\u{FFFE}\n\r\t]]>🧵漢" + String(repeating: "w", count: 500)

    private func check(_ text: String) throws {
        let elements = try XMLChecker(text).elements
        for element in elements {
            for (key, value) in element.attributes where key != "aria-label" {
                let isBad = ["nan", "inf", "e+"].contains { value.contains($0) }
                #expect(!isBad, "\(key)=\(value)")
            }
        }
    }

    private func series(_ values: [Double]) -> [LineChart.Series] {
        let styles: [LineChart.Style] = [.solid, .dashed, .pointsOnly]
        return styles.enumerated().map { index, style in
            let points = values.flatMap { x in
                values.map { y in
                    LineChart.Point(x: x, y: y, low: values.first, high: values.last, label: "")
                }
            }
            let interval: LineChart.Interval = index == 0 ? .band : .bars
            return LineChart.Series(
                name: Self.text,
                style: style,
                interval: interval,
                color: [Int.min, Int.max, -1][index],
                points: points
            )
        }
    }

    @Test("does not break a line chart", arguments: [Axis.Scale.linear, .log2, .log10])
    func lineChart(scale: Axis.Scale) throws {
        let sets = [
            [], [0], [5], [-5], [.nan], [1e308], [.leastNonzeroMagnitude], [1e308, -1e308],
            Self.numbers,
        ]
        for values in sets {
            for width in [860, 0, -1, .nan, .infinity, 1e300] {
                var chart = LineChart(
                    title: Self.text,
                    subtitle: Self.text,
                    x: Axis(label: Self.text, scale: scale),
                    y: Axis(label: Self.text, scale: scale, format: .bytes),
                    series: series(values),
                    references: values.map { .init(value: $0, label: Self.text) }
                )
                chart.width = width
                chart.plotHeight = width
                try check(chart.svg(standalone: width == 860))
            }
        }
    }

    @Test("does not break an empty line chart")
    func emptyChart() throws {
        let axis = Axis(label: "")
        let empty = LineChart(title: "", x: axis, y: axis, series: []).svg()
        try check(empty)
        #expect(empty.contains(">No data</text>"))
        try check(
            LineChart(title: "", x: axis, y: axis, series: [.init(name: "", points: [])]).svg()
        )
    }

    @Test("does not break a bar chart")
    func barChart() throws {
        for values in [[], [0], [1e308, -1e308], Self.numbers] {
            let bars = values.map { BarChart.Bar(label: Self.text, value: $0, color: .min) }
            let axis = Axis(label: Self.text)
            try check(BarChart(title: Self.text, value: axis, bars: bars).svg())
        }
    }

    @Test("does not break a heat map")
    func heatMap() throws {
        for size in [0, 1, 40] {
            let names = Array(repeating: Self.text, count: size)
            let rows = names.map { _ in Self.numbers }
            try check(HeatMap(title: "", rows: names, columns: names, values: rows).svg())
            try check(HeatMap(title: "", rows: names, columns: names, values: []).svg())
        }
    }

    @Test("does not break a space-time diagram", arguments: [0, 1, 16])
    func spaceTime(lanes: Int) throws {
        var diagram = SpaceTimeDiagram(
            title: Self.text,
            time: Axis(label: Self.text, scale: .log2),
            lanes: Array(repeating: Self.text, count: lanes)
        )
        try check(diagram.svg())
        for (index, from) in Self.numbers.enumerated() {
            for to in Self.numbers {
                let lane = index - 2
                diagram.boxes.append(.init(lane: lane, from: from, to: to, label: Self.text))
                diagram.arrows.append(
                    .init(
                        fromLane: lane,
                        fromTime: from,
                        toLane: index,
                        toTime: to,
                        label: Self.text
                    )
                )
            }
        }
        try check(diagram.svg(standalone: true))
    }
}

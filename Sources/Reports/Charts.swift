internal import Drawing
internal import Measurement

/// The plots of a report, all over the size.
struct Charts {
    let overview: Overview

    private let size = Axis(label: "Bytes of a rank’s buffer", scale: .log2, format: .bytes)

    init(_ overview: Overview) { self.overview = overview }

    /// The charts that have something to show.
    var all: [LineChart] { [bandwidth, time] + (errors.map { [$0] } ?? []) }

    /// A chart as drawn for a desk and for a phone: text keeps its size, so that each has a
    /// drawing of its own.
    static func drawings(of chart: LineChart) -> (wide: String, narrow: String) {
        var (wide, narrow) = (chart, chart)
        (wide.width, wide.plotHeight) = (960, 320)
        (narrow.width, narrow.plotHeight) = (400, 240)
        return (wide.svg(), narrow.svg())
    }

    private var bandwidth: LineChart {
        LineChart(
            title: "Bus bandwidth",
            subtitle: "Higher is better. \(legend)",
            x: size,
            y: Axis(label: "GB/s"),
            series: series { figure in
                let ends = figure.busBandwidthInterval
                return Value(
                    middle: figure.busBandwidth,
                    low: ends?.low,
                    high: ends?.high,
                    text: proseBandwidth
                )
            }
        )
    }

    private var time: LineChart {
        LineChart(
            title: "Time of an operation",
            subtitle: "Lower is better. \(legend)",
            x: size,
            y: Axis(label: "", scale: .log10, format: .microseconds),
            series: series { figure in
                Value(
                    middle: figure.microseconds,
                    low: figure.low,
                    high: figure.high,
                    text: proseTime
                )
            }
        )
    }

    private var errors: LineChart? {
        let all = overview.lines.enumerated().compactMap { index, line -> LineChart.Series? in
            let points = line.rows.compactMap { row -> LineChart.Point? in
                guard let error = row.quotedError, let model = row.model,
                    let figure = row.outOfPlace
                else { return nil }
                let label = """
                    \(line.name), \(proseSize(row.bytes)): \(signedPercent(error))%
                    model \(proseTime(model.microseconds)), \
                    measured \(proseTime(figure.microseconds))
                    """
                return LineChart.Point(x: Double(row.bytes), y: error, label: label)
            }
            guard !points.isEmpty else { return nil }
            return LineChart.Series(name: line.name, color: index, points: points)
        }
        guard !all.isEmpty else { return nil }
        return LineChart(
            title: "Error of the model",
            subtitle: "Above zero the model expects more time than was measured, below zero less.",
            x: size,
            y: Axis(label: "Percent of the measured time", format: .percent),
            series: all
        )
    }

    private var legend: String {
        let figures = overview.rows.flatMap { [$0.outOfPlace, $0.inPlace] }
        let isMeasured = figures.contains { $0 != nil }
        let isPredicted = overview.rows.contains { $0.model != nil }
        switch (isMeasured, isPredicted) {
        case (true, true): return "Lines are measured, bands their 95% interval, dashes the model."
        case (true, false): return "Bands are the 95% interval."
        default: return "Expected by the model; nothing was measured."
        }
    }

    private struct Value {
        var middle: Double
        var low: Double?
        var high: Double?
        var text: (Double) -> String
    }

    /// For each line what was measured, and dashed in the same colour what the model expects.
    private func series(_ value: (Figure) -> Value) -> [LineChart.Series] {
        overview.lines.enumerated().flatMap { index, line -> [LineChart.Series] in
            let measured = line.rows.compactMap { row -> LineChart.Point? in
                guard let figure = row.outOfPlace ?? row.inPlace, figure.isCorrect else {
                    return nil
                }
                return point(row, value(figure), name: line.name)
            }
            let expected = line.rows.compactMap { row -> LineChart.Point? in
                guard let figure = row.model else { return nil }
                var value = value(figure)
                (value.low, value.high) = (nil, nil)
                return point(row, value, name: "\(line.name), model")
            }
            let solid = LineChart.Series(name: line.name, color: index, points: measured)
            let dashed = LineChart.Series(
                name: "\(line.name), model",
                style: .dashed,
                color: index,
                points: expected
            )
            return [solid, dashed].filter { !$0.points.isEmpty }
        }
    }

    private func point(_ row: Row, _ value: Value, name: String) -> LineChart.Point {
        var label = "\(name), \(proseSize(row.bytes)): \(value.text(value.middle))"
        if let low = value.low, let high = value.high {
            label += "\n95% between \(value.text(low)) and \(value.text(high))"
        }
        return LineChart.Point(
            x: Double(row.bytes),
            y: value.middle,
            low: value.low,
            high: value.high,
            label: label
        )
    }
}

extension Plot {
    /// Consecutive points that the axes can show.
    private func runs(_ index: Int) -> [ArraySlice<LineChart.Point>] {
        chart.series[index].points.split { !chart.shows($0) }
    }

    func drawSeries(_ index: Int, _ svg: inout SVG) {
        let series = chart.series[index]
        let color = chart.color(index)
        if series.style != .pointsOnly { drawLine(index, color, &svg) }
        if series.style != .dashed { drawMarkers(index, color, &svg) }
    }

    private func drawLine(_ index: Int, _ color: Int, _ svg: inout SVG) {
        var path = SVG.Path()
        for run in runs(index) {
            var last = (x: -Double.infinity, y: -Double.infinity)
            for (offset, point) in run.enumerated() {
                let place = (x: px(point.x), y: py(point.y))
                // What moves less than a third of a pixel would not be seen.
                let isNear = abs(place.x - last.x) < 0.34 && abs(place.y - last.y) < 0.34
                if offset == 0 {
                    path.move(place.x, place.y)
                } else if isNear, offset < run.count - 1 {
                    continue
                } else {
                    path.line(place.x, place.y)
                }
                last = place
            }
            // The round end of a line of no length shows a point that stands alone.
            if run.count == 1 { path.lineBy(0, 0) }
        }
        guard !path.isEmpty else { return }
        let name = Theme.seriesClass(color)
        if chart.series[index].style == .dashed {
            let dashes = SVG.Value.text(Marker.dashes(color))
            svg.element(
                "path",
                ["class": "d-dashed \(name)", "stroke-dasharray": dashes, "d": .path(path)]
            )
        } else {
            svg.element("path", ["class": "d-line \(name)", "d": .path(path)])
        }
    }

    private func drawMarkers(_ index: Int, _ color: Int, _ svg: inout SVG) {
        let series = chart.series[index]
        let shown = series.points.filter(chart.shows)
        // Where points are dense, the line tells where they are and some markers whose they are.
        let isDense = Double(shown.count) > (right - left) / 11
        let gap = isDense && series.style == .solid ? 56.0 : 0
        var path = SVG.Path()
        var last = -Double.infinity
        for point in shown {
            let x = px(point.x)
            guard abs(x - last) >= gap else { continue }
            last = x
            Marker.append(color, x, py(point.y), to: &path)
        }
        guard !path.isEmpty else { return }
        let name = Theme.seriesClass(color)
        svg.element("path", ["class": "d-marker \(name)", "d": .path(path)])
    }

    func drawInterval(_ index: Int, _ svg: inout SVG) {
        let name = Theme.seriesClass(chart.color(index))
        let isBand = chart.series[index].interval == .band
        var band = SVG.Path()
        var bars = SVG.Path()
        for run in runs(index) {
            for part in run.split(whereSeparator: { bounds($0) == nil }) {
                if isBand, part.count > 1 { append(part, to: &band) } else { addBars(part, &bars) }
            }
        }
        if !band.isEmpty { svg.element("path", ["class": "d-band \(name)", "d": .path(band)]) }
        if !bars.isEmpty { svg.element("path", ["class": "d-thin \(name)", "d": .path(bars)]) }
    }

    /// The pixels of a point's interval, upper end first.
    private func bounds(_ point: LineChart.Point) -> (Double, Double)? {
        guard point.low != nil || point.high != nil else { return nil }
        let ends = [point.low ?? point.y, point.high ?? point.y]
        guard ends.allSatisfy({ !$0.isNaN }) else { return nil }
        let pixels = ends.map { chart.y.scale == .linear || $0 > 0 ? py($0) : bottom }
        return (min(pixels[0], pixels[1]), max(pixels[0], pixels[1]))
    }

    private func append(_ part: ArraySlice<LineChart.Point>, to path: inout SVG.Path) {
        for (offset, point) in part.enumerated() {
            guard let (upper, _) = bounds(point) else { continue }
            if offset == 0 { path.move(px(point.x), upper) } else { path.line(px(point.x), upper) }
        }
        for point in part.reversed() {
            guard let (_, lower) = bounds(point) else { continue }
            path.line(px(point.x), lower)
        }
        path.close()
    }

    private func addBars(_ part: ArraySlice<LineChart.Point>, _ path: inout SVG.Path) {
        for point in part {
            guard let (upper, lower) = bounds(point) else { continue }
            let x = px(point.x)
            path.move(x, upper)
            path.line(x, lower)
            for end in [upper, lower] {
                path.move(x - 4, end)
                path.lineBy(8, 0)
            }
        }
    }

    func drawHoverAreas(_ index: Int, _ svg: inout SVG) {
        let series = chart.series[index]
        let isLine = series.style != .pointsOnly
        var taken: Set<[Int]> = []
        var last = -Double.infinity
        let name = Theme.seriesClass(chart.color(index))
        for point in series.points where chart.shows(point) {
            let place = (x: px(point.x), y: py(point.y))
            // Areas closer than this could not be told apart by hand, and would fill the file.
            if isLine {
                guard abs(place.x - last) >= 5 else { continue }
                last = place.x
            } else {
                guard taken.insert([Int(place.x / 8), Int(place.y / 8)]).inserted else { continue }
            }
            let text = label(point, of: series)
            svg.element(
                "circle",
                ["class": "d-hit \(name)", "cx": .number(place.x), "cy": .number(place.y), "r": 10]
            ) { $0.hover(text) }
        }
    }

    private func label(_ point: LineChart.Point, of series: LineChart.Series) -> String {
        guard point.label.isEmpty else { return point.label }
        var text = "\(series.name)\n\(chart.x.label): \(chart.x.format.text(point.x))\n"
        text += "\(chart.y.label): \(chart.y.format.text(point.y))"
        if let low = point.low, let high = point.high {
            text += " (\(chart.y.format.text(low)) to \(chart.y.format.text(high)))"
        }
        return text
    }
}

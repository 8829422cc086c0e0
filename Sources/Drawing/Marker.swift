/// The shapes of points: with them, colour is not the only signal.
enum Marker {
    /// Appends the shape of a series to a path.
    ///
    /// After eight series the colours begin again, and the shapes move on by one.
    static func append(_ series: Int, _ x: Double, _ y: Double, to path: inout SVG.Path) {
        switch Theme.slot(series &+ series / Theme.seriesCount) {
        case 0: path.circle(x, y, radius: 3.6)
        case 1: polygon([(-3.2, -3.2), (3.2, -3.2), (3.2, 3.2), (-3.2, 3.2)], x, y, &path)
        case 2: polygon([(0, -4.4), (4.2, 3.2), (-4.2, 3.2)], x, y, &path)
        case 3: polygon([(0, -4.8), (4.8, 0), (0, 4.8), (-4.8, 0)], x, y, &path)
        case 4: polygon([(0, 4.4), (4.2, -3.2), (-4.2, -3.2)], x, y, &path)
        case 5: polygon(cross, x, y, &path)
        case 6: polygon(cross.map { (0.75 * ($0 - $1), 0.75 * ($0 + $1)) }, x, y, &path)
        default:
            polygon([(0, -4.6), (4.4, -1.4), (2.7, 3.8), (-2.7, 3.8), (-4.4, -1.4)], x, y, &path)
        }
    }

    /// The dashes of a series.
    static func dashes(_ series: Int) -> String {
        [
            "7 4", "2 3", "10 3 2 3", "4 3", "13 4", "8 3 2 3 2 3", "1 4", "12 3 5 3",
        ][Theme.slot(series &+ series / Theme.seriesCount)]
    }

    private static let cross: [(Double, Double)] = [
        (-1.3, -4.6), (1.3, -4.6), (1.3, -1.3), (4.6, -1.3), (4.6, 1.3), (1.3, 1.3),
        (1.3, 4.6), (-1.3, 4.6), (-1.3, 1.3), (-4.6, 1.3), (-4.6, -1.3), (-1.3, -1.3),
    ]

    private static func polygon(
        _ corners: [(Double, Double)],
        _ x: Double,
        _ y: Double,
        _ path: inout SVG.Path
    ) {
        guard let first = corners.first else { return }
        path.move(x + first.0, y + first.1)
        var last = first
        for corner in corners.dropFirst() {
            path.lineBy(corner.0 - last.0, corner.1 - last.1)
            last = corner
        }
        path.close()
    }
}

internal import Glibc

/// Places around a centre, the first on top.
struct Circle {
    private let x: Double
    private let y: Double
    private let radius: Double

    private let start: Double

    init(_ x: Double, _ y: Double, _ radius: Double, turned start: Double = 0) {
        self.x = x
        self.y = y
        self.radius = radius
        self.start = start
    }

    subscript(number: Int, of count: Int) -> (x: Double, y: Double) {
        let turn = start + 2 * Double.pi * Double(number) / Double(count)
        return (x + radius * sin(turn), y - radius * cos(turn))
    }
}

internal import Glibc

/// Where a line bends upwards: two straight pieces that meet, fitted to samples at each place.
public struct Bend: Equatable, Sendable {
    /// Samples at one place.
    public struct Place: Equatable, Sendable {
        /// Where.
        public var x: Double
        /// What was measured there.
        public var samples: [Double]

        /// Makes a place.
        public init(x: Double, samples: [Double]) {
            self.x = x
            self.samples = samples
        }
    }

    /// Two pieces: `start + slope * x`, and `more` steeper from `bend` on.
    struct Pieces {
        var start: Double
        var slope: Double
        var more: Double
        var bend: Double
        var error: Double
    }

    /// Where the line bends, with its interval; nil when it does not.
    public let place: Estimate?
    /// How much one step further costs before the bend, or anywhere if there is none.
    public let slope: Estimate
    /// The same behind the bend, nil when there is none.
    public let slopeBehind: Estimate?

    /// The fewest places: four numbers are fitted.
    public static let fewest = 5
    /// So much steeper at least: less would be noise or of no interest.
    private static let steeper = 1.25

    /// Fits places with samples; nil with too few of them.
    ///
    /// The fit makes the sum of squares of relative errors of the medians least, since what
    /// disturbs times does so in proportion. It counts as bent when in 97.5 % of the draws the line
    /// is steeper behind the bend, by a quarter at least.
    public init?(_ places: [Place]) {
        let places = places.filter { !$0.samples.isEmpty && $0.x.isFinite }.sorted { $0.x < $1.x }
        guard places.count >= Self.fewest else { return nil }
        let xs = places.map(\.x)
        let groups = places.map(\.samples)
        func fit(_ groups: [[Double]]) -> Pieces? { Self.pieces(xs, groups.map(median)) }
        func ratio(_ pieces: Pieces) -> Double {
            let least = abs(pieces.start) * 1e-9 + .leastNormalMagnitude
            return (pieces.slope + pieces.more) / max(pieces.slope, least)
        }
        // Fits are not cheap: fewer draws than usual tell the ends of the interval well enough.
        let bent = Bootstrap.estimates(groups, draws: 400) { groups in
            fit(groups).map { [ratio($0), $0.bend, $0.slope, $0.slope + $0.more] }
        }
        if let bent, bent[0].low > Self.steeper {
            place = bent[1]
            slope = bent[2]
            slopeBehind = bent[3]
            return
        }
        let line = Bootstrap.estimate(groups) { Self.line(xs, $0.map(median))?.slope }
        guard let line else { return nil }
        place = nil
        slope = line
        slopeBehind = nil
    }

    /// One straight line.
    static func line(_ xs: [Double], _ ys: [Double]) -> Pieces? {
        solve(xs, ys, bend: .infinity)
    }

    /// The best of all places where it may bend: between the second and the last but one.
    static func pieces(_ xs: [Double], _ ys: [Double]) -> Pieces? {
        var best: Pieces?
        for index in 1..<(xs.count - 1) {
            // At a place, and halfway to the next.
            let next = index + 1 < xs.count - 1 ? (xs[index] + xs[index + 1]) / 2 : xs[index]
            for bend in [xs[index], next] {
                guard let pieces = solve(xs, ys, bend: bend) else { continue }
                if pieces.error < (best?.error ?? .infinity) { best = pieces }
            }
        }
        return best
    }

    /// Least squares of relative errors for a given bend.
    private static func solve(_ xs: [Double], _ ys: [Double], bend: Double) -> Pieces? {
        let size = bend.isFinite ? 3 : 2
        // The normal equations with their right-hand side.
        var rows = [[Double]](repeating: [Double](repeating: 0, count: size + 1), count: size)
        var terms: [[Double]] = []
        for (x, y) in zip(xs, ys) {
            guard y > 0 else { return nil }
            var term = [1 / y, x / y, 1.0]
            if bend.isFinite { term.insert(max(0, x - bend) / y, at: 2) }
            terms.append(term)
            for row in 0..<size {
                for column in 0...size { rows[row][column] += term[row] * term[column] }
            }
        }
        guard let found = linear(rows) else { return nil }
        let error = terms.reduce(0.0) { sum, term in
            let rest = zip(term, found).reduce(-1) { $0 + $1.0 * $1.1 }
            return sum + rest * rest
        }
        return Pieces(
            start: found[0],
            slope: found[1],
            more: size == 3 ? found[2] : 0,
            bend: bend,
            error: error
        )
    }

    /// Solves linear equations by elimination; nil when they do not say enough.
    static func linear(_ equations: [[Double]]) -> [Double]? {
        var rows = equations
        let size = rows.count
        for pivot in 0..<size {
            let best = (pivot..<size).max { abs(rows[$0][pivot]) < abs(rows[$1][pivot]) } ?? pivot
            rows.swapAt(pivot, best)
            let scale = equations[pivot].map(abs).max() ?? 0
            guard abs(rows[pivot][pivot]) > 1e-13 * scale, scale > 0 else { return nil }
            for row in 0..<size where row != pivot {
                let factor = rows[row][pivot] / rows[pivot][pivot]
                for column in pivot...size { rows[row][column] -= factor * rows[pivot][column] }
            }
        }
        return (0..<size).map { rows[$0][size] / rows[$0][$0] }
    }
}

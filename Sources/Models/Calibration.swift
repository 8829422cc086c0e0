public import Collectives
internal import Glibc

/// A measured time of one operation of a schedule.
public struct Observation: Sendable {
    /// What ran.
    public let algorithm: String
    /// Bytes of a rank's buffer.
    public let bytes: Int
    /// Seconds, the median.
    public let seconds: Double
    /// Seconds of a cache line's exchange just before; nil when not measured.
    public let exchange: Double?
    /// Whether the fit may use it; the others judge the fit.
    public let isFitted: Bool
    let schedule: CostedSchedule

    /// Makes an observation.
    public init(
        _ schedule: Schedule,
        bytes: Int,
        seconds: Double,
        exchange: Double? = nil,
        isFitted: Bool
    ) {
        self.algorithm = schedule.algorithm
        self.bytes = bytes
        self.seconds = seconds
        self.exchange = exchange
        self.isFitted = isFitted
        self.schedule = CostedSchedule(schedule)
    }

    /// Whether a curve's value at a knot takes part in the predicted time.
    func depends(onKnot knot: Int, of knots: [Double]) -> Bool {
        let from = knot == 0 ? 0 : knots[knot - 1]
        let to = knot == knots.count - 1 ? .infinity : knots[knot + 1]
        return schedule.footprints.contains { $0 > from && $0 < to }
    }

    /// The logarithm of predicted over measured.
    public func error(of model: MachineModel) -> Double {
        log(schedule.seconds(on: model.adjusted(toExchange: exchange)) / seconds)
    }
}

/// Fits a machine's parameters to a few measured operations.
public enum Calibration {
    /// The all-reduces that are timed, and so those between which the model decides.
    public static let algorithms = ["ring", "one-shot", "two-shot"].compactMap {
        Algorithm.named($0, for: .allReduce)
    }

    /// The sizes to measure for an algorithm, in bytes, and whether the fit may use them.
    ///
    /// The others, between powers of two, judge it.
    public static let sizes: [(bytes: Int, isFitted: Bool)] =
        [8, 64, 256, 1 << 10, 4 << 10].map { ($0, true) }
        + (7...12).map { (1 << (2 * $0), true) } + [(2 << 20, true), (8 << 20, true)]
        + [(32 << 20, true), (64 << 20, true)]
        + [24, 1536, 24 << 10, 384 << 10, 3 << 20, 12 << 20].map { ($0, false) }

    /// Footprints at which the cost of a byte is found: each cache has some, and the memory behind
    /// the largest, where costs change fastest, has them closer.
    private static let knots: [Double] =
        [12, 14, 16, 18, 20, 22, 23, 24, 25, 26, 27, 28].map { Double(1 << $0) }

    /// Finds the parameters that fit best.
    ///
    /// The sum of squared logarithms of predicted over measured is made small by changing one
    /// parameter after the other: a factor of two in a large time counts as much as in a small one,
    /// and costs can't become negative. The time is piecewise linear in every parameter, so there
    /// is nothing to gain from derivatives.
    ///
    /// - Parameters:
    ///   - observations: measured operations, some of them fitted.
    ///   - exchange: the measured exchange of a cache line, where the search for alpha begins.
    ///   - ranks: how many ranks took part.
    ///   - cacheBytes: the largest cache, which they share.
    public static func fit(
        _ observations: [Observation],
        exchange: Double,
        ranks: Int,
        cacheBytes: Int
    ) -> MachineModel {
        let fitted = observations.filter(\.isFitted)
        let curve = { (value: Double) in
            MachineModel.Curve(
                footprints: knots,
                values: Array(repeating: value, count: knots.count)
            )
        }
        var model = MachineModel(
            exchange: exchange,
            operation: 20e-9,
            step: 20e-9,
            linedByte: 0.1e-9,
            byte: curve(0.03e-9),
            contendedByte: curve(0.03e-9),
            uncertainty: 1,
            ranks: ranks,
            reference: exchange,
            cachedFootprint: Double(cacheBytes / ranks)
        )
        for round in 0..<10 {
            // Coarse steps first: a cost may be far from where it starts.
            let width = round < 2 ? 3.0 : round < 5 ? 0.7 : 0.15
            improve(&model, \.exchange, min(width, 0.7), fitted)
            improve(&model, \.operation, width, fitted)
            improve(&model, \.step, width, fitted)
            improve(&model, \.linedByte, width, fitted)
            for knot in knots.indices {
                let near = fitted.filter { $0.depends(onKnot: knot, of: knots) }
                improve(&model, \.byte.values[knot], width, near)
                improve(&model, \.contendedByte.values[knot], width, near)
            }
        }
        model.uncertainty = uncertainty(of: model, observations.filter { !$0.isFitted })
        return model
    }

    private static func loss(_ model: MachineModel, _ observations: [Observation]) -> Double {
        observations.reduce(0) { sum, observation in
            let error = observation.error(of: model)
            return sum + error * error
        }
    }

    /// Golden-section search over the logarithm of one parameter.
    private static func improve(
        _ model: inout MachineModel,
        _ parameter: WritableKeyPath<MachineModel, Double>,
        _ width: Double,
        _ observations: [Observation]
    ) {
        if observations.isEmpty { return }
        let start = model[keyPath: parameter]
        let before = Self.loss(model, observations)
        func loss(at shift: Double) -> Double {
            model[keyPath: parameter] = start * exp(shift)
            return Self.loss(model, observations)
        }
        let ratio = 0.618_033_988_749_895
        var (low, high) = (-width, width)
        var left = high - ratio * (high - low)
        var right = low + ratio * (high - low)
        var (lossLeft, lossRight) = (loss(at: left), loss(at: right))
        for _ in 0..<12 {
            if lossLeft < lossRight {
                (high, right, lossRight) = (right, left, lossLeft)
                left = high - ratio * (high - low)
                lossLeft = loss(at: left)
            } else {
                (low, left, lossLeft) = (left, right, lossRight)
                right = low + ratio * (high - low)
                lossRight = loss(at: right)
            }
        }
        let best = (low + high) / 2
        // A parameter that changes nothing stays where it was.
        if loss(at: best) > before - 1e-12 { model[keyPath: parameter] = start }
    }

    /// The factor within which 95 % of the judged sizes should lie, were their errors normal.
    private static func uncertainty(of model: MachineModel, _ judged: [Observation]) -> Double {
        guard !judged.isEmpty else { return 2 }
        let squares = judged.reduce(0) { $0 + pow($1.error(of: model), 2) }
        return exp(1.96 * sqrt(squares / Double(judged.count)))
    }
}

internal import Units

/// Where the numbers of a study come from; the same seed gives the same on every machine.
public enum StudyInputs: String, CaseIterable, Sendable {
    /// Normal, with mean 0 and deviation 1.
    case normal
    /// Uniform from -1 to 1.
    case uniform
    /// As gradients are: of either sign, log-normal around 2^-10 with two binades of deviation, in
    /// rows of 128 of which each is 16 times as large as the one before, four in turn.
    case gradients
    /// The magnitudes of normal numbers: nothing cancels, and sums grow with ranks.
    case positive
    /// Normal, but half the ranks hold the negatives of the others, less one part in 64: partial
    /// sums are larger than the sum.
    case cancelling

    /// Elements of a row.
    public static let row = 128

    /// One line on what they are.
    public var summary: String {
        switch self {
        case .normal: "deviation 1"
        case .uniform: "from -1 to 1"
        case .gradients: "log-normal around 2^-10, in rows of four sizes"
        case .positive: "magnitudes of normal numbers"
        case .cancelling: "half the ranks nearly cancel the other half"
        }
    }

    /// An array for each rank; rounded to binary32, as a training step has them, unless they must
    /// be `wide`.
    public func values(ranks: Int, elements: Int, seed: UInt64, wide: Bool) -> [[Double]] {
        var random = StudyRandom(seed: seed)
        var values: [[Double]] = []
        for rank in 0..<ranks {
            values.append(
                (0..<elements).map { element in
                    switch self {
                    case .normal: return random.normal()
                    case .uniform: return 2 * random.unit() - 1
                    case .gradients:
                        let row = Double(element / Self.row % 4 * 4 - 6)
                        let size = exp2(row - 10 + 2 * random.normal())
                        return random.next() & 1 == 0 ? size : -size
                    case .positive: return random.normal().magnitude
                    case .cancelling:
                        let half = ranks / 2
                        guard rank >= half && rank - half < half else { return random.normal() }
                        return random.normal() * 0x1p-6 - values[rank - half][element]
                    }
                }
            )
        }
        return wide ? values : values.map { $0.map { Double(Float($0)) } }
    }
}

/// What studies draw.
///
/// The functions behind it are made of exactly defined operations, not those of the mathematics
/// library, whose last bits differ from one version to another.
struct StudyRandom: RandomNumberGenerator {
    private var draws: Draws
    private var spare: Double?

    init(seed: UInt64) { draws = Draws(seed: seed) }

    mutating func next() -> UInt64 { draws.next() }

    /// Uniform from 0 to below 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Normal, with mean 0 and deviation 1, by Marsaglia's polar method.
    mutating func normal() -> Double {
        if let spare {
            self.spare = nil
            return spare
        }
        while true {
            let (x, y) = (2 * unit() - 1, 2 * unit() - 1)
            let square = x * x + y * y
            if square >= 1 || square == 0 { continue }
            let factor = (-2 * logarithm(square) / square).squareRoot()
            spare = y * factor
            return x * factor
        }
    }
}

private let naturalLogarithmOfTwo = 0.693_147_180_559_945_3

/// The natural logarithm of a positive normal number, to a few units of the last place.
private func logarithm(_ x: Double) -> Double {
    var exponent = Double(x.exponent)
    var significand = x.significand
    if significand > 1.414_213_562_373_095 {
        significand /= 2
        exponent += 1
    }
    // ln m is 2 artanh t, a series in odd powers of a t below 0.172.
    let t = (significand - 1) / (significand + 1)
    var sum = 0.0
    for power in stride(from: 21, through: 1, by: -2) { sum = sum * t * t + 1 / Double(power) }
    return 2 * t * sum + exponent * naturalLogarithmOfTwo
}

/// 2 to a power between -1000 and 1000, to a few units of the last place.
private func exp2(_ x: Double) -> Double {
    let whole = x.rounded()
    let rest = (x - whole) * naturalLogarithmOfTwo
    var sum = 1.0
    for power in stride(from: 14, through: 1, by: -1) { sum = 1 + rest * sum / Double(power) }
    return sum * FloatFormat.powerOfTwo(Int(whole))
}

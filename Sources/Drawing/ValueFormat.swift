import Glibc

/// How the numbers of an axis read.
public enum ValueFormat: Sendable {
    /// A number: 0.5, 20, 10,000.
    case plain
    /// A count of bytes in binary units: 8, 1K, 64K, 1M.
    case bytes
    /// A time given in microseconds: 80 ns, 1.5 µs, 2 ms, 3 s.
    case microseconds
    /// A number of hundredths: 12.5 reads “12.5%”.
    case percent
    /// Whatever the closure makes of the value.
    case custom(@Sendable (Double) -> String)

    /// The text of a value.
    ///
    /// Where values a `step` apart stand beside one another, the text has the digits that tell
    /// them apart.
    public func text(_ value: Double, step: Double? = nil) -> String {
        switch self {
        case .plain:
            return NumberText.decimal(value, digits: digits(4, value, step))
        case .percent:
            let number = NumberText.decimal(value, digits: digits(3, value, step))
            return value.isFinite ? number + "%" : number
        case .bytes:
            return scaled(value, step: step, units: Self.byteUnits)
        case .microseconds:
            return scaled(value, step: step, units: Self.timeUnits)
        case .custom(let text):
            return text(value)
        }
    }

    private typealias Unit = (size: Double, suffix: String)

    private static let byteUnits: [Unit] = [
        (1, ""), (0x1p10, "K"), (0x1p20, "M"), (0x1p30, "G"), (0x1p40, "T"), (0x1p50, "P"),
    ]

    private static let timeUnits: [Unit] = [
        (1e-3, " ns"), (1, " µs"), (1e3, " ms"), (1e6, " s"),
    ]

    private func digits(_ least: Int, _ value: Double, _ step: Double?) -> Int {
        guard let step, step.isFinite, step > 0, value.isFinite, value != 0 else { return least }
        let needed = NumberText.exponent(abs(value)) - NumberText.exponent(step) + 2
        return min(max(least, needed), 15)
    }

    private func scaled(_ value: Double, step: Double?, units: [Unit]) -> String {
        let digits = digits(3, value, step)
        guard value.isFinite, value != 0 else { return NumberText.decimal(value, digits: digits) }
        // A value that rounds up to the next unit reads in that unit.
        let magnitude = max(abs(value), abs(NumberText.rounded(value, digits: digits)))
        let unit = units.last { $0.size <= magnitude } ?? units[0]
        return NumberText.decimal(value / unit.size, digits: digits) + unit.suffix
    }
}

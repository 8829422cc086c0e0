internal import Text
internal import Units

/// Why a network can't be written in a form.
public struct WiringError: Error, Equatable, CustomStringConvertible {
    /// One sentence that says what is missing and what to do.
    public let description: String

    init(_ description: String) { self.description = description }
}

extension BitsPerSecond {
    /// The rate in the largest unit of which there is one, to the last bit: `13.636363636Gb/s`.
    var exact: String {
        let steps = [(1_000_000_000_000, "Tb/s"), (1_000_000_000, "Gb/s"), (1_000_000, "Mb/s")]
        guard let (scale, unit) = steps.first(where: { bits >= $0.0 }) else { return "\(bits)b/s" }
        return decimal(bits, scale) + unit
    }
}

extension Picoseconds {
    /// The time in the largest unit of which there is one, to the last picosecond.
    var exact: String {
        let steps = [
            (1_000_000_000_000, "s"), (1_000_000_000, "ms"), (1_000_000, "us"), (1_000, "ns"),
        ]
        guard let (scale, unit) = steps.first(where: { count >= $0.0 }) else { return "\(count)ps" }
        return decimal(count, scale) + unit
    }
}

/// A fraction whose denominator is a power of ten.
private func decimal(_ number: Int, _ scale: Int) -> String {
    let (whole, rest) = number.quotientAndRemainder(dividingBy: scale)
    guard rest != 0 else { return "\(whole)" }
    // A digit before the zeros of the rest keeps them.
    var digits = "\(scale + rest)".dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)"
}

internal import Fabrics
internal import Text
internal import Units

/// A whole number with commas.
func grouped(_ number: some BinaryInteger) -> String {
    let digits = String(number)
    var result = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
        result.append(digit)
    }
    return result
}

/// What a cable carries: in bits where networks are sold by them, in bytes inside servers and
/// racks.
func cableText(_ rate: BitsPerSecond, _ kind: LinkKind?, hasSwitches: Bool = true) -> String {
    let isNetwork =
        kind.map { kind in
            ["ib-", "ethernet-", "slingshot-"].contains { kind.name.hasPrefix($0) }
        } ?? hasSwitches
    if !isNetwork {
        return rate.gigabytes < 1000
            ? "\(significant(rate.gigabytes, 4)) GB/s"
            : "\(significant(rate.gigabytes / 1e3, 4)) TB/s"
    }
    if rate.gigabits < 10_000 { return "\(significant(rate.gigabits, 4)) Gb/s" }
    let terabits = rate.gigabits / 1e3
    return terabits < 1_000
        ? "\(significant(terabits, 4)) Tb/s" : "\(grouped(Int(terabits.rounded()))) Tb/s"
}

func timeText(_ time: Picoseconds) -> String {
    if time.count >= 1_000_000_000 { return "\(significant(time.microseconds / 1e3, 4)) ms" }
    return time.count >= 1_000_000
        ? "\(significant(time.microseconds, 4)) us"
        : "\(significant(time.microseconds * 1e3, 4)) ns"
}

/// How thick a line is that carries so much: thicker with each doubling.
func thickness(_ gigabits: Double) -> Double {
    guard gigabits > 50 else { return 0.7 }
    // Of two to the power of n times 50 Gb/s, n is the binary exponent.
    let doublings = Double((gigabits / 50).exponent) + (gigabits / 50).significand - 1
    return min(4, 0.7 + 0.28 * doublings)
}

/// Whether links of a kind stay inside a server or rack.
func isNVLink(_ kind: LinkKind) -> Bool { kind.name.hasPrefix("nvlink") }

internal import Drawing
internal import Measurement
internal import Text

/// A text whose control characters and line breaks are blanks: a line stays one line, and what a
/// file says can't steer a terminal.
func printable(_ text: String) -> String {
    let isControl = { (scalar: Unicode.Scalar) in
        scalar.value < 0x20 || 0x7F..<0xA0 ~= scalar.value || 0x2028...0x2029 ~= scalar.value
    }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
}

/// A size in the largest binary unit in which it is whole: `8`, `64K`, `1025`.
func shortSize(_ bytes: Int) -> String {
    let (value, prefix) = scaledSize(bytes)
    return "\(value)\(prefix)"
}

/// A size as prose has it: `8 B`, `64 KiB`, `1025 B`.
func proseSize(_ bytes: Int) -> String {
    let (value, prefix) = scaledSize(bytes)
    return prefix.isEmpty ? "\(value) B" : "\(value) \(prefix)iB"
}

private func scaledSize(_ bytes: Int) -> (Int, String) {
    var value = bytes
    var prefix = ""
    for next in ["K", "M", "G", "T"] where value != 0 && value.isMultiple(of: 1024) {
        value /= 1024
        prefix = next
    }
    return (value, prefix)
}

/// A time as prose has it: `310 ns`, `1.5 µs`.
func proseTime(_ microseconds: Double) -> String { ValueFormat.microseconds.text(microseconds) }

/// A bandwidth as prose has it.
func proseBandwidth(_ gigabytes: Double) -> String { significant(gigabytes, 3) + " GB/s" }

/// A share as prose has it.
func prosePercent(_ hundredths: Double) -> String {
    (abs(hundredths) < 9.95 ? significant(hundredths, 2) : fixed(hundredths, 0)) + "%"
}

/// A share with its sign, and the true minus.
func signedPercent(_ hundredths: Double) -> String {
    let sign = hundredths < 0 ? "\u{2212}" : "+"
    return sign + fixed(abs(hundredths), abs(hundredths) < 99.95 ? 1 : 0)
}

/// A list as prose has it: `a`, `a and b`, `a, b and c`.
func proseList(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
}

/// A date such as 2026-11-21T08:00:00Z as people write it; any other text as it is.
func proseDate(_ date: String) -> String {
    let scalars = Array(date.unicodeScalars)
    guard scalars.count == 20, scalars[10] == "T", scalars[19] == "Z" else { return date }
    return String(date.prefix(10)) + " " + String(date.dropFirst(11).prefix(5)) + " UTC"
}

/// Words as a shell would take them.
func shellLine(_ words: [String]) -> String {
    words.map { word in
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./:=,+@%".utf8.contains(byte)
            }
        }
        guard !isPlain || word.isEmpty else { return word }
        let quoted = word.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + quoted.joined(separator: "'\\''") + "'"
    }.joined(separator: " ")
}

extension Int {
    /// The sum, or the largest number: counts in a file may be any.
    func saturatingAdd(_ other: Int) -> Int {
        let (sum, over) = addingReportingOverflow(other)
        return over ? (other < 0 ? .min : .max) : sum
    }
}

extension Figure {
    /// Whether nothing was found wrong.
    var isCorrect: Bool { (wrong ?? 0) == 0 }

    /// Half the width of the interval, in percent of the time.
    var halfWidthPercent: Double? {
        let share = (high - low) / 2 / microseconds * 100
        return microseconds > 0 && share.isFinite ? share : nil
    }

    /// The bus bandwidths at the ends of the interval: a longer time is a lower bandwidth.
    var busBandwidthInterval: (low: Double, high: Double)? {
        let ends = (
            low: busBandwidth * microseconds / high, high: busBandwidth * microseconds / low
        )
        guard low > 0, high > 0, ends.low.isFinite, ends.high.isFinite else { return nil }
        return ends
    }
}

/// How far a model is from what was measured, over all rows that have both.
struct ModelErrors {
    /// The middle of the absolute errors, in percent.
    let median: Double
    /// The largest absolute error, in percent.
    let largest: Double
    /// The place of the row with the largest.
    let worst: Int

    /// Nil when no row has both.
    init?(_ rows: [Row]) {
        let pairs = rows.enumerated().compactMap { place, row in
            row.quotedError.map { (error: abs($0), place: place) }
        }
        guard let worst = pairs.max(by: { $0.error < $1.error }) else { return nil }
        median = Estimate(of: pairs.map(\.error)).median
        largest = worst.error
        self.worst = worst.place
    }
}

extension Row {
    /// The model's error where the result was right: a wrong one may be fast for its fault.
    var quotedError: Double? {
        guard outOfPlace?.isCorrect == true, let error = modelError, error.isFinite else {
            return nil
        }
        return error
    }
}

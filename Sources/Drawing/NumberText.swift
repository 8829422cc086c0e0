import Glibc

/// Decimal text of numbers, without Foundation.
enum NumberText {
    static let minus = "\u{2212}"

    /// The decimal exponent of a positive finite number.
    static func exponent(_ value: Double) -> Int {
        let estimate = Int(log10(value).rounded(.down))
        return pow(10, Double(estimate + 1)) <= value ? estimate + 1 : estimate
    }

    /// The value with so many significant digits.
    static func rounded(_ value: Double, digits: Int) -> Double {
        guard value.isFinite, value != 0 else { return value }
        let places = digits - 1 - exponent(abs(value))
        guard abs(places) < 300 else { return value }
        let factor = pow(10, Double(abs(places)))
        let result =
            places < 0 ? (value / factor).rounded() * factor : (value * factor).rounded() / factor
        return result.isFinite ? result : value
    }

    /// Text with at least the given significant digits and no zeros at its end.
    ///
    /// Digits of the whole part are never lost. Very small and very large numbers are powers of
    /// ten.
    static func decimal(_ value: Double, digits: Int) -> String {
        guard value.isFinite else {
            return value.isNaN ? "no value" : (value < 0 ? minus + "∞" : "∞")
        }
        guard value != 0 else { return "0" }
        let magnitude = abs(value)
        let exponent = exponent(magnitude)
        let sign = value < 0 ? minus : ""
        guard (-5..<9).contains(exponent) else {
            return sign + scientific(magnitude, exponent: exponent, digits: digits)
        }
        let places = min(max(0, digits - 1 - exponent), 15 - max(0, exponent))
        let scale = pow(10, Double(places))
        let scaled = UInt64((magnitude * scale).rounded())
        guard scaled > 0 else { return "0" }
        let whole = scaled / UInt64(scale)
        let fraction = fractionText(scaled % UInt64(scale), places: places)
        return sign + grouped(whole) + fraction
    }

    private static func fractionText(_ fraction: UInt64, places: Int) -> String {
        guard fraction > 0 else { return "" }
        var digits = String(fraction)
        digits = String(repeating: "0", count: places - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "." + digits
    }

    /// Groups of three from ten thousand up: four digits read well without.
    private static func grouped(_ whole: UInt64) -> String {
        let digits = String(whole)
        guard digits.count > 4 else { return digits }
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return result
    }

    private static func scientific(_ value: Double, exponent: Int, digits: Int) -> String {
        // Two steps, because ten to the power of 310 is not a number.
        let half = exponent / 2
        var mantissa = value / pow(10, Double(half)) / pow(10, Double(exponent - half))
        var exponent = exponent
        mantissa = rounded(mantissa, digits: min(digits, 15))
        if mantissa >= 10 {
            mantissa /= 10
            exponent += 1
        }
        let power = "10" + superscript(exponent)
        return mantissa == 1 ? power : decimal(mantissa, digits: digits) + "×" + power
    }

    private static func superscript(_ value: Int) -> String {
        let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        var result = value < 0 ? "⁻" : ""
        for digit in String(value.magnitude).utf8 {
            result.append(digits[Int(digit - UInt8(ascii: "0"))])
        }
        return result
    }
}

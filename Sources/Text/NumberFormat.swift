internal import Glibc

/// A number with so many digits after the point, in the C locale.
///
/// What rounds to zero has no minus; the rest is as printf's `%.*f`, also `nan` and `inf`.
public func fixed(_ x: Double, _ digits: Int) -> String {
    let text = printed(x, digits, "f")
    let isNegativeZero = text.utf8.allSatisfy { "-0.".utf8.contains($0) }
    return isNegativeZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
}

/// A number rounded to so many significant digits, without zeros at the end of its fraction.
///
/// In plain notation from 1e-4 up to 1e15, with an exponent outside: `1500`, `0.25`, `1.2e-07`.
public func significant(_ x: Double, _ digits: Int) -> String {
    guard x.isFinite else { return printed(x, 0, "f") }
    guard x != 0 else { return "0" }
    let scientific = printed(x, max(digits, 1) - 1, "e")
    let parts = scientific.split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return scientific }
    guard -4..<15 ~= exponent else { return withoutTrailingZeros(parts[0]) + "e" + parts[1] }
    let mantissa = parts[0].filter { $0.isASCII && $0.isNumber }
    let sign = x < 0 ? "-" : ""
    if exponent < 0 {
        let zeros = String(repeating: "0", count: -exponent - 1)
        return sign + withoutTrailingZeros("0." + zeros + mantissa)
    }
    if mantissa.count <= exponent + 1 {
        return sign + mantissa + String(repeating: "0", count: exponent + 1 - mantissa.count)
    }
    let point = mantissa.index(mantissa.startIndex, offsetBy: exponent + 1)
    return sign + withoutTrailingZeros(mantissa[..<point] + "." + mantissa[point...])
}

/// A number in at most `width` characters where that is possible, as nccl-tests prints figures.
///
/// With two decimals if they fit, else one, else none, else with an exponent and as many digits
/// as fit. Not padded: see `padded`.
public func compactWidth(_ x: Double, width: Int) -> String {
    for digits in [2, 1, 0] {
        let text = fixed(x, digits)
        if text.utf8.count <= width || !x.isFinite {
            return text
        }
    }
    let shortest = printed(x, 0, "e")
    // A first decimal costs its point as well.
    let decimals = min(width - shortest.utf8.count - 1, 16)
    return decimals > 0 ? printed(x, decimals, "e") : shortest
}

private func withoutTrailingZeros(_ text: some StringProtocol) -> String {
    guard text.contains(".") else { return String(text) }
    var end = text.endIndex
    while end > text.startIndex, text[text.index(before: end)] == "0" {
        end = text.index(before: end)
    }
    if end > text.startIndex, text[text.index(before: end)] == "." {
        end = text.index(before: end)
    }
    return String(text[..<end])
}

/// A number as printf prints it in the C locale, whatever locale the process has chosen.
private func printed(_ x: Double, _ digits: Int, _ conversion: String) -> String {
    // Beyond this the digits of every double are zeros.
    let digits = min(max(digits, 0), 1_100)
    // The longest is -DBL_MAX with 309 digits, a point and the fraction.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 320 + digits) { buffer in
        let length = withVaList([x]) { arguments in
            Int(vsnprintf(buffer.baseAddress, buffer.count, "%.\(digits)" + conversion, arguments))
        }
        // A locale may put another character, of whichever length, for the point.
        var text = ""
        var isInPoint = false
        for character in buffer.prefix(max(0, length)) {
            let byte = UInt8(bitPattern: character)
            let isPoint =
                byte >= 0x80 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ".")
            if !isPoint {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else if !isInPoint {
                text.append(".")
            }
            isInPoint = isPoint
        }
        return text
    }
}

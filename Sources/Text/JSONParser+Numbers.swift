extension JSONParser {
    /// Parses a number with its sign.
    mutating func parseNumber() throws(TextError) {
        let start = position
        var isNegative = false
        if current == UInt8(ascii: "-") || current == UInt8(ascii: "+") {
            isNegative = current == UInt8(ascii: "-")
            position += 1
        }
        let next = position + 1 < bytes.count ? bytes[position + 1] : 0
        if current == UInt8(ascii: "I") || current == UInt8(ascii: "N") {
            try parseNumberWord(isNegative: isNegative, start: start)
        } else if current == UInt8(ascii: "0") && next | 0x20 == UInt8(ascii: "x") {
            try parseHexadecimal(isNegative: isNegative, start: start)
        } else {
            try parseDecimal(isNegative: isNegative, start: start)
        }
    }

    private mutating func parseNumberWord(isNegative: Bool, start: Int) throws(TextError) {
        let wordStart = position
        switch scanWord() {
        case "Infinity": appendNumber(isNegative ? -.infinity : .infinity, start: start)
        case "NaN": appendNumber(.nan, start: start)
        default:
            position = wordStart
            throw expected("a digit")
        }
    }

    private mutating func parseHexadecimal(isNegative: Bool, start: Int) throws(TextError) {
        let zero = position
        position += 2
        var value: UInt64 = 0
        var isLong = false
        while position < bytes.count, let digit = hexDigit(bytes[position]) {
            isLong = isLong || value >> 60 != 0
            value = value << 4 | UInt64(digit)
            position += 1
        }
        guard position > zero + 2 else { throw expected("a hexadecimal digit") }
        try appendInteger(
            magnitude: isLong ? nil : value,
            isNegative: isNegative,
            start: start,
            digits: zero
        )
    }

    /// The digits of a decimal number as they are read.
    private struct Decimal {
        /// The digits without the point, as far as they fit.
        var mantissa: UInt64 = 0
        /// The power of ten that the mantissa is to be multiplied with.
        var exponent = 0
        /// Whether more digits came than the mantissa holds.
        var isCut = false

        /// Takes a digit.
        mutating func take(_ digit: UInt8) {
            if mantissa < 1_000_000_000_000_000_000 {
                mantissa = mantissa * 10 + UInt64(digit)
            } else {
                isCut = true
            }
        }
    }

    private mutating func parseDecimal(isNegative: Bool, start: Int) throws(TextError) {
        let first = position
        var decimal = Decimal()
        takeDigits(&decimal)
        var digitCount = position - first
        if digitCount > 1 && bytes[first] == UInt8(ascii: "0") {
            throw error("a number of several digits may not begin with 0", at: first)
        }
        var isInteger = true
        if current == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            let fraction = position
            takeDigits(&decimal)
            decimal.exponent = fraction - position
            digitCount += position - fraction
        }
        guard digitCount > 0 else { throw expected("a digit") }
        if current | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            decimal.exponent += try parseExponent()
        }
        if isInteger {
            try appendInteger(
                magnitude: decimal.isCut ? nil : decimal.mantissa,
                isNegative: isNegative,
                start: start,
                digits: first
            )
        } else {
            try appendReal(decimal, isNegative: isNegative, start: start, digits: first)
        }
    }

    private mutating func takeDigits(_ decimal: inout Decimal) {
        while position < bytes.count, isDigit(bytes[position]) {
            decimal.take(bytes[position] - UInt8(ascii: "0"))
            position += 1
        }
    }

    private mutating func parseExponent() throws(TextError) -> Int {
        position += 1
        var isNegative = false
        if current == UInt8(ascii: "-") || current == UInt8(ascii: "+") {
            isNegative = current == UInt8(ascii: "-")
            position += 1
        }
        let first = position
        var exponent = 0
        while position < bytes.count, isDigit(bytes[position]) {
            // Beyond this no text is long enough to bring the number back into range.
            exponent = min(exponent * 10 + Int(bytes[position] - UInt8(ascii: "0")), 1 << 48)
            position += 1
        }
        guard position > first else { throw expected("a digit of the exponent") }
        return isNegative ? -exponent : exponent
    }

    /// Appends an integer, or a number when it needs more than 64 bits.
    private mutating func appendInteger(
        magnitude: UInt64?,
        isNegative: Bool,
        start: Int,
        digits: Int
    ) throws(TextError) {
        let limit = isNegative ? UInt64(1) << 63 : UInt64(1) << 63 - 1
        guard let magnitude, magnitude <= limit else {
            return try appendByText(isNegative: isNegative, start: start, digits: digits)
        }
        let value = Int(bitPattern: UInt(isNegative ? 0 &- magnitude : magnitude))
        nodes.append(JSONNode(kind: .integer, start: start, value: value))
    }

    private mutating func appendReal(
        _ decimal: Decimal,
        isNegative: Bool,
        start: Int,
        digits: Int
    ) throws(TextError) {
        // A mantissa and a power of ten that are both exact give the nearest double in one
        // operation (Clinger 1990); this is nearly every number that people write.
        guard !decimal.isCut, decimal.mantissa < 1 << 53, abs(decimal.exponent) <= 22 else {
            return try appendByText(isNegative: isNegative, start: start, digits: digits)
        }
        let power = Self.powersOfTen[abs(decimal.exponent)]
        let mantissa = Double(decimal.mantissa)
        let number = decimal.exponent < 0 ? mantissa / power : mantissa * power
        appendNumber(isNegative ? -number : number, start: start)
    }

    /// Appends the number that the standard library reads from the digits up to the position.
    private mutating func appendByText(
        isNegative: Bool,
        start: Int,
        digits: Int
    ) throws(TextError) {
        let text = String(decoding: bytes[digits..<position], as: UTF8.self)
        guard let number = Double(text), number.isFinite else {
            throw error("this number is too large; the largest is about 1.8e308", at: start)
        }
        appendNumber(isNegative ? -number : number, start: start)
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
}

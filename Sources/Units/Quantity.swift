/// Text that is no quantity, with the character where it goes wrong.
public struct UnitError: Error, Equatable, CustomStringConvertible {
    /// The whole text.
    public let text: String
    /// The first character that is wrong, counted from 1.
    public let character: Int
    /// What is wrong there, and what to write instead.
    public let message: String

    /// Makes an error about one character of a text.
    public init(text: String, character: Int, message: String) {
        self.text = text
        self.character = character
        self.message = message
    }

    /// One sentence that quotes the text.
    public var description: String { "\"\(text)\": \(message) (character \(character))" }
}

/// A decimal number and its unit, kept exact: `1.5us` is 15 / 10 of `us`.
struct Quantity {
    let text: String
    let what: String
    /// The digits without the point, and how many of them stood after it.
    let digits: UInt64
    let decimals: Int
    let unit: String
    let unitCharacter: Int

    init(parsing text: String, what: String) throws(UnitError) {
        var digits: UInt64 = 0
        var decimals = 0
        var digitCount = 0
        var seenPoint = false
        var index = text.startIndex
        var character = 1
        scan: while index < text.endIndex {
            switch text[index] {
            case ".":
                if seenPoint {
                    throw UnitError(text: text, character: character, message: "a second point")
                }
                seenPoint = true
            case let digit where digit.isASCII && digit.isNumber:
                let (product, high) = digits.multipliedReportingOverflow(by: 10)
                let value = UInt64(digit.wholeNumberValue ?? 0)
                let (sum, over) = product.addingReportingOverflow(value)
                if high || over {
                    throw UnitError(
                        text: text,
                        character: character,
                        message: "the number is too large"
                    )
                }
                digits = sum
                digitCount += 1
                if seenPoint { decimals += 1 }
            default:
                break scan
            }
            index = text.index(after: index)
            character += 1
        }
        guard digitCount > 0 else {
            let message = "a \(what) starts with a number"
            throw UnitError(text: text, character: 1, message: message)
        }
        self.text = text
        self.what = what
        self.digits = digits
        self.decimals = decimals
        self.unit = String(text[index...])
        self.unitCharacter = character
    }

    func unknownUnit(write examples: String) -> UnitError {
        let problem = unit.isEmpty ? "a unit is missing" : "unknown unit \"\(unit)\""
        return UnitError(
            text: text,
            character: unitCharacter,
            message: "\(problem); write \(examples)"
        )
    }

    /// The exact value in the unit's base, which must be whole and fit an Int.
    func scaled(by scale: UInt64) throws(UnitError) -> UInt64 {
        var divisor: UInt64 = 1
        for _ in 0..<decimals {
            let (next, tooFine) = divisor.multipliedReportingOverflow(by: 10)
            if tooFine { throw problem("more decimals than any \(what) has") }
            divisor = next
        }
        let (high, low) = digits.multipliedFullWidth(by: scale)
        guard high < divisor else { throw problem("the \(what) is too large") }
        let (value, rest) = divisor.dividingFullWidth((high, low))
        if value > UInt64(Int.max) { throw problem("the \(what) is too large") }
        if rest != 0 { throw problem("not a whole number of the smallest unit") }
        return value
    }

    private func problem(_ message: String) -> UnitError {
        UnitError(text: text, character: 1, message: message)
    }
}

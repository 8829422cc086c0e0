import Foundation

/// Why a text is no formula.
struct FormulaError: Error, CustomStringConvertible {
    let description: String
}

/// The value of a formula such as `2 (n - 1)/n S`, for given values of its letters.
///
/// Neighbours are multiplied, from left to right with products and quotients; `[a > b]` is 1 where
/// that holds and 0 where it does not.
struct Formula {
    private let text: String
    private let values: [String: Double]
    private var tokens: [String] = []
    private var index = 0

    static func value(of text: String, _ values: [String: Double]) throws -> Double {
        var formula = Formula(text, values)
        let value = try formula.sum()
        guard formula.index == formula.tokens.count else { throw formula.failure("too much") }
        return value
    }

    private init(_ text: String, _ values: [String: Double]) {
        self.text = text
        self.values = values
        var word = ""
        func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
        for character in text + " " {
            if isWord(character) {
                // A number ends where a name begins: `2n` is a product.
                let ends = word.last?.isNumber == true && character.isLetter
                if ends && word.allSatisfy(\.isNumber) {
                    tokens.append(word)
                    word = ""
                }
                word.append(character)
                continue
            }
            if !word.isEmpty { tokens.append(word) }
            word = ""
            if character != " " { tokens.append(String(character)) }
        }
    }

    private func failure(_ reason: String) -> FormulaError {
        let rest = tokens.dropFirst(index).joined(separator: " ")
        return FormulaError(description: "\(text): \(reason) at '\(rest)'")
    }

    private var next: String? { index < tokens.count ? tokens[index] : nil }

    private mutating func take(_ token: String) -> Bool {
        guard next == token else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ token: String) throws {
        guard take(token) else { throw failure("no \(token)") }
    }

    private mutating func sum() throws -> Double {
        var value = try product()
        while true {
            if take("+") {
                value += try product()
            } else if take("-") {
                value -= try product()
            } else {
                return value
            }
        }
    }

    private mutating func product() throws -> Double {
        var value = try power()
        while let token = next {
            if take("/") {
                value /= try power()
            } else if take("mod") {
                value = value.truncatingRemainder(dividingBy: try power())
            } else if token == "(" || token == "[" || token.first?.isLetter == true
                || token.first?.isNumber == true
            {
                value *= try power()
            } else {
                return value
            }
        }
        return value
    }

    private mutating func power() throws -> Double {
        let base = try primary()
        return take("^") ? pow(base, try power()) : base
    }

    private mutating func primary() throws -> Double {
        if take("-") { return -(try primary()) }
        if take("(") {
            let value = try sum()
            try expect(")")
            return value
        }
        if take("[") { return try condition() }
        guard let token = next else { throw failure("no value") }
        index += 1
        if let number = Double(token) { return number }
        if let value = values[token] { return value }
        try expect("(")
        var arguments = [try sum()]
        while take(",") { arguments.append(try sum()) }
        try expect(")")
        return try call(token, arguments)
    }

    private mutating func condition() throws -> Double {
        let left = try sum()
        let signs = [">", "<", "=", "≥", "≤", "≠"]
        guard let sign = next, signs.contains(sign) else { throw failure("no comparison") }
        index += 1
        let right = try sum()
        try expect("]")
        let holds =
            switch sign {
            case ">": left > right
            case "<": left < right
            case "=": left == right
            case "≥": left >= right
            case "≤": left <= right
            default: left != right
            }
        return holds ? 1 : 0
    }

    private func call(_ name: String, _ arguments: [Double]) throws -> Double {
        switch (name, arguments.count) {
        case ("ceil", 1): return (arguments[0] - 1e-9).rounded(.up)
        case ("floor", 1): return (arguments[0] + 1e-9).rounded(.down)
        case ("log2", 1): return log2(arguments[0])
        case ("log", 2): return log2(arguments[1]) / log2(arguments[0])
        case ("min", 2...): return arguments.min() ?? 0
        case ("max", 2...): return arguments.max() ?? 0
        default: throw failure("there is no function \(name) of \(arguments.count)")
        }
    }
}

extension Index {
    private typealias Field = any WritableKeyPath<Index, Int> & Sendable

    /// The variables by name, in the order in which they are written.
    private static let variables: [(name: String, field: Field)] = [
        ("position", \.byPosition), ("round", \.byRound), ("item", \.byItem), ("low", \.byLow),
        ("digit", \.byDigit), ("high", \.byHigh), ("partner", \.byPartner),
        ("group", \.innerByGroup),
    ]

    // MARK: Writing

    /// The form as a formula, such as `(position - round + 7) mod 8 + 8*group`; nil for a number.
    var formula: String? {
        if modulus == 0 { return isConstant ? nil : Self.sum(terms(constant: constant)) }
        let inner = Self.sum(terms(constant: constant))
        let outer = Self.sum([(base, ""), (byGroup, "group")].filter { $0.0 != 0 })
        let sign = outer.hasPrefix("-") ? " - " + outer.dropFirst() : " + " + outer
        return "(\(inner)) mod \(modulus)" + (outer == "0" ? "" : sign)
    }

    private func terms(constant: Int) -> [(Int, String)] {
        let named = Self.variables.map { (self[keyPath: $0.field], $0.name) }
        return (named + [(constant, "")]).filter { $0.0 != 0 }
    }

    private static func sum(_ terms: [(factor: Int, name: String)]) -> String {
        var text = ""
        for (factor, name) in terms {
            let size = factor.magnitude
            let isNegative = factor < 0
            if text.isEmpty {
                text += isNegative ? "-" : ""
            } else {
                text += isNegative ? " - " : " + "
            }
            text += name.isEmpty ? "\(size)" : size == 1 ? name : "\(size)*\(name)"
        }
        return text.isEmpty ? "0" : text
    }

    // MARK: Reading

    /// What is wrong with a formula, and at which of its bytes.
    struct FormulaError: Error {
        let message: String
        let offset: Int
    }

    /// Reads a formula.
    init(formula: String) throws(FormulaError) {
        var parser = FormulaParser(formula)
        self = try parser.parse()
    }

    /// Adds a multiple of a variable, or of 1 where there is no name; false when there is no such
    /// variable.
    fileprivate mutating func add(_ factor: Int, _ name: String?) -> Bool {
        guard let name else {
            if modulus == 0 { constant += factor } else { base += factor }
            return true
        }
        guard let variable = Self.variables.first(where: { $0.name == name }) else { return false }
        if modulus == 0 {
            self[keyPath: variable.field] += factor
        } else if name == "group" {
            byGroup += factor
        } else {
            return false
        }
        return true
    }

    fileprivate static let names = variables.map(\.name)
}

/// Reads sums of multiples, of which the first may stand in parentheses before a `mod`.
private struct FormulaParser {
    private let bytes: [UInt8]
    private var position = 0
    private var result = Index(0)

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func parse() throws(Index.FormulaError) -> Index {
        skipBlanks()
        if current == UInt8(ascii: "(") {
            position += 1
            try parseSum(until: UInt8(ascii: ")"))
            position += 1
            skipBlanks()
            let start = position
            guard word() == "mod" else { throw error("expected mod behind the parentheses", start) }
            skipBlanks()
            let place = position
            guard let modulus = try number(), modulus > 0 else {
                throw error("a modulus is a number of at least 1", place)
            }
            result.modulus = modulus
            skipBlanks()
            if position == bytes.count { return result }
        }
        try parseSum(until: nil)
        return result
    }

    private mutating func parseSum(until end: UInt8?) throws(Index.FormulaError) {
        var isFirst = true
        while true {
            skipBlanks()
            if !isFirst || result.modulus > 0, current == end { return }
            var sign = 1
            if current == UInt8(ascii: "-") || current == UInt8(ascii: "+") {
                sign = current == UInt8(ascii: "-") ? -1 : 1
                position += 1
                skipBlanks()
            } else if !isFirst || result.modulus > 0 {
                throw error("expected + or -", position)
            }
            try parseTerm(sign)
            isFirst = false
        }
    }

    private mutating func parseTerm(_ sign: Int) throws(Index.FormulaError) {
        let start = position
        var name: String?
        let factor = try number()
        skipBlanks()
        if factor == nil || current == UInt8(ascii: "*") {
            if factor != nil {
                position += 1
                skipBlanks()
            }
            name = word()
            if name == "" { throw error("expected a number or a name", position) }
        }
        guard result.add(sign * (factor ?? 1), name) else {
            let known =
                result.modulus > 0
                ? "behind a modulus only group and numbers may follow"
                : "the names are " + Index.names.joined(separator: ", ")
            throw error("'\(name ?? "")' means nothing here; \(known)", start)
        }
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while current == UInt8(ascii: " ") { position += 1 }
    }

    private mutating func number() throws(Index.FormulaError) -> Int? {
        let start = position
        var value = 0
        while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            value = 10 * value + Int(byte - UInt8(ascii: "0"))
            if value > ImportLimits.number { throw error("this number is too large", start) }
            position += 1
        }
        return position == start ? nil : value
    }

    private mutating func word() -> String {
        let start = position
        while let byte = current, byte >= UInt8(ascii: "a"), byte <= UInt8(ascii: "z") {
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func error(_ message: String, _ offset: Int) -> Index.FormulaError {
        Index.FormulaError(message: message, offset: offset)
    }
}

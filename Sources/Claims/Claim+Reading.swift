public import Text

extension Claim {
    /// Reads a list of claims from a JSON5 text.
    ///
    /// `name` is the file's path, or what else to call it in errors.
    public static func read(
        _ text: String,
        name: String,
        quantities: [Quantity] = Quantity.all
    ) throws(TextError) -> [Claim] {
        var claims: [Claim] = []
        for element in try JSONReader.parse(text, name: name).array() {
            let claim = try Claim(reading: element, quantities: quantities)
            if claims.contains(where: { $0.id == claim.id }) {
                throw try element.required("id").error("another claim is called '\(claim.id)'")
            }
            claims.append(claim)
        }
        return claims
    }

    private init(reading reader: JSONReader, quantities: [Quantity]) throws(TextError) {
        try reader.allow(only: [
            "id", "row", "quantity", "arguments", "low", "high", "atLeast", "unit", "claimed",
            "source",
        ])
        id = try reader.required("id").string()
        row = try reader.optional("row").map { row throws(TextError) in
            try row.count(from: 1, upTo: 1 << 20)
        }
        let quantity = try Self.quantity(try reader.required("quantity"), among: quantities)
        self.quantity = quantity.name
        let arguments = try reader.required("arguments")
        self.arguments = arguments.json
        figure = try quantity.figure(arguments)
        expected = try Self.expectation(reader)
        let unit = try reader.required("unit")
        self.unit = try unit.string()
        if self.unit != quantity.unit {
            throw unit.error("'\(quantity.name)' is in \(quantity.unit), not in \(self.unit)")
        }
        claimed = try reader.required("claimed").string()
        source = try reader.required("source").string()
    }

    private static func quantity(
        _ reader: JSONReader,
        among quantities: [Quantity]
    ) throws(TextError) -> Quantity {
        let name = try reader.string()
        if let quantity = quantities.first(where: { $0.name == name }) { return quantity }
        let names = quantities.map(\.name)
        let hint =
            nearest(name, in: names).map { "did you mean '\($0)'?" }
            ?? "the known quantities are \(names.joined(separator: ", "))"
        throw reader.error("unknown quantity '\(name)'; \(hint)")
    }

    private static func expectation(_ reader: JSONReader) throws(TextError) -> Expectation {
        if let least = try reader.optional("atLeast") {
            for key in ["low", "high"] {
                if let other = try reader.optional(key) {
                    throw other.error("write either 'atLeast' or both 'low' and 'high'")
                }
            }
            return .atLeast(try least.finite())
        }
        let low = try reader.required("low").finite()
        let end = try reader.required("high")
        let high = try end.finite()
        if high < low { throw end.error("it lies below 'low'") }
        return .between(low, high)
    }
}

extension JSONReader {
    fileprivate func finite() throws(TextError) -> Double {
        let number = try number()
        guard number.isFinite else { throw error("expected a finite number") }
        return number
    }

    /// An integer within limits.
    func count(from least: Int, upTo most: Int) throws(TextError) -> Int {
        let value = try integer()
        guard value >= least, value <= most else {
            throw error("expected \(least) to \(most), found \(value)")
        }
        return Int(value)
    }
}

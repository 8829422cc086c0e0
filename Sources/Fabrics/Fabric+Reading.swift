public import Text
internal import Units

extension Fabric {
    /// Reads a fabric from a JSON5 text; `name` is the file's path, or what else to call it.
    public init(parsing text: String, name: String) throws(TextError) {
        try self.init(reading: JSONReader.parse(text, name: name))
    }

    /// Reads a fabric from a parsed text.
    public init(reading reader: JSONReader) throws(TextError) {
        try reader.allow(only: [
            "name", "summary", "family", "endpoint", "tiers", "measured", "like", "around",
        ])
        let layers = try Fabric.layers(of: reader)
        let whole = LayeredReader(layers)
        name = try reader.required("name").words()
        summary = try whole.required("summary").words()
        family = try whole.required("family").words()
        endpoint = try whole.required("endpoint").words()
        var tiers: [Tier] = []
        for element in try Fabric.tierLayers(layers) {
            tiers.append(try TierReader(element).tier(above: tiers))
        }
        let list = try whole.required("tiers")
        if tiers.isEmpty { throw list.error("a fabric has at least one tier") }
        if tiers.count > Fabric.tierLimit {
            throw list.error("a fabric has at most \(Fabric.tierLimit) tiers")
        }
        self.tiers = tiers
        measured = try reader.optional("measured").map { part throws(TextError) in
            try Measured(reading: part)
        }
    }
}

extension JSONReader {
    /// A string that says something.
    func words() throws(TextError) -> String {
        let text = try string()
        if text.allSatisfy(\.isWhitespace) { throw error("a text is missing") }
        return text
    }

    /// A string with a number and its unit.
    func quantity<Value>(
        _ parse: (String) throws(UnitError) -> Value
    ) throws(TextError) -> Value {
        let isNumber =
            switch json {
            case .integer, .number: true
            default: false
            }
        // The commonest slip has an answer of its own: what the unit may be.
        let text = isNumber ? json.serialized() : try string()
        do {
            return try parse(text)
        } catch {
            throw self.error(error.description)
        }
    }

    func rate() throws(TextError) -> BitsPerSecond {
        let rate = try quantity(BitsPerSecond.init(parsing:))
        if rate.bits == 0 { throw error("nothing moves at rate zero") }
        return rate
    }

    func count(from least: Int) throws(TextError) -> Int {
        let count = try integer()
        guard count >= least else { throw error("expected at least \(least), found \(count)") }
        return Int(count)
    }

    func linkKind() throws(TextError) -> LinkKind {
        let name = try string()
        if let kind = LinkKind.named(name) { return kind }
        let names = LinkKind.all.map(\.name)
        let hint =
            nearest(name, in: names).map { "did you mean '\($0)'?" }
            ?? "the known kinds are \(names.joined(separator: ", "))"
        throw error("unknown link kind '\(name)'; \(hint)")
    }

    func oversubscription() throws(TextError) -> Oversubscription {
        let parts = try string().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let below = Int(parts[0]), let carried = Int(parts[1]),
            let ratio = Oversubscription(below: below, carried: carried)
        else {
            throw error("expected \"1:1\", \"2:1\" or more: what is sent, and what is carried")
        }
        return ratio
    }

    func part() throws(TextError) -> Part {
        let name = try string()
        if let part = Part.named(name) { return part }
        let names = Part.all.map(\.name)
        let hint =
            nearest(name, in: names).map { "did you mean '\($0)'?" }
            ?? "the known parts are \(names.joined(separator: ", "))"
        throw error("unknown part '\(name)'; \(hint)")
    }
}

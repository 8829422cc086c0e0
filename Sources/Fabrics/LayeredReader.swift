internal import Text

/// An object that is like others but for some keys: the first that has a key is asked.
struct LayeredReader {
    /// The one that changes the others first; never empty.
    let layers: [JSONReader]

    init(_ layers: [JSONReader]) { self.layers = layers }

    /// Whatever is wrong is so where the last change was made.
    func error(_ message: String) -> TextError { layers[0].error(message) }

    /// The value of a key; nil where no layer has it, or the first that has takes it away.
    func optional(_ key: String) throws(TextError) -> JSONReader? {
        for layer in layers {
            if let value = try layer.optional(key) { return value.isNull ? nil : value }
        }
        return nil
    }

    func required(_ key: String) throws(TextError) -> JSONReader {
        guard let value = try optional(key) else {
            throw error("the key '\(key)' is missing")
        }
        return value
    }
}

extension Fabric {
    /// What a file is like, entry after entry of the catalogue, the file first.
    static func layers(of reader: JSONReader) throws(TextError) -> [JSONReader] {
        var layers = [reader]
        while let name = try layers[layers.count - 1].optional("like") {
            let text = try name.string()
            guard let base = Catalogue.readers.first(where: { $0.name == text })?.reader else {
                let hint =
                    nearest(text, in: Catalogue.readers.map(\.name))
                    .map { "did you mean '\($0)'?" } ?? "'weft fabric list' names those there are"
                throw name.error("no fabric is called '\(text)'; \(hint)")
            }
            layers.append(base)
            if layers.count > 8 { throw name.error("it is like itself") }
        }
        return layers
    }

    /// The tiers of a file and of what it is like: one list, what changes in it by tiers' names,
    /// and what lies around it.
    static func tierLayers(_ layers: [JSONReader]) throws(TextError) -> [LayeredReader] {
        var tiers: [[JSONReader]] = []
        for (place, layer) in layers.enumerated().reversed() {
            if place == layers.count - 1 {
                tiers = try layer.required("tiers").array().map { [$0] }
            } else if let changes = try layer.optional("tiers") {
                for (name, change) in try changes.members() {
                    var names: [String] = []
                    for tier in tiers {
                        names.append(try LayeredReader(tier).required("name").string())
                    }
                    guard let found = names.firstIndex(of: name) else {
                        throw change.error(
                            "there is no tier '\(name)'; there are \(names.joined(separator: ", "))"
                        )
                    }
                    tiers[found].insert(change, at: 0)
                }
            }
            tiers += try (layer.optional("around")?.array() ?? []).map { [$0] }
        }
        return tiers.map { LayeredReader($0) }
    }
}

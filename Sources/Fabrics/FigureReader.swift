internal import Text

/// Reads an object some of whose values are figures, which have a source or are unverified.
struct FigureReader {
    let reader: LayeredReader
    /// The document for each figure that has one.
    let sources: [String: String]

    /// Refuses keys that are none of these.
    init(_ reader: LayeredReader, plain: [String], figures: [String]) throws(TextError) {
        self.reader = reader
        var sources: [String: String] = [:]
        for layer in reader.layers.reversed() {
            try layer.allow(only: plain + figures + ["source"])
            var stated: [String] = []
            for key in figures where try layer.optional(key) != nil { stated.append(key) }
            // What is changed is no longer what the document states.
            for key in stated { sources[key] = nil }
            sources.merge(try Self.sources(layer, for: stated)) { _, new in new }
        }
        self.sources = sources
    }

    /// One document for all figures, or one for each that is named.
    private static func sources(
        _ reader: JSONReader,
        for stated: [String]
    ) throws(TextError) -> [String: String] {
        guard let source = try reader.optional("source") else { return [:] }
        var sources: [String: String] = [:]
        if case .string = source.json {
            for key in stated { sources[key] = try source.words() }
        } else {
            try source.allow(only: stated)
            for (key, value) in try source.members() { sources[key] = try value.words() }
        }
        return sources
    }

    func optional<Value>(
        _ key: String,
        _ read: (JSONReader) throws(TextError) -> Value
    ) throws(TextError) -> Figure<Value>? {
        guard let value = try reader.optional(key) else { return nil }
        return Figure(try read(value), source: sources[key])
    }

    func required<Value>(
        _ key: String,
        _ read: (JSONReader) throws(TextError) -> Value
    ) throws(TextError) -> Figure<Value> {
        Figure(try read(try reader.required(key)), source: sources[key])
    }
}

internal import Text

/// A model, as far as its training communicates.
public struct ModelShape: Hashable, Sendable {
    /// What users call it.
    public let name: String
    /// Weights, each with a gradient.
    public let parameters: Int
    /// Transformer layers.
    public let layers: Int
    /// Activations of a token between layers.
    public let width: Int
    /// The document that states the figures.
    public let source: String

    /// The models that are known by name.
    ///
    /// The parameters are counted: in each layer the projections of 128 wide heads, of which 8 have
    /// keys and values, three matrices of the feed-forward network and two norms; the embedding and
    /// the output of 128,256 tokens; a last norm.
    public static let all = [
        ModelShape(
            name: "llama-3-8b",
            parameters: 8_030_261_248,
            layers: 32,
            width: 4096,
            source: "arXiv:2407.21783, The Llama 3 Herd of Models, Table 3"
        ),
        ModelShape(
            name: "llama-3-70b",
            parameters: 70_553_706_496,
            layers: 80,
            width: 8192,
            source: "arXiv:2407.21783, The Llama 3 Herd of Models, Table 3"
        ),
    ]

    /// Reads the name of a known model, or a model of the user's own.
    init(reading reader: JSONReader) throws(TextError) {
        if case .string = reader.json {
            let name = try reader.string()
            guard let model = Self.all.first(where: { $0.name == name }) else {
                let names = Self.all.map(\.name)
                let hint =
                    nearest(name, in: names).map { "did you mean '\($0)'?" }
                    ?? "the known models are \(names.joined(separator: ", "))"
                throw reader.error("no model is called '\(name)'; \(hint)")
            }
            self = model
            return
        }
        try reader.allow(only: ["name", "parameters", "layers", "width", "source"])
        self.init(
            name: try reader.required("name").string(),
            parameters: try reader.required("parameters").count(upTo: 1 << 50),
            layers: try reader.required("layers").count(upTo: 1 << 20),
            width: try reader.required("width").count(upTo: 1 << 24),
            source: try reader.required("source").string()
        )
    }

    /// Makes a model of known figures.
    public init(name: String, parameters: Int, layers: Int, width: Int, source: String) {
        self.name = name
        self.parameters = parameters
        self.layers = layers
        self.width = width
        self.source = source
    }
}

extension JSONReader {
    /// An integer from 1 to a limit, beyond which figures could not be multiplied.
    func count(upTo limit: Int) throws(TextError) -> Int {
        let value = try integer()
        guard value >= 1, value <= limit else {
            throw error("expected 1 to \(limit), found \(value)")
        }
        return Int(value)
    }
}

internal import Text

/// The fabrics that weft knows by name.
public enum Catalogue {
    /// Every fabric, in the order in which they are listed.
    public static let all: [Fabric] = readers.map { parsed($0.reader) }

    /// Their texts, which files may be like.
    static let readers: [(name: String, reader: JSONReader)] = texts.map {
        do {
            let reader = try JSONReader.parse($0, name: "catalogue")
            return (try reader.required("name").string(), reader)
        } catch {
            preconditionFailure("the catalogue's own text is wrong: \(error)")
        }
    }

    private static let texts =
        servers + racks + torus + clusters + machines + clouds + sites + baselines

    /// The fabric of a name, or an error that says which was probably meant.
    public static func named(_ name: String) throws(UnknownFabric) -> Fabric {
        if let fabric = all.first(where: { $0.name == name }) { return fabric }
        throw UnknownFabric(name: name, nearest: nearest(name, in: all.map(\.name)))
    }

    private static func parsed(_ reader: JSONReader) -> Fabric {
        do {
            return try Fabric(reading: reader)
        } catch {
            preconditionFailure("the catalogue's own text is wrong: \(error)")
        }
    }
}

/// A name that is none of the catalogue's.
public struct UnknownFabric: Error, Equatable, CustomStringConvertible {
    /// What was asked for.
    public let name: String
    /// The fabric that was most likely meant, nil when none is close.
    public let nearest: String?

    /// One sentence that says what to write instead.
    public var description: String {
        let hint =
            nearest.map { "did you mean '\($0)'?" }
            ?? "'weft fabric list' names those there are"
        return "no fabric is called '\(name)'; \(hint)"
    }
}

import Collectives

/// What the data plane runs.
public enum DataPlane {
    /// The all-reduces that exist for any number of ranks and need no switch.
    public static let algorithms = Algorithm.all(for: .allReduce).filter {
        $0.ranks == .any && $0.schedule(Request(ranks: 4, elements: 1)).aggregators == 0
    }.map(\.name)

    /// All all-reduces, as messages list them.
    public static let names =
        Algorithm.all(for: .allReduce).map(\.name).joined(separator: ", ")
}

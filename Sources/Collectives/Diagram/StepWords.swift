extension Schedule {
    /// What a step reads and writes, in words: `rank 3's input c2 + own input c2 → own output c2`.
    public func words(of step: Step) -> String {
        var sources: [String] = []
        var targets: [String] = []
        forEachSource(of: step) { sources.append(words(for: $0, of: step.actor)) }
        forEachTarget(of: step) { targets.append(words(for: $0, of: step.actor)) }
        return Self.shortened(sources, " + ") + " → " + Self.shortened(targets, ", ")
    }

    private func words(for place: Place, of actor: Int) -> String {
        let owner = place.endpoint == actor ? "own" : "\(name(of: place.endpoint))'s"
        let slot = place.buffer == .scratch ? " \(place.slot)" : ""
        return "\(owner) \(place.buffer)\(slot) \(chunkText(place))"
    }

    /// A list of which at most four parts are written out.
    private static func shortened(_ words: [String], _ separator: String) -> String {
        if words.count <= 4 { return words.joined(separator: separator) }
        let first = words.prefix(3).joined(separator: separator)
        return "\(first)\(separator)\(words.count - 4) more\(separator)\(words[words.count - 1])"
    }

    /// The round of its track in which a step happens.
    public func round(of step: Step) -> Int { time(of: step) }

    /// Chunks and slots of all endpoints and tracks: what a proof has to keep in mind.
    public var cellCount: Int {
        let (cells, isLarge) = (2 * chunks + scratch.slots)
            .multipliedReportingOverflow(by: endpoints)
        return isLarge ? .max : cells
    }
}

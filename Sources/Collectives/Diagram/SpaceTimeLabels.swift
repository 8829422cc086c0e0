extension SpaceTime {
    /// An endpoint in a few characters: a rank's number, or `a0` for an aggregator.
    public func shortName(of endpoint: Int) -> String {
        endpoint < schedule.ranks ? "\(endpoint)" : "a\(endpoint - schedule.ranks)"
    }

    /// What a step does, in a few characters: `←1 +c3` adds chunk 3 of rank 1 to one's own,
    /// `c0 →2,3` stores chunk 0 at ranks 2 and 3.
    public func label(of event: Event) -> String {
        let from = peers(event.sources, of: event.step.actor)
        let to = peers(event.targets, of: event.step.actor)
        return [from.isEmpty ? "" : "←" + from, data(of: event), to.isEmpty ? "" : "→" + to]
            .filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// What a step moves, in a few characters: `+c3` where it combines, `c3` where it copies.
    public func data(of event: Event) -> String {
        let read = event.sources.first.map { schedule.chunkText($0) } ?? ""
        let written = event.targets.first.map { schedule.chunkText($0) } ?? ""
        let sign = event.sources.count > 1 ? "+" : ""
        if read == written || written.isEmpty { return sign + read }
        return "\(sign)\(read)>\(written)"
    }

    private func peers(_ places: [Place], of actor: Int) -> String {
        let others = Set(places.map(\.endpoint)).subtracting([actor])
        // Worth a word of its own only where it is shorter than the list.
        if others.count > 2 && others == Set(0..<schedule.ranks).subtracting([actor]) {
            return "all"
        }
        let ranks = others.filter { $0 < schedule.ranks }
        let aggregators = others.filter { $0 >= schedule.ranks }
        let names = [
            Self.ranges(ranks.sorted(), prefix: ""),
            Self.ranges(aggregators.map { $0 - schedule.ranks }.sorted(), prefix: "a"),
        ]
        return names.filter { !$0.isEmpty }.joined(separator: ",")
    }

    /// Ascending numbers as `0-3,5`, of which at most three parts are written out.
    static func ranges(_ numbers: [Int], prefix: String) -> String {
        var parts: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = parts.last, last.upperBound + 1 == number {
                parts[parts.count - 1] = last.lowerBound...number
            } else {
                parts.append(number...number)
            }
        }
        let texts = parts.prefix(parts.count > 4 ? 3 : 4).map { part in
            part.count == 1
                ? "\(prefix)\(part.lowerBound)"
                : "\(prefix)\(part.lowerBound)\(part.count == 2 ? "," : "-")\(part.upperBound)"
        }
        return texts.joined(separator: ",") + (parts.count > 4 ? ",…" : "")
    }
}

extension Schedule {
    /// The chunks of a place in a few characters: `c3`, `c0-3`, `c0,4`, or `all`.
    ///
    /// Of a place that does not exist, as a file may name, only the first chunk is told.
    func chunkText(_ place: Place) -> String {
        guard CellMap(self).problem(with: place) == nil else { return "c\(place.first)?" }
        var numbers: [Int] = []
        place.forEachChunk(of: chunks) { chunk, _ in numbers.append(chunk) }
        if numbers.count == chunks && chunks > 1 { return "all" }
        return "c" + SpaceTime.ranges(numbers.sorted(), prefix: "")
    }
}

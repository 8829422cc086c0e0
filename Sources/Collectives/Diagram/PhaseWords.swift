extension Schedule {
    /// What happens in a phase, in one sentence without its end.
    public func words(ofPhase number: Int, track: Int) -> String {
        switch tracks[track].phases[number].form {
        case .table(let table):
            return table.steps.count == 1 ? "one step" : "\(table.steps.count) single steps"
        case .pattern(let pattern):
            return PatternWords(schedule: self, pattern: pattern).sentence
        }
    }
}

private struct PatternWords {
    let schedule: Schedule
    let pattern: Pattern

    var sentence: String {
        let sources = list(pattern.sources)
        let targets = list(pattern.targets)
        let isSum = schedule.collective.reduces || schedule.collective == .barrier
        let isOne = pattern.sources.count == 1 && pattern.sources.allSatisfy { count($0) == 1 }
        return isSum && !isOne
            ? "\(actors) combines \(sources) into \(targets)"
            : "\(actors) copies \(sources) to \(targets)"
    }

    /// How many items an operand has, nil when that depends on the round or position.
    private func count(_ operand: Operand) -> Int? {
        var (from, to) = (operand.from, operand.to)
        let count = to.base + to.constant - from.base - from.constant
        (from.base, from.constant, to.base, to.constant) = (0, 0, 0, 0)
        return from == to ? count : nil
    }

    private func kind(_ view: View) -> String {
        view.base < schedule.ranks ? "rank" : "aggregator"
    }

    private var isEveryone: Bool {
        let count = pattern.view.groups * pattern.view.size
        return pattern.actors == .all
            && (count == schedule.ranks || pattern.view.base >= schedule.ranks)
    }

    private var actors: String {
        let kind = kind(pattern.view)
        if isEveryone { return "every \(kind)" }
        let moves = pattern.actors.from.byRound != 0 || pattern.actors.to?.byRound ?? 0 != 0
        return moves ? "one \(kind) after the other" : "each of some \(kind)s"
    }

    private func list(_ operands: [Operand]) -> String {
        var words: [String] = []
        for operand in operands {
            let next = self.words(operand)
            if !words.contains(next) { words.append(next) }
        }
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    private func words(_ operand: Operand) -> String {
        let memory = "\(operand.buffer)"
        let kind = kind(operand.view ?? pattern.view)
        switch operand.peer {
        case .own: return "its own \(memory)"
        case .shift(let distance): return "the \(memory) of " + neighbour(distance, kind, true)
        case .ahead(let distance): return "the \(memory) of " + neighbour(distance, kind, false)
        case .digit: return "the \(memory) of those whose numbers differ in one digit"
        case .each: return "the \(memory) of \(count(operand) == 1 ? "one \(kind)" : all(kind))"
        case .child: return "its children's \(memory)"
        case .parent: return "its parent's \(memory)"
        }
    }

    private func all(_ kind: String) -> String {
        pattern.view.groups == 1 ? "all \(kind)s" : "all \(kind)s of its group"
    }

    private func neighbour(_ distance: Index, _ kind: String, _ turns: Bool) -> String {
        guard distance.isConstant else { return "another \(kind)" }
        var steps = distance.base + distance.constant
        // Around a ring, a long way ahead is a short way back.
        if turns && steps * 2 > pattern.view.size { steps -= pattern.view.size }
        if steps == 0 { return "the same place" }
        let count = steps.magnitude
        let place = steps < 0 ? "before" : "after"
        let order = pattern.view.order.isEmpty ? "" : " in the order"
        let group = pattern.view.groups == 1 ? order : " in its group"
        return "the \(kind) \(count == 1 ? "" : "\(count) ")\(place) it\(group)"
    }
}

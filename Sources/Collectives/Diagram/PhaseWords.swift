extension Schedule {
    /// What happens in a phase, in one sentence without its end.
    public func words(ofPhase number: Int, track: Int) -> String {
        let phase = tracks[track].phases[number]
        switch phase.form {
        case .table(let table):
            return table.steps.count == 1 ? "one step" : "\(table.steps.count) single steps"
        case .pattern(let pattern):
            return PatternWords(schedule: self, pattern: pattern, rounds: phase.rounds).sentence
        }
    }
}

private struct PatternWords {
    let schedule: Schedule
    let pattern: Pattern
    let rounds: Int

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
        var seen: Set<String> = []
        var memory: Buffer?
        for operand in operands {
            guard seen.insert(self.words(operand, after: nil)).inserted else { continue }
            words.append(self.words(operand, after: memory))
            memory = operand.buffer
        }
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    /// An operand, behind one in some memory.
    private func words(_ operand: Operand, after last: Buffer?) -> String {
        let memory = "\(operand.buffer)"
        let its = (last == operand.buffer ? "that" : "the \(memory)") + " of"
        let kind = kind(operand.view ?? pattern.view)
        switch operand.peer {
        case .own: return "its own \(memory)"
        case .shift(let distance):
            return neighbour(distance, kind, turns: true).map { "\(its) \($0)" }
                ?? "its own \(memory)"
        case .ahead(let distance):
            return neighbour(distance, kind, turns: false).map { "\(its) \($0)" }
                ?? "its own \(memory)"
        case .digit: return "\(its) those whose numbers differ in one digit"
        case .each: return "\(its) \(count(operand) == 1 ? "one \(kind)" : all(kind))"
        case .child: return "its children's \(memory)"
        case .parent: return "its parent's \(memory)"
        }
    }

    private func all(_ kind: String) -> String {
        pattern.view.groups == 1 ? "all \(kind)s" : "all \(kind)s of its group"
    }

    /// Who stands at a distance, nil for whoever acts.
    private func neighbour(_ distance: Index, _ kind: String, turns: Bool) -> String? {
        var rest = distance
        rest.byRound = 0
        // What changes with the round only is one distance where there is one round.
        if !rest.isConstant { return "another \(kind)" }
        if rounds > 1 && distance.byRound != 0 { return "one \(kind) after the other" }
        let start = Coordinates(group: 0, position: 0, round: 0, low: 0, digit: 0, high: 0)
        var steps = distance.value(at: start)
        // Around a ring, a long way ahead is a short way back.
        if turns && steps * 2 > pattern.view.size { steps -= pattern.view.size }
        if steps == 0 { return nil }
        let count = steps.magnitude
        let place = steps < 0 ? "before" : "after"
        let order = pattern.view.order.isEmpty ? "" : " in the order"
        let group = pattern.view.groups == 1 ? order : " in its group"
        return "the \(kind) \(count == 1 ? "" : "\(count) ")\(place) it\(group)"
    }
}

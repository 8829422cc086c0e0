import Collectives

/// Reads what a pattern says at each of its steps, through the schedule that it is put into.
struct Probe {
    let schedule: Schedule

    init(_ pattern: Pattern, rounds: Int = 1) {
        let view = pattern.view
        schedule = Schedule(
            collective: .allReduce,
            algorithm: "probe",
            ranks: view.endpoints.upperBound,
            elements: 1,
            elementSize: 64,
            inPlace: false,
            chunks: 1,
            tracks: [Track([Phase("probe", rounds: rounds, pattern)])]
        )
    }

    /// All steps, by round and, within it, by group and position.
    var steps: [Step] {
        var result: [Step] = []
        schedule.forEachStep(track: 0, slice: 0) { result.append($0) }
        return result
    }

    func sources(of step: Step) -> [Place] {
        var result: [Place] = []
        schedule.forEachSource(of: step) { result.append($0) }
        return result
    }
}

extension SplitMix64 {
    /// Any view of a few endpoints.
    mutating func view() -> View {
        let size = 1 + below(7)
        let stride = 1 + below(3)
        let groups = Bool.random(using: &self) ? 1 : stride * (1 + below(3))
        let order = Bool.random(using: &self) ? [] : (0..<Int32(size)).shuffled(using: &self)
        return View(
            base: below(4),
            size: size,
            stride: groups == 1 ? 1 : stride,
            groups: groups,
            rotation: below(size),
            order: order
        )
    }

    /// A number of either sign.
    mutating func number(_ bound: Int = 7) -> Int { below(2 * bound + 1) - bound }
}

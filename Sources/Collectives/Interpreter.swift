extension Schedule {
    /// Runs the schedule on values, step by step in logical order: slow and obvious, the reference
    /// for everything faster.
    ///
    /// - Parameters:
    ///   - inputs: one array for each rank, of `elementCount(of: .input)` values.
    ///   - combine: how two contributions become one, applied from left to right.
    /// - Returns: one array for each rank, of `elementCount(of: .output)` values; what no step
    ///   writes is `empty`.
    public func interpret<Value>(
        inputs: [[Value]],
        empty: Value,
        combine: (Value, Value) -> Value
    ) -> [[Value]] {
        var memory = Memory(self, inputs: inputs, empty: empty)
        for track in tracks.indices {
            for slice in 0..<slices {
                forEachStep(track: track, slice: slice) { step in
                    memory.take(step, combine)
                }
            }
        }
        return memory.results
    }
}

private struct Memory<Value> {
    let schedule: Schedule
    let slotElements: Int
    var inputs: [[Value]]
    var outputs: [[Value]]
    var scratch: [[Value]]

    init(_ schedule: Schedule, inputs: [[Value]], empty: Value) {
        self.schedule = schedule
        self.slotElements = schedule.slotElements
        let outputCount = schedule.elementCount(of: .output)
        let scratchCount = schedule.slotCount * schedule.slotElements
        outputs = Array(
            repeating: Array(repeating: empty, count: outputCount),
            count: schedule.ranks
        )
        scratch = Array(
            repeating: Array(repeating: empty, count: scratchCount),
            count: schedule.endpoints
        )
        self.inputs = inputs
        if schedule.inPlace && outputCount > schedule.elementCount(of: .input) {
            // In place, an input is a block of the output.
            for rank in inputs.indices {
                self.inputs[rank] = outputs[rank]
                let start = rank * schedule.elements
                self.inputs[rank].replaceSubrange(
                    start..<(start + schedule.elements),
                    with: inputs[rank]
                )
            }
        }
    }

    /// The outputs; in place, a single block is cut out of where the whole has it.
    var results: [[Value]] {
        guard schedule.inPlace else { return outputs }
        guard case .block = schedule.collective.layout(of: .output) else { return inputs }
        return inputs.indices.map { rank in
            Array(inputs[rank][(rank * schedule.elements)...].prefix(schedule.elements))
        }
    }

    mutating func take(_ step: Step, _ combine: (Value, Value) -> Value) {
        let lane = schedule.lane(of: step)
        var sums: [Value] = []
        var isFirst = true
        schedule.forEachSource(of: step) { place in
            let values = read(place, lane)
            if isFirst {
                sums = values
            } else {
                for index in sums.indices { sums[index] = combine(sums[index], values[index]) }
            }
            isFirst = false
        }
        schedule.forEachTarget(of: step) { place in write(sums, place, lane) }
    }

    private func start(of place: Place, _ lane: Int) -> Int {
        if place.buffer == .scratch {
            return schedule.slot(place.slot, lane: lane) * slotElements
        }
        // In place, a block lies where the whole has it.
        guard schedule.inPlace, case .block = schedule.collective.layout(of: place.buffer) else {
            return 0
        }
        return place.endpoint * schedule.elements
    }

    private func read(_ place: Place, _ lane: Int) -> [Value] {
        var values: [Value] = []
        let start = start(of: place, lane)
        schedule.forEachSpan(of: place, lane: lane) { span in
            let range = (start + span.offset)..<(start + span.offset + span.count)
            switch place.buffer {
            case .input: values += inputs[place.endpoint][range]
            case .output:
                values +=
                    schedule.inPlace
                    ? inputs[place.endpoint][range] : outputs[place.endpoint][range]
            case .scratch: values += scratch[place.endpoint][range]
            }
        }
        return values
    }

    private mutating func write(_ values: [Value], _ place: Place, _ lane: Int) {
        var taken = 0
        let start = start(of: place, lane)
        schedule.forEachSpan(of: place, lane: lane) { span in
            let range = (start + span.offset)..<(start + span.offset + span.count)
            let slice = values[taken..<(taken + span.count)]
            taken += span.count
            switch place.buffer {
            case .scratch: scratch[place.endpoint].replaceSubrange(range, with: slice)
            case .output where !schedule.inPlace:
                outputs[place.endpoint].replaceSubrange(range, with: slice)
            case .input, .output: inputs[place.endpoint].replaceSubrange(range, with: slice)
            }
        }
    }
}

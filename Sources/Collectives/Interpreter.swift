extension Schedule {
    /// Runs the schedule on values, step by step in logical order: slow and obvious, the reference
    /// for everything faster.
    ///
    /// - Parameters:
    ///   - inputs: one array for each rank, of `elementCount(of: .input, rank:)` values.
    ///   - combine: how two contributions become one, applied from left to right.
    /// - Returns: one array for each rank, of `elementCount(of: .output, rank:)` values; what no
    ///   step writes is `empty`.
    public func interpret<Value: Sendable>(
        inputs: [[Value]],
        empty: Value,
        combine: @escaping @Sendable (Value, Value) -> Value
    ) -> [[Value]] {
        interpret(inputs: inputs, empty: empty, arithmetic: Combining(function: combine))
    }

    /// Runs the schedule on values with an arithmetic of their type and operator.
    public func interpret<A: Arithmetic>(
        inputs: [[A.Value]],
        empty: A.Value,
        arithmetic: A
    ) -> [[A.Value]] {
        var memory = Memory(self, inputs: inputs, empty: empty, arithmetic: arithmetic)
        for track in tracks.indices {
            for slice in 0..<slices {
                forEachStep(track: track, slice: slice) { memory.take($0) }
            }
        }
        return memory.results
    }
}

private struct Memory<A: Arithmetic> {
    typealias Value = A.Value

    let schedule: Schedule
    let arithmetic: A
    let slotElements: Int
    var inputs: [[Value]]
    var outputs: [[Value]]
    var scratch: [[Value]]

    init(_ schedule: Schedule, inputs: [[Value]], empty: Value, arithmetic: A) {
        self.schedule = schedule
        self.arithmetic = arithmetic
        self.slotElements = schedule.slotElements
        let scratchCount = schedule.slotCount * schedule.slotElements
        outputs = (0..<schedule.ranks).map {
            Array(repeating: empty, count: schedule.elementCount(of: .output, rank: $0))
        }
        scratch = Array(
            repeating: Array(repeating: empty, count: scratchCount),
            count: schedule.endpoints
        )
        self.inputs = inputs
        guard schedule.inPlace else { return }
        for rank in inputs.indices where outputs[rank].count > inputs[rank].count {
            // In place, an input is a block of the output.
            let start = schedule.startOfBlock(rank)
            self.inputs[rank] = outputs[rank]
            self.inputs[rank].replaceSubrange(
                start..<(start + inputs[rank].count),
                with: inputs[rank]
            )
        }
    }

    /// The outputs; in place, a single block is cut out of where the whole has it.
    var results: [[Value]] {
        guard schedule.inPlace else { return outputs }
        guard case .block = schedule.collective.layout(of: .output) else { return inputs }
        return inputs.indices.map { rank in
            Array(inputs[rank][schedule.startOfBlock(rank)...].prefix(outputs[rank].count))
        }
    }

    mutating func take(_ step: Step) {
        let lane = schedule.lane(of: step)
        let reduces = schedule.collective.reduces
        let isComplete = reduces && schedule.isComplete(step)
        var places: [Place] = []
        schedule.forEachSource(of: step) { places.append($0) }
        guard let first = places.first else { return }
        let entersSums = reduces && places.contains { $0.buffer == .input }
        let isCopy =
            places.count == 1 && !(arithmetic.finishesResults && isComplete)
            && !(arithmetic.preparesInputs && entersSums)
        var values = read(first, lane)
        if !isCopy {
            var sums = values.map { load($0, from: first) }
            for place in places.dropFirst() {
                for (index, value) in read(place, lane).enumerated() {
                    sums[index] = arithmetic.combine(sums[index], load(value, from: place))
                }
            }
            values = sums.map { arithmetic.store($0, isComplete: isComplete) }
        }
        schedule.forEachTarget(of: step) { place in write(values, place, lane) }
    }

    private func load(_ value: Value, from place: Place) -> A.Sum {
        arithmetic.load(value, isInput: place.buffer == .input)
    }

    private func start(of place: Place, _ lane: Int) -> Int {
        if place.buffer == .scratch {
            return schedule.slot(place.slot, lane: lane) * slotElements
        }
        return schedule.startOfSpans(in: place.buffer, of: place.endpoint)
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

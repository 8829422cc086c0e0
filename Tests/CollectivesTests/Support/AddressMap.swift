import Collectives

/// Numbers every element of memory that a schedule can touch.
///
/// In place, input and output have the same numbers. Written without the sources' own cells.
struct AddressMap {
    let schedule: Schedule
    private let inputCount: Int
    private let outputCount: Int

    init(_ schedule: Schedule) {
        self.schedule = schedule
        let ranks = 0..<schedule.ranks
        let input = ranks.map { schedule.elementCount(of: .input, rank: $0) }.max() ?? 0
        let output = ranks.map { schedule.elementCount(of: .output, rank: $0) }.max() ?? 0
        inputCount = schedule.inPlace ? 0 : input
        outputCount = schedule.inPlace ? max(input, output) : output
    }

    private var scratchCount: Int { schedule.slotCount * schedule.slotElements }
    private var stride: Int { inputCount + outputCount + scratchCount }

    /// All addresses of all endpoints.
    var count: Int { stride * schedule.endpoints }

    /// The addresses of an input or output, in the order of its elements.
    func addresses(of buffer: Buffer, rank: Int) -> Range<Int> {
        let start = rank * stride + (buffer == .input ? 0 : inputCount)
        let length = schedule.elementCount(of: buffer, rank: rank)
        if !schedule.inPlace || length == outputCount { return start..<(start + length) }
        // In place, a rank's only block lies where the whole has it.
        let before = schedule.counts?.values.prefix(rank).reduce(0, +)
        let block = start + (before ?? rank * schedule.elements)
        return block..<(block + length)
    }

    /// The addresses of a place.
    func addresses(of place: Place, lane: Int) -> [Int] {
        var start = place.endpoint * stride + inputCount + outputCount
        if place.buffer == .scratch {
            start += schedule.slot(place.slot, lane: lane) * schedule.slotElements
        } else {
            start = addresses(of: place.buffer, rank: place.endpoint).lowerBound
        }
        var result: [Int] = []
        schedule.forEachSpan(of: place, lane: lane) { span in
            result += (start + span.offset)..<(start + span.offset + span.count)
        }
        return result
    }
}

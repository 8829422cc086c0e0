/// Elements of a buffer.
public struct Span: Hashable, Sendable {
    /// The first element.
    public let offset: Int
    /// How many.
    public let count: Int

    /// Part `index` of `parts` of this span.
    ///
    /// Parts differ by at most a grain and begin at multiples of it, so that no two ranks write to
    /// the same cache line.
    func part(_ index: Int, of parts: Int, grain: Int) -> Span {
        let units = (count + grain - 1) / grain
        let (each, rest) = units.quotientAndRemainder(dividingBy: parts)
        let start = min(count, (index * each + min(index, rest)) * grain)
        let end = min(count, ((index + 1) * each + min(index + 1, rest)) * grain)
        return Span(offset: offset + start, count: end - start)
    }
}

extension Schedule {
    /// Elements that are never divided: those of a cache line.
    var grain: Int { max(1, 64 / elementSize) }

    /// Elements of a rank's input or output; where blocks differ, of one that is given its rank.
    public func elementCount(of buffer: Buffer, rank: Int = 0) -> Int {
        if let counts { return counts.total(of: buffer, rank: rank) }
        return switch collective.layout(of: buffer) {
        case .vector, .block: elements
        case .blocks: elements * ranks
        }
    }

    /// Where a rank's block begins in the whole of all blocks.
    func startOfBlock(_ rank: Int) -> Int {
        counts?.block(rank, in: .output, of: 0).offset ?? rank * elements
    }

    /// Where the spans of a rank's input or output begin in its memory: in place, a single block
    /// lies where the whole has it.
    public func startOfSpans(in buffer: Buffer, of endpoint: Int) -> Int {
        guard inPlace, buffer != .scratch, case .block = collective.layout(of: buffer) else {
            return 0
        }
        return startOfBlock(endpoint)
    }

    /// Elements of the memory that holds a rank's input or output: in place both lie in the larger.
    public func memoryElements(of buffer: Buffer, rank: Int) -> Int {
        let own = elementCount(of: buffer, rank: rank)
        if !inPlace { return own }
        return max(own, elementCount(of: buffer == .input ? .output : .input, rank: rank))
    }

    /// The elements of a chunk in a lane of an endpoint's input or output.
    func span(ofChunk chunk: Int, in buffer: Buffer, of endpoint: Int, lane: Int) -> Span {
        if let counts {
            let block = counts.block(chunk, in: buffer, of: endpoint)
            return block.part(lane, of: lanes, grain: grain)
        }
        let share = Span(offset: 0, count: elements).part(lane, of: lanes, grain: grain)
        switch collective.layout(of: buffer) {
        case .vector: return share.part(chunk, of: chunks, grain: grain)
        case .block: return share
        case .blocks: return Span(offset: chunk * elements + share.offset, count: share.count)
        }
    }

    /// How many elements a chunk has at a place.
    ///
    /// It is the same everywhere but in all-to-all-v, which therefore has no scratch.
    @inline(__always)
    func elementCount(ofChunk chunk: Int, at place: Place, lane: Int) -> Int {
        let buffer = place.buffer == .scratch ? Buffer.output : place.buffer
        return span(ofChunk: chunk, in: buffer, of: place.endpoint, lane: lane).count
    }

    /// The most elements that a slot of scratch holds, rounded up to whole cache lines.
    public var slotElements: Int {
        var most = 0
        for lane in 0..<lanes {
            // Earlier chunks are never smaller than later ones.
            let first =
                counts.map { Span(offset: 0, count: $0.most).part(lane, of: lanes, grain: grain) }
                ?? span(ofChunk: 0, in: .output, of: 0, lane: lane)
            most = max(most, first.count)
        }
        return (most + grain - 1) / grain * grain
    }

    /// How many slices of a track have slots of their own; the others have theirs after them.
    var slotSets: Int { min(slices, scratch.window ?? slices) }

    /// Whether slices have the same slots in turn.
    var sharesSlots: Bool { slotSets < slices && scratch.slots > 0 }

    /// All lanes, those that have the same slots one after the other, in the order of slices.
    var lanesBySlots: [Int] {
        tracks.indices.flatMap { track in
            (0..<slotSets).flatMap { first in
                Swift.stride(from: first, to: slices, by: slotSets).map { track * slices + $0 }
            }
        }
    }

    /// Slots at each endpoint, for all lanes.
    public var slotCount: Int { scratch.slots * tracks.count * slotSets }

    /// The slot of a lane among all slots of an endpoint.
    public func slot(_ slot: Int, lane: Int) -> Int {
        let (track, slice) = lane.quotientAndRemainder(dividingBy: slices)
        return (track * slotSets + slice % slotSets) * scratch.slots + slot
    }

    /// Calls `body` with the runs of elements that make up a place, in order: offsets within the
    /// buffer, or behind the place's first slot for scratch.
    public func forEachSpan(of place: Place, lane: Int, _ body: (Span) -> Void) {
        var open: Span?
        let slotElements = place.buffer == .scratch ? self.slotElements : 0
        place.forEachChunk(of: chunks) { chunk, piece in
            var next: Span
            if place.buffer == .scratch {
                next = Span(
                    offset: (place.slot(ofChunk: chunk, piece: piece) - place.slot) * slotElements,
                    count: elementCount(ofChunk: chunk, at: place, lane: lane)
                )
            } else {
                next = span(ofChunk: chunk, in: place.buffer, of: place.endpoint, lane: lane)
            }
            if let last = open {
                if last.offset + last.count == next.offset {
                    next = Span(offset: last.offset, count: last.count + next.count)
                } else if last.count > 0 {
                    body(last)
                }
            }
            open = next
        }
        if let last = open, last.count > 0 { body(last) }
    }

    /// How many elements a place has.
    public func elementCount(of place: Place, lane: Int) -> Int {
        if counts != nil || place.wraps {
            var sum = 0
            place.forEachChunk(of: chunks) { chunk, _ in
                sum += elementCount(ofChunk: chunk, at: place, lane: lane)
            }
            return sum
        }
        let share = Span(offset: 0, count: elements).part(lane, of: lanes, grain: grain)
        let isVector: Bool
        if case .vector = collective.layout(of: .output) {
            isVector = true
        } else {
            isVector = false
        }
        var sum = 0
        for run in 0..<place.runs {
            let first = min(chunks, place.first + run * place.stride)
            let end = min(chunks, first + place.count)
            if isVector {
                let last = share.part(end, of: chunks, grain: grain).offset
                sum += last - share.part(first, of: chunks, grain: grain).offset
            } else {
                sum += (end - first) * share.count
            }
        }
        return sum
    }
}

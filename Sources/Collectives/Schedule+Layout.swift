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

    /// Elements of a rank's input or output.
    public func elementCount(of buffer: Buffer) -> Int {
        switch collective.layout(of: buffer) {
        case .vector, .block: elements
        case .blocks: elements * ranks
        }
    }

    /// The elements of a chunk in a lane of an input or output.
    func span(ofChunk chunk: Int, in buffer: Buffer, lane: Int) -> Span {
        let whole = Span(offset: 0, count: elements)
        let share = whole.part(lane, of: lanes, grain: grain)
        switch collective.layout(of: buffer) {
        case .vector: return share.part(chunk, of: chunks, grain: grain)
        case .block: return share
        case .blocks: return Span(offset: chunk * elements + share.offset, count: share.count)
        }
    }

    /// How many elements a chunk has; the same in every buffer.
    func elementCount(ofChunk chunk: Int, lane: Int) -> Int {
        span(ofChunk: chunk, in: .input, lane: lane).count
    }

    /// The most elements that a slot of scratch holds, rounded up to whole cache lines.
    public var slotElements: Int {
        var most = 0
        for lane in 0..<lanes {
            // Earlier chunks are never smaller than later ones, so the first ones are the most.
            var sum = 0
            for chunk in 0..<min(chunks, scratch.chunks) {
                sum += elementCount(ofChunk: chunk, lane: lane)
            }
            most = max(most, sum)
        }
        return (most + grain - 1) / grain * grain
    }

    /// Slots at each endpoint, for all lanes.
    public var slotCount: Int { scratch.slots * lanes }

    /// The slot of a lane among all slots of an endpoint.
    public func slot(_ slot: Int, lane: Int) -> Int { lane * scratch.slots + slot }

    /// Calls `body` with the runs of elements that make up a place, in order: offsets within the
    /// buffer, or within the slot for scratch.
    public func forEachSpan(of place: Place, lane: Int, _ body: (Span) -> Void) {
        var open: Span?
        var filled = 0
        place.forEachChunk(of: chunks) { chunk, _ in
            var next: Span
            if place.buffer == .scratch {
                next = Span(offset: filled, count: elementCount(ofChunk: chunk, lane: lane))
                filled += next.count
            } else {
                next = span(ofChunk: chunk, in: place.buffer, lane: lane)
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
        var sum = 0
        place.forEachChunk(of: chunks) { chunk, _ in
            sum += elementCount(ofChunk: chunk, lane: lane)
        }
        return sum
    }
}

/// Numbers the places of one lane: a cell is one chunk of one buffer, or one piece of a slot.
struct CellMap {
    let chunks: Int
    let slots: Int
    let pieces: Int
    let inPlace: Bool
    let endpoints: Int
    let ranks: Int
    let collective: Collective

    init(_ schedule: Schedule) {
        chunks = schedule.chunks
        slots = schedule.scratch.slots
        pieces = schedule.scratch.chunks
        inPlace = schedule.inPlace
        endpoints = schedule.endpoints
        ranks = schedule.ranks
        collective = schedule.collective
    }

    /// Whether chunks differ in size, as those of a vector do; blocks are all alike.
    var sizesDiffer: Bool {
        if case .vector = collective.layout(of: .output) { return true }
        return false
    }

    /// Cells of one endpoint.
    var stride: Int { 2 * chunks + slots * pieces }
    /// Cells of all endpoints.
    var count: Int { stride * endpoints }

    /// The cell of a chunk of a place.
    ///
    /// Input and output share their cells when they share memory.
    @inline(__always)
    func cell(of place: Place, chunk: Int, piece: Int) -> Int {
        let start = place.endpoint * stride
        switch place.buffer {
        case .input: return start + chunk
        case .output: return start + (inPlace ? 0 : chunks) + chunk
        case .scratch: return start + 2 * chunks + place.slot * pieces + piece
        }
    }

    /// What is wrong with a place, nil if nothing is: tables may say anything.
    func problem(with place: Place) -> String? {
        guard place.endpoint >= 0, place.endpoint < endpoints else {
            return "endpoint \(place.endpoint) does not exist"
        }
        guard place.first >= 0, place.first < chunks else {
            return "chunk \(place.first) is none of the \(chunks)"
        }
        guard place.count > 0, place.runs > 0, place.runs == 1 || place.stride >= place.count else {
            return "\(place.runs) runs of \(place.count), \(place.stride) apart, are no chunks"
        }
        guard place.runs == 1 || (chunks - 1 - place.first) / place.stride >= place.runs - 1 else {
            return "\(place.runs) runs, \(place.stride) apart, do not fit \(chunks) chunks"
        }
        if place.buffer == .scratch {
            guard place.slot >= 0, place.slot < slots else {
                return "slot \(place.slot) is none of the \(slots)"
            }
            var size = 0
            place.forEachChunk(of: chunks) { _, _ in size += 1 }
            return size <= pieces ? nil : "\(size) chunks do not fit a slot of \(pieces)"
        }
        if place.endpoint >= ranks { return "an aggregator has only scratch" }
        if case .block = collective.layout(of: place.buffer) {
            guard place.first == place.endpoint, place.count == 1, place.runs == 1 else {
                return "its only block is block \(place.endpoint)"
            }
        }
        return nil
    }

    /// The input chunks that a rank has.
    func inputChunks(of rank: Int) -> Range<Int> {
        if case .block = collective.layout(of: .input) { return rank..<(rank + 1) }
        return 0..<chunks
    }

    /// The output chunks that a rank has.
    func outputChunks(of rank: Int) -> Range<Int> {
        if case .block = collective.layout(of: .output) { return rank..<(rank + 1) }
        return 0..<chunks
    }
}

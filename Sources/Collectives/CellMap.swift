/// Numbers the places of one lane: a cell is one chunk of one buffer, or one slot.
struct CellMap {
    let chunks: Int
    let slots: Int
    let inPlace: Bool
    let endpoints: Int
    let ranks: Int
    let root: Int
    let collective: Collective

    init(_ schedule: Schedule) {
        chunks = schedule.chunks
        slots = schedule.scratch.slots
        inPlace = schedule.inPlace
        endpoints = schedule.endpoints
        ranks = schedule.ranks
        root = schedule.root
        collective = schedule.collective
    }

    /// Whether chunks differ in size, as those of a vector do; blocks are all alike.
    var sizesDiffer: Bool {
        if case .vector = collective.layout(of: .output) { return true }
        return collective == .allGatherV
    }

    /// Cells of one endpoint.
    var stride: Int { 2 * chunks + slots }
    /// Cells of all endpoints.
    var count: Int { stride * endpoints }

    /// The cells of an endpoint's input and output; behind them are those of its slots.
    func buffers(of endpoint: Int) -> Range<Int> {
        endpoint * stride..<(endpoint * stride + 2 * chunks)
    }

    /// The cell of a chunk of a place.
    ///
    /// Input and output share their cells when they share memory.
    @inline(__always)
    func cell(of place: Place, chunk: Int, piece: Int) -> Int {
        let start = place.endpoint * stride
        switch place.buffer {
        case .input: return start + chunk
        case .output: return start + (inPlace ? 0 : chunks) + chunk
        case .scratch: return start + 2 * chunks + place.slot(ofChunk: chunk, piece: piece)
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
        if let problem = place.wraps ? problemWithTurn(place) : problemWithRuns(place) {
            return problem
        }
        if place.buffer == .scratch { return problemWithSlots(place) }
        if place.endpoint >= ranks { return "an aggregator has only scratch" }
        guard collective.has(place.buffer, rank: place.endpoint, root: root) else {
            return "rank \(place.endpoint) has no \(place.buffer), only the root \(root) has"
        }
        if case .block = collective.layout(of: place.buffer) {
            let isOne = place.runs == 1 && (place.count == 1 || place.first == chunks - 1)
            guard place.first == place.endpoint, isOne, !place.wraps else {
                return "its only block is block \(place.endpoint)"
            }
        }
        return nil
    }

    private func problemWithRuns(_ place: Place) -> String? {
        guard place.count > 0, place.runs > 0, place.runs == 1 || place.stride >= place.count else {
            return "\(place.runs) runs of \(place.count), \(place.stride) apart, are no chunks"
        }
        guard place.runs == 1 || (chunks - 1 - place.first) / place.stride >= place.runs - 1 else {
            return "\(place.runs) runs, \(place.stride) apart, do not fit \(chunks) chunks"
        }
        return nil
    }

    private func problemWithTurn(_ place: Place) -> String? {
        let (count, runs) = (place.count, place.runs)
        let stride = Int(clamping: place.stride.magnitude)
        // No chunk twice: the last run ends before the first begins again.
        guard count > 0, count <= chunks, runs > 0,
            runs == 1 || (stride >= count && (chunks - count) / stride >= runs - 1)
        else {
            return "\(runs) runs of \(count), \(place.stride) apart, meet again in \(chunks) chunks"
        }
        return nil
    }

    private func problemWithSlots(_ place: Place) -> String? {
        if collective == .allToAllV { return "blocks of differing size have no slots" }
        var stray: Int?
        place.forEachChunk(of: chunks) { chunk, piece in
            let slot = place.slot(ofChunk: chunk, piece: piece)
            if slot < 0 || slot >= slots { stray = stray ?? slot }
        }
        return stray.map { "slot \($0) is none of the \(slots)" }
    }

    /// The input chunks that a rank has.
    func inputChunks(of rank: Int) -> Range<Int> {
        guard collective.has(.input, rank: rank, root: root) else { return 0..<0 }
        if case .block = collective.layout(of: .input) { return rank..<(rank + 1) }
        return 0..<chunks
    }

    /// The output chunks that a rank has.
    func outputChunks(of rank: Int) -> Range<Int> {
        guard collective.has(.output, rank: rank, root: root) else { return 0..<0 }
        if case .block = collective.layout(of: .output) { return rank..<(rank + 1) }
        return 0..<chunks
    }
}

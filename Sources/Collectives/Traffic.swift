/// What each step of a schedule moves, as far as it decides what the step costs.
public struct Traffic: Sendable {
    /// One step's share.
    public struct Load: Hashable, Sendable {
        /// Bytes loaded and stored, lines apart.
        public var bytes = 0
        /// Those of them that lie in memory which one endpoint writes and another touches, so that
        /// their cache lines must change hands.
        public var contended = 0
        /// Bytes that are put into lines or taken out of them.
        public var lined = 0
    }

    /// For each endpoint and step of its program, what it moves.
    public private(set) var loads: [[Load]]

    /// All bytes that an endpoint loads and stores in one operation.
    public func footprint(of endpoint: Int) -> Int {
        loads[endpoint].reduce(0) { $0 + $1.bytes + $1.lined }
    }

    /// Walks all steps of a schedule.
    public init(_ schedule: Schedule, _ programs: [[Step]]) {
        loads = programs.map { Array(repeating: Load(), count: $0.count) }
        let cells = CellMap(schedule)
        var toucher = [Int32](repeating: -1, count: cells.count * schedule.lanes)
        var isShared = [Bool](repeating: false, count: toucher.count)
        var isWritten = isShared
        for (actor, program) in programs.enumerated() {
            for step in program {
                let base = schedule.lane(of: step) * cells.count
                func touch(_ place: Place, isWrite: Bool) {
                    place.forEachChunk(of: schedule.chunks) { chunk, piece in
                        let cell = base + cells.cell(of: place, chunk: chunk, piece: piece)
                        if toucher[cell] >= 0 && toucher[cell] != actor { isShared[cell] = true }
                        toucher[cell] = Int32(actor)
                        if isWrite { isWritten[cell] = true }
                    }
                }
                schedule.forEachSource(of: step) { touch($0, isWrite: false) }
                schedule.forEachTarget(of: step) { touch($0, isWrite: true) }
            }
        }
        for (actor, program) in programs.enumerated() {
            for (index, step) in program.enumerated() {
                let lane = schedule.lane(of: step)
                func add(_ place: Place) {
                    place.forEachChunk(of: schedule.chunks) { chunk, piece in
                        let cell =
                            lane * cells.count
                            + cells.cell(of: place, chunk: chunk, piece: piece)
                        // One rank in place has its results where its input is.
                        if schedule.movesNothing { return }
                        let bytes =
                            schedule.elementCount(ofChunk: chunk, at: place, lane: lane)
                            * schedule.elementSize
                        if place.buffer == .scratch && schedule.scratch.lines {
                            loads[actor][index].lined += bytes
                        } else {
                            loads[actor][index].bytes += bytes
                            if isShared[cell] && isWritten[cell] {
                                loads[actor][index].contended += bytes
                            }
                        }
                    }
                }
                schedule.forEachSource(of: step) { add($0) }
                schedule.forEachTarget(of: step) { add($0) }
            }
        }
    }
}

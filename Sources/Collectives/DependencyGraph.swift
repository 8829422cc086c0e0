/// What a step must wait for before it may touch memory of another endpoint.
public enum Wait: Hashable, Sendable {
    /// A step of another endpoint, by its number in that endpoint's program.
    case step(endpoint: Int, index: Int)
    /// The endpoint has begun this operation: its input is there and its output may be written.
    case entered(Int)
    /// The endpoint has finished the last operation that used the same scratch.
    case free(Int)
}

/// The order that data imposes on the steps of a schedule.
///
/// This is the one rule by which plans, models and simulations let a step start: what it reads is
/// there (read after write), and what it overwrites has been read (write after read). Waits that an
/// earlier wait of the same endpoint implies are left out. Made by walking all steps once.
public struct DependencyGraph: Sendable {
    /// Every endpoint's steps, in its order.
    public let programs: [[Step]]
    /// For each endpoint and step, what it waits for.
    public private(set) var waits: [[[Wait]]]
    /// For each endpoint, the steps that must have been taken before it may leave the operation:
    /// then nobody touches its memory any more.
    public private(set) var closing: [[Wait]]
    /// For each endpoint and step, what it needs but does not wait for: the data comes as lines, so
    /// that the step sees it arriving.
    public private(set) var arrivals: [[[Wait]]]
    /// Whether anybody waits for a step.
    public private(set) var isAwaited: [[Bool]]
    /// Whether anybody waits for an endpoint to enter.
    public private(set) var isAnnounced: [Bool]
    /// Whether some endpoint writes to the scratch of another and need not hear from it in the same
    /// operation, so that it may be ahead.
    public private(set) var goesOneWay = false
    /// Who writes each slot of lines, by endpoint and slot; nil where several do.
    public private(set) var lineWriters: [SlotID: Int?]

    /// A slot of scratch at an endpoint, among those of all lanes.
    public struct SlotID: Hashable, Sendable {
        let endpoint: Int
        let slot: Int

        /// Names a slot.
        public init(endpoint: Int, slot: Int) {
            self.endpoint = endpoint
            self.slot = slot
        }
    }

    /// The node of each endpoint, empty where all share memory.
    private let nodes: [Int]
    /// For each endpoint and step, whose memory on another node it writes to, -1 for nobody's.
    private let far: [[Int32]]

    /// Analyses a schedule; pieces without elements touch nothing.
    ///
    /// - Parameter nodes: the node of each endpoint, for a schedule that was cut for them.
    public init(_ schedule: Schedule, nodes: [Int] = []) {
        let programs = (0..<schedule.endpoints).map { schedule.program(of: $0) }
        self.programs = programs
        self.nodes = nodes
        far = nodes.isEmpty ? [] : Self.farTargets(schedule, programs, nodes)
        waits = programs.map { Array(repeating: [], count: $0.count) }
        isAwaited = programs.map { Array(repeating: false, count: $0.count) }
        isAnnounced = Array(repeating: false, count: schedule.endpoints)
        closing = Array(repeating: [], count: schedule.endpoints)
        lineWriters = [:]
        arrivals = waits
        var builder = Builder(schedule, programs)
        builder.walk()
        lineWriters = builder.lineWriters
        simplify(builder)
    }

    private static func farTargets(
        _ schedule: Schedule,
        _ programs: [[Step]],
        _ nodes: [Int]
    ) -> [[Int32]] {
        programs.map { program in
            program.map { step in
                var result: Int32 = -1
                schedule.forEachTarget(of: step) { place in
                    if nodes[place.endpoint] != nodes[step.actor] {
                        result = Int32(place.endpoint)
                    }
                }
                return result
            }
        }
    }

    /// Whether two endpoints are on different nodes.
    public func isFar(_ endpoint: Int, from other: Int) -> Bool {
        !nodes.isEmpty && nodes[endpoint] != nodes[other]
    }

    /// Which endpoint's memory on another node a step writes to.
    public func farTarget(of index: Int, at endpoint: Int) -> Int? {
        far.isEmpty || far[endpoint][index] < 0 ? nil : Int(far[endpoint][index])
    }

    /// At whom an endpoint sees that a step of another node has been taken: at the one on its own
    /// node that the step's data goes to, or else at itself.
    public func landing(of index: Int, from other: Int, for endpoint: Int) -> Int {
        guard let target = farTarget(of: index, at: other), !isFar(target, from: endpoint) else {
            return endpoint
        }
        return target
    }

    /// By what an endpoint's knowledge of another's progress is told apart: what has landed at one
    /// endpoint says nothing of what has landed at its neighbour.
    private func channel(to index: Int, of other: Int, for endpoint: Int) -> Int {
        if !isFar(other, from: endpoint) { return other }
        return (1 + landing(of: index, from: other, for: endpoint)) * programs.count + other
    }

    /// Drops what is implied by earlier waits of the same endpoint; then closes the operation.
    private mutating func simplify(_ builder: Builder) {
        for endpoint in programs.indices {
            // The latest step by channel, and of whom anything at all is known.
            var known: [Int: Int] = [:]
            var met: Set<Int> = []
            var free: Set<Int> = []
            for index in programs[endpoint].indices {
                for wait in builder.waits[endpoint][index] {
                    switch wait {
                    case .step(let other, let step):
                        let channel = channel(to: step, of: other, for: endpoint)
                        if known[channel, default: -2] >= step { continue }
                        known[channel] = step
                        met.insert(other)
                        isAwaited[other][step] = true
                    case .entered(let other):
                        if !met.insert(other).inserted { continue }
                        isAnnounced[other] = true
                    case .free(let other):
                        if met.contains(other) || !free.insert(other).inserted { continue }
                    }
                    waits[endpoint][index].append(wait)
                }
                for (other, step) in builder.arrivals[endpoint][index] {
                    known[other] = max(known[other, default: -2], step)
                    met.insert(other)
                    let wait = Wait.step(endpoint: other, index: step)
                    if !arrivals[endpoint][index].contains(wait) {
                        arrivals[endpoint][index].append(wait)
                    }
                }
            }
            goesOneWay = goesOneWay || free.contains { known[$0] == nil }
            for (other, step) in builder.touched[endpoint].sorted(by: { $0.key < $1.key })
            where known[channel(to: step, of: other, for: endpoint), default: -2] < step {
                closing[endpoint].append(.step(endpoint: other, index: step))
                isAwaited[other][step] = true
            }
        }
    }

    /// Runs all programs as far as their waits allow, and throws what is stuck, if anything is.
    func checkProgress(_ schedule: Schedule) throws(Flaw) {
        var done = [Int](repeating: 0, count: programs.count)
        // Who waits for a step of an endpoint; looked at again whenever that endpoint has gone on.
        var waiting: [[Int]] = Array(repeating: [], count: programs.count)
        var active = Array(programs.indices)
        while let endpoint = active.popLast() {
            let before = done[endpoint]
            while done[endpoint] < programs[endpoint].count {
                if case .step(let other, _)? = blocker(of: endpoint, done) {
                    waiting[other].append(endpoint)
                    break
                }
                done[endpoint] += 1
            }
            if done[endpoint] == before { continue }
            active += waiting[endpoint]
            waiting[endpoint] = []
        }
        for endpoint in programs.indices where done[endpoint] < programs[endpoint].count {
            let step = programs[endpoint][done[endpoint]]
            guard case .step(let other, let index)? = blocker(of: endpoint, done) else { continue }
            let awaited = schedule.describe(programs[other][index])
            throw Flaw(
                message: "deadlock: waits for \(awaited), which never comes",
                step: step,
                location: schedule.describe(step)
            )
        }
    }

    private func blocker(of endpoint: Int, _ done: [Int]) -> Wait? {
        let index = done[endpoint]
        return (waits[endpoint][index] + arrivals[endpoint][index]).first { wait in
            if case .step(let other, let index) = wait { return done[other] <= index }
            return false
        }
    }
}

/// Walks the steps in logical order and notes who touched what.
private struct Builder {
    let schedule: Schedule
    let programs: [[Step]]
    let cells: CellMap
    var waits: [[[Wait]]]
    /// Steps of others whose data the step itself sees arriving, since it comes as lines.
    var arrivals: [[[(Int, Int)]]]
    /// For each endpoint, the last step of every other endpoint that touches its memory.
    var touched: [[Int: Int]]
    /// For each cell the step that wrote it last and those that read it since, packed.
    var writer: [Int]
    var readers: [[Int]]
    var lineWriters: [DependencyGraph.SlotID: Int?] = [:]

    init(_ schedule: Schedule, _ programs: [[Step]]) {
        self.schedule = schedule
        self.programs = programs
        cells = CellMap(schedule)
        waits = programs.map { Array(repeating: [], count: $0.count) }
        arrivals = programs.map { Array(repeating: [], count: $0.count) }
        touched = Array(repeating: [:], count: programs.count)
        writer = []
        readers = []
    }

    mutating func walk() {
        struct Entry {
            let time: Int
            let endpoint: Int
            let index: Int
        }
        var lanes: [[Entry]] = Array(repeating: [], count: schedule.lanes)
        for (endpoint, program) in programs.enumerated() {
            for (index, step) in program.enumerated() {
                lanes[schedule.lane(of: step)].append(
                    Entry(time: schedule.time(of: step), endpoint: endpoint, index: index)
                )
            }
        }
        for lane in schedule.lanesBySlots {
            begin(lane)
            let order = lanes[lane].sorted {
                ($0.time, $0.endpoint, $0.index) < ($1.time, $1.endpoint, $1.index)
            }
            for entry in order { note(entry.endpoint, entry.index, lane) }
        }
    }

    /// Forgets who touched what, but not in slots that an earlier slice has had.
    ///
    /// All its steps there come before all of the next one's, as the prover sees to: so each cell
    /// has the right order, slice by slice.
    private mutating func begin(_ lane: Int) {
        guard schedule.sharesSlots, lane % schedule.slices >= schedule.slotSets else {
            writer = Array(repeating: -1, count: cells.count)
            readers = Array(repeating: [], count: cells.count)
            return
        }
        for endpoint in 0..<cells.endpoints {
            for cell in cells.buffers(of: endpoint) {
                writer[cell] = -1
                readers[cell].removeAll(keepingCapacity: true)
            }
        }
    }

    private func pack(_ endpoint: Int, _ index: Int) -> Int { endpoint << 32 | index }
    private func unpack(_ step: Int) -> (endpoint: Int, index: Int) {
        (step >> 32, step & 0xffff_ffff)
    }

    private mutating func note(_ actor: Int, _ index: Int, _ lane: Int) {
        let step = programs[actor][index]
        schedule.forEachSource(of: step) { place in
            place.forEachChunk(of: schedule.chunks) { chunk, piece in
                if schedule.elementCount(ofChunk: chunk, at: place, lane: lane) == 0 { return }
                noteRead(place, cells.cell(of: place, chunk: chunk, piece: piece), actor, index)
            }
        }
        schedule.forEachTarget(of: step) { place in
            place.forEachChunk(of: schedule.chunks) { chunk, piece in
                if schedule.elementCount(ofChunk: chunk, at: place, lane: lane) == 0 { return }
                noteWrite(place, cells.cell(of: place, chunk: chunk, piece: piece), actor, index)
            }
            if place.buffer == .scratch && schedule.scratch.lines {
                let slot = DependencyGraph.SlotID(
                    endpoint: place.endpoint,
                    slot: schedule.slot(place.slot, lane: lane)
                )
                let isFirst = lineWriters[slot] == nil || lineWriters[slot] == .some(actor)
                lineWriters[slot] = .some(isFirst ? actor : nil)
            }
        }
    }

    private mutating func noteRead(_ place: Place, _ cell: Int, _ actor: Int, _ index: Int) {
        let isLine = place.buffer == .scratch && schedule.scratch.lines
        if writer[cell] >= 0 {
            let (other, step) = unpack(writer[cell])
            if other != actor || step > index {
                if isLine && place.endpoint == actor {
                    arrivals[actor][index].append((other, step))
                } else {
                    waits[actor][index].append(.step(endpoint: other, index: step))
                }
            }
        } else if place.endpoint != actor {
            waits[actor][index].append(.entered(place.endpoint))
        }
        if place.endpoint != actor { touch(place.endpoint, actor, index) }
        readers[cell].append(pack(actor, index))
    }

    private mutating func noteWrite(_ place: Place, _ cell: Int, _ actor: Int, _ index: Int) {
        for reader in readers[cell] {
            let (other, step) = unpack(reader)
            if other != actor || step > index {
                waits[actor][index].append(.step(endpoint: other, index: step))
            }
        }
        if readers[cell].isEmpty && writer[cell] >= 0 {
            let (other, step) = unpack(writer[cell])
            if other != actor || step > index {
                waits[actor][index].append(.step(endpoint: other, index: step))
            }
        }
        if place.endpoint != actor {
            let isNew = writer[cell] < 0 && readers[cell].isEmpty
            if place.buffer != .scratch {
                waits[actor][index].append(.entered(place.endpoint))
            } else if isNew {
                waits[actor][index].append(.free(place.endpoint))
            }
            touch(place.endpoint, actor, index)
        }
        writer[cell] = pack(actor, index)
        readers[cell].removeAll(keepingCapacity: true)
    }

    private mutating func touch(_ endpoint: Int, _ actor: Int, _ index: Int) {
        touched[endpoint][actor] = max(touched[endpoint][actor, default: -1], index)
    }
}

internal import Text

/// Takes the steps of an MSCCL file in an order that is possible, and notes what moves.
///
/// There a send copies into a buffer of the connection, from which the receiver takes it later. A
/// schedule has no such buffer: the receiver reads where the sender has it. So nothing may be
/// written over what is still to be received. Steps that would do so wait; where that makes a
/// circle (two GPUs that exchange in place), the receiver reads into slots of its own first.
struct MSCCLRun {
    /// Chunks at a GPU.
    struct Location {
        let gpu: Int
        var area: MSCCLFile.Area
    }

    /// Chunks that are copied, or added to others, from left to right.
    struct Transfer {
        let sources: [Location]
        let target: Location
        let count: Int
        let step: Int
    }

    /// The steps that are to receive from a cell, and how many of them have not done so yet.
    private struct Readers {
        var steps: [Int] = []
        var left = 0
    }

    let file: MSCCLFile
    private let order: MSCCLOrder
    private let memory: MSCCLMemory
    private(set) var transfers: [Transfer] = []
    /// The steps in the order in which they were taken.
    private(set) var taken: [Int] = []
    /// For each GPU how many slots it has, with those that were added.
    private(set) var slots: [Int]
    /// Where what a step sent lies.
    private var sent: [Int: Location] = [:]
    /// Where a receiver has put what it read before its turn.
    private var kept: [Int: Location] = [:]
    /// Who is still to receive from a cell, and the steps that wait to write it.
    private var readers: [Int: Readers] = [:]
    private var parked: [Int: [Int]] = [:]
    private var ready: [Int] = []
    private var isParked: [Bool]
    /// Parked steps, the first one last: those to let go on when nothing else can.
    private var stuck: [Int] = []
    /// How many cells all steps together may look at.
    private var budget: Int

    init(_ order: MSCCLOrder, _ memory: MSCCLMemory, budget: Int) throws(TextError) {
        self.order = order
        self.memory = memory
        self.budget = budget
        file = order.file
        slots = file.gpus.map(\.scratchChunks)
        isParked = Array(repeating: false, count: file.steps.count)
        try run()
    }

    private mutating func run() throws(TextError) {
        let count = file.steps.count
        var waits = [Int](repeating: 0, count: count)
        var successors = [[Int]](repeating: [], count: count)
        for step in 0..<count {
            order.forEachPredecessor(of: step) {
                waits[step] += 1
                successors[$0].append(step)
            }
        }
        ready = (0..<count).filter { waits[$0] == 0 }
        var next = 0
        while next < ready.count || unblock() {
            let step = ready[next]
            next += 1
            budget -= file.steps[step].count + 1
            if budget < 0 {
                throw file.steps[step].element.error(
                    "the steps wait for one another too often to be followed"
                )
            }
            if let cell = blocker(of: step) {
                parked[cell, default: []].append(step)
                isParked[step] = true
                continue
            }
            take(step)
            taken.append(step)
            for successor in successors[step] {
                waits[successor] -= 1
                if waits[successor] == 0 { ready.append(successor) }
            }
        }
        if taken.count < count { throw order.circle(among: waits.map { $0 > 0 }) }
    }

    // MARK: Waiting to write

    /// A cell that a step would write before it was read, nil if there is none.
    private func blocker(of step: Int) -> Int? {
        guard file.steps[step].kind.writesTarget else { return nil }
        return cells(ofTarget: step).first { readers[$0] != nil }
    }

    private func cells(ofTarget step: Int) -> [Int] {
        let step = file.steps[step]
        return memory.cells(of: step.target, gpu: step.gpu, count: step.count)
    }

    /// Lets a step go on that waits to write: who is still to read there reads now.
    private mutating func unblock() -> Bool {
        if stuck.isEmpty { stuck = parked.values.joined().sorted(by: >) }
        while let step = stuck.popLast() {
            guard isParked[step] else { continue }
            for cell in cells(ofTarget: step) {
                for reader in readers[cell]?.steps ?? [] { keep(reader) }
            }
            return true
        }
        return !parked.isEmpty && unblock()
    }

    /// Lets a step that has not received yet do so now, into slots of its own.
    private mutating func keep(_ step: Int) {
        guard let source = sent[order.sender[step]] else { return }
        let (gpu, count) = (file.steps[step].gpu, file.steps[step].count)
        let own = newSlots(count, at: gpu)
        transfers.append(Transfer(sources: [source], target: own, count: count, step: step))
        kept[step] = own
        hasRead(step, source)
    }

    private mutating func newSlots(_ count: Int, at gpu: Int) -> Location {
        let area = MSCCLFile.Area(buffer: .scratch, offset: slots[gpu])
        slots[gpu] += count
        return Location(gpu: gpu, area: area)
    }

    /// Notes that a step has read what was sent to it.
    private mutating func hasRead(_ step: Int, _ source: Location) {
        sent[order.sender[step]] = nil
        let cells = memory.cells(of: source.area, gpu: source.gpu, count: file.steps[step].count)
        for cell in cells {
            readers[cell]?.left -= 1
            guard readers[cell]?.left == 0 else { continue }
            readers[cell] = nil
            if let waiting = parked.removeValue(forKey: cell) {
                ready += waiting
                for step in waiting { isParked[step] = false }
            }
        }
    }

    // MARK: Steps

    private mutating func take(_ number: Int) {
        let step = file.steps[number]
        let source = Location(gpu: step.gpu, area: step.source)
        let target = Location(gpu: step.gpu, area: step.target)
        switch step.kind {
        case .nothing: break
        case .send: send(source, by: number)
        case .copy: move([source], to: target, by: number)
        case .reduce: move([target, source], to: target, by: number)
        case .receive: receive(into: target, by: number)
        case .receiveReduceCopy: receive(addingTo: source, into: target, by: number)
        case .receiveCopySend:
            receive(into: target, by: number)
            send(target, by: number)
        case .receiveReduceCopySend:
            receive(addingTo: source, into: target, by: number)
            send(target, by: number)
        case .receiveReduceSend:
            // The sum is stored nowhere, so it needs a place from which it can be read.
            let own = newSlots(step.count, at: step.gpu)
            receive(addingTo: source, into: own, by: number)
            send(own, by: number)
        }
    }

    private mutating func move(_ sources: [Location], to target: Location, by step: Int) {
        let count = file.steps[step].count
        transfers.append(Transfer(sources: sources, target: target, count: count, step: step))
    }

    private mutating func send(_ source: Location, by step: Int) {
        let reader = order.receiver[step]
        sent[step] = source
        // Slots that were added are written once, so nobody needs to wait there.
        let size = file.size(of: source.area.buffer, gpu: source.gpu)
        guard source.area.offset < size else { return }
        let cells = memory.cells(of: source.area, gpu: source.gpu, count: file.steps[step].count)
        for cell in cells {
            readers[cell, default: Readers()].steps.append(reader)
            readers[cell, default: Readers()].left += 1
        }
    }

    private mutating func receive(
        addingTo local: Location? = nil,
        into target: Location,
        by step: Int
    ) {
        if let own = kept.removeValue(forKey: step) {
            // Both lie here now, so the sum stays in the place of what is added to.
            if let local {
                if !memory.areSame(local, target) { move([local], to: target, by: step) }
                move([target, own], to: target, by: step)
            } else {
                move([own], to: target, by: step)
            }
        } else if let source = sent[order.sender[step]] {
            move((local.map { [$0] } ?? []) + [source], to: target, by: step)
            if source.area.offset < file.size(of: source.area.buffer, gpu: source.gpu) {
                hasRead(step, source)
            }
        }
    }
}

internal import Text

/// Sorts what moves by lanes: each part of a block is one.
///
/// Of scratch nobody says what it is for, so the data is followed.
struct MSCCLLanes {
    /// One chunk of a transfer.
    private struct Piece {
        let transfer: Int32
        let number: Int32
    }

    private let run: MSCCLRun
    private let memory: MSCCLMemory
    private let file: MSCCLFile
    private let limits: ImportLimits
    /// Slots of the file, and those that were added.
    private let slots: Int
    /// For each GPU and slot the lane of what lies there, -1 for nothing.
    private var content: [Int32]
    private var pieces: [[Piece]]
    /// Whether every lane keeps to its own share of the slots.
    private var sharesSlots: Bool
    /// Whether a chunk is written that is part of no output.
    private var displaces = false

    init(_ run: MSCCLRun, _ memory: MSCCLMemory, _ limits: ImportLimits) throws(TextError) {
        self.run = run
        self.memory = memory
        self.limits = limits
        file = run.file
        slots = run.slots.max() ?? 0
        // Of all slots that were added, every GPU gets as many as the one that needs the most.
        try Self.refuse(slots: slots, lanes: 1, memory, limits)
        content = Array(repeating: -1, count: slots * file.ranks)
        pieces = Array(repeating: [], count: memory.parts)
        sharesSlots = slots % memory.parts == 0
    }

    // MARK: Following the data

    /// Follows the data through all transfers.
    mutating func follow() throws(TextError) {
        for (number, transfer) in run.transfers.enumerated() {
            for piece in 0..<transfer.count {
                let target = spot(transfer.target, piece)
                let lane = try lane(of: transfer, piece)
                if target.buffer == .scratch { content[slot(target)] = Int32(lane) }
                for place in transfer.sources + [transfer.target] {
                    note(spot(place, piece), lane)
                }
                displaces = displaces || isDisplaced(target)
                pieces[lane].append(Piece(transfer: Int32(number), number: Int32(piece)))
            }
        }
    }

    /// A chunk in the file's own numbers.
    private func spot(_ location: MSCCLRun.Location, _ piece: Int) -> Spot {
        Spot(
            endpoint: location.gpu,
            buffer: location.area.buffer,
            index: location.area.offset + piece
        )
    }

    private func slot(_ spot: Spot) -> Int { spot.endpoint * slots + spot.index }

    private func lane(
        of transfer: MSCCLRun.Transfer,
        _ piece: Int
    ) throws(TextError) -> Int {
        var lane = -1
        let target = transfer.target.area.buffer == .scratch ? [] : [transfer.target]
        for place in transfer.sources + target {
            let spot = spot(place, piece)
            let own =
                spot.buffer == .scratch
                ? Int(content[slot(spot)])
                : memory.chunk(spot.buffer, spot.index, gpu: spot.endpoint).part
            if lane >= 0 && own >= 0 && own != lane {
                throw file.steps[transfer.step].element.error(
                    "part \(lane) of a block meets part \(own) here; weft keeps the parts of "
                        + "blocks apart"
                )
            }
            if own >= 0 { lane = own }
        }
        return max(0, lane)
    }

    private mutating func note(_ spot: Spot, _ lane: Int) {
        guard sharesSlots, spot.buffer == .scratch else { return }
        sharesSlots = spot.index / (slots / memory.parts) == lane
    }

    /// Whether a place is part of no output.
    ///
    /// In place, what is an input only may be written too: a reduce-scatter sums there. Schedules
    /// never write inputs, so whoever writes such a chunk first moves it to a slot.
    private func isDisplaced(_ spot: Spot) -> Bool {
        guard memory.schedule.inPlace, spot.buffer != .scratch else { return false }
        return !memory.isOutput(chunk(of: spot), gpu: spot.endpoint)
    }

    private func chunk(of spot: Spot) -> Int {
        memory.chunk(spot.buffer, spot.index, gpu: spot.endpoint).chunk
    }

    // MARK: Tracks

    /// The tracks, one for each lane, and the scratch that they need.
    func finish() throws(TextError) -> ([Track], Scratch) {
        let share = sharesSlots ? slots / memory.parts : slots
        var schedule = memory.schedule
        schedule.scratch = Scratch(slots: share + (displaces ? memory.chunks : 0))
        try Self.refuse(slots: schedule.scratch.slots, lanes: memory.parts, memory, limits)
        let tracks = pieces.indices.map { lane in
            track(lane, schedule, firstSlot: sharesSlots ? lane * share : 0, displaced: share)
        }
        return (tracks, schedule.scratch)
    }

    private static func refuse(
        slots: Int,
        lanes: Int,
        _ memory: MSCCLMemory,
        _ limits: ImportLimits
    ) throws(TextError) {
        let refusal = limits.refusal(
            endpoints: memory.file.ranks,
            ranks: memory.file.ranks,
            chunks: memory.chunks,
            slots: slots,
            lanes: lanes,
            elements: memory.schedule.elements,
            elementSize: memory.schedule.elementSize
        )
        if let refusal { throw memory.file.root.error(refusal) }
    }

    private func track(
        _ lane: Int,
        _ schedule: Schedule,
        firstSlot: Int,
        displaced: Int
    ) -> Track {
        var table = ExchangeTable(schedule)
        var moved = Set<Int>()
        func place(_ spot: Spot) -> Spot {
            var buffer = spot.buffer
            var index = spot.index - firstSlot
            if buffer != .scratch {
                index = chunk(of: spot)
                if moved.contains(spot.endpoint * memory.chunks + index) {
                    buffer = .scratch
                    index += displaced
                }
            }
            return Spot(endpoint: spot.endpoint, buffer: buffer, index: index)
        }
        var open: [(sources: [Spot], target: Spot)] = []
        var last: Int32 = -1
        for piece in pieces[lane] {
            // Chunks of different parts are no neighbours, though weft numbers them so.
            if piece.transfer != last || memory.parts > 1 {
                table.add(open)
                open.removeAll(keepingCapacity: true)
            }
            last = piece.transfer
            let transfer = run.transfers[Int(piece.transfer)]
            let sources = transfer.sources.map { place(spot($0, Int(piece.number))) }
            let target = spot(transfer.target, Int(piece.number))
            if isDisplaced(target) {
                moved.insert(target.endpoint * memory.chunks + chunk(of: target))
            }
            open.append((sources, place(target)))
        }
        table.add(open)
        return Track([Phase(Schedule.exchangedPhase, table: table.table())])
    }
}

package import CWeft
public import Collectives

/// One endpoint's part of a schedule, lowered: what the engine in C will execute, still in a form
/// that can be looked at and checked.
public struct PlanDraft: Sendable {
    /// Whose part.
    public let endpoint: Int
    /// What elements are, and how they become one.
    public let reduction: Reduction
    /// How many ranks contribute.
    let ranks: Int
    /// How the engine runs it.
    package var steps: [weft_step] = []
    /// Each step's sources, then its targets, step after step.
    package var operands: [weft_operand] = []
    /// Each step's waits, step after step, then those that close the operation.
    package var waits: [weft_wait] = []
    /// How many waits close it.
    package var closing = 0
    /// Whom on other nodes it tells: that it has entered, of steps, and that it has left.
    package var notices: [UInt32] = []
    /// How many of them it tells that it has entered.
    package var entering = 0
    /// How many of them it tells that it has left.
    package var leaving = 0
    /// Whether the endpoint must say that it has entered.
    package var isAnnounced = false
    /// How many operations take turns in the schedule's scratch; more where lines go one way.
    package var turns = Int(WEFT_TURNS)
    /// Bytes of lines that one operation needs.
    public var linesBytes = 0
    /// Bytes of plain scratch that one operation needs.
    public var scratchBytes = 0
    /// Whether input and output share their memory.
    package let inPlace: Bool

    /// Lowers one endpoint's program; an endpoint that the schedule does not have has no steps.
    ///
    /// - Parameters:
    ///   - graph: what the schedule's steps wait for.
    ///   - reduction: what elements are; of the size that the schedule says.
    ///   - isStreaming: whether stores go past the caches.
    public init(
        _ schedule: Schedule,
        graph: DependencyGraph,
        endpoint: Int,
        reduction: Reduction = Reduction(),
        isStreaming: Bool = false
    ) throws(RuntimeError) {
        try self.init(
            schedule,
            graph: graph,
            endpoint: endpoint,
            reduction: reduction,
            isStreaming: isStreaming,
            talk: FarTalk(graph, nodes: [])
        )
    }

    /// The same on nodes, where endpoints tell each other things.
    init(
        _ schedule: Schedule,
        graph: DependencyGraph,
        endpoint: Int,
        reduction: Reduction,
        isStreaming: Bool,
        talk: FarTalk
    ) throws(RuntimeError) {
        precondition(reduction.type.size == schedule.elementSize, "elements of one size")
        // A barrier combines tokens, by any operator that has no ends.
        let isReduced = schedule.collective.reduces
        let reduction = isReduced ? reduction : Reduction(reduction.type)
        self.init(
            endpoint: endpoint,
            reduction: reduction,
            ranks: schedule.ranks,
            inPlace: schedule.inPlace
        )
        linesBytes = schedule.linesBytes
        scratchBytes = schedule.scratchBytes
        if endpoint >= schedule.endpoints { return }
        turns = schedule.turns(graph)
        let program = graph.programs[endpoint]
        guard program.count < 1 << 20 - 2 else {
            throw RuntimeError("\(schedule.algorithm) has more steps than a plan holds")
        }
        let lowering = Lowering(schedule, graph, reduction, isStreaming: isStreaming, talk)
        var unsent = UnsentRanges(inPlace: inPlace)
        notices = talk.entering[endpoint]
        entering = notices.count
        for (index, step) in program.enumerated() {
            try lower(step, index, lowering, &unsent)
        }
        let last = graph.closing[endpoint]
        waits += last.map { lowering.wait($0, at: endpoint) }
        closing = last.count
        notices += talk.leaving[endpoint]
        leaving = talk.leaving[endpoint].count
        isAnnounced = graph.isAnnounced[endpoint]
    }

    /// A plan without steps.
    init(endpoint: Int, reduction: Reduction, ranks: Int, inPlace: Bool) {
        self.endpoint = endpoint
        self.reduction = reduction
        self.ranks = ranks
        self.inPlace = inPlace
    }

    /// The same schedule without waiting for anybody: only the loads and stores, to measure what
    /// the waiting costs.
    ///
    /// Its results mean nothing. Only who sends lines one way still waits for those who take them:
    /// a line that is written again too soon would be waited for for ever.
    public func withoutWaiting() -> PlanDraft {
        var result = self
        result.waits = []
        result.closing = 0
        result.isAnnounced = false
        var rest = waits[...]
        for index in steps.indices {
            let own = rest.prefix(Int(steps[index].waits))
            rest = rest.dropFirst(own.count)
            let kept = own.filter { turns != WEFT_TURNS && $0.operations < 0 }
            result.waits += kept
            result.steps[index].waits = UInt32(kept.count)
            result.steps[index].is_awaited = 0
        }
        return result
    }

    private mutating func lower(
        _ step: Collectives.Step,
        _ index: Int,
        _ lowering: Lowering,
        _ unsent: inout UnsentRanges
    ) throws(RuntimeError) {
        let (graph, talk) = (lowering.graph, lowering.talk)
        let pieces = try lowering.pieces(of: step)
        for (number, piece) in pieces.enumerated() {
            let isLast = number == pieces.count - 1
            let isSend = piece.kind == WEFT_STEP_SEND
            let first = number == 0 ? graph.waits[endpoint][index] : []
            let told = isLast ? talk.after[endpoint][index] ?? [] : []
            waits += first.map { lowering.wait($0, at: endpoint) }
            operands += piece.operands
            notices += told
            var step = weft_step()
            step.kind = piece.kind.rawValue
            step.is_awaited = isLast && graph.isAwaited[endpoint][index] ? 1 : 0
            step.is_streaming = lowering.isStreaming ? 1 : 0
            step.is_complete = piece.isComplete ? 1 : 0
            step.waits = UInt32(first.count)
            step.sources = UInt32(piece.sources)
            step.targets = UInt32(piece.operands.count - piece.sources)
            step.notices = UInt32(told.count)
            step.flushes = lowering.flushes(
                piece,
                isAwaited: isLast && talk.awaitedSends[endpoint].contains(index),
                &unsent
            )
            // Progress goes with the last piece of what is sent.
            step.progress = isLast || !isSend ? UInt64(index + 2) : 0
            step.bytes = UInt64(piece.bytes)
            steps.append(step)
        }
    }
}

extension Schedule {
    /// Bytes of a slot of plain scratch.
    fileprivate var slotBytes: Int { slotElements * elementSize }

    /// Bytes of a slot of lines.
    fileprivate var slotLineBytes: Int {
        (slotBytes + Int(WEFT_LINE_DATA) - 1) / Int(WEFT_LINE_DATA) * Int(WEFT_LINE)
    }

    /// How many operations take turns in it.
    fileprivate func turns(_ graph: DependencyGraph) -> Int {
        Int(scratch.lines && graph.goesOneWay ? WEFT_TURNS_AHEAD : WEFT_TURNS)
    }

    /// Bytes of lines that each endpoint needs for one operation.
    public var linesBytes: Int { scratch.lines ? slotCount * slotLineBytes : 0 }

    /// Bytes of plain scratch that each endpoint needs for one operation.
    public var scratchBytes: Int { scratch.lines ? 0 : slotCount * slotBytes }
}

/// Turns places into addresses.
private struct Lowering {
    struct Piece {
        let kind: weft_step_kind
        let operands: [weft_operand]
        let sources: Int
        let bytes: Int
        let isComplete: Bool
    }

    let schedule: Schedule
    let graph: DependencyGraph
    let talk: FarTalk
    let slotBytes: Int
    let slotLineBytes: Int
    let isStreaming: Bool
    /// Whether nothing has to be done at all: one rank in place, unless inputs change.
    private let movesNothing: Bool

    init(
        _ schedule: Schedule,
        _ graph: DependencyGraph,
        _ reduction: Reduction,
        isStreaming: Bool,
        _ talk: FarTalk
    ) {
        self.schedule = schedule
        self.graph = graph
        self.talk = talk
        self.isStreaming = isStreaming
        let changes = [.premultipliedSum, .average].contains(reduction.combining)
        movesNothing = schedule.movesNothing && !changes
        slotBytes = schedule.slotBytes
        slotLineBytes = schedule.slotLineBytes
    }

    func wait(_ wait: Wait, at endpoint: Int) -> weft_wait {
        let word = talk.word(wait, at: endpoint, graph)
        return switch wait {
        case .step(_, let index): weft_wait(word: word, operations: 0, progress: UInt64(index + 2))
        case .entered: weft_wait(word: word, operations: 0, progress: 1)
        // Operations take turns: the last that had this one's lines or scratch has ended.
        case .free:
            weft_wait(word: word, operations: Int32(1 - schedule.turns(graph)), progress: 0)
        }
    }

    /// When what was sent must have left: before it is overwritten, here or by a neighbour.
    func flushes(_ piece: Piece, isAwaited: Bool, _ unsent: inout UnsentRanges) -> UInt32 {
        let bytes = UInt64(piece.bytes)
        if piece.kind == WEFT_STEP_SEND {
            unsent.add(piece.operands[0], bytes)
            if !isAwaited { return 0 }
            unsent.clear()
            return WEFT_FLUSH_AFTER.rawValue
        }
        let targets = piece.operands[piece.sources...]
        if !targets.contains(where: { unsent.overlap($0, bytes) }) { return 0 }
        unsent.clear()
        return WEFT_FLUSH_BEFORE.rawValue
    }

    /// A step as engine steps: one, unless a place has gaps; none when it has no elements.
    func pieces(of step: Collectives.Step) throws(RuntimeError) -> [Piece] {
        let lane = schedule.lane(of: step)
        var places: [(place: Place, spans: [Span])] = []
        var sources = 0
        func add(_ place: Place) {
            var spans: [Span] = []
            schedule.forEachSpan(of: place, lane: lane) { spans.append($0) }
            places.append((place, spans))
        }
        schedule.forEachSource(of: step) {
            add($0)
            sources += 1
        }
        schedule.forEachTarget(of: step) { add($0) }
        let elements = places.first?.spans.reduce(0) { $0 + $1.count } ?? 0
        if elements == 0 || movesNothing { return [] }

        let isFar = places.map { graph.isFar($0.place.endpoint, from: step.actor) }
        let usesLines = places.map { $0.place.buffer == .scratch && schedule.scratch.lines }
        let kind: weft_step_kind =
            if isFar.contains(true) {
                WEFT_STEP_SEND
            } else if usesLines[sources...].contains(true) {
                WEFT_STEP_PUT
            } else if usesLines[..<sources].contains(true) { WEFT_STEP_TAKE } else {
                WEFT_STEP_COMBINE
            }
        let isOneSource = sources == 1 && !usesLines[0]
        if kind == WEFT_STEP_PUT && (!isOneSource || usesLines[sources...].contains(false)) {
            throw RuntimeError(
                "\(schedule.describe(step)): lines are written from one plain source, to lines only"
            )
        }

        // Cut where any place has a gap, so that every operand of a piece is contiguous.
        var cuts: Set<Int> = [0, elements]
        for (_, spans) in places {
            var at = 0
            for span in spans {
                at += span.count
                cuts.insert(at)
            }
        }
        for (place, isLines) in zip(places.map(\.place), usesLines) where isLines {
            if writer(of: place, schedule.slot(place.slot, lane: lane)) == nil {
                throw RuntimeError("\(schedule.describe(step)): a slot of lines has one writer")
            }
        }
        let sorted = cuts.sorted()
        if sorted.count > 2 && (kind == WEFT_STEP_PUT || kind == WEFT_STEP_TAKE) {
            throw RuntimeError("\(schedule.describe(step)): lines carry neighbouring chunks only")
        }
        return zip(sorted, sorted.dropFirst()).map { start, end in
            Piece(
                kind: kind,
                operands: places.map { operand($0.place, $0.spans, at: start, lane: lane) },
                sources: sources,
                bytes: (end - start) * schedule.elementSize,
                isComplete: schedule.collective.reduces && schedule.isComplete(step)
            )
        }
    }

    private func operand(
        _ place: Place,
        _ spans: [Span],
        at start: Int,
        lane: Int
    ) -> weft_operand {
        var skipped = 0
        var offset = 0
        for span in spans {
            if start < skipped + span.count {
                offset = span.offset + start - skipped
                break
            }
            skipped += span.count
        }
        let slot = schedule.slot(place.slot, lane: lane)
        let first = schedule.startOfSpans(in: place.buffer, of: place.endpoint)
        let bytes = (first + offset) * schedule.elementSize
        switch place.buffer {
        case .input:
            var input = operand(place.endpoint, WEFT_AREA_INPUT, bytes)
            input.is_input = schedule.collective.reduces ? 1 : 0
            return input
        case .output:
            return operand(place.endpoint, WEFT_AREA_OUTPUT, bytes)
        case .scratch where schedule.scratch.lines:
            var line = operand(place.endpoint, WEFT_AREA_LINES, slot * slotLineBytes)
            line.writer = UInt32(writer(of: place, slot) ?? place.endpoint)
            return line
        case .scratch:
            return operand(place.endpoint, WEFT_AREA_SCRATCH, slot * slotBytes + bytes)
        }
    }

    private func writer(of place: Place, _ slot: Int) -> Int? {
        graph.lineWriters[DependencyGraph.SlotID(endpoint: place.endpoint, slot: slot)] ?? nil
    }

    private func operand(_ endpoint: Int, _ area: weft_area, _ offset: Int) -> weft_operand {
        weft_operand(
            endpoint: UInt32(endpoint),
            area: area.rawValue,
            offset: UInt64(offset),
            writer: UInt32(endpoint),
            is_input: 0
        )
    }
}

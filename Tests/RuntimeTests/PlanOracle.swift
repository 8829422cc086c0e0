import CWeft
import Collectives
import Runtime

/// Runs plans on symbols, in every order in which their loads, stores and flags can happen, and
/// compares each operation's output with what the schedule's reference gives.
///
/// It shares nothing with PlanChecker: that one looks for two accesses that could meet, this one
/// for a wrong value or a standstill. Each load of an operand and each store is an action of its
/// own, so that a step can be overtaken in its middle.
struct PlanOracle {
    private enum Action {
        /// The caller looks at the output of an operation.
        case look(cells: [Int], expected: [UInt64])
        /// The caller writes an input.
        case give(cells: [Int], values: [UInt64])
        case publish(UInt64)
        case wait(endpoint: Int, progress: UInt64)
        case waitForLine(cell: Int, operation: UInt64)
        case load(cell: Int, isFirst: Bool)
        case store(cell: Int)
        case storeLine(cell: Int, operation: UInt64)
    }

    private struct Place: Hashable {
        let endpoint: Int
        let area: UInt32
        let turn: UInt64
        let offset: UInt64
    }

    private var programs: [[Action]] = []
    private var cells: [Place: Int] = [:]
    private let turns: UInt64?
    /// As in the engine.
    private static let first = UInt64(WEFT_FIRST_OPERATION)
    private let ranks: Int

    static func combine(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var mixed = left &* 0x9E37_79B9_7F4A_7C15 &+ (right ^ (right >> 29))
        mixed = (mixed ^ (mixed >> 32)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private static func input(_ rank: Int, _ operation: Int, _ element: Int) -> UInt64 {
        combine(UInt64(rank * 100 + operation), UInt64(element + 7))
    }

    init(_ drafts: [PlanDraft], of schedule: Schedule, operations: Int, turns: UInt64? = nil) {
        ranks = drafts.count
        self.turns = turns
        let results = (0..<operations).map { operation in
            schedule.interpret(
                inputs: (0..<ranks).map { rank in
                    (0..<schedule.elements).map { Self.input(rank, operation, $0) }
                },
                empty: 0,
                combine: Self.combine
            )
        }
        var buffers: [Set<UInt64>] = Array(repeating: [], count: ranks)
        for draft in drafts {
            for operand in draft.operands
            where operand.area <= WEFT_AREA_OUTPUT.rawValue {
                buffers[Int(operand.endpoint)].insert(operand.offset)
            }
        }
        for draft in drafts {
            var program: [Action] = []
            let offsets = buffers[draft.endpoint].sorted()
            let elements = offsets.map { Int($0) / schedule.elementSize }
            func caller(_ area: weft_area) -> [Int] {
                offsets.map { cell(draft, draft.endpoint, area.rawValue, 0, $0) }
            }
            for operation in 0..<operations {
                let values = elements.map { Self.input(draft.endpoint, operation, $0) }
                program.append(.give(cells: caller(WEFT_AREA_INPUT), values: values))
                add(draft, Self.first + UInt64(operation), to: &program)
                let expected = elements.map { results[operation][draft.endpoint][$0] }
                program.append(.look(cells: caller(WEFT_AREA_OUTPUT), expected: expected))
            }
            programs.append(program)
        }
    }

    private mutating func cell(
        _ draft: PlanDraft,
        _ endpoint: Int,
        _ area: UInt32,
        _ operation: UInt64,
        _ offset: UInt64
    ) -> Int {
        let isBuffer = area <= WEFT_AREA_OUTPUT.rawValue
        let isShared = draft.inPlace && isBuffer
        let place = Place(
            endpoint: endpoint,
            area: isShared ? WEFT_AREA_INPUT.rawValue : area,
            turn: isBuffer ? 0 : operation % (turns ?? UInt64(draft.turns)),
            offset: offset
        )
        let next = cells.count
        return cells[place, default: next] == next ? note(place, next) : cells[place] ?? next
    }

    private mutating func note(_ place: Place, _ number: Int) -> Int {
        cells[place] = number
        return number
    }

    private mutating func add(
        _ draft: PlanDraft,
        _ operation: UInt64,
        to program: inout [Action]
    ) {
        var waits = draft.waits[...]
        var operands = draft.operands[...]
        func progress(_ operation: UInt64, _ within: UInt64) -> UInt64 { operation << 20 + within }
        func wait() -> Action {
            let one = waits.removeFirst()
            let when = UInt64(Int64(operation) + Int64(one.operations))
            return .wait(endpoint: Int(one.word), progress: progress(when, one.progress))
        }
        if draft.isAnnounced { program.append(.publish(progress(operation, 1))) }
        for step in draft.steps {
            for _ in 0..<step.waits { program.append(wait()) }
            for number in 0..<Int(step.sources + step.targets) {
                let one = operands.removeFirst()
                let isLine = one.area == WEFT_AREA_LINES.rawValue
                let cell = cell(draft, Int(one.endpoint), one.area, operation, one.offset)
                if number < Int(step.sources) {
                    if isLine { program.append(.waitForLine(cell: cell, operation: operation)) }
                    program.append(.load(cell: cell, isFirst: number == 0))
                } else if isLine {
                    program.append(.storeLine(cell: cell, operation: operation))
                } else {
                    program.append(.store(cell: cell))
                }
            }
            if step.is_awaited != 0 {
                program.append(.publish(progress(operation, step.progress)))
            }
        }
        for _ in 0..<draft.closing { program.append(wait()) }
        program.append(.publish(progress(operation + 1, 0)))
    }

    /// Where everybody is: positions, registers, progress, then the cells' values and flags.
    private struct State: Hashable {
        var positions: [Int32]
        var registers: [UInt64]
        var progress: [UInt64]
        var values: [UInt64]
        var flags: [UInt64]
    }

    private var start: State {
        State(
            positions: Array(repeating: 0, count: ranks),
            registers: Array(repeating: 0, count: ranks),
            progress: Array(repeating: Self.first << 20, count: ranks),
            values: Array(repeating: 1, count: cells.count),
            flags: Array(repeating: 0, count: cells.count)
        )
    }

    /// What goes wrong in some order, nil when nothing does in any.
    func fault(limit: Int = 3_000_000) -> String? {
        var seen: Set<State> = [start]
        var open = [start]
        while let state = open.popLast() {
            var isStuck = true
            var isOver = true
            for rank in 0..<ranks where Int(state.positions[rank]) < programs[rank].count {
                isOver = false
                var next = state
                switch take(programs[rank][Int(state.positions[rank])], rank, &next) {
                case .blocked: continue
                case .wrong: return "endpoint \(rank) gets a wrong result"
                case .taken: break
                }
                isStuck = false
                next.positions[rank] += 1
                if seen.insert(next).inserted { open.append(next) }
                // Where nobody else can tell, one order stands for all.
                if isPrivate(programs[rank][Int(state.positions[rank])]) { break }
            }
            if isStuck && !isOver { return "standstill" }
            if seen.count > limit { return "too many states" }
        }
        return nil
    }

    /// What goes wrong in the one order in which ranks take turns.
    ///
    /// Where no two accesses race, every order gives the same, so that this and the checker
    /// together find every fault.
    func faultInTurns() -> String? {
        var state = start
        var moved = true
        while moved {
            moved = false
            for rank in 0..<ranks where Int(state.positions[rank]) < programs[rank].count {
                switch take(programs[rank][Int(state.positions[rank])], rank, &state) {
                case .blocked: continue
                case .wrong: return "endpoint \(rank) gets a wrong result"
                case .taken: break
                }
                state.positions[rank] += 1
                moved = true
            }
        }
        let isOver = (0..<ranks).allSatisfy { Int(state.positions[$0]) == programs[$0].count }
        return isOver ? nil : "standstill"
    }

    /// Waits that are over stay over, since progress only grows; so they need no other order.
    private func isPrivate(_ action: Action) -> Bool {
        if case .wait = action { return true }
        return false
    }

    private enum Result {
        case taken
        case blocked
        case wrong
    }

    private func take(_ action: Action, _ rank: Int, _ state: inout State) -> Result {
        switch action {
        case .look(let cells, let expected):
            return cells.map { state.values[$0] } == expected ? .taken : .wrong
        case .give(let cells, let values):
            for (cell, value) in zip(cells, values) { state.values[cell] = value }
        case .publish(let progress): state.progress[rank] = progress
        case .wait(let endpoint, let progress):
            return state.progress[endpoint] >= progress ? .taken : .blocked
        case .waitForLine(let cell, let operation):
            return state.flags[cell] == operation ? .taken : .blocked
        case .load(let cell, let isFirst):
            let value = state.values[cell]
            let sum = state.registers[rank]
            state.registers[rank] = isFirst ? value : Self.combine(sum, value)
        case .store(let cell): state.values[cell] = state.registers[rank]
        case .storeLine(let cell, let operation):
            state.values[cell] = state.registers[rank]
            state.flags[cell] = operation
        }
        return .taken
    }
}

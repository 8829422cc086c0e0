internal import CWeft

/// What is wrong with a set of plans, and how to get there.
public struct PlanFlaw: Error, Equatable, CustomStringConvertible {
    /// One sentence.
    public let description: String
}

/// Explores every interleaving of small plans over several operations back to back.
///
/// The proof of a schedule says that waiting for data is enough; this says that the lowered plans
/// do wait for it: flags, the turns in scratch, and the hand-over of the caller's buffers.
/// Each endpoint becomes a sequence of actions; a state is how far each has come. In every state
/// that can be reached, two actions that can both go on must not touch the same bytes, one of them
/// writing; and somebody must be able to go on until all are done. The order in which a processor
/// lets stores be seen is not explored: release and acquire see to that (segment_private.h).
///
/// Of a pair of endpoints on different nodes, what is sent from one to the other is moved by two
/// more actors: one takes it from where it lies, any time later, the other puts it where it goes.
public struct PlanChecker {
    /// Of endpoints, and behind them of what moves data between nodes.
    private var programs: [[Action]]
    /// By the number of a word that is waited for, the program that raises it.
    private var owners: [UInt32: Int] = [:]
    private let endpoints: Int

    /// Prepares plans, one for each endpoint, for a number of operations back to back.
    ///
    /// Between operations the caller reads its output and writes a new input.
    public init(_ drafts: [PlanDraft], operations: Int) {
        self.init(drafts, operations: operations, turns: nil)
    }

    /// The same for an engine whose operations take so many turns in scratch, whatever the plans
    /// say: with fewer there is a fault that the check must find.
    package init(_ drafts: [PlanDraft], operations: Int, turns: UInt64?) {
        endpoints = drafts.count
        programs = []
        for draft in drafts {
            var builder = Builder(draft, turns ?? UInt64(draft.turns))
            for operation in 0..<operations {
                builder.add(operation: Self.first + UInt64(operation))
            }
            owners[UInt32(programs.count)] = programs.count
            programs.append(builder.actions)
            wires.append(builder.wires)
        }
        for (sender, wires) in wires.enumerated() {
            for (target, messages) in wires.sorted(by: { $0.key < $1.key }) {
                addWire(from: sender, to: target, messages)
            }
        }
    }

    /// What each endpoint sends, by receiver; only while programs are made.
    private var wires: [[Int: [Message]]] = []

    /// Two actors that move messages in their order, and the sender's waits for the first of them.
    private mutating func addWire(from sender: Int, to target: Int, _ messages: [Message]) {
        let (taker, putter) = (programs.count, programs.count + 1)
        let pair = "what endpoint \(sender) sent to endpoint \(target)"
        programs.append(
            messages.map { message in
                Action(
                    name: "taking \(pair)",
                    positions: [(sender, message.position)],
                    accesses: message.source.map { [$0] } ?? []
                )
            }
        )
        programs.append(
            messages.indices.map { index in
                Action(
                    name: "landing of \(pair)",
                    positions: [(taker, index + 1)],
                    accesses: messages[index].target.map { [$0] } ?? [],
                    progress: messages[index].progress
                )
            }
        )
        owners[UInt32(endpoints * (1 + target) + sender)] = putter
        for index in programs[sender].indices where programs[sender][index].flushes {
            let sent = messages.prefix { $0.position <= index }.count
            programs[sender][index].positions.append((taker, sent))
        }
    }

    /// What is sent in one action of an endpoint.
    private struct Message {
        /// How far its sender is once it is sent.
        let position: Int
        var source: Access?
        var target: Access?
        var progress: UInt64?
    }

    /// The number of the first operation, as in the engine.
    fileprivate static let first = UInt64(WEFT_FIRST_OPERATION)

    /// One thing that an endpoint does at once, as soon as what it waits for has happened.
    private struct Action {
        var name: String
        var waits: [(word: UInt32, progress: UInt64)] = []
        /// How far other programs must be.
        var positions: [(program: Int, position: Int)] = []
        /// Whether all that was sent must have been taken.
        var flushes = false
        var lines: [(slot: Memory, operation: UInt64)] = []
        var accesses: [Access] = []
        var puts: [(slot: Memory, operation: UInt64)] = []
        var progress: UInt64?
    }

    /// A part of an endpoint's memory that overlaps no other part.
    private struct Memory: Hashable {
        let endpoint: Int
        let area: UInt32
        /// Whose turn of scratch; 0 for the caller's buffers.
        let turn: UInt64
        /// For a slot of lines where it begins, else 0.
        var offset: UInt64 = 0
    }

    private struct Access {
        let memory: Memory
        let from: UInt64
        let to: UInt64
        let isWrite: Bool

        func conflicts(with other: Access) -> Bool {
            memory == other.memory && (isWrite || other.isWrite) && from < other.to
                && other.from < to
        }
    }

    fileprivate static func progress(_ operation: UInt64, _ within: UInt64) -> UInt64 {
        operation << 20 + within
    }

    private static func memory(
        _ endpoint: Int,
        _ area: UInt32,
        turn: UInt64,
        inPlace: Bool
    ) -> Memory {
        let isOutput = area == WEFT_AREA_OUTPUT.rawValue
        let isBuffer = isOutput || area == WEFT_AREA_INPUT.rawValue
        return Memory(
            endpoint: endpoint,
            area: isOutput && inPlace ? WEFT_AREA_INPUT.rawValue : area,
            turn: isBuffer ? 0 : turn
        )
    }

    /// Makes one endpoint's program.
    private struct Builder {
        let draft: PlanDraft
        let turns: UInt64
        var actions: [Action] = []
        var wires: [Int: [Message]] = [:]

        init(_ draft: PlanDraft, _ turns: UInt64) {
            self.draft = draft
            self.turns = turns
        }

        /// Between operations the caller reads its whole output and writes its whole input.
        private var caller: Action {
            let uses = [(WEFT_AREA_INPUT, true), (WEFT_AREA_OUTPUT, false)]
            let accesses = uses.map { area, isWrite in
                Access(
                    memory: PlanChecker.memory(
                        draft.endpoint,
                        area.rawValue,
                        turn: 0,
                        inPlace: draft.inPlace
                    ),
                    from: 0,
                    to: .max,
                    isWrite: isWrite
                )
            }
            return Action(name: "its caller's use of the buffers", accesses: accesses)
        }

        /// Tells endpoints of other nodes with the action at hand, which is the next.
        private mutating func tell(_ endpoints: some Sequence<UInt32>, _ progress: UInt64) {
            for endpoint in endpoints {
                wires[Int(endpoint), default: []].append(
                    Message(position: actions.count + 1, progress: progress)
                )
            }
        }

        private mutating func send(
            _ sent: [Access],
            to target: Int,
            _ progress: UInt64?
        ) {
            wires[target, default: []].append(
                Message(
                    position: actions.count + 1,
                    source: sent[0],
                    target: sent[1],
                    progress: progress
                )
            )
        }

        mutating func add(operation: UInt64) {
            actions.append(caller)
            var notice = draft.notices[...]
            tell(notice.prefix(draft.entering), PlanChecker.progress(operation, 1))
            notice = notice.dropFirst(draft.entering)
            if draft.isAnnounced || draft.entering > 0 {
                let entered = PlanChecker.progress(operation, 1)
                actions.append(
                    Action(name: "entering", progress: draft.isAnnounced ? entered : nil)
                )
            }
            var wait = draft.waits[...]
            var operand = draft.operands[...]
            func takeWaits(_ count: Int) -> [(word: UInt32, progress: UInt64)] {
                defer { wait = wait.dropFirst(count) }
                return wait.prefix(count).map {
                    let ago = UInt64(-Int64($0.operations))
                    return ($0.word, PlanChecker.progress(operation - ago, $0.progress))
                }
            }
            for (number, step) in draft.steps.enumerated() {
                let place = "operation \(operation - PlanChecker.first)"
                var action = Action(name: "step \(number) of \(place)")
                action.waits = takeWaits(Int(step.waits))
                action.flushes = step.flushes & WEFT_FLUSH_BEFORE.rawValue != 0
                let count = Int(step.sources + step.targets)
                touch(step, Array(operand.prefix(count)), operation, &action)
                let last = operand.dropFirst(count - 1).first
                operand = operand.dropFirst(count)
                let done = PlanChecker.progress(operation, step.progress)
                if step.kind == WEFT_STEP_SEND.rawValue, let last {
                    send(action.accesses, to: Int(last.endpoint), step.progress > 0 ? done : nil)
                    action.accesses = []
                }
                if step.flushes & WEFT_FLUSH_AFTER.rawValue != 0 {
                    actions.append(action)
                    action = Action(name: action.name, flushes: true)
                }
                tell(notice.prefix(Int(step.notices)), done)
                notice = notice.dropFirst(Int(step.notices))
                if step.is_awaited != 0 { action.progress = done }
                actions.append(action)
            }
            let last = Action(
                name: "leaving",
                waits: takeWaits(draft.closing),
                flushes: true,
                progress: PlanChecker.progress(operation + 1, 0)
            )
            tell(notice, PlanChecker.progress(operation + 1, 0))
            actions.append(last)
        }

        private func touch(
            _ step: weft_step,
            _ operands: [weft_operand],
            _ operation: UInt64,
            _ action: inout Action
        ) {
            for (index, what) in operands.enumerated() {
                let isTarget = index >= Int(step.sources)
                var place = PlanChecker.memory(
                    Int(what.endpoint),
                    what.area,
                    turn: operation % turns,
                    inPlace: draft.inPlace
                )
                if what.area == WEFT_AREA_LINES.rawValue {
                    place.offset = what.offset
                    if isTarget {
                        action.puts.append((place, operation))
                    } else {
                        action.lines.append((place, operation))
                    }
                }
                action.accesses.append(
                    Access(
                        memory: place,
                        from: what.offset,
                        to: what.offset + step.bytes,
                        isWrite: isTarget
                    )
                )
            }
        }
    }

    /// Explores everything; throws the first race or standstill.
    public func check() throws(PlanFlaw) {
        var seen: Set<[UInt16]> = []
        var open: [[UInt16]] = [Array(repeating: 0, count: programs.count)]
        let marks = programs.map(Self.marks)
        while let state = open.popLast() {
            let ready = programs.indices.filter { canGoOn($0, state, marks) }
            try checkRaces(ready, state)
            if ready.isEmpty {
                if let stuck = programs.indices.first(where: {
                    Int(state[$0]) < programs[$0].count
                }) {
                    let action = programs[stuck][Int(state[stuck])]
                    throw PlanFlaw(
                        description:
                            "standstill: \(name(stuck)) waits for ever at \(action.name)"
                    )
                }
            }
            for endpoint in ready {
                var next = state
                next[endpoint] += 1
                if seen.insert(next).inserted { open.append(next) }
            }
        }
    }

    private func name(_ program: Int) -> String {
        program < endpoints ? "endpoint \(program)" : "the network"
    }

    private func checkRaces(_ ready: [Int], _ state: [UInt16]) throws(PlanFlaw) {
        for (number, left) in ready.enumerated() {
            let one = programs[left][Int(state[left])]
            for right in ready[(number + 1)...] {
                let other = programs[right][Int(state[right])]
                for access in one.accesses
                where other.accesses.contains(where: { access.conflicts(with: $0) }) {
                    throw PlanFlaw(
                        description: "race: \(one.name) of \(name(left)) and \(other.name) of "
                            + "\(name(right)) touch the same memory of endpoint "
                            + "\(access.memory.endpoint)"
                    )
                }
            }
        }
    }

    /// What others can see of an endpoint that has come so far.
    private struct Marks {
        var progress: UInt64
        var lines: [Memory: UInt64]
    }

    private static func marks(_ program: [Action]) -> [Marks] {
        var now = Marks(progress: progress(first, 0), lines: [:])
        var result = [now]
        for action in program {
            if let progress = action.progress { now.progress = progress }
            for put in action.puts { now.lines[put.slot] = put.operation }
            result.append(now)
        }
        return result
    }

    private func canGoOn(_ endpoint: Int, _ state: [UInt16], _ marks: [[Marks]]) -> Bool {
        guard Int(state[endpoint]) < programs[endpoint].count else { return false }
        let action = programs[endpoint][Int(state[endpoint])]
        for (program, position) in action.positions where state[program] < position {
            return false
        }
        for wait in action.waits {
            // A word that nobody raises stays as it was.
            let now = owners[wait.word].map { marks[$0][Int(state[$0])].progress }
            if now ?? Self.progress(Self.first, 0) < wait.progress { return false }
        }
        // A slot of lines has one writer, so the largest number anybody put there is what it holds.
        return action.lines.allSatisfy { line in
            let latest = programs.indices.compactMap { marks[$0][Int(state[$0])].lines[line.slot] }
            return latest.max() == line.operation
        }
    }
}

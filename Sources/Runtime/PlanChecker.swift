internal import CWeft

/// What is wrong with a set of plans, and how to get there.
public struct PlanFlaw: Error, Equatable, CustomStringConvertible {
    /// One sentence.
    public let description: String
}

/// Explores every interleaving of small plans over several operations back to back.
///
/// The proof of a schedule says that waiting for data is enough; this says that the lowered plans
/// do wait for it: flags, the two halves of scratch, and the hand-over of the caller's buffers.
/// Each endpoint becomes a sequence of actions; a state is how far each has come. In every state
/// that can be reached, two actions that can both go on must not touch the same bytes, one of them
/// writing; and somebody must be able to go on until all are done. The order in which a processor
/// lets stores be seen is not explored: release and acquire see to that (segment_private.h).
public struct PlanChecker {
    private let programs: [[Action]]
    private let endpoints: Int

    /// Prepares plans, one for each endpoint, for a number of operations back to back.
    ///
    /// Between operations the caller reads its output and writes a new input.
    public init(_ drafts: [PlanDraft], operations: Int) {
        self.init(drafts, operations: operations, halves: 2)
    }

    /// The same for an engine whose operations take turns in so many parts of scratch: one is a
    /// fault that the check must find.
    package init(_ drafts: [PlanDraft], operations: Int, halves: UInt64) {
        endpoints = drafts.count
        programs = drafts.map { draft in
            // As in the engine, operations count from 2.
            (2..<(2 + operations)).flatMap {
                Self.actions(of: draft, operation: UInt64($0), halves)
            }
        }
    }

    /// One thing that an endpoint does at once, as soon as what it waits for has happened.
    private struct Action {
        var name: String
        var waits: [(endpoint: Int, progress: UInt64)] = []
        var lines: [(slot: Memory, operation: UInt64)] = []
        var accesses: [Access] = []
        var puts: [(slot: Memory, operation: UInt64)] = []
        var progress: UInt64?
    }

    /// A part of an endpoint's memory that overlaps no other part.
    private struct Memory: Hashable {
        let endpoint: Int
        let area: UInt32
        /// Which half of scratch; 0 for the caller's buffers.
        let half: UInt64
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

    private static func progress(_ operation: UInt64, _ within: UInt64) -> UInt64 {
        operation << 20 + within
    }

    private static func memory(
        _ endpoint: Int,
        _ area: UInt32,
        half: UInt64,
        inPlace: Bool
    ) -> Memory {
        let isOutput = area == WEFT_AREA_OUTPUT.rawValue
        let isBuffer = isOutput || area == WEFT_AREA_INPUT.rawValue
        return Memory(
            endpoint: endpoint,
            area: isOutput && inPlace ? WEFT_AREA_INPUT.rawValue : area,
            half: isBuffer ? 0 : half
        )
    }

    /// Between operations the caller reads its whole output and writes its whole input.
    private static func caller(of draft: PlanDraft) -> Action {
        let accesses = [(WEFT_AREA_INPUT, true), (WEFT_AREA_OUTPUT, false)].map { area, isWrite in
            Access(
                memory: memory(draft.endpoint, area.rawValue, half: 0, inPlace: draft.inPlace),
                from: 0,
                to: .max,
                isWrite: isWrite
            )
        }
        return Action(name: "its caller's use of the buffers", accesses: accesses)
    }

    private static func actions(
        of draft: PlanDraft,
        operation: UInt64,
        _ halves: UInt64
    ) -> [Action] {
        func memory(_ endpoint: Int, _ area: UInt32) -> Memory {
            Self.memory(endpoint, area, half: operation % halves, inPlace: draft.inPlace)
        }
        var result = [caller(of: draft)]
        if draft.isAnnounced {
            result.append(Action(name: "entering", progress: progress(operation, 1)))
        }
        var wait = draft.waits[...]
        var operand = draft.operands[...]
        func takeWaits(_ count: Int) -> [(endpoint: Int, progress: UInt64)] {
            defer { wait = wait.dropFirst(count) }
            return wait.prefix(count).map {
                let ago = UInt64(-Int64($0.operations))
                return (Int($0.endpoint), progress(operation - ago, $0.progress))
            }
        }
        for (number, step) in draft.steps.enumerated() {
            var action = Action(name: "step \(number) of operation \(operation - 2)")
            action.waits = takeWaits(Int(step.waits))
            for index in 0..<Int(step.sources + step.targets) {
                let what = operand.removeFirst()
                let isTarget = index >= Int(step.sources)
                var place = memory(Int(what.endpoint), what.area)
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
            if step.is_awaited != 0 { action.progress = progress(operation, step.progress) }
            result.append(action)
        }
        result.append(
            Action(
                name: "leaving",
                waits: takeWaits(draft.closing),
                progress: progress(operation + 1, 0)
            )
        )
        return result
    }

    /// Explores everything; throws the first race or standstill.
    public func check() throws(PlanFlaw) {
        var seen: Set<[UInt16]> = []
        var open: [[UInt16]] = [Array(repeating: 0, count: endpoints)]
        let marks = programs.map(Self.marks)
        while let state = open.popLast() {
            let ready = (0..<endpoints).filter { canGoOn($0, state, marks) }
            try checkRaces(ready, state)
            if ready.isEmpty {
                if let stuck = (0..<endpoints).first(where: {
                    Int(state[$0]) < programs[$0].count
                }) {
                    let action = programs[stuck][Int(state[stuck])]
                    throw PlanFlaw(
                        description:
                            "standstill: endpoint \(stuck) waits for ever at \(action.name)"
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

    private func checkRaces(_ ready: [Int], _ state: [UInt16]) throws(PlanFlaw) {
        for (number, left) in ready.enumerated() {
            let one = programs[left][Int(state[left])]
            for right in ready[(number + 1)...] {
                let other = programs[right][Int(state[right])]
                for access in one.accesses
                where other.accesses.contains(where: { access.conflicts(with: $0) }) {
                    throw PlanFlaw(
                        description: "race: \(one.name) of endpoint \(left) and \(other.name) of "
                            + "endpoint \(right) touch the same memory of endpoint "
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
        var now = Marks(progress: progress(2, 0), lines: [:])
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
        for wait in action.waits
        where marks[wait.endpoint][Int(state[wait.endpoint])].progress < wait.progress {
            return false
        }
        // A slot of lines has one writer, so the largest number anybody put there is what it holds.
        return action.lines.allSatisfy { line in
            let latest = (0..<endpoints).compactMap { marks[$0][Int(state[$0])].lines[line.slot] }
            return latest.max() == line.operation
        }
    }
}

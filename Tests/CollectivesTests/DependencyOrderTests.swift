import Collectives
import Testing

/// That the waits are enough: whatever touches the same memory is ordered.
struct DependencyOrderTests {
    @Test(arguments: Case.all) func conflictsAreOrdered(_ one: Case) {
        for ranks in 1...6 {
            for request in one.requests(ranks: ranks, lanes: [(1, 2)]) {
                for root in Set([0, ranks - 1]).intersection(one.roots(ranks: ranks)) {
                    let request = request.with {
                        $0.elements = 2 * ranks
                        $0.elementSize = 64
                        $0.root = root
                    }
                    var schedule = one.algorithm.schedule(request)
                    check(Order(schedule), "\(one.testDescription), \(request)")
                    if !schedule.scratch.lines { continue }
                    schedule.scratch.lines = false
                    check(Order(schedule), "\(one.testDescription), \(request), no lines")
                }
            }
        }
    }

    private func check(_ order: Order, _ comment: String) {
        #expect(order.unorderedConflicts == 0, "\(comment)")
        #expect(order.touchesTooEarly == 0, "\(comment)")
        #expect(order.leavesTooEarly == 0, "\(comment)")
        #expect(order.flagsNotAwaited == 0, "\(comment)")
    }

    /// The property test would see waits that are missing.
    @Test func seesWhatIsMissing() throws {
        let rings = try #require(Algorithm.named("bidirectional-ring", for: .allReduce))
        let schedule = rings.schedule(
            Request(ranks: 3, elements: 6, elementSize: 64, inPlace: true)
        )
        #expect(Order(schedule).unorderedConflicts == 0)
        #expect(Order(schedule) { $0 == .step(endpoint: 0, index: 1) }.unorderedConflicts > 0)
        #expect(Order(schedule) { $0 == .entered(0) }.touchesTooEarly > 0)
        #expect(Order(schedule) { $0 == .step(endpoint: 0, index: 7) }.leavesTooEarly > 0)
    }
}

/// The transitive closure of waits, programs and arrivals, held against who touches what.
private struct Order {
    private(set) var unorderedConflicts = 0
    private(set) var touchesTooEarly = 0
    private(set) var leavesTooEarly = 0
    private(set) var flagsNotAwaited = 0

    private let schedule: Schedule
    private let graph: DependencyGraph
    private let starts: [Int]
    /// For each step those that must come before it, itself included.
    private var before: [Set<Int>] = []
    /// For each step, whose entering and whose free scratch it can rely on.
    private var entered: [Set<Int>] = []
    private var free: [Set<Int>] = []
    /// For each step, the steps that write the lines which it sees arriving.
    private var arrivals: [Set<Int>] = []
    private let isLeftOut: (Wait) -> Bool

    private struct Access {
        let step: Int
        let writes: Bool
        let seesLines: Bool
    }

    init(_ schedule: Schedule, leavingOut isLeftOut: @escaping (Wait) -> Bool = { _ in false }) {
        self.schedule = schedule
        self.isLeftOut = isLeftOut
        graph = DependencyGraph(schedule)
        var starts = [0]
        for program in graph.programs { starts.append(starts[starts.count - 1] + program.count) }
        self.starts = starts
        let accesses = accesses()
        noteArrivals(accesses)
        close()
        countConflicts(accesses)
        countTouches()
        countFlags()
    }

    private func number(_ endpoint: Int, _ index: Int) -> Int { starts[endpoint] + index }

    private mutating func close() {
        let total = starts[starts.count - 1]
        before = Array(repeating: [], count: total)
        entered = before
        free = before
        var done = Array(repeating: 0, count: graph.programs.count)
        var moved = true
        while moved {
            moved = false
            for endpoint in done.indices {
                while done[endpoint] < graph.programs[endpoint].count,
                    take(endpoint, done[endpoint], done)
                {
                    done[endpoint] += 1
                    moved = true
                }
            }
        }
    }

    /// Notes what precedes a step, if all of that has been noted itself.
    private mutating func take(_ endpoint: Int, _ index: Int, _ done: [Int]) -> Bool {
        let step = number(endpoint, index)
        let waits = graph.waits[endpoint][index].filter { !isLeftOut($0) }
        for case .step(let other, let awaited) in waits where done[other] <= awaited {
            return false
        }
        if arrivals[step].contains(where: { before[$0].isEmpty }) { return false }
        before[step] = [step]
        entered[step] = [endpoint]
        free[step] = [endpoint]
        var previous = Array(arrivals[step]) + (index > 0 ? [step - 1] : [])
        for wait in waits {
            switch wait {
            case .step(let other, let awaited): previous.append(number(other, awaited))
            case .entered(let other): entered[step].insert(other)
            case .free(let other): free[step].insert(other)
            }
        }
        for other in previous {
            before[step].formUnion(before[other])
            entered[step].formUnion(entered[other])
            free[step].formUnion(free[other])
        }
        return true
    }

    /// Who reads and writes each address, steps in program order.
    private func accesses() -> [[Access]] {
        let map = AddressMap(schedule)
        var accesses: [[Access]] = Array(repeating: [], count: map.count)
        forEachPlace { step, number, place, writes in
            for address in map.addresses(of: place, lane: schedule.lane(of: step)) {
                let isOwn = place.endpoint == step.actor && place.buffer == .scratch
                accesses[address].append(
                    Access(step: number, writes: writes, seesLines: isOwn && !writes)
                )
            }
        }
        return accesses
    }

    private func forEachPlace(_ body: (Step, _ number: Int, Place, _ writes: Bool) -> Void) {
        for (actor, program) in graph.programs.enumerated() {
            for (index, step) in program.enumerated() {
                let number = number(actor, index)
                schedule.forEachSource(of: step) { body(step, number, $0, false) }
                schedule.forEachTarget(of: step) { body(step, number, $0, true) }
            }
        }
    }

    private mutating func noteArrivals(_ accesses: [[Access]]) {
        arrivals = Array(repeating: [], count: starts[starts.count - 1])
        guard schedule.scratch.lines else { return }
        for accesses in accesses {
            for reader in accesses where reader.seesLines {
                arrivals[reader.step].formUnion(accesses.filter(\.writes).map(\.step))
            }
        }
    }

    private mutating func countConflicts(_ accesses: [[Access]]) {
        for accesses in accesses {
            for (index, one) in accesses.enumerated() {
                for other in accesses[..<index] where one.writes || other.writes {
                    let isOrdered =
                        before[one.step].contains(other.step)
                        || before[other.step].contains(one.step)
                    if !isOrdered { unorderedConflicts += 1 }
                }
            }
        }
    }

    /// Others' memory may be touched once they are there, and until they leave.
    private mutating func countTouches() {
        var touches: [(Place, Int)] = []
        forEachPlace { step, number, place, _ in
            if schedule.elementCount(of: place, lane: schedule.lane(of: step)) > 0 {
                touches.append((place, number))
            }
        }
        for (place, step) in touches { countTouch(place, step) }
    }

    private mutating func countTouch(_ place: Place, _ step: Int) {
        let owner = place.endpoint
        // Scratch belongs to the schedule, so that its owner need not have come.
        let isThere =
            entered[step].contains(owner)
            || place.buffer == .scratch && free[step].contains(owner)
        if !isThere { touchesTooEarly += 1 }
        var last = graph.programs[owner].isEmpty ? [] : [starts[owner + 1] - 1]
        for case .step(let other, let index) in graph.closing[owner]
        where !isLeftOut(.step(endpoint: other, index: index)) {
            last.append(number(other, index))
        }
        if !last.contains(where: { before[$0].contains(step) }) { leavesTooEarly += 1 }
    }

    private mutating func countFlags() {
        for wait in Array(graph.waits.joined().joined()) + graph.closing.joined() {
            if case .step(let other, let index) = wait, !graph.isAwaited[other][index] {
                flagsNotAwaited += 1
            }
        }
    }
}

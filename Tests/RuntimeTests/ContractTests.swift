import Collectives
import Runtime
import TestSupport
import Testing

/// What every plan must do, whatever the algorithm, size and machine: the schedule's own results,
/// bit for bit.
///
/// The same suite is for every transport.
@Suite(.everyCore) struct ContractTests {
    private func expectNone(_ problems: [String]) {
        #expect(problems.isEmpty, "\(problems.prefix(3).joined(separator: "\n"))")
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33])
    func everyAlgorithmGivesItsSchedulesBits(_ ranks: Int) throws {
        expectNone(
            try ContractRun(cases: ContractCase.everyAlgorithm(ranks), isOversubscribed: ranks > 2)
                .problems()
        )
    }

    /// Spinning, with a core for each rank or nearly so.
    @Test(arguments: [2, 3])
    func ranksThatSpinGiveTheSame(_ ranks: Int) throws {
        expectNone(
            try ContractRun(cases: ContractCase.everyAlgorithm(ranks), isOversubscribed: false)
                .problems()
        )
    }

    /// Two ranks that sleep though they need not.
    @Test func ranksThatSleepGiveTheSame() throws {
        expectNone(
            try ContractRun(cases: ContractCase.everyAlgorithm(2), isOversubscribed: true)
                .problems()
        )
    }

    @Test(arguments: [2, 4, 7])
    func whoComesFirstDoesNotMatter(_ ranks: Int) throws {
        let few = ContractCase.everyAlgorithm(ranks).filter { $0.elements <= 1000 }
        let run = ContractRun(
            cases: few,
            operations: 6,
            isOversubscribed: ranks > 2,
            dawdling: 400
        )
        expectNone(try run.problems())
    }

    /// Scratch in turn.
    @Test(arguments: [2, 3, 5])
    func alternatingPlansShareTheirScratch(_ ranks: Int) throws {
        let run = ContractRun(
            cases: ContractCase.alternating(ranks),
            operations: 5,
            isOversubscribed: ranks > 2
        )
        expectNone(try run.problems())
    }

    @Test(arguments: [4, 8])
    func whoOnlySendsDoesNotRunAhead(_ ranks: Int) throws {
        let run = ContractRun(
            cases: ContractCase.sameRoot(ranks),
            // More than take turns.
            operations: 12,
            isOversubscribed: ranks > 2,
            dawdling: 400
        )
        expectNone(try run.problems())
    }

    /// Each instruction set, with ordinary and with streaming stores, on odd counts.
    @Test(arguments: InstructionSet.allCases.filter(\.isSupported), [false, true])
    func everyKernelGivesTheSameBits(_ kernel: InstructionSet, _ isStreaming: Bool) throws {
        var cases: [ContractCase] = []
        for algorithm in DataPlane.algorithms {
            for elements in [1, 31, 33, 1000, 4099, 20_011] {
                for inPlace in [false, true] {
                    cases.append(
                        ContractCase(
                            algorithm: algorithm,
                            ranks: 3,
                            elements: elements,
                            inPlace: inPlace,
                            instructions: kernel,
                            isStreaming: isStreaming
                        )
                    )
                }
            }
        }
        expectNone(try ContractRun(cases: cases, isOversubscribed: true).problems())
    }

    /// Every collective by every algorithm; types, operators, roots and the rest take turns.
    @Test(arguments: [1, 2, 3, 4, 8])
    func everyCollectiveGivesItsSchedulesBits(_ ranks: Int) throws {
        let cases = ContractCase.everyCollective(ranks)
        // Fewer at a time: those with switches have many endpoints.
        for start in stride(from: 0, to: cases.count, by: 100) {
            let few = Array(cases[start..<min(cases.count, start + 100)])
            expectNone(try ContractRun(cases: few, isOversubscribed: ranks > 2).problems())
        }
    }

    /// Every type with every operator, where data changes hands as lines, plainly and in switches.
    @Test(arguments: DataType.allCases)
    func everyTypeAndOperatorGivesItsBits(_ type: DataType) throws {
        let cases = ContractCase.everyOperator(of: type)
        expectNone(try ContractRun(cases: cases, isOversubscribed: true).problems())
    }

    /// An operation on the same input twice is the same, and needs no fresh input in between.
    @Test(arguments: DataPlane.algorithms)
    func aRunOfManyOperationsEndsLikeOne(_ name: String) throws {
        let one = ContractCase(algorithm: name, ranks: 3, elements: 1000)
        let drafts = try one.drafts()
        let areas = Areas(for: drafts)
        let memory = try SharedMemory(
            endpoints: 3,
            isOversubscribed: true,
            heapBytes: areas.buffersStart + 16_384
        )
        let values = ContractValues(one, try one.schedule)
        let inputs = values.inputs(operation: 0)
        let expected = values.expected(inputs)
        let problems = try memory.run { segment, rank throws(RuntimeError) in
            let plan = try Plan(drafts[rank], segment: segment, areas: areas)
            let at = areas.buffersStart
            try plan.bind(segment, input: at, output: at + 8192)
            let heap = segment.heap(of: rank) + at
            heap.copyMemory(from: inputs[rank], byteCount: 4000)
            try plan.run(segment, operations: 500)
            let result = Array(UnsafeRawBufferPointer(start: heap + 8192, count: 4000))
            if result != expected[rank] { throw RuntimeError("wrong") }
        }
        #expect(problems.isEmpty, "\(problems)")
    }

    /// Whoever sends lines one way heeds who takes them even without waiting.
    ///
    /// A line that is written again too soon would be waited for for ever.
    @Test(arguments: PlanCheckerTests.withLines)
    func linesArriveWithoutWaitingToo(_ collective: Collective) throws {
        let one = ContractCase(
            collective: collective,
            algorithm: "one-shot",
            ranks: 2,
            elements: 2
        )
        let drafts = try one.drafts().map { $0.withoutWaiting() }
        let areas = Areas(for: drafts)
        let memory = try SharedMemory(endpoints: 2, heapBytes: areas.buffersStart + 8192)
        let problems = try memory.run { segment, rank throws(RuntimeError) in
            let plan = try Plan(drafts[rank], segment: segment, areas: areas)
            let at = areas.buffersStart
            try plan.bind(segment, input: at, output: at + 4096)
            try plan.run(segment, operations: 200_000)
        }
        #expect(problems.isEmpty, "\(problems)")
    }

    /// Ranks that start together give the right result and a time for each operation.
    @Test(arguments: [1, 2, 4])
    func operationsThatStartTogetherAreTimedEach(_ ranks: Int) throws {
        Clock.setUp()
        let one = ContractCase(algorithm: "one-shot", ranks: ranks, elements: 2)
        let drafts = try one.drafts()
        let areas = Areas(for: drafts)
        let memory = try SharedMemory(
            endpoints: ranks,
            isOversubscribed: ranks > 2,
            heapBytes: areas.buffersStart + 8192
        )
        let values = ContractValues(one, try one.schedule)
        let inputs = values.inputs(operation: 0)
        let expected = values.expected(inputs)
        let problems = try memory.run { segment, rank throws(RuntimeError) in
            let plan = try Plan(drafts[rank], segment: segment, areas: areas)
            let at = areas.buffersStart
            try plan.bind(segment, input: at, output: at + 4096)
            let heap = segment.heap(of: rank) + at
            heap.copyMemory(from: inputs[rank], byteCount: 8)
            var ticks = [UInt64](repeating: 0, count: 101)
            try plan.runTogether(segment, operations: 100, ticks: &ticks)
            let result = Array(UnsafeRawBufferPointer(start: heap + 4096, count: 8))
            if result != expected[rank] { throw RuntimeError("wrong") }
            if ticks.prefix(100).contains(0) || ticks[100] != 0 { throw RuntimeError("ticks") }
        }
        #expect(problems.isEmpty, "\(problems)")
    }

    /// When a rank fails, those that wait for it stop with an error and do not hang.
    @Test(arguments: DataPlane.algorithms, [2, 5])
    func aFailedRankEndsTheOthers(_ name: String, _ ranks: Int) throws {
        let one = ContractCase(algorithm: name, ranks: ranks, elements: 1000)
        let drafts = try one.drafts()
        let areas = Areas(for: drafts)
        let memory = try SharedMemory(
            endpoints: ranks,
            isOversubscribed: ranks > 2,
            heapBytes: areas.buffersStart + 16_384
        )
        let problems = try memory.run { segment, rank throws(RuntimeError) in
            let plan = try Plan(drafts[rank], segment: segment, areas: areas)
            try plan.bind(segment, input: areas.buffersStart, output: areas.buffersStart + 8192)
            if rank == ranks - 1 {
                try plan.run(segment, operations: 10)
                throw RuntimeError("failed on purpose")
            }
            try plan.run(segment, operations: 1_000_000)
        }
        #expect(problems.count == ranks)
        #expect(problems.contains("failed on purpose"))
        let others = problems.filter { $0 != "failed on purpose" }
        #expect(others.allSatisfy { $0 == "running a collective: Operation canceled" }, "\(others)")
    }

    @Test func buffersBeyondTheHeapAreRefused() throws {
        let one = ContractCase(algorithm: "two-shot", ranks: 2, elements: 1000)
        let drafts = try one.drafts()
        let areas = Areas(for: drafts)
        let memory = try SharedMemory(endpoints: 2, heapBytes: 1 << 21)
        // The second rank's share ends where the buffers end.
        let segment = try Segment(descriptor: memory.descriptor, endpoint: 1)
        let plan = try Plan(drafts[1], segment: segment, areas: areas)
        let end = segment.heapBytes
        try plan.bind(segment, input: 0, output: end - 4000)
        for (input, output) in [(end - 3999, 0), (0, end - 3996), (end, 0), (0, Int.max)] {
            #expect(throws: RuntimeError.self) {
                try plan.bind(segment, input: input, output: output)
            }
        }
    }
}

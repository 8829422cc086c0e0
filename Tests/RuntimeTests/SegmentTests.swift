import Foundation
import Runtime
import TestSupport
import Testing

@Suite(.everyCore) struct SegmentTests {
    private static let foreign =
        "shared memory can't be mapped: it was made by another version of weft"

    private func refusal(_ descriptor: Int32, _ endpoint: Int?) -> String {
        do {
            let segment = try Segment(descriptor: descriptor, endpoint: endpoint)
            return "mapped \(segment.endpoints) endpoints"
        } catch {
            return error.description
        }
    }

    @Test func refusesWhatIsNoSegment() throws {
        let folder = try TemporaryFolder()
        #expect(refusal(-1, 0) == "shared memory can't be mapped: Bad file descriptor")
        for text in ["", "x", String(repeating: "weft", count: 1023)] {
            let handle = try FileHandle(forUpdating: URL(filePath: folder.write(text, to: "f")))
            #expect(refusal(handle.fileDescriptor, 0) == Self.foreign)
        }
        var random = SeededRandom(seed: 4)
        for _ in 0..<50 {
            let count = 4096 + random.below(8192)
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            try Data(bytes).write(to: folder.url.appending(path: "f"))
            let handle = try #require(FileHandle(forUpdatingAtPath: folder.path("f")))
            for endpoint in [0, 7, nil] {
                #expect(refusal(handle.fileDescriptor, endpoint) == Self.foreign)
            }
        }
        let null = try #require(FileHandle(forUpdatingAtPath: "/dev/null"))
        #expect(refusal(null.fileDescriptor, 0) == Self.foreign)
    }

    @Test func refusesAnotherSize() throws {
        let memory = try SharedMemory(endpoints: 2)
        let size = lseek(memory.descriptor, 0, SEEK_END)
        ftruncate(memory.descriptor, size + 4096)
        #expect(refusal(memory.descriptor, 0) == Self.foreign)
        ftruncate(memory.descriptor, size)
        #expect(refusal(memory.descriptor, 0) == "mapped 2 endpoints")
    }

    @Test func refusesAnEndpointThatThereIsNot() throws {
        let memory = try SharedMemory(endpoints: 3)
        let words = "shared memory can't be mapped: Numerical result out of range"
        for endpoint in [3, 4, 1 << 20] { #expect(refusal(memory.descriptor, endpoint) == words) }
        for endpoint in [0, 2, nil] {
            #expect(refusal(memory.descriptor, endpoint) == "mapped 3 endpoints")
        }
    }

    @Test func heapsAndBoardsDoNotOverlap() throws {
        let memory = try SharedMemory(endpoints: 5, boardEntries: 100, heapBytes: 10_000)
        let one = try Segment(descriptor: memory.descriptor, endpoint: 0)
        let other = try Segment(descriptor: memory.descriptor, endpoint: 4)
        try one.touch()
        for endpoint in 0..<5 {
            memset(one.heap(of: endpoint), Int32(endpoint + 1), one.heapBytes)
            for entry in 0..<100 { one.board(of: endpoint)[entry] = UInt64(endpoint * 100 + entry) }
        }
        memset(one.job, 0x5a, 64)
        for endpoint in 0..<5 {
            let heap = other.heap(of: endpoint)
            #expect(heap.load(as: UInt8.self) == endpoint + 1)
            #expect(heap.load(fromByteOffset: one.heapBytes - 1, as: UInt8.self) == endpoint + 1)
            for entry in 0..<100 {
                #expect(other.board(of: endpoint)[entry] == UInt64(endpoint * 100 + entry))
            }
        }
        #expect(other.job.load(fromByteOffset: 63, as: UInt8.self) == 0x5a)
    }

    @Test func anAbortWakesAllWhoWait() throws {
        for isOversubscribed in [false, true] {
            for isBarrier in [true, false] {
                let memory = try SharedMemory(endpoints: 4, isOversubscribed: isOversubscribed)
                let problems = try memory.run { segment, rank throws(RuntimeError) in
                    if rank == 3 {
                        // Until the others sleep or spin patiently.
                        usleep(60_000)
                        segment.abort()
                        return
                    }
                    if isBarrier { try segment.barrier() } else { try segment.await(5) }
                }
                #expect(problems.count == 3)
                #expect(problems.allSatisfy { $0.hasSuffix(": Operation canceled") }, "\(problems)")
            }
        }
    }

    @Test func whoComesAfterAnAbortDoesNotWait() throws {
        let memory = try SharedMemory(endpoints: 2)
        let segment = try Segment(descriptor: memory.descriptor, endpoint: 0)
        let before = segment.isAborted
        segment.abort()
        let after = segment.isAborted
        #expect(!before && after)
        #expect(throws: RuntimeError.self) { try segment.barrier() }
        #expect(throws: RuntimeError.self) { try segment.await(1) }
    }

    /// Nobody leaves a barrier before all have come, and what was written before is seen behind it.
    @Test(arguments: [(2, false), (3, true), (8, true), (24, true)])
    func barriersHold(_ endpoints: Int, _ isOversubscribed: Bool) throws {
        let memory = try SharedMemory(
            endpoints: endpoints,
            isOversubscribed: isOversubscribed,
            boardEntries: 1
        )
        let problems = try memory.run { segment, rank throws(RuntimeError) in
            for round in 1...400 {
                segment.board(of: rank)[0] = UInt64(round)
                try segment.barrier()
                for other in 0..<endpoints where segment.board(of: other)[0] != round {
                    throw RuntimeError("round \(round) without endpoint \(other)")
                }
                try segment.barrier()
            }
        }
        #expect(problems.isEmpty, "\(problems.prefix(2))")
    }

    /// A wake-up that gets lost costs 50 ms, after which a sleeper looks by itself: this would then
    /// take minutes and be overdue.
    @Test func noWakeUpIsLostWhenCoresAreShared() throws {
        let ranks = 8
        let one = ContractCase(algorithm: "one-shot", ranks: ranks, elements: 2)
        let ring = ContractCase(algorithm: "ring", ranks: ranks, elements: 64)
        let drafts = try [one.drafts(), ring.drafts()]
        let areas = Areas(for: drafts.flatMap(\.self))
        let memory = try SharedMemory(
            endpoints: ranks,
            isOversubscribed: true,
            heapBytes: areas.buffersStart + 8192
        )
        let problems = try memory.run { segment, rank throws(RuntimeError) in
            for draft in drafts {
                let plan = try Plan(draft[rank], segment: segment, areas: areas)
                try plan.bind(
                    segment,
                    input: areas.buffersStart,
                    output: areas.buffersStart + 4096
                )
                for _ in 0..<50 {
                    try plan.run(segment, operations: 100)
                    if segment.isAborted { throw RuntimeError("overdue") }
                }
            }
        }
        #expect(problems.isEmpty, "\(problems.prefix(2))")
    }

    /// The launcher's word reaches those who sleep for it, value after value.
    @Test(arguments: [false, true])
    func aRaisedWordIsSeen(_ isOversubscribed: Bool) throws {
        let memory = try SharedMemory(
            endpoints: 3,
            isOversubscribed: isOversubscribed,
            boardEntries: 1
        )
        let problems = try memory.run { segment, rank throws(RuntimeError) in
            for round in 1...300 {
                if rank == 0 {
                    segment.raise(round)
                } else {
                    try segment.await(round)
                }
                try segment.barrier()
            }
        }
        #expect(problems.isEmpty)
    }

    @Test func anExchangeTakesTime() throws {
        Clock.setUp()
        let memory = try SharedMemory(endpoints: 3, isOversubscribed: true)
        let times = Collected<Double>()
        let problems = try memory.run { segment, rank throws(RuntimeError) in
            times.add(try segment.exchange(batches: 3, rounds: 50))
        }
        #expect(problems.isEmpty)
        #expect(times.all.filter { $0 > 0 }.count == 2)
        #expect(times.all.allSatisfy { $0 >= 0 && $0 < 1 })
    }

    /// Sums that would wrap around are refused too, rather than give a small memory.
    @Test func moreMemoryThanAnyMachineHasIsRefused() {
        let words =
            "shared memory can't be made: Cannot allocate memory; use fewer ranks or smaller sizes"
        for (endpoints, bytes) in [(8, 1 << 61), (1, Int.max), (4, 1 << 60), (1 << 20, 1 << 40)] {
            for isHeap in [false, true] {
                let shape = Segment.Shape(
                    endpoints: endpoints,
                    isOversubscribed: false,
                    boardEntries: isHeap ? 0 : bytes,
                    heapBytes: isHeap ? bytes : 0
                )
                let error = #expect(throws: RuntimeError.self) { _ = try Segment.create(shape) }
                #expect(error?.description == words)
            }
        }
    }
}

@Suite struct MachineTests {
    @Test func coresAreListedOnce() throws {
        let cores = try Cores()
        #expect(cores.count >= 1)
        #expect(cores.processors.count >= cores.count)
        #expect(Set(cores.processors).count == cores.processors.count)
        #expect(Set(cores.processors.prefix(cores.count)).count == cores.count)
    }

    @Test func noProcessorIsPinnedThatThereIsNot() {
        let error = #expect(throws: RuntimeError.self) { try Cores.pin(to: 16_383) }
        #expect(
            error?.description == "processor 16383 can't be had: Invalid argument"
        )
        #expect(throws: RuntimeError.self) { try Cores.pin(to: 1_000_000) }
    }

    @Test func theClockRuns() {
        Clock.setUp()
        #expect(Clock.rate > 1e6)
        #expect(Clock.cost > 0 && Clock.cost < 1e-3)
        var last = Clock.now()
        for _ in 0..<1000 {
            let now = Clock.now()
            #expect(now >= last)
            last = now
        }
    }

    @Test func theBestKernelsAreSupported() {
        #expect(InstructionSet.best.isSupported)
        #expect(InstructionSet.portable.isSupported)
    }
}

import Collectives
import Testing

/// Switches have room for so many operations of so many bytes, however large the message is.
struct SwitchRoomTests {
    private static let limited = Case.all.filter {
        $0.algorithm.name.hasPrefix("sharp") && $0.algorithm.collective != .barrier
    }

    private func schedule(
        _ name: String,
        _ collective: Collective = .allReduce,
        _ change: (inout Request) -> Void
    ) throws -> Schedule {
        let algorithm = try #require(Algorithm.named(name, for: collective))
        let request = Request(ranks: 8, elements: 1 << 20, radix: 2).with(change)
        #expect(algorithm.refusal(of: request) == nil)
        return algorithm.schedule(request)
    }

    /// The largest message needs no more memory than the least one that fills the room.
    @Test(arguments: limited)
    func memoryOfASwitchIsThatOfItsRoom(_ one: Case) {
        for (buffer, outstanding) in [(4096, 1), (4096, 8), (65_536, 3)] {
            for channels in [1, 3] {
                var found: Set<Int> = []
                for elements in [1 << 18, 1 << 20, 5_000_001] {
                    let request = Request(
                        ranks: 8,
                        elements: elements,
                        channels: channels,
                        radix: 2,
                        buffer: buffer,
                        outstanding: outstanding
                    )
                    let totals = one.algorithm.schedule(request).totals
                    let room = channels * outstanding * buffer
                    #expect(totals.scratchBytes <= room, "\(one.testDescription), \(request)")
                    #expect(totals.scratchBytes > room / 2, "\(one.testDescription), \(request)")
                    found.insert(totals.scratchBytes)
                }
                #expect(found.count <= 3)
            }
        }
    }

    /// Where ranks and switches share no memory, a switch has room for each port, and for the sum.
    @Test(arguments: [2, 4, 8]) func acrossNodesMemoryIsThatOfTheRoomToo(_ ranks: Int) throws {
        var found: Set<Int> = []
        for elements in [1 << 16, 1 << 18] {
            let schedule = try schedule("sharp-sat") {
                $0.ranks = ranks
                $0.elements = elements
                $0.radix = nil
                $0.buffer = 16_384
                $0.outstanding = 4
            }
            let cut = schedule.cut(nodes: Array(0...ranks), directFrom: 32_768)
            _ = try cut.prove()
            found.insert(cut.totals.scratchBytes)
        }
        #expect(found == [(ranks + 1) * 4 * 16_384])
    }

    @Test func theRoomIsThatOfSHARPUnlessSaidOtherwise() throws {
        let low = try schedule("sharp-llt") { $0.elements = 1 << 12 }
        #expect(low.slices == 16 && low.scratch.window == 8)
        #expect(low.totals.scratchBytes == 8 * 1024)
        let whole = try schedule("sharp-llt") { $0.elements = 256 }
        #expect(whole.slices == 1 && whole.scratch.window == nil && whole.stride == 0)
        let stream = try schedule("sharp-sat") { $0.elements = 1 << 20 }
        #expect(stream.slices == 32 && stream.scratch.window == 8 && stream.stride == 1)
    }

    /// With room for one operation the next waits until the last has come down.
    @Test func slicesWaitForRoom() throws {
        let schedule = try schedule("sharp-sat") {
            $0.elements = 64
            $0.buffer = 64
            $0.outstanding = 1
        }
        #expect(schedule.slices == 4)
        let graph = DependencyGraph(schedule)
        // The first leaf switch takes a slice in, once the second level has put the last one down
        // to it, which it then hands on itself.
        let program = graph.programs[8]
        #expect(program.map(\.slice) == [0, 0, 1, 1, 2, 2, 3, 3])
        // Its neighbour below the same switch of the second level need not hear of it.
        for endpoint in graph.programs.indices {
            for (index, waits) in graph.waits[endpoint].enumerated() {
                for case .step(let other, let step) in waits {
                    let (own, its) = (graph.programs[endpoint][index], graph.programs[other][step])
                    #expect(its.slice <= own.slice)
                }
            }
        }
        // The switch at the top writes a slice into its children's buffers when they have handed on
        // the slice before.
        let top = graph.programs.count - 1
        #expect(graph.programs[top].count == 4)
        let again = graph.waits[top][1].contains { wait in
            if case .step(let other, let step) = wait {
                return graph.programs[other][step].slice == 1
            }
            return false
        }
        #expect(again)
    }

    /// Too few rounds between slices that have the same slots are found.
    @Test func slotsInTurnAreProved() throws {
        var schedule = try schedule("sharp-sat") {
            $0.elements = 256
            $0.buffer = 64
            $0.outstanding = 2
        }
        // Up in two rounds, reduced, and down in two: five, in two turns of three.
        #expect(schedule.stride == 3 && schedule.scratch.window == 2)
        _ = try schedule.prove()
        schedule.stride = 2
        let flaw = #expect(throws: Flaw.self) { try schedule.prove() }
        #expect(
            flaw?.message
                == "slice 2 writes aggregator 0's slot 0 in round 4, but slice 0 needs it until "
                + "round 4"
        )
    }

    @Test func linesAreNotHadInTurn() throws {
        var schedule = try schedule("one-shot") {
            $0.ranks = 2
            $0.elements = 64
            $0.slices = 4
        }
        _ = try schedule.prove()
        schedule.scratch.window = 2
        let lines = #expect(throws: Flaw.self) { try schedule.prove() }
        #expect(lines?.message == "slices have the same lines in turn, whose flags count only once")
    }

    @Test func badRoomIsRefused() throws {
        let algorithm = try #require(Algorithm.named("sharp-llt", for: .allReduce))
        func refusal(_ change: (inout Request) -> Void) -> String? {
            algorithm.refusal(of: Request(ranks: 4, elements: 1 << 20).with(change))
        }
        #expect(
            refusal { $0.buffer = 63 } == "a switch's buffer has at least 64 bytes, not 63"
        )
        #expect(
            refusal { $0.outstanding = 0 }
                == "a switch has room for one operation at least, not for 0"
        )
        #expect(
            refusal { $0.elements = 1 << 25 }
                == "sharp-llt all-reduce takes 131072 operations of at most 1024 bytes for so much "
                + "data, and there are 65536 at most; a larger buffer takes fewer"
        )
        #expect(refusal { $0.elements = 1 << 24 } == nil)
    }

    /// Switches in the nodes and across them: those across have room for so much only.
    @Test func levelsHaveTheRoomOfTheirSwitches() throws {
        let algorithm = try #require(Algorithm.named("nvls-sharp", for: .allReduce))
        for elements in [1 << 16, 1 << 20] {
            let request = Request(
                ranks: 16,
                elements: elements,
                radix: 2,
                buffer: 8192,
                outstanding: 4,
                nodeSize: 4
            )
            #expect(algorithm.schedule(request).totals.scratchBytes == 4 * 8192)
        }
    }

    /// A million ranks and a gigabyte: what repeats is counted at once.
    @Test func totalsOfManySlicesAreFast() throws {
        let schedule = try schedule("sharp-sat") {
            $0.ranks = 1_000_000
            $0.elements = 1 << 28
            $0.radix = 64
        }
        #expect(schedule.slices == 8192)
        let totals = schedule.totals
        #expect(totals.busiestLink == 1 << 30)
        #expect(totals.scratchBytes == 8 << 17)
    }

    @Test func theWindowIsInTheFile() throws {
        let schedule = try schedule("sharp-sat") { $0.buffer = 4096 }
        #expect(try Schedule(json: schedule.json(), file: "text") == schedule)
    }
}

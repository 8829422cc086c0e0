import Collectives
import Fabrics
import Placement
import Simulation
import Testing
import Units

@Suite struct FlowSimulationTests {
    /// 4,000 bytes take 40 ns.
    private let elements = 1000
    private let bytesTime = 40_000
    private let latency = 1_000_000

    @Test func oneFlow() throws {
        let result = try table(ranks: 2, elements: elements, [push(0, to: [1])])
            .simulated(on: rack())
        #expect(result.completion.count == latency + bytesTime)
        #expect(result.flows == 1)
        #expect(result.events == 3)
        #expect(result.sent(by: 0, over: 0).bytes == 4000)
        #expect(result.received(by: 1, over: 0).bytes == 4000)
        #expect(result.sent(by: 1, over: 0).bytes == 0)
    }

    /// They leave one after the other, and the latency of the second hides behind the first.
    @Test func twoFlowsOutOfOnePort() throws {
        let result = try table(ranks: 3, elements: elements, [push(0, to: [1, 2])])
            .simulated(on: rack())
        #expect(result.completion.count == latency + 2 * bytesTime)
    }

    @Test func twoFlowsIntoOnePort() throws {
        let steps = [push(0, to: [2]), push(1, to: [2])]
        let schedule = Schedule(
            collective: .broadcast,
            algorithm: "test",
            ranks: 3,
            elements: 2 * elements,
            elementSize: 4,
            inPlace: false,
            chunks: 1,
            tracks: steps.map { Track([Phase("test", table: StepTable([$0]))]) }
        )
        // Each track has half of the elements, in whole cache lines: 4,032 and 3,968 bytes.
        let result = try schedule.simulated(on: rack())
        #expect(result.completion.count == latency + 2 * bytesTime)
        // Rank 2 may leave when nobody writes to its memory any more.
        #expect(result.finish.map(\.count) == [1_040_320, 1_080_000, 1_080_000])
    }

    /// A step waits for what it reads: rank 1 passes on what it got from rank 0.
    @Test func aChain() throws {
        var second = push(1, to: [2], round: 1)
        second.sources[0].buffer = .output
        let result = try table(ranks: 3, elements: elements, [push(0, to: [1]), second])
            .simulated(on: rack())
        #expect(result.completion.count == 2 * (latency + bytesTime))
    }

    /// Data that comes as lines is waited for like any other.
    ///
    /// Ranks 0 and 1 send to rank 2 at the same time, so that its port ends the exchange, and both
    /// others need those ranks' steps.
    @Test func linesAreWaitedFor() throws {
        let lined = try schedule("one-shot", ranks: 3, elements: 16)
        #expect(lined.scratch.lines)
        let result = try lined.simulated(on: rack())
        #expect(result.finish.map(\.count) == Array(repeating: latency + 3 * 640, count: 3))
    }

    /// Steps that follow each other at once take no stack and no time.
    @Test func stepsWithoutFlows() throws {
        let result = try schedule("ring", ranks: 1, elements: 1 << 20, slices: 1 << 14)
            .simulated(on: rack())
        #expect(result.completion == .zero)
        #expect(result.events == 0)
    }

    @Test(arguments: [2, 3, 4, 7, 8, 32])
    func aRingTakesItsClosedForm(ranks: Int) throws {
        let fabric = try Catalogue.named("gb200-nvl72")
        let chunk = 16 * 1000
        let result = try schedule("ring", ranks: ranks, elements: ranks * chunk)
            .simulated(on: fabric)
        let step =
            fabric.tiers[0].latency.value
            + fabric.tiers[0].rate.value.duration(of: ByteCount(4 * chunk))
        #expect(result.completion.count == 2 * (ranks - 1) * step.count)
    }

    /// An outer tier of the same network at half the rate: the head goes on as soon as it can.
    @Test func acrossTiers() throws {
        let fabric = try rack(
            outer: #"{ name: "spine", latency: "3us", holds: 2, oversubscription: "2:1" },"#
        )
        let placement = try Placement(ranks: 2, on: fabric, order: .roundRobin)
        let schedule = table(ranks: 2, elements: elements, [push(0, to: [1])])
        let result = try FlowSimulation(schedule, on: placement).run()
        #expect(result.completion.count == 3_000_000 + 2 * bytesTime)
        #expect(result.total(over: 0).bytes == 4000)
        #expect(result.total(over: 1).bytes == 4000)
    }

    /// What comes from another rack takes the same port into the rank as what comes from its own.
    @Test func theInnerPortIsShared() throws {
        let fabric = try rack(outer: #"{ name: "spine", latency: "1us", holds: 2 },"#)
        // Each track has half of the elements: 2,048 bytes.
        let schedule = Schedule(
            collective: .broadcast,
            algorithm: "test",
            ranks: 9,
            elements: 1024,
            elementSize: 4,
            inPlace: false,
            chunks: 1,
            tracks: [0, 8].map { Track([Phase("test", table: StepTable([push($0, to: [1])]))]) }
        )
        let result = try schedule.simulated(on: fabric)
        #expect(result.completion.count == latency + 2 * 20_480)
    }

    /// The ports of two networks do not wait for each other.
    @Test func networksAreApart() throws {
        let fabric = try rack(outer: #"{ name: "leaf", rate: "10GB/s", latency: "1us", holds: 2 }"#)
        let result = try table(ranks: 9, elements: elements, [push(0, to: [8, 1])])
            .simulated(on: fabric)
        #expect(result.completion.count == latency + 10 * bytesTime)
        #expect(result.received(by: 1, over: 0).bytes == 4000)
        #expect(result.received(by: 8, over: 1).bytes == 4000)
        #expect(result.received(by: 8, over: 0).bytes == 0)
    }

    @Test(arguments: ["ring", "one-shot", "two-shot"])
    func theSameInputGivesTheSameTrace(algorithm: String) throws {
        let first = try schedule(algorithm, ranks: 12, elements: 5000).simulated(
            on: Catalogue.named("h100-ndr")
        )
        let again = try schedule(algorithm, ranks: 12, elements: 5000).simulated(
            on: Catalogue.named("h100-ndr")
        )
        #expect(first == again)
        let other = try schedule(algorithm, ranks: 12, elements: 5016).simulated(
            on: Catalogue.named("h100-ndr")
        )
        #expect(first.traceHash != other.traceHash)
    }

    /// The hash is the same on every machine and in every later version that changes nothing.
    @Test func theTraceOfARing() throws {
        let result = try schedule("ring", ranks: 4, elements: 64).simulated(on: rack())
        #expect(result.traceHash == 8_154_818_825_303_963_685)
    }

    @Test(arguments: ["ring", "one-shot", "two-shot"])
    func timeGrowsWithBytesAndLatencyAndFallsWithRate(algorithm: String) throws {
        func time(_ elements: Int = 4096, _ rate: Int = 100, _ latency: Int = 1000) throws -> Int {
            try schedule(algorithm, ranks: 6, elements: elements).simulated(
                on: rack(rate: "\(rate)GB/s", latency: "\(latency)ns")
            ).completion.count
        }
        let bytes = try [96, 960, 1000, 4096, 40_960].map { try time($0) }
        #expect(bytes == bytes.sorted() && Set(bytes).count > 1)
        let rates = try [400, 200, 100, 33, 1].map { try time(4096, $0) }
        #expect(rates == rates.sorted() && Set(rates).count == rates.count)
        let latencies = try [0, 1, 10, 333, 5000].map { try time(4096, 100, $0) }
        #expect(latencies == latencies.sorted() && Set(latencies).count == latencies.count)
    }

    @Test(arguments: ["ring", "one-shot", "two-shot"], Placement.Order.allCases)
    func bytesAreThoseOfThePlacement(algorithm: String, order: Placement.Order) throws {
        for (fabric, ranks) in [("h100-ndr", 40), ("tcp-10gbe", 20)] {
            let placement = try Placement(
                ranks: ranks,
                on: Catalogue.named(fabric),
                order: order
            )
            let schedule = try schedule(algorithm, ranks: ranks, elements: 3333)
            let result = try FlowSimulation(schedule, on: placement).run()
            for load in try placement.loads(of: schedule) {
                let sent = (0..<ranks).map { result.sent(by: $0, over: load.tier) }
                let received = (0..<ranks).map { result.received(by: $0, over: load.tier) }
                #expect(sent.max() == load.busiestOut)
                #expect(received.max() == load.busiestIn)
                #expect(result.total(over: load.tier) == load.total)
            }
        }
    }
}

@Suite struct RefusedSimulationTests {
    @Test func ranksMustFitThePlacement() throws {
        let placement = try Placement(ranks: 4, on: rack())
        let ring = try schedule("ring", ranks: 8, elements: 64)
        #expect(throws: SimulationError.placement(.otherRanks(schedule: 8, placement: 4))) {
            try FlowSimulation(ring, on: placement)
        }
    }

    @Test func aggregatorsHaveNoPlace() throws {
        let placement = try Placement(ranks: 2, on: rack())
        var schedule = table(ranks: 2, elements: 64, [push(0, to: [1])])
        schedule.aggregators = 1
        #expect(throws: SimulationError.placement(.notARank(endpoint: 2, ranks: 2))) {
            try FlowSimulation(schedule, on: placement)
        }
    }

    /// Two ranks that each need first what the other does second.
    @Test func aDeadlockIsNamed() throws {
        func step(_ actor: Int, _ round: Int, reads: Int) -> StepTable.Step {
            StepTable.Step(
                round: round,
                actor: actor,
                sources: [Place(endpoint: reads, buffer: round == 0 ? .input : .output, first: 0)],
                targets: [Place(endpoint: actor, buffer: .output, first: 0)]
            )
        }
        let schedule = Schedule(
            collective: .broadcast,
            algorithm: "test",
            ranks: 2,
            elements: 64,
            elementSize: 4,
            inPlace: false,
            chunks: 1,
            tracks: [
                Track([
                    Phase(
                        "test",
                        table: StepTable([
                            step(0, 1, reads: 1), step(0, 0, reads: 0),
                            step(1, 1, reads: 0), step(1, 0, reads: 1),
                        ])
                    )
                ])
            ]
        )
        let error = #expect(throws: SimulationError.self) { try schedule.simulated(on: rack()) }
        #expect(error?.description == "test, round 1, rank 0: what it waits for never comes")
    }

    @Test func whatCannotBeCountedIsRefused() throws {
        let slow = try rack(rate: "1b/s")
        let schedule = try schedule("ring", ranks: 2, elements: 1 << 30)
        #expect(throws: SimulationError.tooLarge) { try schedule.simulated(on: slow) }
    }
}

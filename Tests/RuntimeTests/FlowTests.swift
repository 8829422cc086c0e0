import Collectives
import Glibc
import Runtime
import TestSupport
import Testing

/// Flows between endpoints of different nodes, by threads that talk over loopback.
@Suite(.everyCore) struct FlowTests {
    private static let areas = Areas(linesBytes: 0, scratchBytes: 0)

    /// What each endpoint runs in each phase, and what came of it: by phase, then by endpoint.
    private func run(
        nodes: [Int],
        phases: [[[Flow]]],
        seconds: Double = 0.05,
        connections: Int = 1
    ) throws -> [[FlowRunner.Outcome]] {
        let areas = Team.areas(Self.areas, nodes: nodes)
        let shape = Segment.Shape(
            endpoints: nodes.count,
            isOversubscribed: true,
            spansNodes: true,
            boardEntries: 16,
            heapBytes: areas.buffersStart + Team.heapBytes + FlowRunner.heapBytes
        )
        let memories = try Set(nodes).sorted().map { _ in try Segment.create(shape) }
        defer { for memory in memories { close(memory) } }
        let ports = PortBoard(nodes.count)
        var options = NetOptions()
        options.connections = connections
        let network = options
        let found = Collected<(phase: Int, endpoint: Int, outcome: FlowRunner.Outcome)>()
        let problems = Collected<String>()
        Clock.setUp()
        Threads.run(nodes.count) { endpoint in
            do {
                let memory = memories[nodes[endpoint]]
                let segment = try Segment(descriptor: memory, endpoint: endpoint)
                do {
                    try ports.connect(segment, endpoint, nodes, network)
                    let team = try Team(
                        segment,
                        nodes: nodes,
                        areas: areas,
                        offset: areas.buffersStart
                    )
                    let runner = FlowRunner(heapOffset: areas.buffersStart + Team.heapBytes)
                    for (number, phase) in phases.enumerated() {
                        try team.barrier(segment)
                        let outcome = try runner.run(
                            phase[endpoint],
                            seconds: seconds,
                            interval: seconds / 10,
                            segment
                        )
                        found.add((number, endpoint, outcome))
                        // What collectives know of each other's progress still holds.
                        let word = try team.agree(
                            endpoint == 0 ? UInt64(number) + 7 : 0,
                            segment,
                            shared: segment.board(of: 0)
                        )
                        if word != UInt64(number) + 7 { problems.add("agreed on \(word)") }
                    }
                    try team.barrier(segment)
                } catch {
                    segment.abort()
                    throw error
                }
            } catch {
                problems.add("endpoint \(endpoint): \(error)")
            }
        }
        #expect(problems.all.isEmpty, "\(problems.all)")
        return phases.indices.map { phase in
            found.all.filter { $0.phase == phase }.sorted { $0.endpoint < $1.endpoint }
                .map(\.outcome)
        }
    }

    private func flow(
        _ peer: Int,
        _ role: Flow.Role,
        _ bytes: Int,
        _ change: (inout Flow) -> Void = { _ in }
    ) -> Flow {
        var flow = Flow(peer: peer, role: role, bytes: bytes, stop: 0.05)
        change(&flow)
        return flow
    }

    /// All that is sent lands and is answered, whatever the sizes, and several connections.
    @Test(arguments: [(0, 1), (8, 1), (5000, 3), (1 << 20, 3)])
    func messagesLandAndAreAnswered(_ bytes: Int, _ connections: Int) throws {
        let sender = flow(1, .initiates, bytes) {
            $0.window = 5
            $0.most = 23
            $0.delays = 64
            $0.stop = 20
        }
        let receiver = flow(0, .answers, bytes) { $0.stop = 20 }
        let outcomes = try run(
            nodes: [0, 1],
            phases: Array(repeating: [[sender], [receiver]], count: 3),
            seconds: 20,
            connections: connections
        )
        for outcome in outcomes {
            try #require(outcome.count == 2)
            let (sent, landed) = (outcome[0].traces[0], outcome[1].traces[0])
            #expect(sent.messages == 23 && landed.messages == 23)
            #expect(sent.delays.count == 23 && sent.delays.allSatisfy { $0 > 0 })
            #expect(sent.longest == sent.delays.max())
            #expect(sent.first <= sent.last && landed.first <= landed.last)
            #expect(outcome[0].counts.connections >= connections)
        }
    }

    /// Two flows between the same two endpoints, one each way, share a word each way.
    @Test func flowsGoBothWays() throws {
        let parts = [0, 1].map { endpoint in
            [
                flow(1 - endpoint, .initiates, 100) {
                    $0.window = 8
                    $0.most = 500
                    $0.stop = 20
                    $0.delays = 10
                },
                flow(1 - endpoint, .answers, 100) { $0.replyBytes = endpoint == 0 ? 0 : 64 },
            ]
        }
        var both = parts
        both[1][0].replyBytes = 0
        both[0][0].replyBytes = 64
        let outcomes = try run(nodes: [0, 1], phases: [both, both], seconds: 20)
        for outcome in outcomes.joined() {
            #expect(outcome.traces.map(\.messages) == [500, 500])
            // Of 500 delays every 64th is kept, so that ten are enough.
            #expect((5...10).contains(outcome.traces[0].delays.count))
        }
    }

    /// Who goes in rounds sends the next message once all have answered.
    @Test func roundsAreTogether() throws {
        let asks = [1, 2, 3].map { peer in
            flow(peer, .initiates, 0) {
                $0.replyBytes = 3000
                $0.isTogether = true
                $0.most = 50
                $0.delays = 50
                $0.stop = 20
            }
        }
        let answer = flow(0, .answers, 0) { $0.replyBytes = 3000 }
        // Two of those who answer share a node, and endpoint 4 has no part.
        let phase = [asks, [answer], [answer], [answer], []]
        let outcomes = try run(nodes: [0, 1, 1, 2, 0], phases: [phase, phase], seconds: 20)
        for outcome in outcomes {
            try #require(outcome.count == 5)
            #expect(outcome[0].traces.map(\.messages) == [50, 50, 50])
            #expect(outcome[0].traces.allSatisfy { $0.delays.count == 50 })
            #expect(outcome[4].traces.isEmpty)
        }
    }

    /// A flow that is asked for a rate is never ahead of it, and samples only grow.
    @Test func pacedFlowsAreNotAhead() throws {
        let sender = flow(1, .initiates, 1000) {
            $0.window = 4
            $0.pace = 1e6
            $0.stop = 0.1
            $0.samples = 20
        }
        let receiver = flow(0, .answers, 1000) { $0.samples = 20 }
        let outcomes = try run(
            nodes: [0, 1],
            phases: [[[sender], [receiver]]],
            seconds: 0.1
        )
        let outcome = try #require(outcomes.first)
        let trace = outcome[0].traces[0]
        // The first is due at once.
        #expect((1...101).contains(trace.messages), "\(trace.messages)")
        #expect(trace.pace == 1_000_000)
        for part in outcome {
            let samples = part.traces[0].samples
            #expect(!samples.isEmpty)
            for (one, next) in zip(samples, samples.dropFirst()) {
                #expect(one.nanoseconds < next.nanoseconds && one.bytes <= next.bytes)
            }
        }
    }

    @Test func flowsThatCannotBeAreRefused() throws {
        let shape = Segment.Shape(
            endpoints: 2,
            isOversubscribed: true,
            spansNodes: true,
            heapBytes: FlowRunner.heapBytes
        )
        let memory = try Segment.create(shape)
        defer { close(memory) }
        let segment = try Segment(descriptor: memory, endpoint: 0)
        let runner = FlowRunner(heapOffset: 0)
        let good = flow(1, .initiates, 8)
        for wrong in [
            [flow(0, .initiates, 8)], [flow(2, .initiates, 8)], [good, good],
            [flow(1, .initiates, FlowRunner.heapBytes + 1)],
            [flow(1, .initiates, 8) { $0.window = Flow.windowMost + 1 }],
            [flow(1, .initiates, 8) { $0.window = 0 }],
            // There is no connection.
            [good],
        ] {
            #expect(throws: RuntimeError.self) {
                _ = try runner.run(wrong, seconds: 0.01, interval: 0.01, segment)
            }
        }
        #expect(throws: RuntimeError.self) {
            _ = try FlowRunner(heapOffset: 4096).run([], seconds: 1, interval: 1, segment)
        }
        // Nothing to do takes no time.
        let outcome = try runner.run([], seconds: 1, interval: 1, segment)
        #expect(outcome.traces.isEmpty)
    }

    /// A job that is ended ends its flows.
    @Test func flowsEndWithTheJob() throws {
        let sender = flow(1, .initiates, 8) { $0.stop = 60 }
        let nodes = [0, 1]
        let shape = Segment.Shape(
            endpoints: 2,
            isOversubscribed: true,
            spansNodes: true,
            heapBytes: FlowRunner.heapBytes
        )
        let memories = try nodes.map { _ in try Segment.create(shape) }
        defer { for memory in memories { close(memory) } }
        let ports = PortBoard(2)
        let problems = Collected<String>()
        Threads.run(2) { endpoint in
            do {
                let segment = try Segment(descriptor: memories[endpoint], endpoint: endpoint)
                try ports.connect(segment, endpoint, nodes, NetOptions())
                if endpoint == 1 {
                    usleep(50_000)
                    let other = try Segment(descriptor: memories[0], endpoint: nil)
                    other.abort()
                    return
                }
                _ = try FlowRunner(heapOffset: 0).run(
                    [sender],
                    seconds: 60,
                    interval: 1,
                    segment
                )
            } catch {
                problems.add("\(error)")
            }
        }
        #expect(problems.all.count == 1, "\(problems.all)")
    }
}

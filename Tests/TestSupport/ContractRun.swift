import Collectives
import Glibc
public import Runtime

/// Runs cases one after the other, in one memory, with a thread for each endpoint.
public struct ContractRun: Sendable {
    private let cases: [ContractCase]
    private let operations: Int
    private let isOversubscribed: Bool
    private let dawdling: Int
    private let nodes: [Int]
    private let network: NetOptions

    /// Says what is run, and how.
    ///
    /// - Parameters:
    ///   - dawdling: microseconds that ranks dawdle now and then, to change who comes first.
    ///   - nodes: the node of each endpoint, as far as there are endpoints; empty where all share
    ///     memory.
    ///   - network: how endpoints of different nodes talk.
    public init(
        cases: [ContractCase],
        operations: Int = 3,
        isOversubscribed: Bool,
        dawdling: Int = 0,
        nodes: [Int] = [],
        network: NetOptions = NetOptions()
    ) {
        self.cases = cases
        self.operations = operations
        self.isOversubscribed = isOversubscribed
        self.dawdling = dawdling
        self.nodes = nodes
        self.network = network
    }

    /// One case with everything that can be made before.
    private struct Prepared: Sendable {
        let one: ContractCase
        let schedule: Schedule
        let drafts: [PlanDraft]
        /// By operation and rank.
        let inputs: [[[UInt8]]]
        let expected: [[[UInt8]]]

        init(_ one: ContractCase, endpoints: Int, operations: Int, nodes: [Int]) throws {
            self.one = one
            schedule = try one.schedule
            drafts = try one.drafts(endpoints: endpoints, nodes: nodes)
            let values = ContractValues(one, try one.schedule)
            inputs = (0..<operations).map { values.inputs(operation: $0) }
            expected = inputs.map { values.expected($0) }
        }

        /// Bytes of the larger buffer of any rank.
        var bytes: Int {
            (0..<schedule.ranks).reduce(0) { most, rank in
                max(
                    most,
                    schedule.memoryElements(of: .input, rank: rank),
                    schedule.memoryElements(of: .output, rank: rank)
                )
            } * schedule.elementSize
        }
    }

    /// Where a rank's results differ from the reference, in words; empty when they do not.
    ///
    /// No barrier lies between operations, nor between cases: a plan that has returned has said
    /// that its caller may read the output and write a new input.
    public func problems() throws -> [String] {
        var endpoints = 0
        for one in cases { endpoints = max(endpoints, try one.schedule.endpoints) }
        let operations = operations
        let nodes = Array(nodes.prefix(endpoints))
        let prepared = try cases.map {
            try Prepared($0, endpoints: endpoints, operations: operations, nodes: nodes)
        }
        let areas = Areas(for: prepared.flatMap(\.drafts))
        let most = prepared.map { ($0.bytes + 4095) / 4096 * 4096 }.max() ?? 0
        let shape = Segment.Shape(
            endpoints: endpoints,
            isOversubscribed: isOversubscribed || endpoints > cases[0].ranks,
            spansNodes: !nodes.isEmpty,
            heapBytes: areas.buffersStart + 2 * most + 4096
        )
        let memories = try (0...(nodes.max() ?? 0)).map { _ in try Segment.create(shape) }
        defer { for memory in memories { close(memory) } }
        let found = Collected<String>()
        let work = self
        let ports = PortBoard(endpoints)
        let abort: @Sendable () -> Void = {
            for memory in memories {
                (try? Segment(descriptor: memory, endpoint: nil))?.abort()
            }
        }
        let runOne: @Sendable (Int) -> Void = { endpoint in
            do {
                let memory = memories[nodes.isEmpty ? 0 : nodes[endpoint]]
                let segment = try Segment(descriptor: memory, endpoint: endpoint)
                do {
                    if nodes.isEmpty {
                        try segment.barrier()
                    } else {
                        try ports.connect(segment, endpoint, nodes, work.network)
                    }
                    try work.run(segment, endpoint, prepared, areas, most, found)
                } catch {
                    found.add("endpoint \(endpoint): \(error)")
                    abort()
                }
            } catch {
                found.add("endpoint \(endpoint): \(error)")
            }
        }
        Threads.run(endpoints, onOverdue: abort, runOne)
        return found.all
    }

    private func run(
        _ segment: borrowing Segment,
        _ endpoint: Int,
        _ prepared: [Prepared],
        _ areas: Areas,
        _ most: Int,
        _ found: Collected<String>
    ) throws {
        var random = SeededRandom(seed: UInt64(endpoint))
        for item in prepared {
            let (one, schedule) = (item.one, item.schedule)
            let plan = try Plan(
                item.drafts[endpoint],
                segment: segment,
                areas: areas,
                instructions: one.instructions
            )
            let inputAt = areas.buffersStart
            let outputAt = one.inPlace ? inputAt : inputAt + most
            try plan.bind(segment, input: inputAt, output: outputAt)
            let heap = segment.heap(of: endpoint)
            for operation in 0..<operations {
                if dawdling > 0 && random.below(3) == 0 { usleep(UInt32(random.below(dawdling))) }
                if endpoint >= one.ranks {
                    try plan.run(segment, operations: 1)
                    continue
                }
                let size = schedule.elementSize
                func start(_ buffer: Buffer, _ at: Int) -> UnsafeMutableRawPointer {
                    heap + at + schedule.startOfSpans(in: buffer, of: endpoint) * size
                }
                for (buffer, at) in [(Buffer.output, outputAt), (.input, inputAt)] {
                    let bytes = schedule.memoryElements(of: buffer, rank: endpoint) * size
                    memset(heap + at, Int32(ContractValues.empty), bytes)
                }
                let input = item.inputs[operation][endpoint]
                memcpy(start(.input, inputAt), input, input.count)
                try plan.run(segment, operations: 1)
                let want = item.expected[operation][endpoint]
                let bytes = UnsafeRawBufferPointer(
                    start: start(.output, outputAt),
                    count: want.count
                )
                let got = ContractValues.canonical(Array(bytes), one.reduction.type)
                if got != want {
                    let index = zip(got, want).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
                    found.add(
                        "\(one), operation \(operation), rank \(endpoint), byte \(index): "
                            + "\(got[index]) instead of \(want[index])"
                    )
                }
            }
        }
    }
}

public import Collectives
internal import Glibc

/// What moving data costs on one machine whose ranks share memory: an alpha-beta-gamma model whose
/// rates depend on the caches that the data fits.
///
/// Times are seconds. docs/MEASUREMENT.md has the formula and what each term stands for.
public struct MachineModel: Equatable, Sendable {
    /// Alpha: from one endpoint's flag to another's noticing it.
    public var exchange: Double
    /// What an operation costs whatever it does.
    public var operation: Double
    /// What a step costs whatever it moves.
    public var step: Double
    /// What a byte costs that is put into a line or taken out of one.
    public var linedByte: Double
    /// Beta and gamma together: what a byte costs that is loaded or stored, by how many bytes the
    /// rank touches in an operation.
    public var byte: Curve
    /// What a byte costs in addition when its cache line has to change hands.
    public var contendedByte: Curve
    /// The 95 % range of measured over predicted, as a factor each way: from sizes that were not
    /// used for the fit.
    public var uncertainty: Double
    /// How many ranks the parameters were found with.
    public var ranks: Int
    /// The exchange of a cache line that was measured beside them.
    public var reference: Double
    /// The footprint up to which every rank finds its data in a cache.
    public var cachedFootprint: Double

    /// How many cache lines change hands at the same time when many of them do: what makes a
    /// contended byte's cost depend on the exchange.
    ///
    /// Measured with two ranks on Zen 3, 2026-11: where an exchange took 139 ns longer, a contended
    /// byte up to 16 MiB took 0.08 ns longer.
    private static let linesInFlight = 27.0

    /// Makes a model of known parameters.
    public init(
        exchange: Double,
        operation: Double,
        step: Double,
        linedByte: Double,
        byte: Curve,
        contendedByte: Curve,
        uncertainty: Double,
        ranks: Int,
        reference: Double,
        cachedFootprint: Double
    ) {
        self.exchange = exchange
        self.operation = operation
        self.step = step
        self.linedByte = linedByte
        self.byte = byte
        self.contendedByte = contendedByte
        self.uncertainty = uncertainty
        self.ranks = ranks
        self.reference = reference
        self.cachedFootprint = cachedFootprint
    }

    /// The model where a cache line takes so long from rank to rank.
    ///
    /// On shared machines the cores of a job are close to each other at one time and far apart at
    /// another. What consists of exchanges one after the other changes in proportion; bytes that
    /// change hands do so many lines at a time.
    public func adjusted(toExchange measured: Double?) -> MachineModel {
        guard let measured, measured > 0 else { return self }
        var result = self
        let ratio = measured / reference
        result.reference = measured
        result.exchange *= ratio
        result.operation *= ratio
        result.step *= ratio
        result.linedByte *= ratio
        let more = (measured - reference) / Self.linesInFlight / 64
        for (knot, footprint) in contendedByte.footprints.enumerated()
        where footprint <= cachedFootprint {
            result.contendedByte.values[knot] = max(0, contendedByte.values[knot] + more)
        }
        return result
    }

    /// A cost that depends on the footprint: known at some, by straight lines over the logarithm in
    /// between, the same beyond the ends.
    public struct Curve: Equatable, Sendable {
        /// Footprints in bytes, growing.
        public var footprints: [Double]
        /// The costs there, in seconds.
        public var values: [Double]

        /// Makes a curve of at least one point.
        public init(footprints: [Double], values: [Double]) {
            precondition(!footprints.isEmpty && footprints.count == values.count)
            self.footprints = footprints
            self.values = values
        }

        /// The cost at a footprint.
        public func value(at footprint: Double) -> Double {
            guard let above = footprints.firstIndex(where: { $0 >= footprint }) else {
                return values[values.count - 1]
            }
            if above == 0 { return values[0] }
            let (from, to) = (footprints[above - 1], footprints[above])
            let share = log(footprint / from) / log(to / from)
            return values[above - 1] + share * (values[above] - values[above - 1])
        }
    }
}

/// A schedule prepared for costing: its waits and loads, from which a time follows quickly for any
/// parameters.
public struct CostedSchedule: Sendable {
    private let graph: DependencyGraph
    /// Whether lines go one way, so that whoever sends them may be more operations ahead than are
    /// laid out here.
    private let isAhead: Bool
    private let traffic: Traffic
    /// Bytes that each endpoint touches in an operation.
    let footprints: [Double]

    /// Analyses a schedule by walking all its steps.
    public init(_ schedule: Schedule) {
        let graph = DependencyGraph(schedule)
        let traffic = Traffic(schedule, graph.programs)
        self.graph = graph
        isAhead = schedule.scratch.lines && graph.goesOneWay
        self.traffic = traffic
        footprints = graph.programs.indices.map { Double(traffic.footprint(of: $0)) }
    }

    /// Seconds of one operation among many back to back: the critical path through the waits.
    ///
    /// A step starts when its endpoint is free and everything it waits for has happened an exchange
    /// ago; it ends when its bytes have moved. An endpoint enters the next operation as soon as it
    /// may leave this one, so that the hand-over of one operation hides behind the start of the
    /// next: what counts is how much later a later operation ends.
    public func seconds(on model: MachineModel) -> Double {
        var timeline = Timeline(costs: costs(on: model), model: model, isAhead: isAhead)
        let operations = 4
        var first = 0.0
        for operation in 0..<operations {
            timeline.run(graph)
            if operation == 0 { first = timeline.end }
        }
        return (timeline.end - first) / Double(operations - 1)
    }

    /// What each step takes once it may start.
    private func costs(on model: MachineModel) -> [[Double]] {
        graph.programs.indices.map { endpoint in
            let byte = model.byte.value(at: max(1, footprints[endpoint]))
            let contended = model.contendedByte.value(at: max(1, footprints[endpoint]))
            return traffic.loads[endpoint].map { load in
                model.step + Double(load.bytes) * byte + Double(load.contended) * contended
                    + Double(load.lined) * model.linedByte
            }
        }
    }
}

/// When everybody is where, operation after operation.
private struct Timeline {
    let costs: [[Double]]
    let model: MachineModel
    let isAhead: Bool
    /// When each endpoint left the last operation and the one before.
    var left: [Double]
    var leftBefore: [Double]
    private var entered: [Double]
    private var ends: [[Double]]

    /// When the last endpoint left the last operation.
    var end: Double { left.max() ?? 0 }

    init(costs: [[Double]], model: MachineModel, isAhead: Bool) {
        self.costs = costs
        self.model = model
        self.isAhead = isAhead
        left = Array(repeating: 0, count: costs.count)
        leftBefore = left
        entered = left
        ends = costs.map { Array(repeating: -1, count: $0.count) }
    }

    /// One operation: every endpoint as far as its waits allow, until all are through.
    mutating func run(_ graph: DependencyGraph) {
        entered = left.map { $0 + model.operation }
        var free = entered
        ends = costs.map { Array(repeating: -1, count: $0.count) }
        var next = [Int](repeating: 0, count: costs.count)
        var moved = true
        while moved {
            moved = false
            for endpoint in costs.indices {
                while next[endpoint] < costs[endpoint].count,
                    let start = start(graph, endpoint, next[endpoint])
                {
                    free[endpoint] = max(free[endpoint], start) + costs[endpoint][next[endpoint]]
                    ends[endpoint][next[endpoint]] = free[endpoint]
                    next[endpoint] += 1
                    moved = true
                }
            }
        }
        leftBefore = left
        for endpoint in costs.indices {
            left[endpoint] = free[endpoint]
            for case .step(let other, let index) in graph.closing[endpoint] {
                left[endpoint] = max(left[endpoint], ends[other][index] + model.exchange)
            }
        }
    }

    /// When a step's waits are over; nil while one of them is not.
    private func start(_ graph: DependencyGraph, _ endpoint: Int, _ index: Int) -> Double? {
        var start = 0.0
        for wait in graph.waits[endpoint][index] {
            switch wait {
            case .entered(let other): start = max(start, entered[other] + model.exchange)
            case .free where isAhead: continue
            case .free(let other): start = max(start, leftBefore[other] + model.exchange)
            case .step(let other, let step):
                if ends[other][step] < 0 { return nil }
                start = max(start, ends[other][step] + model.exchange)
            }
        }
        for case .step(let other, let step) in graph.arrivals[endpoint][index] {
            if ends[other][step] < 0 { return nil }
            start = max(start, ends[other][step] + model.exchange)
        }
        return start
    }
}

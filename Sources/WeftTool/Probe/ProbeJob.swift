internal import Runtime
internal import Text

/// What the ranks of a probe are told: phases of flows, one after the other.
struct ProbeJob: Equatable {
    /// A flow from one rank to another.
    struct Flow: Equatable {
        var from: Int
        var to: Int
        var bytes: Int
        var replyBytes = 0
        var window = 1
        var start = 0.0
        var stop: Double
        /// The share of the rate that this pair had in the last phase that measured it; 0 for all.
        var share = 0.0
        var isTogether = false
        var most: Int?
        /// Samples that are kept at both ends, and delays.
        var samples = 0
        var delays = 0
        /// Whether what it gets is what shares of later phases are of.
        var setsRate = false
    }

    /// Flows that run at the same time.
    struct Phase: Equatable {
        /// For people: what is being done.
        var name: String
        var seconds: Double
        /// Seconds from one sample to the next.
        var interval: Double
        var flows: [Flow]
    }

    /// What tells a probe's payload from that of a benchmark.
    static let schema = "weft-probe-job-1"

    var phases: [Phase]

    /// Entries of the board that the largest part of a rank takes.
    func boardEntries(ranks: Int) -> Int {
        var most = 0
        for phase in phases {
            for rank in 0..<ranks {
                most = max(most, ProbeBoard.entries(phase.parts(of: rank) { _ in nil }))
            }
        }
        return most
    }
}

extension ProbeJob.Phase {
    /// A rank's part: the flows that it initiates, then those that it answers.
    ///
    /// - Parameter rate: what a peer got from this rank in the last phase that measured it.
    func parts(of rank: Int, rate: (_ peer: Int) -> Double?) -> [Flow] {
        let own = flows.filter { $0.from == rank }.map { flow in
            var part = Flow(peer: flow.to, role: .initiates, bytes: flow.bytes, stop: flow.stop)
            part.window = flow.window
            part.start = flow.start
            part.isTogether = flow.isTogether
            part.most = flow.most
            part.delays = flow.delays
            part.pace = flow.share > 0 ? rate(flow.to).map { $0 * flow.share } : nil
            return (part, flow)
        }
        let answered = flows.filter { $0.to == rank }.map { flow in
            (Flow(peer: flow.from, role: .answers, bytes: flow.bytes, stop: flow.stop), flow)
        }
        return (own + answered).map { part, flow in
            var part = part
            part.replyBytes = flow.replyBytes
            part.samples = flow.samples
            return part
        }
    }
}

// MARK: - JSON

extension ProbeJob {
    /// Whether a payload is of a probe.
    static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array(opening.utf8)) }

    private static let opening = "{\"schema\":\"\(schema)\""

    var payload: [UInt8] {
        let json: JSON = [
            "schema": .string(Self.schema),
            "phases": .array(
                phases.map { phase in
                    [
                        "name": .string(phase.name),
                        "seconds": .number(phase.seconds),
                        "interval": .number(phase.interval),
                        "flows": .array(phase.flows.map(Self.row)),
                    ]
                }
            ),
        ]
        return Array(json.serialized().utf8)
    }

    /// Numbers in the order in which they are declared: a probe may have thousands of flows.
    private static func row(_ flow: Flow) -> JSON {
        let whole = [
            flow.from, flow.to, flow.bytes, flow.replyBytes, flow.window, flow.samples,
            flow.delays, flow.most ?? -1, flow.isTogether ? 1 : 0, flow.setsRate ? 1 : 0,
        ]
        return .array(
            whole.map { .integer(Int64($0)) }
                + [flow.start, flow.stop, flow.share].map { .number($0) }
        )
    }

    init(reading bytes: [UInt8]) throws(TextError) {
        let reader = try JSONReader.parse(bytes, name: "the launcher's probe")
        phases = []
        for part in try reader.required("phases").array() {
            var flows: [Flow] = []
            for row in try part.required("flows").array() { flows.append(try Flow(reading: row)) }
            phases.append(
                Phase(
                    name: try part.required("name").string(),
                    seconds: try part.required("seconds").number(),
                    interval: try part.required("interval").number(),
                    flows: flows
                )
            )
        }
    }
}

extension ProbeJob.Flow {
    fileprivate init(reading reader: JSONReader) throws(TextError) {
        let row = try reader.array()
        guard row.count == 13 else { throw reader.error("a flow has 13 numbers") }
        var whole: [Int] = []
        for part in row.prefix(10) { whole.append(Int(try part.integer())) }
        self.init(
            from: whole[0],
            to: whole[1],
            bytes: whole[2],
            replyBytes: whole[3],
            window: whole[4],
            start: try row[10].number(),
            stop: try row[11].number(),
            share: try row[12].number(),
            isTogether: whole[8] != 0,
            most: whole[7] < 0 ? nil : whole[7],
            samples: whole[5],
            delays: whole[6],
            setsRate: whole[9] != 0
        )
        let isSound =
            (0...Flow.bytesMost).contains(bytes) && (0...Flow.bytesMost).contains(replyBytes)
            && (1...Flow.windowMost).contains(window) && (0...1_000_000).contains(samples)
            && (0...1_000_000).contains(delays)
        if !isSound { throw reader.error("a flow that no probe has") }
    }
}

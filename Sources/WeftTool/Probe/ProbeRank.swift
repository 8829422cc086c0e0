internal import Runtime

/// One rank of a probe: runs phase after phase and leaves what came of them on its board.
struct ProbeRank: ~Copyable {
    private let job: ProbeJob
    private let rank: Int
    private let team: Team
    private let runner: FlowRunner
    /// What this rank got to each peer in the last phase that measured it, bytes a second.
    private var rates: [Int: Double] = [:]
    private let host = RdmaHost()

    /// Where ranks agree on things, and the memory that each needs.
    private static func areas(_ nodes: [Int]) -> Areas {
        Team.areas(Areas(linesBytes: 0, scratchBytes: 0), nodes: nodes)
    }

    static func heapBytes(nodes: [Int]) -> Int {
        areas(nodes).buffersStart + Team.heapBytes + FlowRunner.heapBytes
    }

    init(_ process: borrowing RankProcess) throws {
        let job = try ProbeJob(reading: process.payload)
        let areas = Self.areas(process.nodes)
        let team = try Team(
            process.segment,
            nodes: process.nodes,
            areas: areas,
            offset: areas.buffersStart
        )
        self.job = job
        self.team = team
        rank = process.rank
        runner = FlowRunner(heapOffset: areas.buffersStart + Team.heapBytes)
    }

    /// Runs all phases, each when the head says so.
    mutating func run(_ process: borrowing RankProcess) throws {
        try process.segment.touch()
        let mesh = try process.listen()
        try process.pause(0)
        if let mesh { try process.connect(mesh) }
        for (number, phase) in job.phases.enumerated() {
            let rates = rates
            let parts = phase.parts(of: rank) { rates[$0] }
            let meter = RailMeter(host)
            try team.barrier(process.segment)
            var outcome = try runner.run(
                parts,
                seconds: phase.seconds,
                interval: phase.interval,
                process.segment
            )
            for trace in outcome.traces where trace.role == .initiates {
                let isMeasured = phase.flows.contains {
                    $0.setsRate && $0.from == rank && $0.to == trace.peer
                }
                let seconds = Double(trace.last - trace.first) * 1e-9
                if isMeasured, seconds > 0 {
                    self.rates[trace.peer] = Double(trace.messages * trace.bytes) / seconds
                }
            }
            let rails = meter.growth()
            outcome.ports = rails.count
            outcome.growth = rails.total
            ProbeBoard.write(outcome, to: process.segment.board(of: rank))
            try process.pause(number + 1)
        }
    }
}

internal import Runtime

/// Runs a probe's phases on the nodes that are there and collects what ranks leave on their boards.
struct ProbeRun {
    let job: ProbeJob
    let head: Head

    /// By phase, then by rank.
    typealias Outcomes = [[FlowRunner.Outcome]]

    /// Runs the job.
    ///
    /// - Parameters:
    ///   - arguments: what the ranks' processes get, for people who look at them.
    ///   - onPhase: called with how many phases are over.
    func run(arguments: [String], onPhase: (Int) -> Void) throws -> Outcomes {
        let nodes = head.nodesOfRanks
        let entries = job.boardEntries(ranks: nodes.count)
        var outcomes: Outcomes = []
        var event = 0
        try head.run(
            Head.Plan(
                nodes: nodes,
                hosts: nodes,
                heapBytes: ProbeRank.heapBytes(nodes: nodes),
                boardEntries: entries,
                payload: job.payload,
                arguments: arguments,
                binding: .core
            ),
            doing: { describe(event) },
            onEvent: { number, segment throws(RuntimeError) in
                event = number + 1
                onPhase(number)
                if number == 0 { return }
                var ranks: [FlowRunner.Outcome] = []
                for rank in nodes.indices {
                    let board = UnsafeBufferPointer(start: segment.board(of: rank), count: entries)
                    ranks.append(try ProbeBoard.read(board))
                }
                outcomes.append(ranks)
            }
        )
        return outcomes
    }

    private func describe(_ event: Int) -> String {
        if event == 0 { return "starting" }
        return event <= job.phases.count ? "probing \(job.phases[event - 1].name)" : "ending"
    }
}

extension [FlowRunner.Outcome] {
    /// What an endpoint of a flow has recorded; nil where a rank has left nothing of it.
    func trace(from: Int, to: Int, at role: Flow.Role) -> FlowTrace? {
        let (own, peer) = role == .initiates ? (from, to) : (to, from)
        guard indices.contains(own) else { return nil }
        return self[own].traces.first { $0.role == role && $0.peer == peer }
    }
}

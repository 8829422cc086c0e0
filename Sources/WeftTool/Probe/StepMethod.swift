internal import Measurement
internal import Runtime

/// Two flows into one node, of which the second joins and leaves: how they share, and what the
/// network does about it.
struct StepMethod: ProbeMethod {
    let setting: ProbeSetting
    /// Which of the probes that look at this is asked for: step, ecn or order.
    let probe: Probe
    let key = "step"

    /// Six make an interval of order statistics that holds a median with 95 % confidence.
    static let repeats = 6
    static let samples = 150

    var layout: ProbeLayout { setting.layout }
    var seconds: Double { setting.seconds / Double(Self.repeats) }
    var join: Double { seconds / 3 }
    private var leave: Double { 2 * seconds / 3 }
    private var isPossible: Bool { layout.senders.count > 1 }

    var phases: [ProbeJob.Phase] {
        guard isPossible else { return [] }
        let flows = (0..<2).map { number in
            let pair = layout.pair(number)
            var flow = ProbeJob.Flow(
                from: pair.from,
                to: pair.to,
                bytes: ProbeSetting.bytes,
                window: ProbeSetting.window,
                start: number == 0 ? 0 : join,
                stop: number == 0 ? seconds : leave
            )
            flow.samples = Self.samples
            return flow
        }
        let phase = ProbeJob.Phase(
            name: "how flows share",
            seconds: seconds,
            interval: seconds / Double(Self.samples),
            flows: flows
        )
        return Array(repeating: phase, count: Self.repeats)
    }

    func finding(_ outcomes: ProbeRun.Outcomes) -> ProbeFinding {
        guard isPossible else {
            return ProbeFinding(
                probe,
                notes: [
                    "Two ranks must send to one node: take '--ranks' twice the number of nodes"
                ]
            )
        }
        switch probe {
        case .ecn: return congestionMarks(outcomes)
        case .order: return order(outcomes)
        default: return shares(outcomes)
        }
    }

    func trace(
        _ outcome: [FlowRunner.Outcome],
        _ number: Int,
        _ role: Flow.Role
    ) -> FlowTrace? {
        let pair = layout.pair(number)
        return outcome.trace(from: pair.from, to: pair.to, at: role)
    }

    // MARK: How flows share

    private func shares(_ outcomes: ProbeRun.Outcomes) -> ProbeFinding {
        let series = outcomes.map { outcome in
            (0..<2).map { trace(outcome, $0, .answers)?.series ?? RateSeries([]) }
        }
        let responses = series.compactMap { pair in
            StepResponse(
                first: pair[0],
                second: pair[1],
                join: join,
                leave: leave,
                end: seconds
            )
        }
        let window = "over 5 of \(Self.samples) samples, at the receiver"
        func answer(
            _ name: String,
            _ unit: ProbeUnit,
            _ method: String,
            _ value: (StepResponse) -> Double?
        ) -> ProbeAnswer {
            let values = responses.compactMap(value)
            // A time that is missing in some would be left out of a median that pretends to be all.
            let isWhole = !values.isEmpty && values.count == responses.count
            return ProbeAnswer(
                name,
                unit,
                isWhole ? Estimate(of: values) : nil,
                method: isWhole
                    ? "Median of \(values.count) repeats; \(method)"
                    : "in \(responses.count - values.count) of \(responses.count) repeats it never "
                        + "got there; more '--seconds' may help"
            )
        }
        var table = ProbeTable(columns: [
            .init("alone", .bytesPerSecond), .init("share 1", .bytesPerSecond),
            .init("share 2", .bytesPerSecond), .init("fairness", .ratio),
            .init("joined", .seconds), .init("recovered", .seconds),
        ])
        table.rows = responses.map {
            [$0.alone, $0.shares[0], $0.shares[1], $0.fairness, $0.joined, $0.recovered]
        }
        return ProbeFinding(
            .step,
            answers: [
                answer("rate alone", .bytesPerSecond, "before the second joins") { $0.alone },
                answer("both together", .ratio, "their rates over that of one alone") { $0.used },
                answer("fairness", .ratio, "Jain's index; 1 is equal shares") { $0.fairness },
                answer("joined", .seconds, "until 90 % of its settled share, \(window)") {
                    $0.joined
                },
                answer("recovered", .seconds, "until 90 % of its settled rate, \(window)") {
                    $0.recovered
                },
            ],
            table: table,
            plots: series.first.map { [plot($0)] } ?? [],
            notes: notes(lacking: outcomes.count - responses.count)
        )
    }

    private func notes(lacking count: Int) -> [String] {
        var notes: [String] = []
        if count > 0 {
            notes.append(
                "\(count) of \(Self.repeats) repeats had too few samples to say anything; give it "
                    + "more '--seconds'"
            )
        }
        if layout.nodeCount == 2 {
            notes.append("Both flows are between the same two nodes, so their links are shared too")
        }
        return notes
    }

    private func plot(_ series: [RateSeries]) -> ProbePlot {
        ProbePlot(
            title: "Two flows, the first repeat",
            subtitle: "Each is what its receiver saw, between two samples.",
            x: .init("Time", .seconds),
            y: .init("Rate", .bytesPerSecond),
            lines: series.enumerated().map { number, one in
                ProbePlot.Line(
                    "flow \(number + 1)",
                    one.pieces.map { .init(x: $0.middle, y: $0.rate) }
                )
            }
        )
    }
}

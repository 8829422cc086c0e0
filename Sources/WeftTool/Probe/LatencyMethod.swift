internal import Measurement
internal import Runtime

/// A short message there and back, with nothing else on the way and then beside a flow that takes
/// all it can get.
struct LatencyMethod: ProbeMethod {
    let setting: ProbeSetting
    let key = "latency"

    private static let bytes = 8
    private static let delays = 4096
    private static let quantiles: [(name: String, value: Double)] = [
        ("median", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999),
    ]

    private var layout: ProbeLayout { setting.layout }
    private var pair: (from: Int, to: Int) { layout.pair(0) }
    private var hasLoad: Bool { layout.senders.count > 1 }

    var phases: [ProbeJob.Phase] {
        let seconds = setting.seconds / 2
        var ping = ProbeJob.Flow(from: pair.from, to: pair.to, bytes: Self.bytes, stop: seconds)
        ping.replyBytes = Self.bytes
        ping.delays = Self.delays
        let other = layout.pair(1)
        // The load begins before and ends after.
        var load = ProbeJob.Flow(
            from: other.from,
            to: other.to,
            bytes: ProbeSetting.bytes,
            window: ProbeSetting.window,
            stop: seconds
        )
        load.samples = 20
        var loaded = ping
        loaded.start = seconds / 10
        let phases = [("idle", [ping]), ("under load", [loaded, load])].map { name, flows in
            ProbeJob.Phase(
                name: "latency, \(name)",
                seconds: seconds,
                interval: seconds / 20,
                flows: flows
            )
        }
        return hasLoad ? phases : [phases[0]]
    }

    /// Seconds there and back, by phase.
    private func delays(_ outcomes: ProbeRun.Outcomes) -> [[Double]] {
        outcomes.compactMap {
            $0.trace(from: pair.from, to: pair.to, at: .initiates)?.delaySeconds
        }.filter { !$0.isEmpty }
    }

    /// Half of the time there and back.
    func oneWay(_ outcomes: ProbeRun.Outcomes) -> Estimate? {
        delays(outcomes).first.map { Estimate(of: $0).scaled(by: 0.5) }
    }

    /// The 99th percentile of the same under load.
    func loadedTail(_ outcomes: ProbeRun.Outcomes) -> Estimate? {
        let all = delays(outcomes)
        guard all.count > 1 else { return nil }
        return Estimate(quantile: 0.99, of: all[1])?.scaled(by: 0.5)
    }

    func finding(_ outcomes: ProbeRun.Outcomes) -> ProbeFinding {
        let all = delays(outcomes)
        var table = ProbeTable(
            columns: [.init("flows beside it", .count), .init("messages", .count)]
                + Self.quantiles.map { .init($0.name, .seconds) } + [.init("longest", .seconds)]
        )
        for (number, delays) in all.enumerated() {
            let quantiles = Self.quantiles.map { Estimate(quantile: $0.value, of: delays)?.median }
            let trace = outcomes[number].trace(from: pair.from, to: pair.to, at: .initiates)
            table.rows.append(
                [Double(number), trace.map { Double($0.messages) }] + quantiles
                    + [trace.map { Double($0.longest) * 1e-9 }]
            )
        }
        var finding = ProbeFinding(.latency, table: table)
        let method = "Half of the time of 8 bytes there and back, one message after the other"
        func add(_ name: String, _ value: Estimate?, _ unit: ProbeUnit, _ method: String) {
            guard let value else { return }
            finding.answers.append(ProbeAnswer(name, unit, value, method: method))
        }
        add("one way, idle", oneWay(outcomes), .seconds, method)
        if let idle = all.first {
            add(
                "one way, idle, p99",
                Estimate(quantile: 0.99, of: idle)?.scaled(by: 0.5),
                .seconds,
                method
            )
        }
        if all.count > 1 {
            add("one way, loaded", Estimate(of: all[1]).scaled(by: 0.5), .seconds, method)
            add("one way, loaded, p99", loadedTail(outcomes), .seconds, method)
            let ratio = Bootstrap.estimate([all[0], all[1]], draws: 200) { groups in
                let (idle, loaded) = (Estimate(of: groups[0]), Estimate(of: groups[1]))
                return idle.median > 0 ? loaded.median / idle.median : nil
            }
            add("loaded over idle", ratio, .ratio, "Of medians; interval by drawing delays again")
        }
        if !hasLoad {
            finding.notes.append("A load needs a second sender: take more '--ranks'")
        }
        finding.plots = [plot(all)]
        return finding
    }

    private func plot(_ all: [[Double]]) -> ProbePlot {
        let names = ["idle", "under load"]
        return ProbePlot(
            title: "Time of a message there and back",
            subtitle: "So many percent of the messages took no longer.",
            x: .init("There and back", .seconds, isLogarithmic: true),
            y: .init("Messages", .percent),
            lines: all.enumerated().map { number, delays in
                let sorted = delays.sorted()
                let places = (0...100).map { Double($0) / 100 } + [0.995, 0.999]
                return ProbePlot.Line(
                    names[min(number, 1)],
                    places.sorted().map { share in
                        let at = min(sorted.count - 1, Int(share * Double(sorted.count)))
                        return .init(x: sorted[at], y: share * 100)
                    }
                )
            }
        )
    }
}

internal import Measurement
internal import Runtime

/// Every rank of one node to every rank of another, all at the same time: each pair has a
/// connection of its own, which a switch may put on a path of its own.
struct PathsMethod: ProbeMethod {
    let setting: ProbeSetting
    let key = "paths"

    /// More flows than paths between any two nodes.
    private static let flowsMost = 256
    private static let windows = 10
    /// Equal paths for which the answer of a hash is told.
    private static let paths = [2, 4, 8]

    private var pairs: [(from: Int, to: Int)] { Array(setting.layout.mesh.prefix(Self.flowsMost)) }
    private var isPossible: Bool { pairs.count >= 4 }

    var phases: [ProbeJob.Phase] {
        guard isPossible else { return [] }
        let flows = pairs.map { pair in
            var flow = ProbeJob.Flow(
                from: pair.from,
                to: pair.to,
                bytes: ProbeSetting.bytes,
                window: 4,
                stop: setting.seconds
            )
            flow.samples = 10 * Self.windows
            return flow
        }
        return [
            ProbeJob.Phase(
                name: "many flows between two nodes",
                seconds: setting.seconds,
                interval: setting.seconds / Double(10 * Self.windows),
                flows: flows
            )
        ]
    }

    func finding(_ outcomes: ProbeRun.Outcomes) -> ProbeFinding {
        let length = setting.seconds / Double(Self.windows)
        let rates = pairs.map { pair -> [Double] in
            let trace = outcomes.first?.trace(from: pair.from, to: pair.to, at: .answers)
            let series = trace?.series ?? RateSeries([])
            // The first is for all to begin.
            return (1..<Self.windows).map { number in
                let start = Double(number) * length
                return series.rate(from: start, to: start + length) ?? 0
            }
        }
        guard isPossible, let spread = PathSpread(rates) else {
            return ProbeFinding(
                .paths,
                notes: [
                    "Four flows between two nodes are needed: two ranks on each, or more '--ranks'"
                ]
            )
        }
        let least = spread.rates.min() ?? 0
        let most = spread.rates.max() ?? 0
        let ratio = least > 0 ? most / least : nil
        return ProbeFinding(
            .paths,
            answers: [
                ProbeAnswer(
                    "fairness of \(pairs.count) flows",
                    .ratio,
                    spread.fairness,
                    method: "Jain's index of their rates; interval by drawing times again"
                ),
                ProbeAnswer(
                    "fastest over slowest",
                    .ratio,
                    ratio.map { Estimate(median: $0, low: $0, high: $0, count: pairs.count) },
                    method: ratio == nil ? "one flow got nothing" : "Of rates over all the time"
                ),
                ProbeAnswer(
                    "differences that last",
                    .ratio,
                    spread.lasting,
                    method: "Share of the variance between flows, over \(Self.windows - 1) times; "
                        + "1 where each flow keeps its rate"
                ),
            ],
            table: ProbeTable(
                columns: [
                    .init("from", .count), .init("to", .count), .init("rate", .bytesPerSecond),
                ],
                rows: zip(pairs, spread.rates).map { [Double($0.from), Double($0.to), $1] }
            ),
            plots: [plot(rates, spread)],
            notes: [words(spread)] + expectations
        )
    }

    private func words(_ spread: PathSpread) -> String {
        switch spread.verdict {
        case .even:
            "All flows get the same: one path, or one that is chosen for each packet (adaptive "
                + "routing, spraying)"
        case .lasting:
            "Some flows get less all the time, as where a hash puts several on one path (ECMP), or "
                + "where ranks have less of a processor than others"
        case .passing:
            "Rates differ, but not the same flows all the time: no hash of connections does that"
        }
    }

    private var expectations: [String] {
        let parts = Self.paths.map { paths in
            let value = PathSpread.hashed(flows: pairs.count, paths: paths)
            return "\((value * 100).rounded() / 100) over \(paths) paths"
        }
        return [
            "If a hash chose, \(pairs.count) flows would have a fairness of about "
                + parts.joined(separator: ", ")
        ]
    }

    private func plot(_ rates: [[Double]], _ spread: PathSpread) -> ProbePlot {
        let sorted = zip(rates, spread.rates).sorted { $0.1 > $1.1 }
        let points = sorted.enumerated().map { place, flow in
            ProbePlot.Point(Double(place + 1), Estimate(of: flow.0))
        }
        return ProbePlot(
            title: "Rates of \(pairs.count) flows between two nodes",
            subtitle: "From fastest to slowest, with what each had in most of the times.",
            x: .init("Flow", .count),
            y: .init("Rate", .bytesPerSecond),
            lines: [ProbePlot.Line("median over times", style: .points, points)]
        )
    }
}

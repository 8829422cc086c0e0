internal import Measurement
internal import Runtime

/// A flow that is asked to keep to a share of the rate that it has by itself.
struct LimitMethod: ProbeMethod {
    let setting: ProbeSetting
    let key = "limit"

    private static let shares = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9]
    private static let samples = 60

    private var pair: (from: Int, to: Int) { setting.layout.pair(0) }

    var phases: [ProbeJob.Phase] {
        let seconds = setting.seconds / Double(Self.shares.count + 1)
        return ([0] + Self.shares).map { share in
            var flow = ProbeJob.Flow(
                from: pair.from,
                to: pair.to,
                bytes: ProbeSetting.bytes,
                window: ProbeSetting.window,
                stop: seconds
            )
            flow.share = share
            flow.samples = Self.samples
            flow.setsRate = share == 0
            return ProbeJob.Phase(
                name: "rates that are asked for",
                seconds: seconds,
                interval: seconds / Double(Self.samples),
                flows: [flow]
            )
        }
    }

    func finding(_ outcomes: ProbeRun.Outcomes) -> ProbeFinding {
        var table = ProbeTable(columns: [
            .init("asked", .bytesPerSecond), .init("got", .bytesPerSecond),
            .init("low", .bytesPerSecond), .init("high", .bytesPerSecond),
            .init("error", .percent), .init("jitter", .percent),
        ])
        var points: [ProbePlot.Point] = []
        var errors: [Double] = []
        for outcome in outcomes.dropFirst() {
            guard let sent = outcome.trace(from: pair.from, to: pair.to, at: .initiates),
                let landed = outcome.trace(from: pair.from, to: pair.to, at: .answers),
                sent.pace > 0
            else { continue }
            let series = landed.series
            // The first tenth is for the flow to begin.
            let seconds = setting.seconds / Double(Self.shares.count + 1)
            guard let got = series.meanRate(from: seconds / 10, to: seconds) else { continue }
            let asked = Double(sent.pace)
            let error = (got.median / asked - 1) * 100
            let rates = series.rates(from: seconds / 10, to: seconds)
            let jitter = rates.map { abs($0 / max(got.median, 1) - 1) * 100 }
            errors.append(abs(error))
            table.rows.append([
                asked, got.median, got.low, got.high, error, Estimate(of: jitter).median,
            ])
            points.append(.init(asked, got))
        }
        guard let worst = errors.max() else {
            return ProbeFinding(.limit, notes: ["Nothing landed in the time that it was given"])
        }
        return ProbeFinding(
            .limit,
            answers: [
                ProbeAnswer(
                    "error of a rate",
                    .percent,
                    Estimate(of: errors),
                    method: "Median over \(errors.count) rates of what landed against what was "
                        + "asked for, without sign"
                ),
                ProbeAnswer(
                    "largest error",
                    .percent,
                    Estimate(median: worst, low: worst, high: worst, count: errors.count),
                    method: "Of those rates"
                ),
            ],
            table: table,
            plots: [
                ProbePlot(
                    title: "Rates that were asked for",
                    subtitle: "On the dashes they are what was asked for.",
                    x: .init("Asked", .bytesPerSecond),
                    y: .init("Landed", .bytesPerSecond),
                    lines: [
                        ProbePlot.Line("landed", points),
                        ProbePlot.Line(
                            "asked",
                            style: .expected,
                            points.map { .init(x: $0.x, y: $0.x) }
                        ),
                    ]
                )
            ],
            notes: [
                "weft paces by its own clock, message by message, not by a limit of the device"
            ]
        )
    }
}

internal import Measurement
internal import Runtime

/// How one or several probes are measured: phases, and what is made of them.
protocol ProbeMethod {
    /// What is run: methods of one key look at the same phases.
    var key: String { get }

    /// What is run, which may be nothing.
    var phases: [ProbeJob.Phase] { get }

    /// What came of it.
    func finding(_ outcomes: ProbeRun.Outcomes) -> ProbeFinding
}

/// What a probe may take, and what it works with.
struct ProbeSetting {
    var layout: ProbeLayout
    /// Seconds of each probe.
    var seconds: Double

    /// Bytes of a message of a flow that takes all it can get: short enough to be a sample, long
    /// enough to fill a link.
    static let bytes = 16 << 10
    /// Messages of it that are outstanding.
    static let window = 16
}

extension FlowTrace {
    /// How many bytes had landed, or been answered, by when.
    var series: RateSeries {
        let start = RateSeries.Sample(seconds: 0, bytes: 0)
        return RateSeries(
            [start]
                + samples.map {
                    RateSeries.Sample(
                        seconds: Double($0.nanoseconds) * 1e-9,
                        bytes: Double($0.bytes)
                    )
                }
        )
    }

    /// Delays in seconds.
    var delaySeconds: [Double] { delays.map { Double($0) * 1e-9 } }
}

extension ProbePlot.Point {
    init(_ x: Double, _ value: Estimate) {
        self.init(x: x, y: value.median, low: value.low, high: value.high)
    }
}

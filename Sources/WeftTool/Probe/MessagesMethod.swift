internal import Measurement
internal import Runtime
internal import Units

/// One flow with messages of all sizes, as fast as they go.
struct MessagesMethod: ProbeMethod {
    let setting: ProbeSetting
    let key = "messages"

    static let sizes = [8, 64, 512, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20]
    private static let samples = 60
    /// Bytes outstanding at most, and messages.
    private static let (outstanding, window) = (1 << 20, 64)

    private var pair: (from: Int, to: Int) { setting.layout.pair(0) }
    private var seconds: Double { setting.seconds / Double(Self.sizes.count) }

    var phases: [ProbeJob.Phase] {
        Self.sizes.map { bytes in
            var flow = ProbeJob.Flow(
                from: pair.from,
                to: pair.to,
                bytes: bytes,
                window: max(2, min(Self.window, Self.outstanding / bytes)),
                stop: seconds
            )
            flow.samples = Self.samples
            return ProbeJob.Phase(
                name: "messages of \(ByteCount(bytes).short) bytes",
                seconds: seconds,
                interval: seconds / Double(Self.samples),
                flows: [flow]
            )
        }
    }

    /// Messages a second of each size.
    private func sizes(_ outcomes: ProbeRun.Outcomes) -> [MessageCost.Size] {
        zip(Self.sizes, outcomes).compactMap { bytes, outcome in
            guard let landed = outcome.trace(from: pair.from, to: pair.to, at: .answers) else {
                return nil
            }
            let rates = landed.series.rates(from: seconds / 10, to: seconds).map {
                $0 / Double(bytes)
            }
            // Where a message takes longer than a sample, whole times only say something.
            if rates.filter({ $0 > 0 }).count * 2 > rates.count {
                return MessageCost.Size(bytes: Double(bytes), rates: rates)
            }
            let time = Double(landed.last - landed.first) * 1e-9
            guard landed.messages > 1, time > 0 else { return nil }
            return MessageCost.Size(
                bytes: Double(bytes),
                rates: [Double(landed.messages - 1) / time]
            )
        }
    }

    func cost(_ outcomes: ProbeRun.Outcomes) -> MessageCost? { MessageCost(sizes(outcomes)) }

    func finding(_ outcomes: ProbeRun.Outcomes) -> ProbeFinding {
        var table = ProbeTable(columns: [
            .init("bytes", .bytes), .init("messages", .perSecond), .init("low", .perSecond),
            .init("high", .perSecond), .init("rate", .bytesPerSecond),
        ])
        let sizes = sizes(outcomes)
        var points: [ProbePlot.Point] = []
        for size in sizes {
            let rate = Estimate(of: size.rates)
            table.rows.append([
                size.bytes, rate.median, rate.low, rate.high, rate.median * size.bytes,
            ])
            points.append(.init(size.bytes, rate.scaled(by: size.bytes)))
        }
        var finding = ProbeFinding(.messages, table: table)
        var lines = [ProbePlot.Line("measured", points)]
        if let cost = cost(outcomes) {
            let method = "Time of a message fitted as a + bytes / rate, relative errors squared"
            finding.answers = [
                ProbeAnswer("cost of a message", .seconds, cost.perMessage, method: method),
                ProbeAnswer("rate of long messages", .bytesPerSecond, cost.rate, method: method),
                ProbeAnswer("half of that rate at", .bytes, cost.half, method: method),
            ]
            lines.append(
                ProbePlot.Line(
                    "fitted",
                    style: .expected,
                    sizes.map { size in
                        let time = cost.perMessage.median + size.bytes / cost.rate.median
                        return .init(x: size.bytes, y: size.bytes / time)
                    }
                )
            )
        } else {
            finding.notes.append(
                "Messages of fewer than three sizes landed; give it more '--seconds'"
            )
        }
        finding.plots = [
            ProbePlot(
                title: "Rate by the size of a message",
                subtitle: "One flow, at the receiver.",
                x: .init("Bytes of a message", .bytes, isLogarithmic: true),
                y: .init("Rate", .bytesPerSecond, isLogarithmic: true),
                lines: lines
            )
        ]
        return finding
    }
}

internal import Fabrics
internal import Measurement
internal import Units

extension ProbePlan {
    /// What was measured, as fabric files have it.
    func measured(
        _ outcomes: ProbeRun.Outcomes,
        date: String,
        transport: String
    ) -> Measured {
        var measured = Measured(
            date: date,
            transport: transport,
            nodes: setting.layout.nodeCount,
            ranks: setting.layout.nodes.count
        )
        for part in parts {
            let own = Array(outcomes[part.phases])
            switch part.method {
            case let method as MessagesMethod:
                guard let cost = method.cost(own) else { continue }
                measured.rate = Self.rate(cost.rate, "one flow, fitted over message sizes")
                measured.perMessage = Self.time(cost.perMessage, "fitted over message sizes")
            case let method as LatencyMethod:
                let how = "half of 8 bytes there and back"
                measured.latency = method.oneWay(own).flatMap { Self.time($0, "\(how), median") }
                measured.loadedLatency = method.loadedTail(own).flatMap {
                    Self.time($0, "\(how) beside a flow, 99th percentile")
                }
            case let method as IncastMethod where part.probe == .incast:
                add(method.places(own), to: &measured)
            default: break
            }
        }
        addStep(findings(outcomes), to: &measured)
        return measured
    }

    private func add(_ places: [IncastMethod.Place], to measured: inout Measured) {
        for place in places {
            guard let time = Self.time(Estimate(of: place.seconds), "median of bursts") else {
                continue
            }
            measured.incast.append(
                Measured.Burst(
                    senders: place.senders,
                    bytes: ByteCount(place.bytes),
                    latency: time
                )
            )
        }
        for bytes in IncastMethod.sizes {
            guard let bend = IncastMethod.bend(places.filter { $0.bytes == bytes })?.place,
                let senders = Interval(
                    bend.median,
                    low: bend.low,
                    high: bend.high,
                    method: "two straight lines"
                )
            else { continue }
            measured.onsets.append(Measured.Onset(bytes: ByteCount(bytes), senders: senders))
        }
    }

    private func addStep(_ findings: [ProbeFinding], to measured: inout Measured) {
        guard let finding = findings.first(where: { $0.probe == .step }) else { return }
        func estimate(_ name: String) -> Estimate? {
            finding.answers.first { $0.name == name }?.value
        }
        var step = Measured.Step()
        let how = "until 90 %, median of repeats"
        step.joined = estimate("joined").flatMap { Self.time($0, how) }
        step.recovered = estimate("recovered").flatMap { Self.time($0, how) }
        step.fairness = estimate("fairness").flatMap {
            Self.interval($0, "Jain's index, median of repeats") { min(1, $0) }
        }
        measured.step = step
    }

    /// Nil with too few samples for an interval: a file claims 95 % for each.
    private static func interval<Value>(
        _ value: Estimate,
        _ method: String,
        _ convert: (Double) -> Value
    ) -> Interval<Value>? {
        guard value.count >= Estimate.fewest else { return nil }
        return Interval(
            convert(value.median),
            low: convert(value.low),
            high: convert(value.high),
            method: method
        )
    }

    private static func time(_ value: Estimate, _ method: String) -> Interval<Picoseconds>? {
        interval(value, method) { Picoseconds(Int(min(max(0, $0 * 1e12), 1e18).rounded())) }
    }

    private static func rate(_ value: Estimate, _ method: String) -> Interval<BitsPerSecond>? {
        // Nothing moves at rate zero, and a fabric file says so.
        interval(value, method) { BitsPerSecond(Int(min(max(1, $0 * 8), 1e18).rounded())) }
    }
}

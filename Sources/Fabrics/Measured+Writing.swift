internal import Text
internal import Units

extension Measured {
    /// A fabric file of what was measured: one tier of the nodes that took part, and all figures
    /// with their intervals.
    ///
    /// Nil without a rate and a latency, which a tier can't do without.
    public func fabricText(name: String) -> String? {
        guard let rate, let latency else { return nil }
        let source = "measured by weft probe over \(transport), \(date)"
        let tier: JSON = [
            "name": "network",
            "rate": .string(text(rate.value)),
            "latency": .string(text(latency.value)),
            "holds": .integer(Int64(nodes)),
            "source": .string(source),
        ]
        let fabric: JSON = [
            "name": .string(name),
            "summary": .string("\(nodes) nodes, \(source)"),
            "family": "measured",
            "endpoint": "host",
            "tiers": [tier],
            "measured": json,
        ]
        return fabric.serialized(pretty: true) + "\n"
    }

    /// The object `measured`.
    private var json: JSON {
        var object: JSONObject = [
            "date": .string(date),
            "transport": .string(transport),
            "nodes": .integer(Int64(nodes)),
            "ranks": .integer(Int64(ranks)),
        ]
        object["rate"] = rate.map { value($0, text) }
        object["latency"] = latency.map { value($0, text) }
        object["loadedLatency"] = loadedLatency.map { value($0, text) }
        object["perMessage"] = perMessage.map { value($0, text) }
        if let step, !step.isEmpty {
            var part = JSONObject()
            part["joined"] = step.joined.map { value($0, text) }
            part["recovered"] = step.recovered.map { value($0, text) }
            part["fairness"] = step.fairness.map { value($0) }
            object["step"] = .object(part)
        }
        if !incast.isEmpty {
            object["incast"] = .array(
                incast.map { burst in
                    [
                        "senders": .integer(Int64(burst.senders)),
                        "bytes": .string(burst.bytes.short),
                        "latency": value(burst.latency, text),
                    ]
                }
            )
        }
        if !onsets.isEmpty {
            object["onsets"] = .array(
                onsets.map { onset in
                    ["bytes": .string(onset.bytes.short), "senders": value(onset.senders)]
                }
            )
        }
        return .object(object)
    }

    private func value<Value>(_ interval: Interval<Value>, _ write: (Value) -> String) -> JSON {
        object(interval) { .string(write($0)) }
    }

    private func value(_ interval: Interval<Double>) -> JSON { object(interval) { .number($0) } }

    private func object<Value>(_ interval: Interval<Value>, _ write: (Value) -> JSON) -> JSON {
        var object: JSONObject = [
            "value": write(interval.value), "low": write(interval.low),
            "high": write(interval.high),
        ]
        if !interval.method.isEmpty { object["method"] = .string(interval.method) }
        return .object(object)
    }
}

/// A rate as fabric files have it: to six digits, and still a whole number of bits.
private func text(_ rate: BitsPerSecond) -> String {
    let steps: [(scale: Double, unit: String)] = [(1e12, "Tb/s"), (1e9, "Gb/s"), (1e6, "Mb/s")]
    guard let step = steps.first(where: { Double(rate.bits) >= $0.scale }) else {
        return "\(rate.bits)b/s"
    }
    return significant(Double(rate.bits) / step.scale, 6) + step.unit
}

/// A time, to six digits from a microsecond on, and still a whole number of picoseconds.
private func text(_ time: Picoseconds) -> String {
    let steps: [(scale: Double, unit: String)] = [(1e12, "s"), (1e9, "ms"), (1e6, "us")]
    guard let step = steps.first(where: { Double(time.count) >= $0.scale }) else {
        return "\(time.count)ps"
    }
    return significant(Double(time.count) / step.scale, 6) + step.unit
}

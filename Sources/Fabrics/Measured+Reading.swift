internal import Text
internal import Units

extension Measured {
    /// Reads the object `measured` of a fabric file.
    init(reading reader: JSONReader) throws(TextError) {
        try reader.allow(only: [
            "date", "transport", "nodes", "ranks", "rate", "latency", "loadedLatency",
            "perMessage", "step", "incast", "onsets",
        ])
        self.init(
            date: try reader.required("date").words(),
            transport: try reader.required("transport").words(),
            nodes: try reader.required("nodes").count(from: 2),
            ranks: try reader.required("ranks").count(from: 2)
        )
        rate = try reader.interval("rate") { part throws(TextError) in try part.rate() }
        latency = try reader.time("latency")
        loadedLatency = try reader.time("loadedLatency")
        perMessage = try reader.time("perMessage")
        if let part = try reader.optional("step") { step = try Step(reading: part) }
        if let list = try reader.optional("incast") {
            for part in try list.array() { incast.append(try Burst(reading: part)) }
        }
        if let list = try reader.optional("onsets") {
            for part in try list.array() { onsets.append(try Onset(reading: part)) }
        }
    }
}

extension Measured.Step {
    fileprivate init(reading reader: JSONReader) throws(TextError) {
        try reader.allow(only: ["joined", "recovered", "fairness"])
        self.init()
        joined = try reader.time("joined")
        recovered = try reader.time("recovered")
        fairness = try reader.interval("fairness") { part throws(TextError) in
            let value = try part.number()
            guard (0...1).contains(value) else {
                throw part.error("a fairness is from 0 to 1, found \(value)")
            }
            return value
        }
    }
}

extension Measured.Burst {
    fileprivate init(reading reader: JSONReader) throws(TextError) {
        try reader.allow(only: ["senders", "bytes", "latency"])
        senders = try reader.required("senders").count(from: 1)
        bytes = try reader.bytes("bytes")
        latency = try Interval(reading: try reader.required("latency")) { part throws(TextError) in
            try part.quantity(Picoseconds.init(parsing:))
        }
    }
}

extension Measured.Onset {
    fileprivate init(reading reader: JSONReader) throws(TextError) {
        try reader.allow(only: ["bytes", "senders"])
        bytes = try reader.bytes("bytes")
        senders = try Interval(reading: try reader.required("senders")) { part throws(TextError) in
            let value = try part.number()
            guard value >= 1 else { throw part.error("a burst has a sender, found \(value)") }
            return value
        }
    }
}

extension Interval {
    /// Reads `{ value: …, low: …, high: …, method: "…" }`.
    fileprivate init(
        reading reader: JSONReader,
        _ read: (JSONReader) throws(TextError) -> Value
    ) throws(TextError) {
        try reader.allow(only: ["value", "low", "high", "method"])
        let value = try read(try reader.required("value"))
        let low = try read(try reader.required("low"))
        let high = try read(try reader.required("high"))
        let method = try reader.optional("method").map { part throws(TextError) in
            try part.words()
        }
        guard let interval = Interval(value, low: low, high: high, method: method ?? "") else {
            throw reader.error("the value must lie between 'low' and 'high'")
        }
        self = interval
    }
}

extension JSONReader {
    fileprivate func interval<Value: Hashable & Sendable & Comparable>(
        _ key: String,
        _ read: (JSONReader) throws(TextError) -> Value
    ) throws(TextError) -> Interval<Value>? {
        guard let part = try optional(key) else { return nil }
        return try Interval(reading: part, read)
    }

    fileprivate func time(_ key: String) throws(TextError) -> Interval<Picoseconds>? {
        try interval(key) { part throws(TextError) in
            try part.quantity(Picoseconds.init(parsing:))
        }
    }

    fileprivate func bytes(_ key: String) throws(TextError) -> ByteCount {
        try required(key).quantity(ByteCount.init(parsing:))
    }
}

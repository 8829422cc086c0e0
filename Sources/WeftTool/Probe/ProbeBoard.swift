internal import Runtime

/// How a rank's outcome of a phase lies on its board, as words.
enum ProbeBoard {
    private static let headWords = 10
    private static let traceWords = 10

    /// Words that an outcome of these flows takes at most.
    static func entries(_ flows: [Flow]) -> Int {
        flows.reduce(headWords + 2 * KnownCounter.all.count) {
            $0 + traceWords + 3 * $1.samples + $1.delays
        }
    }

    static func write(_ outcome: FlowRunner.Outcome, to board: UnsafeMutablePointer<UInt64>) {
        let counts = outcome.counts
        let growth = KnownCounter.all.enumerated().compactMap { place, counter in
            outcome.growth[counter.name].map { (place, $0) }
        }
        var words = [
            outcome.traces.count, counts.connections, counts.withECN, counts.segments,
            counts.retransmitted, counts.marked, counts.reordered, counts.outOfOrder,
            outcome.ports, growth.count,
        ]
        for (place, grown) in growth { words += [place, Int(clamping: grown)] }
        for trace in outcome.traces {
            words += [
                trace.peer, trace.role.rawValue, trace.bytes, trace.messages, trace.first,
                trace.last, trace.longest, trace.pace, trace.samples.count, trace.delays.count,
            ]
            for sample in trace.samples {
                words += [sample.nanoseconds, sample.bytes, sample.marks]
            }
            words += trace.delays
        }
        for (index, word) in words.enumerated() { board[index] = UInt64(clamping: word) }
    }

    /// Reads it again; another node may have written anything.
    static func read(
        _ words: UnsafeBufferPointer<UInt64>
    ) throws(RuntimeError) -> FlowRunner.Outcome {
        var reader = Reader(words: words)
        let traceCount = try reader.count(taking: traceWords)
        var counts = TransportCounts()
        counts.connections = try reader.word()
        counts.withECN = try reader.word()
        counts.segments = try reader.word()
        counts.retransmitted = try reader.word()
        counts.marked = try reader.word()
        counts.reordered = try reader.word()
        counts.outOfOrder = try reader.word()
        let ports = try reader.word()
        var growth: [PortCounters.Name: UInt64] = [:]
        for _ in 0..<(try reader.count(taking: 2)) {
            let place = try reader.word()
            guard KnownCounter.all.indices.contains(place) else { throw Reader.isGarbled }
            growth[KnownCounter.all[place].name] = UInt64(clamping: try reader.word())
        }
        var traces: [FlowTrace] = []
        for _ in 0..<traceCount { traces.append(try reader.trace()) }
        return FlowRunner.Outcome(traces: traces, counts: counts, ports: ports, growth: growth)
    }

    private struct Reader {
        let words: UnsafeBufferPointer<UInt64>
        var at = 0

        static let isGarbled = RuntimeError("what a rank has measured is cut short or garbled")

        mutating func word() throws(RuntimeError) -> Int {
            guard at < words.count, let value = Int(exactly: words[at]) else {
                throw Self.isGarbled
            }
            at += 1
            return value
        }

        /// How many things follow, of which each takes so many words.
        mutating func count(taking size: Int) throws(RuntimeError) -> Int {
            let count = try word()
            guard count <= (words.count - at) / size else { throw Self.isGarbled }
            return count
        }

        mutating func trace() throws(RuntimeError) -> FlowTrace {
            let peer = try word()
            guard let role = Flow.Role(rawValue: try word()) else { throw Self.isGarbled }
            var trace = FlowTrace(
                peer: peer,
                role: role,
                bytes: try word(),
                messages: try word(),
                first: try word(),
                last: try word(),
                longest: try word(),
                pace: try word(),
                samples: [],
                delays: []
            )
            let samples = try count(taking: 3)
            let delays = try count(taking: 1)
            for _ in 0..<samples {
                trace.samples.append(
                    FlowTrace.Sample(
                        nanoseconds: try word(),
                        bytes: try word(),
                        marks: try word()
                    )
                )
            }
            for _ in 0..<delays { trace.delays.append(try word()) }
            return trace
        }
    }
}

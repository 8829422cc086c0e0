internal import CWeft
internal import Glibc

/// Runs an endpoint's part in the flows of a probe, phase by phase.
public struct FlowRunner: ~Copyable {
    /// Bytes of each heap that messages come from and go to.
    public static let heapBytes = 4 << 20
    /// Seconds that what is on its way has to arrive when a phase is over.
    private static let grace = 20.0

    private let heapStart: Int

    /// Takes a part of the heaps, `heapBytes` from `offset` on.
    public init(heapOffset offset: Int) { heapStart = offset }

    /// What came of a phase.
    public struct Outcome: Equatable, Sendable {
        /// In the order of the flows.
        public var traces: [FlowTrace]
        /// What the kernel counted meanwhile.
        public var counts: TransportCounts
        /// How many active RDMA ports the node has.
        public var ports: Int
        /// By how much the counters of all of them grew.
        public var growth: [PortCounters.Name: UInt64]

        /// Makes an outcome.
        public init(
            traces: [FlowTrace],
            counts: TransportCounts,
            ports: Int = 0,
            growth: [PortCounters.Name: UInt64] = [:]
        ) {
            self.traces = traces
            self.counts = counts
            self.ports = ports
            self.growth = growth
        }
    }

    /// Memory that the engine fills, taken before a phase and given back behind it.
    private struct Room: ~Copyable {
        let samples: UnsafeMutablePointer<weft_flow_sample>
        let words: UnsafeMutablePointer<UInt64>

        init(_ flows: [Flow]) {
            let sampleCount = flows.reduce(1) { $0 + $1.samples }
            let wordCount = flows.reduce(1) { $0 + $1.delays + $1.window }
            samples = .allocate(capacity: sampleCount)
            samples.initialize(repeating: weft_flow_sample(), count: sampleCount)
            words = .allocate(capacity: wordCount)
            words.initialize(repeating: 0, count: wordCount)
        }

        deinit {
            samples.deallocate()
            words.deallocate()
        }
    }

    /// Runs one phase; all endpoints must have met just before, and run the same phase.
    ///
    /// - Parameters:
    ///   - flows: this endpoint's part, none where it only waits.
    ///   - seconds: how long the phase lasts.
    ///   - interval: seconds from one sample to the next.
    public func run(
        _ flows: [Flow],
        seconds: Double,
        interval: Double,
        _ segment: borrowing Segment
    ) throws(RuntimeError) -> Outcome {
        let rate = weft_clock_rate()
        func ticks(_ seconds: Double) -> UInt64 { UInt64(min(max(0, seconds * rate), 1e18)) }
        let room = Room(flows)
        var sample = room.samples
        var word = room.words
        var parts: [weft_flow] = []
        for flow in flows {
            var part = weft_flow()
            part.peer = UInt32(flow.peer)
            part.is_answering = flow.role == .answers ? 1 : 0
            part.is_together = flow.isTogether ? 1 : 0
            part.window = UInt32(flow.window)
            part.bytes = UInt64(flow.bytes)
            part.reply_bytes = UInt64(flow.replyBytes)
            part.start = ticks(flow.start)
            part.stop = ticks(flow.stop)
            part.gap = flow.pace.map { Double(flow.bytes) / max($0, 1) * rate } ?? 0
            part.most = flow.most.map { UInt64($0) } ?? .max
            (part.samples, part.samples_most) = (sample, UInt32(flow.samples))
            (part.delays, part.delays_most) = (word, UInt32(flow.delays))
            part.due = word + flow.delays
            sample += flow.samples
            word += flow.delays + flow.window
            parts.append(part)
        }
        var phase = weft_flow_phase(
            interval: max(1, ticks(interval)),
            limit: ticks(seconds + Self.grace),
            heap_start: UInt64(heapStart),
            heap_bytes: UInt64(Self.heapBytes)
        )
        let isTCP = !weft_verbs_is_used(segment.pointer)
        let before = isTCP ? TransportCounts.current : TransportCounts()
        let code = weft_flow_run(segment.pointer, &phase, &parts, UInt32(parts.count))
        if code == -ETIMEDOUT {
            throw RuntimeError(
                "messages of the probe had no answer \(Int(Self.grace)) s after it was over; give "
                    + "a slow network more time with '--seconds'"
            )
        }
        try check(code, "running the flows of a probe")
        let counts = isTCP ? TransportCounts.current.since(before) : TransportCounts()
        let traces = zip(flows, parts).map { Self.trace($0, $1, ticksPerSecond: rate) }
        return Outcome(traces: traces, counts: counts)
    }

    private static func trace(
        _ flow: Flow,
        _ part: weft_flow,
        ticksPerSecond rate: Double
    ) -> FlowTrace {
        func nanoseconds(_ ticks: UInt64) -> Int { Int(Double(ticks) / rate * 1e9) }
        let samples = (0..<Int(part.sample_count)).compactMap { index in
            part.samples.map { all in
                FlowTrace.Sample(
                    nanoseconds: nanoseconds(all[index].ticks),
                    bytes: Int(all[index].bytes),
                    marks: Int(all[index].marks)
                )
            }
        }
        let delays = (0..<Int(part.delay_count)).compactMap { index in
            part.delays.map { nanoseconds($0[index]) }
        }
        return FlowTrace(
            peer: flow.peer,
            role: flow.role,
            bytes: flow.bytes,
            messages: Int(part.sent),
            first: nanoseconds(part.first),
            last: nanoseconds(part.last),
            longest: nanoseconds(part.longest),
            pace: flow.pace.map { Int($0) } ?? 0,
            samples: samples,
            delays: delays
        )
    }
}

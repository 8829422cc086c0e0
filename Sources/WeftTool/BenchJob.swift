internal import Collectives
internal import Measurement
internal import Runtime
internal import Text

/// What the ranks of a benchmark are told: rows to time, one after the other.
struct BenchJob: Equatable {
    /// One row's operation.
    struct Entry: Equatable {
        var algorithm: String
        var bytes: Int
        var channels: Int
        var slices: Int
    }

    /// How operations are timed.
    enum Mode: String, CaseIterable {
        /// Back to back, in batches.
        case batch
        /// One by one, all ranks starting together.
        case sync
    }

    var ranks: Int
    var entries: [Entry]
    var mode = Mode.batch
    var policy = SamplingPolicy()
    /// Whether results are compared with what they must be.
    var isChecked = true
    /// Whether rows are timed in place too.
    var timesInPlace = true
    /// Whether the ranks only load and store, and wait for nobody.
    var skipsWaiting = false
    /// Pairs of buffers used in turn, so that none is in a cache when it is used again.
    var rotation = 1
    /// From this footprint on stores go past the caches.
    var streamingFrom = Int.max

    static let elementSize = DataType.float32.size

    /// What is measured.
    static let collectives: [Collective] = [.allReduce]

    /// The algorithms that calibrations time, and between which 'auto' decides.
    static let calibrated = ["ring", "one-shot", "two-shot"].compactMap {
        Algorithm.named($0, for: .allReduce)
    }

    /// Why ranks can't run an algorithm, nil if they can.
    static func refusal(
        of algorithm: Algorithm,
        ranks: Int,
        channels: Int,
        slices: Int
    ) -> String? {
        let request = Request(ranks: ranks, elements: 1, channels: channels, slices: slices)
        if let refusal = algorithm.refusal(of: request) { return refusal }
        return algorithm.schedule(request).aggregators == 0
            ? nil
            : "\(algorithm.name) reduces in switches, and shared memory has none; "
                + "'weft schedule show' has its schedule"
    }

    /// Entries of the board that the samples of one way of placing buffers take, and its parts.
    static let boardStride = 4096 + 8
    static let operationsEntry = 0
    static let batchesEntry = 1
    static let wrongEntry = 2
    /// Where rank 0 tells the others what it decided, and the exchange in picoseconds.
    static let decisionEntry = 3
    static let exchangeEntry = 4
    static let samplesEntry = 8
    static let samplesMost = boardStride - samplesEntry

    /// Whether buffers are timed out of place and in place.
    var placements: [Bool] { timesInPlace ? [false, true] : [false] }

    func schedule(_ entry: Entry, inPlace: Bool) throws(RuntimeError) -> Schedule {
        guard let algorithm = Algorithm.named(entry.algorithm, for: .allReduce) else {
            throw RuntimeError("no algorithm is called \(entry.algorithm)")
        }
        return algorithm.schedule(
            Request(
                ranks: ranks,
                elements: entry.bytes / Self.elementSize,
                elementSize: Self.elementSize,
                inPlace: inPlace,
                channels: entry.channels,
                slices: entry.slices
            )
        )
    }

    func draft(_ entry: Entry, inPlace: Bool, endpoint: Int) throws(RuntimeError) -> PlanDraft {
        let schedule = try schedule(entry, inPlace: inPlace)
        let draft = try PlanDraft(
            schedule,
            graph: DependencyGraph(schedule),
            endpoint: endpoint,
            streamingFrom: streamingFrom
        )
        return skipsWaiting ? draft.withoutWaiting() : draft
    }

    /// Room for the scratch of every row.
    func areas() throws(RuntimeError) -> Areas {
        var lines = 0
        var scratch = 0
        for entry in entries {
            let schedule = try schedule(entry, inPlace: false)
            lines = max(lines, schedule.linesBytes)
            scratch = max(scratch, schedule.scratchBytes)
        }
        return Areas(linesBytes: lines, scratchBytes: scratch)
    }

    /// Bytes of the largest buffer, rounded up to whole pages.
    var bufferBytes: Int { ((entries.map(\.bytes).max() ?? 0) + 4095) / 4096 * 4096 }

    /// Where a pair of buffers lies on every heap.
    func buffers(_ areas: Areas, pair: Int) -> (input: Int, output: Int) {
        let input = areas.buffersStart + 2 * pair * bufferBytes
        return (input, input + bufferBytes)
    }

    /// The memory that each rank needs.
    func heapBytes(_ areas: Areas) -> Int { buffers(areas, pair: rotation).input }
}

extension BenchJob {
    var json: JSON {
        [
            "ranks": .integer(Int64(ranks)),
            "entries": .array(
                entries.map {
                    [
                        "algorithm": .string($0.algorithm), "bytes": .integer(Int64($0.bytes)),
                        "channels": .integer(Int64($0.channels)),
                        "slices": .integer(Int64($0.slices)),
                    ]
                }
            ),
            "mode": .string(mode.rawValue),
            "batchSeconds": .number(policy.batchSeconds),
            "rowSeconds": .number(policy.rowSeconds),
            "batchesMin": .integer(Int64(policy.batchesMin)),
            "iterations": policy.iterations.map { .integer(Int64($0)) } ?? .null,
            "warmup": policy.warmup.map { .integer(Int64($0)) } ?? .null,
            "isChecked": .bool(isChecked),
            "timesInPlace": .bool(timesInPlace),
            "skipsWaiting": .bool(skipsWaiting),
            "rotation": .integer(Int64(rotation)),
            "streamingFrom": .integer(Int64(streamingFrom)),
        ]
    }

    init(reading bytes: [UInt8]) throws(TextError) {
        let reader = try JSONReader.parse(bytes, name: "the launcher's job")
        func integer(_ key: String) throws(TextError) -> Int {
            Int(try reader.required(key).integer())
        }
        func optional(_ key: String) throws(TextError) -> Int? {
            let part = try reader.required(key)
            return part.isNull ? nil : Int(try part.integer())
        }
        ranks = try integer("ranks")
        entries = []
        for part in try reader.required("entries").array() {
            entries.append(
                Entry(
                    algorithm: try part.required("algorithm").string(),
                    bytes: Int(try part.required("bytes").integer()),
                    channels: Int(try part.required("channels").integer()),
                    slices: Int(try part.required("slices").integer())
                )
            )
        }
        mode = Mode(rawValue: try reader.required("mode").string()) ?? .batch
        policy.batchSeconds = try reader.required("batchSeconds").number()
        policy.rowSeconds = try reader.required("rowSeconds").number()
        policy.batchesMin = try integer("batchesMin")
        policy.iterations = try optional("iterations")
        policy.warmup = try optional("warmup")
        isChecked = try reader.required("isChecked").bool()
        timesInPlace = try reader.required("timesInPlace").bool()
        skipsWaiting = try reader.required("skipsWaiting").bool()
        rotation = try integer("rotation")
        streamingFrom = try integer("streamingFrom")
    }
}

internal import Collectives
internal import Glibc
internal import Measurement
internal import Runtime
internal import Text
internal import Units

/// Runs a benchmark's ranks and collects what they leave on their boards.
struct BenchRun {
    let job: BenchJob
    let cores: Cores
    /// Whether each rank stays on a core of its own.
    let isPinned: Bool

    /// The samples of one row and one placement of buffers.
    struct Samples {
        let times: BatchTimes
        let wrong: Int
        /// Seconds of a cache line's exchange just before, nil when not measured.
        let exchange: Double?
    }

    /// The processor of each endpoint; empty when the kernel decides.
    func processors(_ endpoints: Int) -> [Int] {
        isPinned ? (0..<endpoints).map { cores.processors[$0 % cores.processors.count] } : []
    }

    /// Runs the job.
    ///
    /// - Parameters:
    ///   - arguments: what the ranks' processes get, for people who look at them.
    ///   - onStart: called with the seconds of a cache line's exchange, nil when not measured.
    ///   - onRow: called with each row's number and samples, out of place and then in place.
    func run(
        arguments: [String],
        onStart: (Double?) -> Void,
        onRow: (Int, [Samples]) -> Void
    ) throws {
        let areas = try job.areas()
        let heapBytes = job.heapBytes(areas)
        let endpoints = try job.endpoints()
        try checkMemory(heapBytes)
        let shape = Segment.Shape(
            endpoints: endpoints,
            isOversubscribed: endpoints > cores.count,
            boardEntries: 2 * BenchJob.boardStride,
            heapBytes: heapBytes
        )
        let payload = Array(job.json.serialized().utf8)
        let launch = Job(
            arguments: arguments,
            shape: shape,
            ranks: job.ranks,
            processors: processors(endpoints),
            payload: payload
        )
        var event = 0
        func look(
            _ segment: borrowing Segment,
            _ plans: UnsafeMutableRawBufferPointer
        ) throws(RuntimeError) {
            if event == 0 {
                onStart(exchange(segment))
            } else {
                let placements = job.placements(of: job.entries[event - 1])
                onRow(event - 1, placements.map { samples(segment, inPlace: $0) })
            }
            if event < job.entries.count {
                try job.plans(job.entries[event], endpoints: endpoints).write(to: plans)
            }
            event += 1
            segment.raise(event)
        }
        try Launcher.run(launch, doing: { describe(event) }, onBell: look)
    }

    private func describe(_ event: Int) -> String {
        if event == 0 { return "starting" }
        guard event <= job.entries.count else { return "ending" }
        let entry = job.entries[event - 1]
        return "timing \(entry.algorithm) at \(ByteCount(entry.bytes).short) bytes"
    }

    private func samples(_ segment: borrowing Segment, inPlace: Bool) -> Samples {
        let at = inPlace ? BenchJob.boardStride : 0
        let first = segment.board(of: 0) + at
        let operations = Int(first[BenchJob.operationsEntry])
        let batches = Int(first[BenchJob.batchesEntry])
        var ticks: [[UInt64]] = []
        var wrong = 0
        for rank in 0..<job.ranks {
            let board = segment.board(of: rank) + at
            let start = board + BenchJob.samplesEntry
            ticks.append(Array(UnsafeBufferPointer(start: start, count: batches)))
            wrong += Int(board[BenchJob.wrongEntry])
        }
        return Samples(
            times: BatchTimes(operations: operations, ticks: ticks, ticksPerSecond: Clock.rate),
            wrong: wrong,
            exchange: exchange(segment)
        )
    }

    private func exchange(_ segment: borrowing Segment) -> Double? {
        let picoseconds = segment.board(of: 0)[BenchJob.exchangeEntry]
        return picoseconds == 0 ? nil : Double(picoseconds) * 1e-12
    }

    /// Refuses what would drive the machine out of memory, before anything is started.
    private func checkMemory(_ heapBytes: Int) throws(RuntimeError) {
        let (needed, isTooLarge) = heapBytes.multipliedReportingOverflow(by: job.ranks)
        guard let bytes = try? TextFile.read("/proc/meminfo", limit: 1 << 16) else { return }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix("MemAvailable:") }
        let words = line?.split(separator: " ") ?? []
        guard words.count > 1, let kilobytes = Int(words[1]) else { return }
        if isTooLarge || needed / 10 * 11 > kilobytes << 10 {
            throw RuntimeError(
                "\(job.ranks) ranks need \(needed >> 20) MiB of memory and "
                    + "\(kilobytes >> 10) MiB are free; use fewer ranks or smaller sizes"
            )
        }
    }
}

internal import Collectives
internal import Glibc
internal import Measurement
internal import Runtime
internal import Text
internal import Units

/// Runs a benchmark's ranks and collects what they leave on their boards.
struct BenchRun {
    let job: BenchJob
    /// The processors in the order in which ranks get them.
    let processors: [Int]
    /// How many cores there are.
    let cores: Int
    /// What keeps ranks there.
    var binding = Binding.core
    /// Who is there, where the job is not this launcher's alone.
    var head: Head?

    /// The samples of one row and one placement of buffers.
    struct Samples {
        let times: BatchTimes
        let wrong: Int
        /// Bytes that the busiest node's link carried in an operation; nil where there is only one.
        let linkBytes: Double?
        /// Seconds of a cache line's exchange just before, nil when not measured.
        let exchange: Double?
        /// How far the counters of RDMA ports have grown over the row, both placements together.
        let rails: [HostRail]
    }

    /// The processor of each endpoint; empty when the kernel decides.
    func processors(_ endpoints: Int) -> [Int] {
        binding == .none ? [] : (0..<endpoints).map { processors[$0 % processors.count] }
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
        var event = 0
        func onEvent(_ number: Int, _ segment: borrowing Segment) throws(RuntimeError) {
            if number == 0 {
                onStart(exchange(segment))
            } else {
                let placements = job.placements(of: job.entries[number - 1])
                onRow(number - 1, placements.map { samples(segment, inPlace: $0) })
            }
            event = number + 1
        }
        if let head {
            try head.run(try plan(arguments), doing: { describe(event) }, onEvent: onEvent)
            return
        }
        let endpoints = try job.endpoints()
        let heapBytes = job.heapBytes(try job.areas())
        try checkMemory(heapBytes)
        let launch = Job(
            arguments: arguments,
            shape: Segment.Shape(
                endpoints: endpoints,
                isOversubscribed: endpoints > cores,
                boardEntries: job.boardEntries,
                heapBytes: heapBytes
            ),
            ranks: job.ranks,
            processors: processors(endpoints),
            binding: binding,
            payload: Array(job.json.serialized().utf8)
        )
        try Launcher.run(
            launch,
            doing: { describe(event) },
            plans: { event throws(RuntimeError) in
                guard event < job.entries.count else { return nil }
                return try job.plans(job.entries[event], endpoints: endpoints)
            },
            onEvent: onEvent
        )
    }

    /// The job for the nodes that are there.
    private func plan(_ arguments: [String]) throws(RuntimeError) -> Head.Plan {
        let alone = job.hosts.isEmpty ? Array(repeating: 0, count: try job.endpoints()) : []
        let heapBytes = job.heapBytes(try job.areas())
        if job.hosts.isEmpty { try checkMemory(heapBytes) }
        return Head.Plan(
            nodes: alone + job.nodes,
            hosts: alone + job.hosts,
            heapBytes: heapBytes,
            boardEntries: job.boardEntries,
            payload: Array(job.json.serialized().utf8),
            arguments: arguments,
            binding: binding
        )
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
        let rankNodes = head?.nodesOfRanks ?? []
        // By node, what its ranks have sent, and received.
        let none = [0.0, 0.0]
        var carried = Array(repeating: none, count: (rankNodes.max() ?? 0) + 1)
        for rank in 0..<job.ranks {
            let board = segment.board(of: rank) + at
            let node = rankNodes.isEmpty ? 0 : rankNodes[rank]
            carried[node][0] += Double(board[BenchJob.sentEntry])
            carried[node][1] += Double(board[BenchJob.receivedEntry])
            let start = board + BenchJob.samplesEntry
            ticks.append(Array(UnsafeBufferPointer(start: start, count: batches)))
            wrong += Int(board[BenchJob.wrongEntry])
        }
        return Samples(
            times: BatchTimes(operations: operations, ticks: ticks, ticksPerSecond: Clock.rate),
            wrong: wrong,
            linkBytes: carried.count > 1 && operations * batches > 0
                ? (carried.joined().max() ?? 0) / Double(operations * batches) : nil,
            exchange: exchange(segment),
            rails: rails(segment)
        )
    }

    /// The growth that ranks have left on their boards, each port once.
    private func rails(_ segment: borrowing Segment) -> [HostRail] {
        var rails: [HostRail] = []
        for rank in 0..<(job.rails == 0 ? 0 : job.ranks) {
            let board = segment.board(of: rank) + BenchJob.railsEntry
            for number in 0..<job.rails {
                guard let growth = RailGrowth(at: board + number * RailGrowth.words) else { break }
                rails.add(HostRail(host: head?.arrivals[rank].host ?? "", growth: growth))
            }
        }
        return rails
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

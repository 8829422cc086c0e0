internal import Collectives
internal import Glibc
internal import Measurement
internal import Runtime
internal import Text

/// One rank of a benchmark: times row after row and leaves the samples on its board.
struct BenchRank: ~Copyable {
    private let job: BenchJob
    private let areas: Areas
    private let rank: Int
    private let team: Team
    /// The RDMA ports whose counters are read.
    private let rails: [RdmaPort]
    private var salt: UInt32 = 1

    init(_ process: borrowing RankProcess) throws {
        let job = try BenchJob(reading: process.payload)
        let areas = try job.areas()
        let team = try Team(
            process.segment,
            nodes: process.nodes,
            areas: areas,
            offset: job.teamOffset(areas)
        )
        let isCounted = job.rails > 0 && process.rank < job.ranks
        let rails = isCounted ? try process.rails() : []
        self.job = job
        self.areas = areas
        self.team = team
        rank = process.rank
        self.rails = rails
    }

    /// Runs all rows, each when the launcher says so.
    mutating func run(_ process: borrowing RankProcess) throws {
        try process.segment.touch()
        let mesh = try process.listen()
        if mesh == nil {
            try team.barrier(process.segment)
            try measureExchange(process.segment, batches: 50)
        }
        try process.pause(0)
        if let mesh { try process.connect(mesh) }
        for (number, entry) in job.entries.enumerated() {
            // Again for each row: on a shared machine it may change from one to the next.
            try measureExchange(process.segment, batches: 5)
            let meter = RailMeter(rails)
            for (number, inPlace) in job.placements(of: entry).enumerated() {
                let draft = PlanBook.draft(
                    in: process.plans,
                    placement: number,
                    endpoint: rank,
                    reduction: job.reduction
                )
                try time(entry, draft, inPlace: inPlace, process.segment)
            }
            for (number, growth) in meter.growth().enumerated() {
                let entry = BenchJob.railsEntry + number * RailGrowth.words
                growth.leave(at: process.segment.board(of: rank) + entry)
            }
            try process.pause(number + 1)
        }
    }

    /// Has ranks 0 and 1 pass a cache line to and fro.
    ///
    /// With more ranks than cores this would measure the kernel's scheduler.
    private func measureExchange(_ segment: borrowing Segment, batches: Int) throws {
        if job.ranks == 1 || segment.isOversubscribed || !job.hosts.isEmpty { return }
        let seconds = try segment.exchange(batches: batches, rounds: 200)
        segment.board(of: rank)[BenchJob.exchangeEntry] = UInt64((seconds * 1e12).rounded())
    }

    private mutating func time(
        _ entry: BenchJob.Entry,
        _ draft: PlanDraft,
        inPlace: Bool,
        _ segment: borrowing Segment
    ) throws {
        let plan = try Plan(draft, segment: segment, areas: areas)
        let board = segment.board(of: rank) + (inPlace ? BenchJob.boardStride : 0)
        let schedule = try job.schedule(entry, inPlace: inPlace)
        var wrong = 0
        try bind(plan, segment, pair: 0, inPlace: inPlace)
        wrong += try check(plan, segment, schedule)
        let seconds = try warmUp(plan, segment, inPlace)
        let before = try carried(segment, barriers: 0)
        switch job.mode {
        case .batch:
            try runBatches(plan, segment, inPlace, seconds, board)
        case .sync:
            let (_, batches) = job.policy.batches(forOperationOf: max(seconds, 1e-6))
            let wanted = job.policy.iterations ?? max(batches, Int(job.policy.rowSeconds / seconds))
            let operations = min(BenchJob.samplesMost, wanted)
            board[BenchJob.operationsEntry] = 1
            board[BenchJob.batchesEntry] = UInt64(operations)
            try runTogether(plan, segment, operations, board + BenchJob.samplesEntry)
        }
        try leave(before, on: board, segment)
        if job.isChecked {
            try bind(plan, segment, pair: 0, inPlace: inPlace)
            wrong += try check(plan, segment, schedule)
        }
        board[BenchJob.wrongEntry] = UInt64(wrong)
    }

    /// Bytes that this rank has sent to other nodes, and received, after some more barriers.
    private func carried(_ segment: borrowing Segment, barriers: Int) throws -> [Int] {
        if job.hosts.isEmpty { return [0, 0] }
        for _ in 0..<(barriers + 1) { try team.barrier(segment) }
        return [segment.sentBytes, segment.receivedBytes]
    }

    /// Leaves on the board what timed operations have sent and received since: without what the
    /// barriers between their batches took, of which there was one more than batches.
    private func leave(
        _ before: [Int],
        on board: UnsafeMutablePointer<UInt64>,
        _ segment: borrowing Segment
    ) throws {
        if job.hosts.isEmpty { return }
        let after = try carried(segment, barriers: 0)
        let sample = 15
        let later = try carried(segment, barriers: sample)
        let barriers = Int(board[BenchJob.batchesEntry]) + 1
        let entries = [BenchJob.sentEntry, BenchJob.receivedEntry]
        for (index, entry) in entries.enumerated() {
            let barrier = Double(later[index] - after[index]) / Double(sample + 1)
            let all = Double(after[index] - before[index])
            board[entry] = UInt64(max(0, all - barrier * Double(barriers)).rounded())
        }
    }

    private func bind(
        _ plan: borrowing Plan,
        _ segment: borrowing Segment,
        pair: Int,
        inPlace: Bool
    ) throws(RuntimeError) {
        let (input, output) = job.buffers(areas, pair: pair)
        try plan.bind(segment, input: input, output: inPlace ? input : output)
    }

    /// Operations back to back, on the pairs of buffers in turn when there are several.
    private func run(
        _ plan: borrowing Plan,
        _ segment: borrowing Segment,
        _ inPlace: Bool,
        operations: Int
    ) throws(RuntimeError) {
        if job.rotation == 1 {
            try plan.run(segment, operations: operations)
            return
        }
        for operation in 0..<operations {
            try bind(plan, segment, pair: operation % job.rotation, inPlace: inPlace)
            try plan.run(segment, operations: 1)
        }
    }

    /// Runs until the caches, the branch predictors and the clock frequency have settled: twice and
    /// then for half a millisecond; the seconds that an operation takes, the same on all ranks.
    private func warmUp(
        _ plan: borrowing Plan,
        _ segment: borrowing Segment,
        _ inPlace: Bool
    ) throws -> Double {
        var operations = job.policy.warmup.map { max(1, $0) } ?? 1
        while true {
            try team.barrier(segment)
            let begin = Clock.now()
            try run(plan, segment, inPlace, operations: operations)
            let elapsed = Double(Clock.now() - begin) / Clock.rate
            let seconds = Double(try agree(UInt64(elapsed * 1e12), segment)) * 1e-12
            let isEnough = operations > 1 && seconds > 500e-6 || seconds > 20e-3
            if isEnough || job.policy.warmup != nil {
                return max(1e-9, seconds / Double(operations))
            }
            operations *= 4
        }
    }

    /// What rank 0 measured, so that all ranks decide alike: in whole picoseconds, since each
    /// process has found the rate of its clock for itself, and they differ in the last digits.
    private func agree(_ value: UInt64, _ segment: borrowing Segment) throws -> UInt64 {
        try team.agree(value, segment, shared: segment.board(of: 0) + BenchJob.decisionEntry)
    }

    /// Operations one by one, all ranks starting together: by a common clock where they share
    /// memory, across nodes when each leaves a barrier.
    private func runTogether(
        _ plan: borrowing Plan,
        _ segment: borrowing Segment,
        _ operations: Int,
        _ ticks: UnsafeMutablePointer<UInt64>
    ) throws {
        if job.hosts.isEmpty {
            try plan.runTogether(segment, operations: operations, ticks: ticks)
            return
        }
        for operation in 0..<operations {
            try team.barrier(segment)
            let begin = Clock.now()
            try plan.run(segment, operations: 1)
            ticks[operation] = Clock.now() - begin
        }
    }

    private func runBatches(
        _ plan: borrowing Plan,
        _ segment: borrowing Segment,
        _ inPlace: Bool,
        _ seconds: Double,
        _ board: UnsafeMutablePointer<UInt64>
    ) throws {
        let (operations, batches) = job.policy.batches(forOperationOf: seconds)
        board[BenchJob.operationsEntry] = UInt64(operations)
        board[BenchJob.batchesEntry] = UInt64(batches)
        for batch in 0..<batches {
            try team.barrier(segment)
            let begin = Clock.now()
            try run(plan, segment, inPlace, operations: operations)
            board[BenchJob.samplesEntry + batch] = Clock.now() - begin
        }
    }

    /// Runs one operation on fresh data; how many elements came out wrong here, 0 when nothing is
    /// to be checked.
    ///
    /// The data is written in any case: memory that was never written may be one page of zeros on
    /// the host of a virtual machine, which fits every cache.
    private mutating func check(
        _ plan: borrowing Plan,
        _ segment: borrowing Segment,
        _ schedule: Schedule
    ) throws -> Int {
        let data = CheckData(schedule, job.reduction, salt: salt)
        salt += 1
        let isRank = rank < job.ranks
        func start(_ buffer: Buffer, pair: Int) -> UnsafeMutableRawPointer {
            let (input, output) = job.buffers(areas, pair: pair)
            let at = buffer == .input || schedule.inPlace ? input : output
            let first = schedule.startOfSpans(in: buffer, of: rank) * schedule.elementSize
            return segment.heap(of: rank) + at + first
        }
        if isRank {
            // A pattern that no result has everywhere, and which is NaN in most types.
            for buffer in [Buffer.input, .output] {
                let bytes = schedule.memoryElements(of: buffer, rank: rank) * schedule.elementSize
                let first = schedule.startOfSpans(in: buffer, of: rank) * schedule.elementSize
                memset(start(buffer, pair: 0) - first, 0xFF, bytes)
            }
            for pair in 0..<job.rotation { data.fill(start(.input, pair: pair), rank: rank) }
        }
        guard job.isChecked else { return 0 }
        try team.barrier(segment)
        try plan.run(segment, operations: 1)
        return isRank ? data.countWrong(start(.output, pair: 0), rank: rank) : 0
    }
}

internal import Collectives
internal import CommandLine
internal import Glibc
internal import Measurement
internal import Models
internal import Reports
internal import Runtime
internal import Text
internal import Units

/// `weft bench`: runs rows and prints them as they come.
struct BenchCommand {
    private let options: BenchOptions
    private let output: RecordOutput
    private let benchRun: BenchRun
    private let predictor: Predictor?
    private let notes: [String]
    /// What was chosen for each row where the user left it to weft.
    private let choices: [Selector.Choice]
    private let machine: MachineContext
    private let words: [String]
    private let manager: ProcessManager?
    /// How ranks talk, as rows have it.
    private let transport: String

    /// Prepares a benchmark.
    ///
    /// - Parameter manager: what started this process as rank 0 of several, if anything did.
    init(_ invocation: Invocation, _ words: [String], _ manager: ProcessManager?) throws {
        let cores = try Cores()
        let place = try JobPlace(invocation)
        let usualRanks = manager?.ranks ?? place.ranks ?? cores.count
        let options = try BenchOptions(invocation, usualRanks: usualRanks)
        if let manager, manager.ranks != options.ranks {
            throw invocation.usageError(
                "\(manager.name) has started \(manager.ranks) ranks; leave out '--ranks'"
            )
        }
        self.options = options
        self.manager = manager
        output = try RecordOutput(invocation, showsCounters: invocation.flag("counters"))
        let machine = MachineContext.here(cores)
        self.machine = machine
        self.words = words
        let calibration = try StoredCalibration.load()
        let isAlone = manager == nil && place.ranks == nil
        let isUsual =
            isAlone && invocation.string("mode") != "sync" && !invocation.flag("cold")
            && !invocation.flag("no-wait")
        let predictor =
            options.ranks <= cores.count && isUsual && options.isModelled
            ? calibration.map { Predictor($0, options.job) } : nil
        self.predictor = predictor
        let notes =
            isUsual
            ? Self.notes(calibration, machine, options, cores)
            : [
                isAlone
                    ? "No model: it is of operations back to back, waiting, in buffers that are in "
                        + "use" : "No model: it is of ranks that one launcher starts on one machine"
            ]

        var job = options.job
        job.mode = BenchJob.Mode(rawValue: invocation.string("mode") ?? "batch") ?? .batch
        job.policy.iterations = try invocation.integer("iterations", in: 1...1_000_000_000)
        job.policy.warmup = try invocation.integer("warmup", in: 1...1_000_000_000)
        job.skipsWaiting = invocation.flag("no-wait")
        job.isChecked = !invocation.flag("no-check") && !job.skipsWaiting
        job.streamingFrom = machine.streamingFrom
        if job.skipsWaiting && !isAlone {
            throw invocation.usageError("'--no-wait' is for ranks that share memory")
        }
        let processors = try Self.processors(invocation, cores)
        let selection = Selection(
            options.isAutomatic ? try SelectionTable.load() : nil,
            predictor == nil ? nil : calibration,
            on: machine
        )
        // All that can be refused has been: from here on others take part.
        let head =
            try manager.map { try place.gather($0) }
            ?? place.gather(ranks: options.ranks, invocation)
        let nodes = head?.nodesOfRanks ?? []
        choices = options.choices(selection.selector, nodes: max(1, Set(nodes).count))
        self.notes = notes + selection.notes(choices)
        job.entries = options.entries(choices)
        if invocation.flag("cold") {
            // Twice the cache between two uses of a buffer, so that nothing of it is left.
            let pair = 2 * max(4096, job.bufferBytes) * options.ranks
            job.rotation = max(2, (2 * machine.cacheBytes + pair - 1) / pair + 1)
        }
        try job.spread(over: nodes, rails: place.rails)
        var benchRun = BenchRun(job: job, processors: processors, cores: cores.count)
        benchRun.binding = invocation.string("bind").flatMap { Binding(rawValue: $0) } ?? .core
        benchRun.head = head
        self.benchRun = benchRun
        transport = Self.transport(nodes, head?.transport == .verbs ? "verbs" : "tcp")
    }

    /// The processors in the order in which ranks get them.
    private static func processors(
        _ invocation: Invocation,
        _ cores: Cores
    ) throws(UsageError) -> [Int] {
        switch invocation.string("map") ?? "core" {
        case "core": return cores.processors
        case "spread": return cores.spread
        case let list:
            let words = list.split(separator: ",", omittingEmptySubsequences: false)
            let numbers = words.compactMap { Int($0) }
            guard numbers.count == words.count, Set(numbers).isSubset(of: cores.processors) else {
                throw invocation.usageError(
                    "option '--map' needs 'core', 'spread' or some of the processors "
                        + cores.processors.sorted().map(String.init).joined(separator: ",")
                        + ", but got '\(list)'"
                )
            }
            return numbers
        }
    }

    /// How ranks on these nodes talk.
    private static func transport(_ nodes: [Int], _ between: String) -> String {
        let count = Set(nodes).count
        return count <= 1 ? "shm" : count == nodes.count ? between : "shm+\(between)"
    }

    private static func notes(
        _ calibration: StoredCalibration?,
        _ machine: MachineContext,
        _ options: BenchOptions,
        _ cores: Cores
    ) -> [String] {
        guard let calibration else {
            return ["No model: run 'weft calibrate' first to see what to expect"]
        }
        if options.ranks > cores.count {
            return [
                "No model: \(options.ranks) ranks share \(cores.count) cores, and the kernel's "
                    + "scheduler decides"
            ]
        }
        if !options.isModelled {
            return ["No model: reductions are calibrated as sums of float"]
        }
        let doubts = calibration.doubts(on: machine, ranks: options.ranks)
        let age = "Model: calibrated \(calibration.date) with \(calibration.model.ranks) ranks"
        return [age] + doubts.map { "Model: \($0); run 'weft calibrate'" }
    }

    func run() throws -> ExitCode {
        Clock.setUp()
        let cost = Clock.cost
        var rows: [Row] = []
        var overhead = 0.0
        var exchange: Double?
        var rails: [HostRail] = []
        try benchRun.run(arguments: words) { seconds in
            exchange = seconds
            output.begin(heading(cost: cost, exchange: seconds))
        } onRow: { number, samples in
            let row = row(benchRun.job.entries[number], samples)
            rows.append(row)
            if let time = samples.first?.times, let fastest = time.slowest.min() {
                overhead = max(overhead, cost / (fastest * Double(time.operations)) * 100)
            }
            output.row(row, number + 1, of: benchRun.job.entries.count)
            rails.sum(samples.first?.rails ?? [])
        }
        var record = Record(
            command: ["weft"] + words,
            date: Date.now,
            machine: machine,
            timing: Record.Timing(
                clock: Clock.name,
                readNanoseconds: cost * 1e9,
                exchangeNanoseconds: exchange.map { $0 * 1e9 },
                overheadPercent: overhead
            ),
            selection: Selection.grounds(choices),
            rows: rows
        )
        record.warnings = rails.warnings
        try output.end(record)
        manager?.finish()
        let isWrong = rows.contains { ($0.outOfPlace?.wrong ?? 0) + ($0.inPlace?.wrong ?? 0) > 0 }
        return isWrong ? .wrongResult : .good
    }

    private func row(_ entry: BenchJob.Entry, _ samples: [BenchRun.Samples]) -> Row {
        let collective = options.collective
        var row = options.row(entry)
        row.transport = transport
        let figures = samples.map { sample in
            let micros = sample.times.slowest.map { $0 * 1e6 }
            return Figure(
                Estimate(of: micros),
                bytes: entry.bytes,
                busFactor: collective.busFactor(ranks: options.ranks),
                wrong: benchRun.job.isChecked ? sample.wrong : nil,
                tails: benchRun.job.mode == .sync ? Tails(of: micros) : nil
            )
        }
        row.iterations = samples.first?.times.operations ?? 0
        row.batches = samples.first?.times.slowest.count ?? 0
        row.outOfPlace = figures.first
        row.inPlace = figures.count > 1 ? figures[1] : nil
        let exchange = samples.first?.exchange
        row.exchangeNanoseconds = exchange.map { $0 * 1e9 }
        row.link = samples.first?.linkBytes.map { bytes in
            Row.Link(bytes: bytes, ofRing: ringLink(entry).map { bytes / Double($0) })
        }
        row.counters = samples.first?.rails.counters
        row.model = predictor?.figure(entry, exchange: exchange)
        return row
    }

    private func heading(cost: Double, exchange: Double?) -> ResultTable.Heading {
        let arrivals = benchRun.head?.arrivals
        let processors = arrivals == nil ? benchRun.processors(options.ranks) : []
        let devices = (0..<options.ranks).map { rank in
            let processor = processors.isEmpty ? nil : processors[rank]
            return ResultTable.Device(
                rank: rank,
                host: arrivals?[rank].host ?? machine.host,
                processor: processor,
                node: processor.flatMap { Cores.node(of: $0) },
                model: arrivals?[rank].model ?? machine.processor
            )
        }
        var notes = ["Clock: \(Clock.name), \(fixed(cost * 1e9, 0)) ns to read"]
        if let exchange {
            notes.append(
                "Exchange of a cache line between ranks 0 and 1: "
                    + "\(fixed(exchange * 1e9, 0)) ns one way"
            )
        } else if transport != "shm" {
            let nodes = Set(benchRun.head?.nodesOfRanks ?? []).count
            let between = benchRun.head?.transport == .verbs ? "RDMA (verbs)" : "TCP"
            notes.append("Nodes: \(nodes), with \(between) between them")
        } else if options.ranks > 1 {
            notes.append("Exchange of a cache line: not measured, ranks share cores")
        }
        notes += self.notes + linkNotes
        return ResultTable.Heading(
            version: "\(Tool.version) (\(machine.revision.prefix(12)))",
            collective: options.collective.rawValue,
            sizes: distinctSizes,
            warmup: benchRun.job.policy.warmup,
            iterations: benchRun.job.policy.iterations,
            isChecked: benchRun.job.isChecked,
            hasTails: benchRun.job.mode == .sync,
            devices: devices,
            notes: notes
        )
    }

    /// Bytes that a ring puts on a host's link, nil where there is none: it goes through each host
    /// once, so that one rank of it sends there.
    private func ringLink(_ entry: BenchJob.Entry) -> Int? {
        var ring = entry
        ring.algorithm = "ring"
        let bytes = try? benchRun.job.schedule(ring, inPlace: false).totals.busiestLink
        return bytes.flatMap { $0 > 0 ? $0 : nil }
    }

    /// Where switches reduce: what each algorithm's busiest rank has on its link, which is what
    /// switches are for and what no time in shared memory shows.
    private var linkNotes: [String] {
        let job = benchRun.job
        guard let bytes = job.entries.map(\.bytes).max(), bytes > 0 else { return [] }
        func link(_ entry: BenchJob.Entry) -> (share: Double, hasSwitches: Bool)? {
            guard let schedule = try? job.schedule(entry, inPlace: false) else { return nil }
            let share = Double(schedule.totals.busiestLink) / Double(bytes)
            return (share, schedule.aggregators > 0)
        }
        let entries = job.entries.filter { $0.bytes == bytes }
        guard entries.contains(where: { link($0)?.hasSwitches ?? false }) else { return [] }
        let ring = ringLink(entries[0]).map { Double($0) / Double(bytes) }
        return entries.compactMap { entry in
            guard let share = link(entry)?.share else { return nil }
            let ratio = ring.map { ", \(fixed(share / $0, 2)) of the ring's" } ?? ""
            return "Bytes on a rank's link by the schedule: \(entry.algorithm) "
                + "\(fixed(share, 2)) of the size\(ratio)"
        }
    }

    /// The sizes of one algorithm's rows.
    private var distinctSizes: [ByteCount] {
        let first = benchRun.job.entries.prefix {
            options.isAutomatic || $0.algorithm == benchRun.job.entries[0].algorithm
        }
        return first.map { ByteCount($0.bytes) }
    }
}
